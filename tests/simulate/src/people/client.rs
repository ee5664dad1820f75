//! What a client does: asks, writes, leaves, asks to be called.

use crate::device::Kind;
use crate::world::World;
use agent::toast::ToastKey;
use chat::{SessionId, Status};
use protocol::{IntentId, SessionView, Up};

impl World {
    /// Presses the toast of an invitation, if one is on the screen.
    fn answer_toast(&mut self, agent: usize) {
        let Some(machine) = self.devices[agent].machine() else { return };
        let is_invitation = |key: &ToastKey| matches!(key, ToastKey::Invitation(_));
        let key = machine.screen.toasts().map(|toast| toast.key.clone()).find(is_invitation);
        if let Some(key) = key {
            self.press(agent, &key);
        }
    }

    /// What a client does: asks, writes, leaves, asks to be called.
    pub(crate) fn need(&mut self, person: usize, host: usize) {
        if self.hosts[host].is_frozen() || self.hosts[host].locked {
            return;
        }
        self.use_host(host);
        let Some(page) = self.hosts[host].pages.first().copied() else { return };
        let Kind::Page(own) = &self.devices[page].kind else { return };
        if !own.is_open || !own.model.is_synced {
            return;
        }
        let id = self.dice.uuid();
        let active: Vec<SessionView> = [Status::Waiting, Status::Handled]
            .into_iter()
            .flat_map(|status| self.own_chats(page, status))
            .collect();
        let handled: Vec<SessionId> =
            active.iter().filter(|chat| chat.status == Status::Handled).map(|chat| chat.id).collect();
        let waiting: Vec<SessionId> =
            active.iter().filter(|chat| chat.status == Status::Waiting).map(|chat| chat.id).collect();
        let invited = self.own_chats(page, Status::Invited);
        let callbacks = self.own_chats(page, Status::Callback);
        if let Some(agent) = self.hosts[host].agent.filter(|_| !invited.is_empty()) {
            self.answer_toast(agent);
        }
        let up = match self.dice.between(0, 99) {
            0..=54 if active.len() < 3 => {
                let reference = (!active.is_empty() || self.dice.chance(300))
                    .then(|| format!("#{}", self.dice.between(1, 4)));
                Some(Up::Request { id, subject: format!("request {id} of {person}"), reference })
            }
            55..=79 => self.dice.pick(&handled).map(|chat| {
                let text = format!("message {id}");
                Up::Message { id, session: *chat, text }
            }),
            80..=86 => active.first().map(|chat| Up::Leave { id, session: chat.id }),
            87..=90 => self.dice.pick(&waiting).map(|chat| called(id, *chat, "secret phone 1")),
            91 => callbacks.first().map(|chat| called(id, chat.id, &format!("secret phone {id}"))),
            92 => callbacks.first().map(|chat| Up::CancelCallback { id, session: chat.id }),
            93..=96 => self.dice.pick(&invited).map(|chat| Up::Accept { id, session: chat.id }),
            97..=98 => self.dice.pick(&invited).map(|chat| Up::Decline { id, session: chat.id }),
            _ => None,
        };
        if let Some(up) = up {
            self.asks(page, up);
        }
    }
}

/// Asks to be called, or changes the number.
fn called(id: IntentId, session: SessionId, phone: &str) -> Up {
    Up::Callback { id, session, phone: phone.to_owned(), note: Some("secret note".to_owned()) }
}
