//! What is personal about a session: silenced, seen, in front of the reader, and whether this device rings. Each
//! connection is told what differs from what it was told last.

use crate::org::{ConnId, Core};
use chat::{PersonId, SessionId, Status};
use protocol::Down;

/// What is personal about one session for one connection; nothing of it holds for a session that it was told nothing of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::org) struct Mine {
    dismissed: bool,
    seen: u64,
    visible: bool,
    ring: bool,
}

impl Core {
    /// Tells this person's connections what is different in any session.
    pub(in crate::org) fn refresh_mine(&mut self, person: PersonId) {
        let sessions: Vec<SessionId> = self.sessions.keys().copied().collect();
        self.refresh_mine_of(person, &sessions);
    }

    /// Tells this person's connections what is different in these sessions.
    pub(in crate::org) fn refresh_mine_of(&mut self, person: PersonId, sessions: &[SessionId]) {
        for conn in self.conns_of(person) {
            for session in sessions {
                self.refresh_mine_at(conn, *session);
            }
        }
    }

    /// Tells everybody what is different in this session.
    pub(in crate::org) fn refresh_mine_in(&mut self, session: SessionId) {
        for conn in self.everybody() {
            self.refresh_mine_at(conn, session);
        }
    }

    /// Tells one connection what is different in one session.
    pub(in crate::org) fn refresh_mine_at(&mut self, conn: ConnId, session: SessionId) {
        if !self.is_listed(conn, session) {
            return;
        }
        let Some(mine) = self.mine(conn, session) else { return };
        let Some(connection) = self.conns.get_mut(&conn) else { return };
        if connection.mine.get(&session).copied().unwrap_or_default() == mine {
            return;
        }
        connection.mine.insert(session, mine);
        let Mine { dismissed, seen, visible, ring } = mine;
        self.send(conn, Down::Mine { session, dismissed, seen, visible, ring });
    }

    /// `None` where the session is not this reader's to see.
    fn mine(&self, conn: ConnId, session: SessionId) -> Option<Mine> {
        let connection = self.conns.get(&conn)?;
        let stored = self.sessions.get(&session)?;
        let person = connection.person;
        if !crate::org::chats::intent::sees(person, connection.role, stored) {
            return None;
        }
        let visible = self
            .members
            .get(&person)?
            .conns
            .iter()
            .filter_map(|each| self.conns.get(each))
            .any(|each| each.visible == Some(session));
        let ring = stored.status == Status::Waiting
            && !connection.is_window()
            && self.rings.get(&(session, person)).is_some_and(|ring| ring.includes(connection.instance))
            && self
                .members
                .get(&person)
                .and_then(|member| member.devices.get(&connection.instance))
                .is_some_and(crate::org::model::device::Device::rings);
        Some(Mine {
            dismissed: stored.dismissed.contains(&person),
            seen: self.seen.get(&(session, person)).copied().unwrap_or(0),
            visible,
            ring,
        })
    }
}
