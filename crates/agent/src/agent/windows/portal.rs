//! The address at which the window's portal opens as this user. It holds a code from the service, which is good for half a minute.
//!
//! The window asks for an address when it needs one, and again whenever the page has ended. It gets one, or the reason why it cannot.
//!
//! An organisation may have a portal of its own. That one is never shown in the window, and gets neither a code nor a token: the system's
//! browser opens it, at the chat that is wanted (decision 0053).

use super::{Windows, own_portal};
use crate::agent::account::Account;
use crate::agent::connection::{Connection, Stage};
use crate::agent::context::Context;
use crate::agent::contract::Effect;
use crate::agent::pending::Pending;
use crate::view::{Page, ToWindow};
use crate::words;
use protocol::{Up, http};

impl Windows {
    pub(in crate::agent) fn portal_needed(
        &mut self,
        cx: &mut Context,
        account: &Account,
        connection: &Connection,
    ) {
        self.needs_address = true;
        if !account.is_signed_in() {
            self.give_address(cx, Err(words::sign_in_first().to_owned()));
        } else if own_portal::is_known(cx) {
            self.leave_to_browser(cx);
        } else if let Stage::Down { why, .. } = connection.stage() {
            self.connection_lost(cx, why);
        } else {
            self.ask_portal_code(cx, connection.is_synced());
        }
    }

    /// Asks for the code with which the portal opens as this user, once the service can be asked.
    pub(in crate::agent) fn ask_portal_code(&mut self, cx: &mut Context, is_synced: bool) {
        if self.needs_address && own_portal::is_known(cx) {
            self.leave_to_browser(cx);
        } else if self.needs_address && is_synced && !cx.pending.has_portal_code() {
            cx.ask(Pending::PortalCode, |id| Up::PortalCode { id });
        }
    }

    pub(in crate::agent) fn portal_code(
        &mut self,
        cx: &mut Context,
        account: &Account,
        code: Option<String>,
    ) {
        let address = match (account.address(), account.role(), code) {
            (Some(address), Some(role), Some(code)) => {
                let chat = self.chat.map(|chat| format!("&chat={}", chat.0)).unwrap_or_default();
                Ok(format!("{address}{}/#code={code}{chat}", http::portal_path(role)))
            }
            _ => Err(words::no_code().to_owned()),
        };
        self.give_address(cx, address);
    }

    pub(in crate::agent) fn portal_code_refused(&mut self, cx: &mut Context, message: String) {
        self.give_address(cx, Err(message));
    }

    /// Tells the window why it cannot show the portal. It gets the address as soon as the service gives a code.
    pub(in crate::agent) fn connection_lost(&self, cx: &mut Context, why: &str) {
        if self.needs_address {
            let address = Err(words::no_portal(why));
            cx.effects.push(Effect::ToWindow(ToWindow::Portal { address }));
        }
    }

    /// The window was started for the portal, and it has turned out that this is not to be shown there.
    fn leave_to_browser(&mut self, cx: &mut Context) {
        self.needs_address = false;
        self.portal_wanted = false;
        let chat = self.chat;
        self.hide(cx, Page::Portal { chat });
        own_portal::open(cx, chat, self.is_unasked);
    }

    fn give_address(&mut self, cx: &mut Context, address: Result<String, String>) {
        if std::mem::take(&mut self.needs_address) {
            cx.effects.push(Effect::ToWindow(ToWindow::Portal { address }));
        }
    }
}
