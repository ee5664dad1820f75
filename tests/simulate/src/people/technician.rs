//! What a technician does at a computer: answers toasts, sets themselves Away, joins, invites, writes, hands over, completes.

use crate::device::Kind;
use crate::world::World;
use agent::toast::ToastKey;
use agent::view::{AwayUntil, Intent};
use chat::Status;
use protocol::{SessionView, Up};

impl World {
    /// What a technician does at a computer.
    pub(crate) fn work(&mut self, host: usize) {
        if self.hosts[host].is_frozen() || self.hosts[host].locked {
            return;
        }
        self.use_host(host);
        let page = self.hosts[host].pages.first().copied();
        let Some(agent) = self.hosts[host].agent else { return };
        let Some(machine) = self.devices[agent].machine() else { return };
        let toasts: Vec<ToastKey> = machine.screen.toasts().map(|toast| toast.key.clone()).collect();
        match self.dice.between(0, 99) {
            0..=34 => {
                if let Some(key) = self.dice.pick(&toasts).cloned() {
                    self.press(agent, &key);
                }
            }
            35..=44 => {
                let until = match self.dice.between(0, 2) {
                    0 => AwayUntil::Cleared,
                    1 => AwayUntil::For(self.dice.between(5_000, 200_000)),
                    _ => AwayUntil::Back,
                };
                let intent = if self.dice.chance(450) { Intent::Online } else { Intent::Away { until } };
                self.wants(agent, intent);
            }
            45 => {
                let minutes = if self.dice.chance(600) { 0 } else { 30 };
                let until = self.now + u64::from(minutes) * 60_000;
                if let Some(machine) = self.devices[agent].machine() {
                    machine.silent_until = until;
                    machine.quiet_until = until;
                }
                self.wants(agent, Intent::Silent { minutes });
            }
            _ => {
                if let Some(page) = page {
                    self.work_in_page(page);
                }
            }
        }
    }

    fn work_in_page(&mut self, page: usize) {
        let id = self.dice.uuid();
        let handled = self.own_chats(page, Status::Handled);
        let waiting = self.own_chats(page, Status::Waiting);
        let invited = self.own_chats(page, Status::Invited);
        let over: Vec<SessionView> =
            [Status::Abandoned, Status::Callback].into_iter().flat_map(|s| self.own_chats(page, s)).collect();
        let completed = match &self.devices[page].kind {
            Kind::Page(own) => own.model.completed,
            Kind::Agent(_) => None,
        };
        let noted: Vec<SessionView> = waiting.iter().chain(&handled).chain(&over).cloned().collect();
        let clients = self.clients_of(page);
        let others = self.others_chats(page);
        let colleagues = self.colleagues_of(page);
        let colleague = if self.dice.chance(600) { self.dice.pick(&colleagues).copied() } else { None };
        let what = self.dice.between(0, 99);
        let up = match what {
            0..=19 => self.dice.pick(&waiting).map(|chat| Up::Join { id, session: chat.id }),
            21 | 23 => self.dice.pick(&waiting).map(|chat| Up::Dismiss { id, session: chat.id }),
            24..=59 => self.dice.pick(&handled).map(|chat| {
                let text = format!("message {id}");
                Up::Message { id, session: chat.id, text }
            }),
            20 => self.dice.pick(&noted).map(|chat| Up::Note {
                id,
                session: chat.id,
                text: format!("secret note {id}"),
            }),
            22 => self.dice.pick(&noted).map(|chat| Up::Notes { id, session: chat.id, after: 0 }),
            60..=61 => self.dice.pick(&others).map(|chat| Up::Assist { id, session: chat.id }),
            62..=63 => self.dice.pick(&handled).map(|chat| Up::HandOver {
                id,
                session: chat.id,
                to: colleague,
                note: Some("secret note".to_owned()),
            }),
            64 => self.dice.pick(&handled).map(|chat| Up::Keep { id, session: chat.id }),
            65..=67 => self.dice.pick(&handled).map(|chat| Up::Leave { id, session: chat.id }),
            68..=81 => self.dice.pick(&handled).map(|chat| Up::Complete { id, session: chat.id, note: None }),
            82..=89 => self.dice.pick(&clients).map(|client| Up::Invite {
                id,
                client: *client,
                subject: Some(format!("invitation {id}")),
            }),
            91..=93 => completed.map(|session| Up::Reopen { id, session }),
            90 => self.dice.pick(&invited).map(|chat| Up::Leave { id, session: chat.id }),
            _ => self.dice.pick(&over).map(|chat| Up::Complete {
                id,
                session: chat.id,
                note: Some("secret note".to_owned()),
            }),
        };
        if let Some(up) = up {
            self.asks(page, up);
        }
    }
}
