//! Rings start, move to other devices and stop as people and chats change (C3).

use super::Chats;
use super::ring::{Candidate, Ring};
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::people::People;
use crate::org::timer::Timer;
use chat::{PersonId, SessionId, Status};
use presence::Moment;
use protocol::limits::ANSWER_WITHIN;

impl Chats {
    /// Decides again what rings for this person, and tells their connections what has changed.
    pub(crate) fn refresh_rings(&mut self, cx: &mut Context, people: &People, person: PersonId) {
        let offered: Vec<SessionId> = self
            .sessions
            .values()
            .filter(|session| {
                session.status == Status::Waiting
                    || session.hand_over.is_some()
                    || session.awaits_answer_of(person)
            })
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
        if let Some(due) = self.answer_due(session, person).filter(|due| *due > cx.now) {
            cx.timers.set(due, Timer::Ring(session, person));
        }
        let next = if self.rings_for(cx, people, session, person) {
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

    fn rings_for(&self, cx: &Context, people: &People, id: SessionId, person: PersonId) -> bool {
        let (Some(session), Some(member)) = (self.sessions.get(&id), people.members.get(&person)) else {
            return false;
        };
        let is_read = self.is_in_front(member, id) && member.is_active();
        let is_unanswered = self.answer_due(id, person).is_some_and(|due| due <= cx.now) && !is_read;
        // A device that can ring is connected, so its user is Online or Away (C2).
        (session.status == Status::Waiting || session.is_offered_to(person) || is_unanswered)
            && member.role() == presence::Role::Technician
            && !session.dismissed.contains(&person)
    }

    /// When this technician, who has joined, should have answered.
    fn answer_due(&self, session: SessionId, person: PersonId) -> Option<Moment> {
        let is_awaited = self.sessions.get(&session).is_some_and(|session| session.awaits_answer_of(person));
        let since = self.times.get(&session).filter(|_| is_awaited)?.unanswered?;
        Some(since.plus(ANSWER_WITHIN))
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
