//! What the user wants by a toast: pressing a button or clicking it (C3, C10).
//!
//! A toast may be pressed long after it was withdrawn, from a list that the desktop keeps: then the words say what became of
//! what it was about.

use super::chats::Chats;
use crate::toast::{ToastAction, ToastKey};
use crate::view::{Intent, Page};
use crate::words::{self, Times};
use chat::{SessionId, Status};

/// What is to be done.
pub(super) enum Reaction {
    /// What the user wants.
    Intent(Intent),
    /// Open a page, or say why that is impossible.
    Open(Page),
    /// Say this.
    Announce(String),
}

/// A button was pressed; `longest` is the request that has waited longest of those that ring.
pub(super) fn pressed(key: &ToastKey, action: ToastAction, longest: Option<SessionId>) -> Option<Reaction> {
    let session = match *key {
        ToastKey::Request(session)
        | ToastKey::Abandoned(session)
        | ToastKey::Callback(session)
        | ToastKey::Message(session) => session,
        ToastKey::Several => match longest {
            Some(longest) => longest,
            None => return Some(Reaction::Announce(words::OVER.to_owned())),
        },
        ToastKey::News(_) => return None,
    };
    Some(Reaction::Intent(match action {
        ToastAction::Join => Intent::Join { session },
        ToastAction::Dismiss => Intent::Dismiss { session },
    }))
}

/// The toast was clicked: opens exactly that chat, or says what became of it (C10).
pub(super) fn clicked(key: &ToastKey, chats: &Chats, is_synced: bool, times: Times) -> Option<Reaction> {
    let chat = match *key {
        ToastKey::Request(session) => match chats.get(session) {
            Some(known) if known.status == Status::Waiting => Some(session),
            Some(_) => {
                let words = chats.how_it_ended(session, times).unwrap_or_else(|| words::OVER.to_owned());
                return Some(Reaction::Announce(words));
            }
            None if is_synced => return Some(Reaction::Announce(words::OVER.to_owned())),
            // Not known yet: the portal will show what is there.
            None => Some(session),
        },
        ToastKey::Message(session) | ToastKey::Abandoned(session) | ToastKey::Callback(session) => {
            Some(session)
        }
        ToastKey::Several => None,
        ToastKey::News(_) => return None,
    };
    Some(Reaction::Open(Page::Portal { chat }))
}
