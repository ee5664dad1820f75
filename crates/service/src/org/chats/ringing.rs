//! Rings start, move to other devices and stop as people and chats change (C3).

use super::Chats;
use super::ring::{Candidate, Ring};
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::people::People;
use crate::org::timer::Timer;
use chat::{PersonId, SessionId, Status};

impl Chats {
    /// Decides again what rings for this person, and tells their connections what has changed.
    pub(crate) fn refresh_rings(&mut self, cx: &mut Context, people: &People, person: PersonId) {
        let offered: Vec<SessionId> = self
            .sessions
            .values()
            .filter(|session| session.status == Status::Waiting || session.hand_over.is_some())
            .map(|session| session.id)
            .collect();
        for session in &offered {
            self.refresh_ring(cx, people, *session, person);
        }
        if !offered.is_empty() {
            self.refresh_personal(cx, people, person);
        }
    }

    /// Decides again what rings for this session and person, without telling anybody.
    pub(crate) fn refresh_ring(
        &mut self,
        cx: &mut Context,
        people: &People,
        session: SessionId,
        person: PersonId,
    ) {
        let key = (session, person);
        let before = self.rings.get(&key).copied();
        let next = if self.rings_for(people, session, person) {
            Ring::next(before, &self.candidates(people, person), cx.now, cx.config.ring_shown_within)
        } else {
            None
        };
        match next {
            Some(ring) => {
                self.rings.insert(key, ring);
                if let Ring::One { told, shown: false, .. } = ring {
                    cx.timers.set(told.plus(cx.config.ring_shown_within), Timer::Ring(session, person));
                }
            }
            None => {
                self.rings.remove(&key);
            }
        }
    }

    fn rings_for(&self, people: &People, session: SessionId, person: PersonId) -> bool {
        let (Some(session), Some(member)) = (self.sessions.get(&session), people.members.get(&person)) else {
            return false;
        };
        // A device that can ring is connected, so its user is Online or Away (C2).
        (session.status == Status::Waiting || session.is_offered_to(person))
            && member.role() == presence::Role::Technician
            && !session.dismissed.contains(&person)
    }

    fn candidates(&self, people: &People, person: PersonId) -> Vec<Candidate> {
        let Some(member) = people.members.get(&person) else { return Vec::new() };
        member
            .devices
            .iter()
            .filter(|(_, device)| device.rings())
            .map(|(instance, device)| Candidate {
                instance: *instance,
                unlocked: device.is_unlocked(),
                last_active: device.last_active,
            })
            .collect()
    }

    pub(crate) fn ring_due(
        &mut self,
        cx: &mut Context,
        people: &People,
        session: SessionId,
        person: PersonId,
    ) {
        self.refresh_ring(cx, people, session, person);
        self.refresh_personal(cx, people, person);
    }

    pub(crate) fn ring_shown(&mut self, people: &People, conn: ConnId, session: SessionId) {
        let Some(connection) = people.conns.get(&conn) else { return };
        if connection.is_window() {
            return;
        }
        let (person, device) = (connection.person, connection.instance);
        if let Some(Ring::One { instance, shown, .. }) = self.rings.get_mut(&(session, person))
            && *instance == device
        {
            *shown = true;
        }
    }
}
