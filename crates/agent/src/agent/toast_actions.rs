//! What pressing a button of a toast, or clicking the toast, does (C3, C10).
//!
//! The desktop may keep a list of old toasts, so a toast can be pressed long after it was withdrawn. The user is then told what became
//! of the request.

use super::chats::Chats;
use super::context::Context;
use crate::toast::{ToastAction, ToastKey};
use crate::view::{Intent, Page};
use crate::words;
use chat::{SessionId, Status};
use protocol::SessionView;

/// What to do.
pub(super) enum Reaction {
    /// Carry out this intent.
    Intent(Intent),
    /// Open a page, or tell the user why that is impossible.
    Open(Page),
    /// Tell the user this.
    Announce(String),
}

/// A button was pressed; `longest` is the request that has rung longest.
pub(super) fn pressed(key: &ToastKey, action: ToastAction, longest: Option<SessionId>) -> Option<Reaction> {
    let session = match *key {
        ToastKey::Request(session)
        | ToastKey::Invitation(session)
        | ToastKey::HandOver(session)
        | ToastKey::Abandoned(session)
        | ToastKey::Callback(session)
        | ToastKey::Message(session) => session,
        ToastKey::Several => match longest {
            Some(longest) => longest,
            None => return Some(Reaction::Announce(words::over().to_owned())),
        },
        ToastKey::News(_) => return None,
    };
    Some(Reaction::Intent(match action {
        ToastAction::Join => Intent::Join { session },
        ToastAction::Dismiss => Intent::Dismiss { session },
        ToastAction::Accept => Intent::Accept { session },
        ToastAction::Decline => Intent::Decline { session },
    }))
}

/// The toast was clicked: opens exactly that chat, or tells what became of it (C10).
pub(super) fn clicked(key: &ToastKey, chats: &Chats, is_synced: bool, cx: &Context) -> Option<Reaction> {
    let chat = match *key {
        ToastKey::Request(session) => match chats.get(session) {
            Some(known) if chats.is_offered(session) || is_open(chats, known) => Some(session),
            Some(_) => {
                let words = chats
                    .how_it_ended(session, cx.times(), cx.names())
                    .unwrap_or_else(|| words::over().to_owned());
                return Some(Reaction::Announce(words));
            }
            None if is_synced => return Some(Reaction::Announce(words::over().to_owned())),
            // The session is not known yet; the portal will show it.
            None => Some(session),
        },
        ToastKey::Invitation(session)
            if chats.get(session).is_some_and(|known| known.status == Status::Completed) =>
        {
            let words = chats
                .how_it_ended(session, cx.times(), cx.names())
                .unwrap_or_else(|| words::over().to_owned());
            return Some(Reaction::Announce(words));
        }
        ToastKey::Invitation(session)
        | ToastKey::HandOver(session)
        | ToastKey::Message(session)
        | ToastKey::Abandoned(session)
        | ToastKey::Callback(session) => Some(session),
        ToastKey::Several => None,
        ToastKey::News(_) => return None,
    };
    Some(Reaction::Open(Page::Portal { chat }))
}

/// Whether the user is in this chat, and it is in progress.
fn is_open(chats: &Chats, session: &SessionView) -> bool {
    session.status == Status::Handled && chats.is_in(session)
}
