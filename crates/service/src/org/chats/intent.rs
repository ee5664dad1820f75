//! Intents on a session: decided by `chat::decide`, stored under the revision that they were decided on, and decided again
//! by whoever lost.

use crate::org::chats::session_times::SessionTimes;
use crate::org::store_queue::{Doing, Job};
use crate::org::store_request::{Step, Stepped};
use crate::org::{ConnId, Core, Effect, Note};
use crate::store::{MessagePut, Put};
use crate::words;
use chat::{Applied, Intent, Message, Outcome, PersonId, Refusal, Session, SessionId, Status};
use presence::{Role, eligibility};
use protocol::{Answer, Down, ErrorCode, IntentId};

/// An intent on a session, and who has it.
#[derive(Clone, Debug)]
pub(in crate::org) struct Asked {
    pub(in crate::org) conn: ConnId,
    pub(in crate::org) person: PersonId,
    pub(in crate::org) role: Role,
    pub(in crate::org) re: IntentId,
    pub(in crate::org) session: SessionId,
    pub(in crate::org) want: Want,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub(in crate::org) enum Want {
    /// A change of the session.
    Intent(Intent),
    /// A message in it; the text has been checked.
    Message(String),
    /// Its messages after this number.
    Messages(u64),
}

/// Whether a session is this person's to see: technicians see those of the organisation, clients their own.
pub(in crate::org) fn sees(person: PersonId, role: Role, session: &Session) -> bool {
    match role {
        Role::Technician => true,
        Role::Client => session.client == person,
    }
}

/// Whether its messages are this person's to read: its client and whoever is or was in it.
pub(in crate::org) fn reads(person: PersonId, session: &Session) -> bool {
    session.client == person || session.participants.iter().any(|each| each.person == person)
}

impl Core {
    pub(in crate::org) fn begin_session(
        &mut self,
        asked: Asked,
        read: Option<Box<Session>>,
    ) -> Option<(Doing, Step)> {
        // Taken out of the organisation since they asked: nobody is left to tell.
        if self.is_out(asked.person) {
            return None;
        }
        let known = read.or_else(|| self.sessions.get(&asked.session).cloned().map(Box::new));
        let Some(session) = known else {
            let step = Step::Session(asked.session);
            return Some((Doing::Read(asked), step));
        };
        if !sees(asked.person, asked.role, &session) {
            self.refuse(asked.conn, asked.re, ErrorCode::NotFound, words::NO_SESSION);
            return None;
        }
        match asked.want.clone() {
            Want::Intent(intent) => self.begin_intent(asked, &session, intent),
            Want::Message(text) => self.begin_message(asked, &session, text),
            Want::Messages(after) => {
                // Nobody is left to read.
                if !self.conns.contains_key(&asked.conn) {
                    return None;
                }
                if reads(asked.person, &session) {
                    let step = Step::Messages(asked.session, after);
                    return Some((Doing::Messages { asked }, step));
                }
                self.refuse(asked.conn, asked.re, ErrorCode::NotAllowed, words::NOT_IN_CHAT);
                None
            }
        }
    }

    fn begin_intent(&mut self, asked: Asked, session: &Session, intent: Intent) -> Option<(Doing, Step)> {
        let applied = Applied { id: asked.re, by: asked.person };
        if session.has_applied(applied) {
            self.ok(asked.conn, asked.re);
            return None;
        }
        match self.decide(&asked, session, intent) {
            Ok(Outcome::Changed(next)) => {
                let next = Box::new(next.with_applied(applied));
                let step = Step::Put(next.clone(), session.rev);
                Some((Doing::Put { asked, next }, step))
            }
            Ok(Outcome::Already) => {
                self.ok(asked.conn, asked.re);
                None
            }
            Err(refusal) => {
                let refusal = self.refusal(asked.re, &refusal);
                self.send(asked.conn, refusal);
                None
            }
        }
    }

    fn begin_message(&mut self, asked: Asked, session: &Session, text: String) -> Option<(Doing, Step)> {
        match self.decide(&asked, session, Intent::Message) {
            Ok(Outcome::Changed(next)) => {
                let message =
                    Message { number: next.messages, id: asked.re, from: asked.person, at: self.wall, text };
                let step = Step::PutMessage(next.clone(), session.rev, message.clone());
                Some((Doing::Message { asked, next, message }, step))
            }
            Ok(Outcome::Already) => {
                self.ok(asked.conn, asked.re);
                None
            }
            // It may be the repeat of one that was taken while the chat went on (C8).
            Err(refusal) => {
                let refusal = Box::new(self.refusal(asked.re, &refusal));
                let step = Step::MessageKnown(asked.session, asked.re);
                Some((Doing::Before { asked, refusal }, step))
            }
        }
    }

    fn decide(&self, asked: &Asked, session: &Session, intent: Intent) -> Result<Outcome, Refusal> {
        chat::decide(session, asked.person, asked.role, intent, self.wall, |person| {
            self.members
                .get(&person)
                .is_some_and(|member| member.is_in() && eligibility::receives(member.presence.state()))
        })
    }

    fn refusal(&self, re: IntentId, refusal: &Refusal) -> Down {
        match refusal {
            Refusal::Taken { by, at } => {
                let by = self.members.get(by).map(|member| member.person.name.clone()).unwrap_or_default();
                words::taken(re, by, *at)
            }
            Refusal::NotAllowed => words::error(Some(re), ErrorCode::NotAllowed, words::NOT_ALLOWED),
            Refusal::Over => words::error(Some(re), ErrorCode::Over, words::OVER),
            Refusal::NoteNeeded => words::error(Some(re), ErrorCode::NoteNeeded, words::NOTE_NEEDED),
            Refusal::NobodyStays => words::error(Some(re), ErrorCode::NobodyStays, words::NOBODY_STAYS),
        }
    }

    pub(in crate::org) fn done_session(&mut self, doing: Doing, stepped: Stepped) {
        match (doing, stepped) {
            (Doing::Read(asked), Stepped::Session(Some(session))) => {
                self.jobs.again(Job::Session { asked, read: Some(session) });
            }
            (Doing::Read(asked), Stepped::Session(None)) => {
                self.refuse(asked.conn, asked.re, ErrorCode::NotFound, words::NO_SESSION);
            }
            (Doing::Put { asked, next }, Stepped::Put(Put::Done)) => {
                self.changed(*next);
                self.ok(asked.conn, asked.re);
            }
            (Doing::Put { asked, .. }, Stepped::Put(Put::Lost(current)))
            | (Doing::Message { asked, .. }, Stepped::Message(MessagePut::Lost(current))) => {
                self.lost_race(asked, current);
            }
            (Doing::Message { asked, next, message }, Stepped::Message(MessagePut::Done)) => {
                let number = message.number;
                self.said(*next, message);
                self.answer_number(&asked, number);
            }
            (Doing::Message { asked, .. }, Stepped::Message(MessagePut::Before(known)))
            | (Doing::Before { asked, .. }, Stepped::Known(Some(known))) => {
                if known.from == asked.person {
                    self.answer_number(&asked, known.number);
                } else {
                    self.refuse(asked.conn, asked.re, ErrorCode::Invalid, words::MESSAGE_ID_USED);
                }
            }
            (Doing::Before { asked, refusal }, Stepped::Known(None)) => self.send(asked.conn, *refusal),
            (Doing::Messages { asked }, Stepped::Messages(messages)) => self.opened(&asked, messages),
            // Without the two: people's words are in them.
            (_, _) => tracing::error!(target: "service", "the store answered another question"),
        }
    }

    fn answer_number(&mut self, asked: &Asked, number: u64) {
        let answer = Answer { number: Some(number), ..Answer::default() };
        self.send(asked.conn, Down::Ok { re: asked.re, answer });
    }

    /// Somebody else changed it first: what they made of it is known now, and the intent is decided again (C4).
    fn lost_race(&mut self, asked: Asked, current: Option<Box<Session>>) {
        if let Some(current) = &current {
            self.changed((**current).clone());
        }
        match current {
            Some(current) => self.jobs.again(Job::Session { asked, read: Some(current) }),
            None => self.refuse(asked.conn, asked.re, ErrorCode::NotFound, words::NO_SESSION),
        }
    }

    /// A session is stored as it is after somebody's absence, unless somebody else changed it first.
    pub(in crate::org) fn absence_stored(&mut self, job: Job, next: Session, put: Put) {
        let (client, again) = (next.client, matches!(put, Put::Lost(Some(_))));
        match put {
            Put::Done => self.changed(next),
            Put::Lost(Some(current)) => self.changed(*current),
            Put::Lost(None) => {}
        }
        if again {
            self.jobs.again(job);
        }
        // A chat that waits again may wait for a client who is gone as well (C5).
        self.watch_absence(client);
    }

    /// For whoever counts what becomes of sessions.
    fn note_change(&mut self, next: &Session) {
        let before = self.sessions.get(&next.id).map(|known| known.status);
        if before == Some(next.status) {
            return;
        }
        self.effects.push(Effect::Note(Note::Became(next.status)));
        if let (Some(Status::Waiting), Status::Handled, Some(times)) =
            (before, next.status, self.times.get(&next.id))
        {
            self.effects.push(Effect::Note(Note::Joined(self.now.since(times.waiting))));
        }
    }

    fn note_times(&mut self, next: &Session) {
        let times = self.times.entry(next.id).or_insert_with(|| SessionTimes::new(next.client, self.now));
        if let Some(before) = self.sessions.get(&next.id) {
            times.changed(before, next, self.now);
        }
    }

    /// The session is stored like this: it is so for everybody who may see it.
    pub(in crate::org) fn changed(&mut self, session: Session) {
        let id = session.id;
        let over = session.status == Status::Completed;
        self.note_change(&session);
        self.note_times(&session);
        self.watch_session(&session);
        // One that is completed is told of as one that was known.
        if !over {
            self.note_follow_up(&session);
        }
        self.frames.remove(&id);
        let before = self.sessions.insert(id, session);
        // A message, or somebody who leaves others in the chat, changes nothing else: it costs as much as those who see the chat.
        if self.is_as_it_was(id, before.as_ref()) {
            self.send_session(id);
            return;
        }
        // Its own client is told of its place by what follows.
        self.places.remove(&id);
        self.note_queue();
        self.send_session(id);
        for person in self.technicians.people.clone() {
            self.refresh_ring(id, person);
        }
        if over {
            self.frames.remove(&id);
            if let Some(session) = self.sessions.remove(&id) {
                self.note_follow_up(&session);
            }
            self.times.remove(&id);
            self.seen.retain(|(session, _), _| *session != id);
            for conn in self.conns.values_mut() {
                conn.mine.remove(&id);
            }
        } else {
            self.refresh_mine_in(id);
        }
    }

    /// Whether a session holds the same place in the queue as before it changed, rings where it did, and is silenced by the same people.
    fn is_as_it_was(&self, session: SessionId, before: Option<&Session>) -> bool {
        let (Some(now), Some(before)) = (self.sessions.get(&session), before) else { return false };
        (now.status, now.waiting_since) == (before.status, before.waiting_since)
            && now.dismissed == before.dismissed
    }
}
