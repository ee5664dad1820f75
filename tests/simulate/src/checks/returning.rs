//! A client finds what was said, also after the chat was completed (C8).

use crate::device::Kind;
use crate::invariant::Invariant;
use crate::page::Page;
use crate::world::World;
use chat::{Kind as ChatKind, SessionId, Status};
use link::Order;
use protocol::{IntentId, Up};

impl World {
    fn client_page(&mut self, device: usize) -> Option<&mut Page> {
        match &mut self.devices[device].kind {
            Kind::Page(page) => Some(page),
            Kind::Agent(_) => None,
        }
    }

    /// A client's page was told that these are all completed chats: none is missing that was completed before it asked. It reads one of them
    /// again.
    pub(crate) fn check_earlier(&mut self, device: usize) {
        let me = self.people[self.devices[device].person].id;
        let Some(page) = self.client_page(device) else { return };
        let (asked_at, found) = (page.model.earlier.asked_at, page.model.earlier.found.clone());
        self.checks.count(Invariant::Returns);
        let missing = self.known.sessions.values().find(|stored| {
            let session = &stored.session;
            let was_a_chat = session.kind() == ChatKind::Request || !session.participants.is_empty();
            let is_over = session.status == Status::Completed && stored.changed < asked_at;
            let is_there = !self.known.deleted.contains(&session.id);
            session.client == me && is_over && was_a_chat && is_there && !found.contains(&session.id)
        });
        if let Some(id) = missing.map(|stored| stored.session.id) {
            let detail = format!("page {device} does not find {id:?}");
            return self.fail(Invariant::Returns, detail, &[id.0.to_string()]);
        }
        let found: Vec<SessionId> = found.into_iter().collect();
        let Some(session) = self.dice.pick(&found).copied() else { return };
        let said = self.known.sessions.get(&session).map_or(0, |stored| stored.messages);
        let id = self.dice.uuid();
        let Some(page) = self.client_page(device) else { return };
        page.model.messages.remove(&session);
        page.model.earlier.reading = Some((id, session, said));
        self.order(device, Order::Send(Up::Open { id, session, after: 0 }));
    }

    /// An intent was answered: if it was to read a completed chat, everything that was said in it is there.
    pub(crate) fn check_reread(&mut self, device: usize, answered: IntentId) {
        let Some(page) = self.client_page(device) else { return };
        let Some((_, session, said)) = page.model.earlier.reading.take_if(|(id, ..)| *id == answered) else {
            return;
        };
        let read = page.model.messages.get(&session);
        let is_whole = (1..=said).all(|number| read.is_some_and(|read| read.contains_key(&number)));
        self.checks.count(Invariant::Returns);
        if !is_whole && !self.is_deleted(session) {
            let detail = format!("page {device} does not find all {said} messages of {session:?}");
            self.fail(Invariant::Returns, detail, &[session.0.to_string()]);
        }
    }
}
