//! Messages of a chat (C8): kept, numbered, told to whoever is in it or reads it, and how far each has seen them.

use crate::org::chats::intent::{Asked, Want, reads, sees};
use crate::org::store_queue::Job;
use crate::org::{ConnId, Core};
use crate::words;
use chat::{Message, Session, SessionId, limits};
use protocol::limits::{FRAME_BYTES, MESSAGES_PART};
use protocol::showable::written_lines;
use protocol::{Down, ErrorCode, IntentId};
use std::collections::BTreeSet;

impl Core {
    pub(in crate::org) fn message(&mut self, conn: ConnId, re: IntentId, session: SessionId, text: &str) {
        let text = written_lines(text);
        if text.is_empty() || text.chars().count() > limits::MESSAGE_CHARS {
            self.refuse(conn, re, ErrorCode::Invalid, words::BAD_MESSAGE);
            return;
        }
        self.ask(conn, re, session, Want::Message(text));
    }

    pub(in crate::org) fn open(&mut self, conn: ConnId, re: IntentId, session: SessionId, after: u64) {
        self.ask(conn, re, session, Want::Messages(after));
    }

    /// Some messages for a reader; where there are more, they follow before anything else happens.
    pub(in crate::org) fn opened(&mut self, asked: &Asked, messages: Vec<Message>) {
        let (conn, session, re) = (asked.conn, asked.session, asked.re);
        let more =
            (messages.len() >= MESSAGES_PART).then(|| messages.last().map(|last| last.number)).flatten();
        for messages in crate::org::chats::view::parts(messages, MESSAGES_PART, FRAME_BYTES) {
            self.send(conn, Down::Messages { session, messages });
        }
        if let Some(after) = more {
            self.jobs
                .again(Job::Session { asked: Asked { want: Want::Messages(after), ..*asked }, read: None });
            return;
        }
        if let Some(connection) = self.conns.get_mut(&conn) {
            connection.opened.insert(session);
        }
        self.ok(conn, re);
    }

    /// A message is stored with its session.
    pub(in crate::org) fn said(&mut self, session: Session, message: Message) {
        let (id, from, number) = (session.id, message.from, message.number);
        let readers = session.participants.iter().map(|each| each.person).chain([session.client]);
        let to: BTreeSet<ConnId> = readers
            .flat_map(|person| self.conns_of(person).into_iter().map(move |conn| (person, conn)))
            .filter(|(person, conn)| {
                let opened = self.conns.get(conn).is_some_and(|conn| conn.opened.contains(&id));
                session.has(*person) || opened
            })
            .map(|(_, conn)| conn)
            .collect();
        // Who writes has seen what was written before.
        self.seen.insert((id, from), number);
        self.changed(session);
        self.refresh_mine_of(from, &[id]);
        let to: Vec<ConnId> = to.into_iter().collect();
        self.send_all(to, Down::Messages { session: id, messages: vec![message] });
    }

    pub(in crate::org) fn visible(&mut self, conn: ConnId, session: Option<SessionId>) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let (person, role) = (connection.person, connection.role);
        let session = session.filter(|id| {
            self.sessions.get(id).is_some_and(|session| sees(person, role, session) && reads(person, session))
        });
        let Some(connection) = self.conns.get_mut(&conn) else { return };
        let before = std::mem::replace(&mut connection.visible, session);
        let different: BTreeSet<SessionId> = before.into_iter().chain(session).collect();
        self.refresh_mine_of(person, &Vec::from_iter(different));
    }

    pub(in crate::org) fn saw(&mut self, conn: ConnId, session: SessionId, number: u64) {
        let Some(person) = self.conns.get(&conn).map(|connection| connection.person) else { return };
        let Some(stored) = self.sessions.get(&session).filter(|session| reads(person, session)) else {
            return;
        };
        let number = number.min(stored.messages);
        let known = self.seen.entry((session, person)).or_insert(0);
        if number <= *known {
            return;
        }
        *known = number;
        self.refresh_mine_of(person, &[session]);
        self.unsaved_seen(session, person, number);
    }
}
