//! What a page does with the events of its link.

use crate::device::Kind;
use crate::page::Earlier;
use crate::queue::WorldEvent;
use crate::world::World;
use chat::Status;
use link::{Event, Order};
use presence::Role;
use protocol::{Down, Up};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    pub(crate) fn page_hears(&mut self, device: usize, event: Event) {
        match event {
            Event::Down(down) => self.page_takes(device, *down),
            Event::Ended(end) => {
                let is_window = self.devices[device].is_window();
                self.record(format_args!("page {device} ends: {end:?}"));
                if let Kind::Page(page) = &mut self.devices[device].kind {
                    page.is_open = false;
                    if is_window {
                        page.token = None;
                    }
                }
                self.queue.set(self.now + 500, WorldEvent::PageOpens(device));
            }
            Event::Up | Event::Lost { .. } | Event::Sent { .. } | Event::RoundTrip(_) => {}
        }
    }

    fn page_takes(&mut self, device: usize, down: Down) {
        let role = self.people[self.devices[device].person].role;
        let reads = self.dice.chance(500);
        let Kind::Page(page) = &mut self.devices[device].kind else { return };
        let model = &mut page.model;
        match down {
            Down::Welcome(welcome) => {
                model.me = Some(welcome.you.id);
                model.preference = welcome.preference;
                model.is_synced = false;
                model.told = Some(BTreeSet::new());
                model.dismissed.clear();
                model.opened.clear();
                model.earlier = Earlier::default();
                page.idle_after = welcome.policy.idle_after_ms;
            }
            Down::Synced { more } => {
                model.is_synced = true;
                if let Some(told) = model.told.take() {
                    model.sessions.retain(|id, _| told.contains(id));
                }
                model.earlier.asked_at = self.now;
                match role {
                    Role::Technician => {
                        self.order(device, Order::Send(Up::WatchPeople));
                        self.asks_for_more(device, more);
                    }
                    // Nobody has said yet whether there are any.
                    Role::Client => self.asks_for_more(device, 1),
                }
                self.open_chats(device);
            }
            Down::Policy { policy } => page.idle_after = policy.idle_after_ms,
            Down::Preference { preference } => model.preference = preference,
            Down::Session { session } => {
                if let Some(told) = &mut model.told {
                    told.insert(session.id);
                }
                let id = session.id;
                if session.status == Status::Completed {
                    if role == Role::Client {
                        model.earlier.found.insert(id);
                    }
                    model.sessions.remove(&id);
                    model.completed = Some(id);
                    if let Some(told) = &mut model.told {
                        told.remove(&id);
                    }
                } else if model.sessions.get(&id).is_none_or(|known| known.rev <= session.rev) {
                    model.sessions.insert(id, session);
                }
                self.open_chats(device);
            }
            Down::Mine { session, dismissed, .. } => {
                if dismissed {
                    model.dismissed.insert(session);
                } else {
                    model.dismissed.remove(&session);
                }
            }
            Down::Desk { staffed } => model.staffed = Some(staffed),
            Down::Messages { session, messages } => {
                let known = model.messages.entry(session).or_default();
                known.extend(messages.into_iter().map(|message| (message.number, message)));
                let last = known.last_key_value().map(|(number, _)| *number);
                if let (Some(number), true) = (last, reads) {
                    self.order(device, Order::Send(Up::Visible { session: Some(session) }));
                    self.order(device, Order::Send(Up::Seen { session, number }));
                }
            }
            Down::People { first, people } => {
                if first {
                    model.people.clear();
                }
                model.people.extend(people.into_iter().map(|person| (person.id, person.presence)));
            }
            Down::PersonGone { person } => {
                model.people.remove(&person);
            }
            Down::Ok { re, answer } => {
                page.open_intents.remove(&re);
                self.asks_for_more(device, answer.more.unwrap_or(0));
                if role == Role::Client && answer.more == Some(0) {
                    self.check_earlier(device);
                }
                self.check_reread(device, re);
            }
            Down::Error { re: Some(re), .. } => {
                page.open_intents.remove(&re);
            }
            Down::Error { re: None, .. }
            | Down::You { .. }
            | Down::Devices { .. }
            | Down::Replies { .. }
            | Down::ReplyGone { .. }
            | Down::Notes { .. }
            | Down::Typing { .. }
            | Down::Beat
            | Down::Reconnect { .. } => {}
        }
    }

    /// Pages through older chats until it has all.
    fn asks_for_more(&mut self, device: usize, more: u32) {
        if more > 0 {
            let id = self.dice.uuid();
            self.order(device, Order::Send(Up::More { id }));
        }
    }

    /// Asks for the messages of the chats in progress that its user is in.
    fn open_chats(&mut self, device: usize) {
        let Kind::Page(page) = &mut self.devices[device].kind else { return };
        let model = &mut page.model;
        let Some(me) = model.me.filter(|_| model.is_synced) else { return };
        let mut due = Vec::new();
        for session in model.sessions.values().filter(|session| session.status == Status::Handled) {
            let is_in = session.client == me
                || session.participants.iter().any(|each| each.person == me && each.left.is_none());
            if is_in && model.opened.insert(session.id) {
                // One that came while it waited may have others before it.
                let known = model.messages.get(&session.id).into_iter().flat_map(BTreeMap::keys);
                let whole = known.zip(1..).take_while(|(number, next)| *number == next).count();
                due.push((session.id, whole as u64));
            }
        }
        for (session, after) in due {
            let id = self.dice.uuid();
            self.order(device, Order::Send(Up::Open { id, session, after }));
        }
    }
}
