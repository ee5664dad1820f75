//! Chats as connections ask for them and are told of them: what is asked is checked here, what is told is projected here.

use crate::org::chats::intent::{Asked, Want};
use crate::org::store_queue::Job;
use crate::org::{ConnId, Core, Frame};
use crate::words;
use chat::{Callback, Intent, NewRequest, PersonId, SessionId, Status, limits};
use presence::{Role, eligibility};
use protocol::showable::{written_line, written_lines};
use protocol::{Down, ErrorCode, IntentId};

impl Core {
    fn asked(&self, conn: ConnId, re: IntentId, session: SessionId, want: Want) -> Option<Asked> {
        let connection = self.conns.get(&conn)?;
        Some(Asked { conn, person: connection.person, role: connection.role, re, session, want })
    }

    pub(in crate::org) fn ask(&mut self, conn: ConnId, re: IntentId, session: SessionId, want: Want) {
        if let Some(asked) = self.asked(conn, re, session, want) {
            self.enqueue(Job::Session { asked, read: None });
        }
    }

    pub(in crate::org) fn intend(&mut self, conn: ConnId, re: IntentId, session: SessionId, intent: Intent) {
        self.ask(conn, re, session, Want::Intent(intent));
    }

    pub(in crate::org) fn request(
        &mut self,
        conn: ConnId,
        re: IntentId,
        subject: &str,
        reference: Option<&str>,
    ) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let client = connection.person;
        match connection.role {
            Role::Client => {}
            Role::Technician => {
                self.refuse(conn, re, ErrorCode::NotAllowed, words::NOT_ALLOWED);
                return;
            }
        }
        let subject = written_line(subject);
        let reference = reference.map(written_line).filter(|text| !text.is_empty());
        if subject.is_empty() || subject.chars().count() > limits::SUBJECT_CHARS {
            self.refuse(conn, re, ErrorCode::Invalid, words::BAD_SUBJECT);
            return;
        }
        if reference.as_ref().is_some_and(|text| text.chars().count() > limits::REFERENCE_CHARS) {
            self.refuse(conn, re, ErrorCode::Invalid, words::BAD_REFERENCE);
            return;
        }
        let new = NewRequest { id: SessionId(re), client, subject, reference };
        let session = Box::new(chat::request(new, self.wall));
        self.enqueue(Job::Request { conn, session });
    }

    pub(in crate::org) fn call_back(
        &mut self,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        phone: &str,
        note: Option<&str>,
    ) {
        let phone = written_line(phone);
        if phone.is_empty() || phone.chars().count() > limits::PHONE_CHARS {
            self.refuse(conn, re, ErrorCode::Invalid, words::BAD_PHONE);
            return;
        }
        match checked_note(note) {
            Ok(note) => self.intend(conn, re, session, Intent::Callback(Callback { phone, note })),
            Err(message) => self.refuse(conn, re, ErrorCode::Invalid, message),
        }
    }

    pub(in crate::org) fn complete(
        &mut self,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        note: Option<&str>,
    ) {
        match checked_note(note) {
            Ok(note) => self.intend(conn, re, session, Intent::Complete { note }),
            Err(message) => self.refuse(conn, re, ErrorCode::Invalid, message),
        }
    }

    /// Tells one connection of a session.
    pub(in crate::org) fn tell_session(&mut self, conn: ConnId, session: SessionId, role: Role) {
        if let Some(frame) = self.session_frame(session, role) {
            self.send(conn, frame);
        }
    }

    pub(in crate::org) fn send_session(&mut self, session: SessionId) {
        let to = self.listing(session);
        if let (false, Some(frame)) = (to.is_empty(), self.session_frame(session, Role::Technician)) {
            self.send_all(to, frame);
        }
        self.send_session_to_client(session);
    }

    pub(in crate::org) fn send_session_to_client(&mut self, session: SessionId) {
        let Some(client) = self.sessions.get(&session).map(|session| session.client) else { return };
        let to = self.conns_of(client);
        if let (false, Some(frame)) = (to.is_empty(), self.session_frame(session, Role::Client)) {
            self.send_all(to, frame);
        }
    }

    fn session_frame(&mut self, session: SessionId, reader: Role) -> Option<Frame> {
        let stored = self.sessions.get(&session)?;
        let frame = |place| {
            let session = crate::org::chats::view::session(stored, reader, &self.members, place);
            Frame::from(Down::Session { session })
        };
        Some(match reader {
            Role::Technician => self.frames.entry(session).or_insert_with(|| frame(None)).clone(),
            Role::Client => frame(self.places.get(&session).copied()),
        })
    }

    /// Counts who waits before whom and who is offered a callback; clients for whom that has changed are told.
    pub(in crate::org) fn note_queue(&mut self) {
        let waiting = |id: &SessionId| self.times.get(id).map(|times| times.waiting);
        self.facts.sessions(self.sessions.values().map(|session| (session.status, waiting(&session.id))));
        let mut queue: Vec<_> = self
            .sessions
            .values()
            .filter(|session| session.status == Status::Waiting)
            .map(|session| (waiting(&session.id), session.waiting_since, session.id))
            .collect();
        queue.sort_unstable();
        let receiving = self.receiving();
        let before = std::mem::take(&mut self.places);
        for (ahead, (.., session)) in queue.into_iter().enumerate() {
            let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
            self.places.insert(
                session,
                Place { ahead, callback_offered: self.offers_callback(session, &receiving) },
            );
        }
        let moved: Vec<SessionId> = self
            .places
            .iter()
            .filter(|(session, place)| before.get(session).is_some_and(|known| known != *place))
            .map(|(session, _)| *session)
            .collect();
        for session in moved {
            self.send_session_to_client(session);
        }
    }

    /// The technicians at whom what waits may ring.
    fn receiving(&self) -> Vec<PersonId> {
        let receives = |person: &&PersonId| {
            let member = self.members.get(person);
            member.is_some_and(|member| eligibility::receives(member.presence.state()))
        };
        self.technicians.people.iter().filter(receives).copied().collect()
    }

    /// Whether nobody is at their desk, or all who could join have silenced it (C6).
    fn offers_callback(&self, session: SessionId, receiving: &[PersonId]) -> bool {
        let dismissed =
            self.sessions.get(&session).map(|session| session.dismissed.as_slice()).unwrap_or_default();
        !self.staffed || receiving.iter().all(|person| dismissed.contains(person))
    }
}

/// What the client of a waiting session is told of its waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::org) struct Place {
    /// How many wait before it.
    pub(in crate::org) ahead: u32,
    /// Whether a callback is offered already (C6).
    pub(in crate::org) callback_offered: bool,
}

fn checked_note(note: Option<&str>) -> Result<Option<String>, &'static str> {
    let note = note.map(written_lines).filter(|note| !note.is_empty());
    match &note {
        Some(text) if text.chars().count() > limits::NOTE_CHARS => Err(words::BAD_NOTE),
        Some(_) | None => Ok(note),
    }
}
