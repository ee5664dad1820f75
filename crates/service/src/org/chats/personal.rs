//! The personal state of a session: silenced, seen, in front of the reader, whether this device rings, and how far the other side has
//! read. Each connection is sent
//! only what has changed since it was last told.

use super::reader::Personal;
use super::{Chats, reads, sees};
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::model::device::Device;
use crate::org::model::member::Member;
use crate::org::people::People;
use chat::{PersonId, Session, SessionId};
use protocol::Down;

impl Chats {
    /// Tells this person's connections what has changed in any session.
    pub(crate) fn refresh_personal(&mut self, cx: &mut Context, people: &People, person: PersonId) {
        let sessions: Vec<SessionId> = self.sessions.keys().copied().collect();
        self.refresh_personal_of(cx, people, person, &sessions);
    }

    /// Tells this person's connections what has changed in these sessions.
    pub(crate) fn refresh_personal_of(
        &mut self,
        cx: &mut Context,
        people: &People,
        person: PersonId,
        sessions: &[SessionId],
    ) {
        for conn in people.conns_of(person) {
            for session in sessions {
                self.refresh_personal_at(cx, people, conn, *session);
            }
        }
    }

    /// Tells everybody what has changed in this session.
    pub(crate) fn refresh_personal_in(&mut self, cx: &mut Context, people: &People, session: SessionId) {
        for conn in people.everybody() {
            self.refresh_personal_at(cx, people, conn, session);
        }
    }

    /// Tells one connection what has changed in one session.
    pub(crate) fn refresh_personal_at(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        session: SessionId,
    ) {
        if !self.is_listed(conn, session) {
            return;
        }
        let Some(personal) = self.personal(cx, people, conn, session) else { return };
        let Some(reader) = self.readers.get_mut(&conn) else { return };
        if reader.told.get(&session).copied().unwrap_or_default() == personal {
            return;
        }
        reader.told.insert(session, personal);
        let Personal { dismissed, seen, visible, ring, read } = personal;
        cx.send(conn, Down::Mine { session, dismissed, seen, visible, ring, read });
    }

    /// Whether a chat is in front of this reader on any device (C8).
    pub(super) fn is_in_front(&self, member: &Member, session: SessionId) -> bool {
        member
            .conns
            .iter()
            .filter_map(|each| self.readers.get(each))
            .any(|each| each.visible == Some(session))
    }

    /// `None` if this reader may not see the session.
    fn personal(&self, cx: &Context, people: &People, conn: ConnId, session: SessionId) -> Option<Personal> {
        let connection = people.conns.get(&conn)?;
        let stored = self.sessions.get(&session)?;
        let person = connection.person;
        if !sees(person, connection.role, stored) {
            return None;
        }
        let visible = self.is_in_front(people.members.get(&person)?, session);
        let ring = !connection.is_window()
            && self.rings.get(&(session, person)).is_some_and(|ring| ring.includes(connection.instance))
            && people
                .members
                .get(&person)
                .and_then(|member| member.devices.get(&connection.instance))
                .is_some_and(Device::rings);
        Some(Personal {
            dismissed: stored.dismissed.contains(&person),
            seen: self.seen_by(session, person),
            visible,
            ring,
            read: if cx.organisation.read_marks { self.read_by_others(stored, person) } else { 0 },
        })
    }

    /// Tells the other side of a session how far this person has seen it.
    pub(super) fn tell_read(&mut self, cx: &mut Context, people: &People, session: SessionId, by: PersonId) {
        let Some(stored) = self.sessions.get(&session).filter(|_| cx.organisation.read_marks) else { return };
        let to: Vec<PersonId> = if by == stored.client {
            stored.participants.iter().map(|each| each.person).collect()
        } else {
            vec![stored.client]
        };
        for person in to {
            self.refresh_personal_of(cx, people, person, &[session]);
        }
    }

    /// The last message that the other side of a session has seen, for somebody who reads it.
    fn read_by_others(&self, session: &Session, reader: PersonId) -> u64 {
        if reader == session.client {
            let technicians = session.participants.iter().map(|each| each.person);
            technicians.map(|each| self.seen_by(session.id, each)).max().unwrap_or(0)
        } else if reads(reader, session) {
            self.seen_by(session.id, session.client)
        } else {
            0
        }
    }

    fn seen_by(&self, session: SessionId, person: PersonId) -> u64 {
        self.seen.get(&(session, person)).copied().unwrap_or(0)
    }
}
