//! What the user does with a toast: pressing a button, clicking it, putting it away (C3, C10).
//!
//! A toast may be pressed long after it was withdrawn, from a list that the desktop keeps: then the words say what became of
//! what it was about. Which toasts there are is `rings`' matter.

use super::Agent;
use crate::toast::{ToastAction, ToastEvent, ToastKey};
use crate::view::Page;
use crate::words;
use chat::Status;

impl Agent {
    pub(super) fn on_toast(&mut self, event: ToastEvent) {
        match event {
            ToastEvent::Shown(key) => {
                self.rings.on_screen.insert(key);
            }
            ToastEvent::Pressed(key, action) => self.on_pressed(&key, action),
            ToastEvent::Clicked(key) => self.on_clicked(&key),
            // No decision (C3): a request is back with its next sound.
            ToastEvent::Closed(key) => {
                if let ToastKey::Message(session) = key {
                    self.chats.mark_announced(session);
                }
                self.rings.put_away(&key);
            }
        }
    }

    fn on_pressed(&mut self, key: &ToastKey, action: ToastAction) {
        let session = match *key {
            ToastKey::Request(session)
            | ToastKey::Abandoned(session)
            | ToastKey::Callback(session)
            | ToastKey::Message(session) => session,
            ToastKey::Several => match self.ringing().first() {
                Some(longest) => longest.id,
                None => return self.news(words::OVER.to_owned(), String::new()),
            },
            ToastKey::News(_) => return,
        };
        match action {
            ToastAction::Join => self.join(session, None),
            ToastAction::Dismiss => self.dismiss(session, None),
        }
    }

    /// Opens exactly that chat, or says what became of it (C10).
    fn on_clicked(&mut self, key: &ToastKey) {
        self.rings.put_away(key);
        let chat = match *key {
            ToastKey::Request(session) => match self.chats.get(session) {
                Some(known) if known.status == Status::Waiting => Some(session),
                Some(_) => {
                    let words = self.how_it_ended(session).unwrap_or_else(|| words::OVER.to_owned());
                    return self.news(words, String::new());
                }
                None if self.line.is_synced() => return self.news(words::OVER.to_owned(), String::new()),
                // Not known yet: the portal will show what is there.
                None => Some(session),
            },
            ToastKey::Message(session) => {
                self.chats.mark_announced(session);
                Some(session)
            }
            ToastKey::Abandoned(session) | ToastKey::Callback(session) => Some(session),
            ToastKey::Several => None,
            ToastKey::News(_) => return,
        };
        if let Err(why) = self.open_page(Page::Portal { chat }) {
            self.news(why, String::new());
        }
    }
}
