//! Intents on a session: decided by `chat::decide`, stored if the session still has the revision that they were decided on, and decided
//! again if somebody else changed it first.

use super::{Chats, reads, sees};
use crate::org::context::Context;
use crate::org::people::People;
use crate::org::store_queue::{Asked, InFlight, Job, Want};
use crate::org::store_request::StoreRequest;
use crate::store::FileId;
use crate::words;
use chat::{Applied, Audience, Intent, Message, Outcome, Refusal, SentFile, Session};
use presence::{Role, eligibility};
use protocol::{Answer, Down, ErrorCode, IntentId};

/// What a message has in it.
enum Written {
    Text(String),
    /// A file, and where its contents are.
    File(Box<SentFile>, FileId),
}

impl Chats {
    pub(crate) fn begin_session(
        &mut self,
        cx: &mut Context,
        people: &People,
        asked: Asked,
        read: Option<Box<Session>>,
    ) -> Option<(InFlight, StoreRequest)> {
        // Removed from the organisation since they asked: nobody is left to tell.
        if people.is_out(asked.person) {
            return None;
        }
        let known = read.or_else(|| self.sessions.get(&asked.session).cloned().map(Box::new));
        let Some(session) = known else {
            let step = StoreRequest::Session(asked.session);
            return Some((InFlight::Read(asked), step));
        };
        if !sees(asked.person, asked.role, &session) {
            cx.refuse(asked.conn, asked.re, ErrorCode::NotFound, words::NO_SESSION);
            return None;
        }
        match asked.want.clone() {
            Want::Intent(intent) => self.begin_intent(cx, people, asked, &session, intent),
            Want::Message(audience, text) => {
                self.begin_message(cx, people, asked, &session, (audience, Written::Text(text)))
            }
            Want::File(file, stored) => {
                let written = (Audience::Everybody, Written::File(file, stored));
                self.begin_message(cx, people, asked, &session, written)
            }
            Want::Messages(audience, after) => {
                // Nobody is left to read.
                if !people.conns.contains_key(&asked.conn) {
                    return None;
                }
                let may_read = match audience {
                    Audience::Everybody => reads(asked.person, &session),
                    Audience::Technicians => asked.role == Role::Technician,
                };
                if may_read {
                    let step = StoreRequest::Messages(asked.session, audience, after);
                    return Some((InFlight::Messages { asked, audience }, step));
                }
                cx.refuse(asked.conn, asked.re, ErrorCode::NotAllowed, words::NOT_IN_CHAT);
                None
            }
        }
    }

    fn begin_intent(
        &mut self,
        cx: &mut Context,
        people: &People,
        asked: Asked,
        session: &Session,
        intent: Intent,
    ) -> Option<(InFlight, StoreRequest)> {
        let applied = Applied { id: asked.re, by: asked.person };
        if session.has_applied(applied) {
            cx.ok(asked.conn, asked.re);
            return None;
        }
        match self.decide(cx, people, &asked, session, intent) {
            Ok(Outcome::Changed(next)) => {
                let next = Box::new(next.with_applied(applied));
                let step = StoreRequest::Put(next.clone(), session.rev);
                Some((InFlight::Put { asked, next }, step))
            }
            Ok(Outcome::Already) => {
                cx.ok(asked.conn, asked.re);
                None
            }
            Err(refusal) => {
                let refusal = self.refusal(people, asked.re, &refusal);
                cx.send(asked.conn, refusal);
                None
            }
        }
    }

    fn begin_message(
        &mut self,
        cx: &mut Context,
        people: &People,
        asked: Asked,
        session: &Session,
        (audience, written): (Audience, Written),
    ) -> Option<(InFlight, StoreRequest)> {
        let intent = match audience {
            Audience::Everybody => Intent::Message,
            Audience::Technicians => Intent::Note,
        };
        match self.decide(cx, people, &asked, session, intent) {
            Ok(Outcome::Changed(next)) => {
                let number = match audience {
                    Audience::Everybody => next.messages,
                    Audience::Technicians => next.notes,
                };
                let (text, file) = match written {
                    Written::Text(text) => (text, None),
                    Written::File(file, stored) => (String::new(), Some((*file, stored))),
                };
                let (file, stored) = file.unzip();
                let at = cx.wall;
                let message = Message { number, id: asked.re, from: asked.person, at, text, file };
                let (rev, put) = (session.rev, next.clone());
                let step = match stored {
                    None => StoreRequest::PutMessage(put, rev, audience, message.clone()),
                    Some(stored) => StoreRequest::PutFile(put, rev, message.clone(), stored),
                };
                Some((InFlight::Message { asked, next, audience, message }, step))
            }
            Ok(Outcome::Already) => {
                cx.ok(asked.conn, asked.re);
                None
            }
            // Whether there is such a note is nothing that a client is told.
            Err(refusal) if audience == Audience::Technicians && asked.role == Role::Client => {
                let refusal = self.refusal(people, asked.re, &refusal);
                cx.send(asked.conn, refusal);
                None
            }
            // It may repeat a message that was stored before the chat changed (C8).
            Err(refusal) => {
                let refusal = Box::new(self.refusal(people, asked.re, &refusal));
                let step = StoreRequest::MessageKnown(asked.session, audience, asked.re);
                Some((InFlight::Before { asked, refusal }, step))
            }
        }
    }

    fn decide(
        &self,
        cx: &Context,
        people: &People,
        asked: &Asked,
        session: &Session,
        intent: Intent,
    ) -> Result<Outcome, Refusal> {
        let is_undone = matches!(intent, Intent::Reopen);
        let now = if is_undone { self.undo_time(cx, session) } else { cx.wall };
        chat::decide(session, asked.person, asked.role, intent, now, |person| {
            people
                .members
                .get(&person)
                .is_some_and(|member| member.is_in() && eligibility::receives(member.presence.state()))
        })
    }

    fn refusal(&self, people: &People, re: IntentId, refusal: &Refusal) -> Down {
        match refusal {
            Refusal::Taken { by, at } => {
                let by = people.members.get(by).map(|member| member.person.name.clone()).unwrap_or_default();
                words::taken(re, by, *at)
            }
            Refusal::NotAllowed => words::error(Some(re), ErrorCode::NotAllowed, words::NOT_ALLOWED),
            Refusal::Over => words::error(Some(re), ErrorCode::Over, words::OVER),
            Refusal::NoteNeeded => words::error(Some(re), ErrorCode::NoteNeeded, words::NOTE_NEEDED),
            Refusal::CannotTakeOver => {
                words::error(Some(re), ErrorCode::CannotTakeOver, words::CANNOT_TAKE_OVER)
            }
            Refusal::Full => words::error(Some(re), ErrorCode::TooMany, words::CHAT_FULL),
            Refusal::TooLate => words::error(Some(re), ErrorCode::TooLate, words::TOO_LATE_TO_UNDO),
            Refusal::NobodyStays => words::error(Some(re), ErrorCode::NobodyStays, words::NOBODY_STAYS),
        }
    }

    /// Somebody else changed it first: take in their change, and decide the intent again (C4).
    pub(crate) fn lost_race(
        &mut self,
        cx: &mut Context,
        people: &People,
        asked: Asked,
        current: Option<Box<Session>>,
    ) {
        if let Some(current) = &current {
            self.changed(cx, people, (**current).clone());
        }
        match current {
            Some(current) => cx.queue.requeue_front(Job::Session { asked, read: Some(current) }),
            None => cx.refuse(asked.conn, asked.re, ErrorCode::NotFound, words::NO_SESSION),
        }
    }

    pub(crate) fn answer_number(&mut self, cx: &mut Context, asked: &Asked, number: u64) {
        let answer = Answer { number: Some(number), ..Answer::default() };
        cx.send(asked.conn, Down::Ok { re: asked.re, answer });
    }
}
