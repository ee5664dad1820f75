//! A portal that the organisation has of its own: its address, and how it opens in the system's browser (decision 0053). It knows no window.

use crate::agent::context::Context;
use crate::agent::contract::Effect;
use chat::SessionId;
use protocol::address_template::{AddressTemplate, Placeholder};

/// Whether there is one, as far as is known.
pub(super) fn is_known(cx: &Context) -> bool {
    template(cx).is_some()
}

/// Opens it, if there is one, at the chat that is wanted. Returns whether there is.
pub(super) fn open(cx: &mut Context, chat: Option<SessionId>, minimised: bool) -> bool {
    let Some(template) = template(cx) else { return false };
    // What opens minimised was not asked for by anybody: a browser has no such thing.
    if !minimised {
        let address = chat.and_then(|SessionId(chat)| template.with(&chat.to_string()));
        cx.effects.push(Effect::OpenBrowser(address.unwrap_or_else(|| template.empty())));
    }
    true
}

fn template(cx: &Context) -> Option<AddressTemplate> {
    AddressTemplate::parse(cx.settings.portal_address.as_deref()?, Placeholder::Session).ok()
}
