//! Intents and frames about chats: checked here, then done at once or queued for the store.

use super::{Chats, reads, sees};
use crate::org::context::Context;
use crate::org::event::{ArrivedFile, ConnId};
use crate::org::people::People;
use crate::org::store_queue::{Asked, Job, Want};
use crate::words;
use chat::{Audience, Callback, Intent, NewRequest, PersonId, SessionId, limits};
use presence::Role;
use protocol::display_text::{written_line, written_lines};
use protocol::{Answer, Down, ErrorCode, IntentId};
use std::collections::BTreeSet;

impl Chats {
    pub(crate) fn ask(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        want: Want,
    ) {
        if let Some(asked) = self.asked(people, conn, re, session, want) {
            cx.enqueue(Job::Session { asked, read: None });
        }
    }

    fn asked(
        &self,
        people: &People,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        want: Want,
    ) -> Option<Asked> {
        let connection = people.conns.get(&conn)?;
        Some(Asked { conn, person: connection.person, role: connection.role, re, session, want })
    }

    pub(crate) fn intend(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        intent: Intent,
    ) {
        self.ask(cx, people, conn, re, session, Want::Intent(intent));
    }

    pub(crate) fn request(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        subject: &str,
        reference: Option<&str>,
    ) {
        let Some(connection) = people.conns.get(&conn) else { return };
        let client = connection.person;
        match connection.role {
            Role::Client => {}
            Role::Technician => {
                cx.refuse(conn, re, ErrorCode::NotAllowed, words::NOT_ALLOWED);
                return;
            }
        }
        let subject = written_line(subject);
        let reference = reference.map(written_line).filter(|text| !text.is_empty());
        if subject.is_empty() || subject.chars().count() > limits::SUBJECT_CHARS {
            cx.refuse(conn, re, ErrorCode::Invalid, words::BAD_SUBJECT);
            return;
        }
        if reference.as_ref().is_some_and(|text| text.chars().count() > limits::REFERENCE_CHARS) {
            cx.refuse(conn, re, ErrorCode::Invalid, words::BAD_REFERENCE);
            return;
        }
        let new = NewRequest { id: SessionId(re), client, subject, reference };
        let session = Box::new(chat::request(new, cx.wall));
        cx.enqueue(Job::Request { conn, session });
    }

    pub(crate) fn call_back(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        (phone, note): (&str, Option<&str>),
    ) {
        let phone = written_line(phone);
        if !chat::is_phone(&phone) || phone.chars().count() > limits::PHONE_CHARS {
            cx.refuse(conn, re, ErrorCode::Invalid, words::BAD_PHONE);
            return;
        }
        match checked_note(note) {
            Ok(note) => {
                self.intend(cx, people, conn, re, session, Intent::Callback(Callback { phone, note }));
            }
            Err(message) => cx.refuse(conn, re, ErrorCode::Invalid, message),
        }
    }

    pub(crate) fn hand_over(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        (to, note): (Option<PersonId>, Option<&str>),
    ) {
        match checked_note(note) {
            Ok(note) => self.intend(cx, people, conn, re, session, Intent::HandOver { to, note }),
            Err(message) => cx.refuse(conn, re, ErrorCode::Invalid, message),
        }
    }

    pub(crate) fn complete(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        note: Option<&str>,
    ) {
        match checked_note(note) {
            Ok(note) => self.intend(cx, people, conn, re, session, Intent::Complete { note }),
            Err(message) => cx.refuse(conn, re, ErrorCode::Invalid, message),
        }
    }

    pub(crate) fn message(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        (audience, text): (Audience, &str),
    ) {
        let text = written_lines(text);
        if text.is_empty() || text.chars().count() > limits::MESSAGE_CHARS {
            cx.refuse(conn, re, ErrorCode::Invalid, words::BAD_MESSAGE);
            return;
        }
        self.ask(cx, people, conn, re, session, Want::Message(audience, text));
    }

    /// A file has arrived; its sender, who need not have a connection here, has signed in.
    pub(crate) fn file_arrived(&mut self, cx: &mut Context, arrived: ArrivedFile) {
        let ArrivedFile { conn, person, role, session, id: re, file, stored } = arrived;
        if cx.file_bytes() == 0 {
            cx.refuse(conn, re, ErrorCode::NotAllowed, words::FILES_ARE_OFF);
            return;
        }
        let want = Want::File(Box::new(file), stored);
        let asked = Asked { conn, person, role, re, session, want };
        cx.enqueue(Job::Session { asked, read: None });
    }

    pub(crate) fn open(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        session: SessionId,
        (audience, after): (Audience, u64),
    ) {
        self.ask(cx, people, conn, re, session, Want::Messages(audience, after));
    }

    /// Sends older chats to somebody who has reached the end of the list.
    pub(crate) fn more(&mut self, cx: &mut Context, people: &People, conn: ConnId, re: IntentId) {
        let Some(connection) = people.conns.get(&conn) else { return };
        match connection.role {
            Role::Technician => self.more_follow_ups(cx, people, conn, re),
            Role::Client => {
                cx.enqueue(Job::Completed { conn, re, client: connection.person });
            }
        }
    }

    fn more_follow_ups(&mut self, cx: &mut Context, people: &People, conn: ConnId, re: IntentId) {
        let Some(from) = self.readers.get(&conn).map(|reader| reader.listed_from) else { return };
        let (page, more) = self.next_page(cx, conn, from);
        for session in page {
            self.tell_session(cx, people, conn, session, Role::Technician);
            self.refresh_personal_at(cx, people, conn, session);
        }
        cx.send(conn, Down::Ok { re, answer: Answer { more: Some(more), ..Answer::default() } });
    }

    pub(crate) fn visible(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        session: Option<SessionId>,
    ) {
        let Some(connection) = people.conns.get(&conn) else { return };
        let (person, role) = (connection.person, connection.role);
        let session = session.filter(|id| {
            self.sessions.get(id).is_some_and(|session| sees(person, role, session) && reads(person, session))
        });
        let Some(reader) = self.readers.get_mut(&conn) else { return };
        let before = std::mem::replace(&mut reader.visible, session);
        let different: BTreeSet<SessionId> = before.into_iter().chain(session).collect();
        for session in &different {
            self.refresh_ring(cx, people, *session, person);
        }
        self.refresh_personal_of(cx, people, person, &Vec::from_iter(different));
    }

    /// Somebody has seen a session up to this message. Returns who has seen how much, if that is new.
    pub(crate) fn mark_seen(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        session: SessionId,
        number: u64,
    ) -> Option<(PersonId, u64)> {
        let person = people.conns.get(&conn)?.person;
        let stored = self.sessions.get(&session).filter(|session| reads(person, session))?;
        let number = number.min(stored.messages);
        let known = self.seen.entry((session, person)).or_insert(0);
        if number <= *known {
            return None;
        }
        *known = number;
        self.refresh_personal_of(cx, people, person, &[session]);
        self.tell_read(cx, people, session, person);
        Some((person, number))
    }
}

fn checked_note(note: Option<&str>) -> Result<Option<String>, &'static str> {
    let note = note.map(written_lines).filter(|note| !note.is_empty());
    match &note {
        Some(text) if text.chars().count() > limits::NOTE_CHARS => Err(words::BAD_NOTE),
        Some(_) | None => Ok(note),
    }
}
