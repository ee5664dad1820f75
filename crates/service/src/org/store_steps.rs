//! What each job requests from the store, and what follows from the reply.

use super::chats::retention::Retention;
use super::event::{ConnId, Effect};
use super::state::Core;
use super::store_queue::{InFlight, Job};
use super::store_request::{StoreReply, StoreRequest};
use crate::store::{Created, MessagePut, Put, ReplyOwner, StoreError};
use crate::words;
use chat::{Audience, Session};
use protocol::ErrorCode;
use protocol::limits::OWN_REPLIES;

impl Core {
    /// Starts waiting jobs until the store is busy.
    pub(super) fn pump(&mut self) {
        while !self.cx.queue.is_busy() {
            let Some(job) = self.cx.queue.next(|person| self.people.is_about_to_count(person)) else {
                return;
            };
            if let Some((in_flight, step)) = self.begin(job) {
                self.cx.queue.begin(in_flight);
                self.cx.effects.push(Effect::Store(step));
            }
        }
    }

    fn begin(&mut self, job: Job) -> Option<(InFlight, StoreRequest)> {
        match job {
            Job::Save { then } => {
                let changes = self.people.take_unsaved(&mut self.cx, then.is_some());
                if changes.is_empty() {
                    if let Some((conn, re)) = then {
                        self.cx.ok(conn, re);
                    }
                    return None;
                }
                Some((InFlight::Save { changes: changes.clone(), then }, StoreRequest::Save(changes)))
            }
            Job::Prefer { conn, re, person, preference, set } => {
                self.people.is_later(&mut self.cx, conn, re, person, set).then_some((
                    InFlight::Prefer { conn, re, person, preference, set },
                    StoreRequest::SetPreference(person, preference, set),
                ))
            }
            // An intent of somebody who was removed meanwhile is not done; nobody is left to tell.
            Job::Request { session, .. } if self.people.is_out(session.client) => None,
            Job::Request { conn, session } => Some((
                InFlight::Request { conn, session: session.clone() },
                StoreRequest::Create(session, self.cx.config.waiting_of_client),
            )),
            Job::Invite { by, .. } if self.people.is_out(by) => None,
            Job::Invite { conn, session, .. } => {
                self.chats.begin_invitation(&mut self.cx, &self.people, conn, session)
            }
            Job::Session { asked, read } => self.chats.begin_session(&mut self.cx, &self.people, asked, read),
            Job::Unanswered(session) => {
                let stored = self.chats.sessions.get(&session)?;
                let stored = Some(stored).filter(|session| self.chats.is_unanswered(&self.cx, session))?;
                let (next, rev) = (Box::new(chat::unanswered(stored, self.cx.wall)?), stored.rev);
                Some((InFlight::Absence { job, next: next.clone() }, StoreRequest::Put(next, rev)))
            }
            // Somebody who has come back in time keeps the chat: the job was right when it was queued.
            Job::Abandon(session) => {
                let stored = self
                    .chats
                    .sessions
                    .get(&session)
                    .filter(|session| self.chats.is_abandoned(&self.cx, &self.people, session))?;
                let (next, rev) = (Box::new(chat::abandon(stored, self.cx.wall)?), stored.rev);
                Some((InFlight::Absence { job, next: next.clone() }, StoreRequest::Put(next, rev)))
            }
            Job::WaitAgain(session) => {
                let stored = self
                    .chats
                    .sessions
                    .get(&session)
                    .filter(|session| self.chats.is_alone(&self.cx, &self.people, session))?;
                let (next, rev) = (Box::new(chat::waits_again(stored, self.cx.wall)?), stored.rev);
                Some((InFlight::Absence { job, next: next.clone() }, StoreRequest::Put(next, rev)))
            }
            Job::HandOn(session) => {
                let stored = self.chats.sessions.get(&session)?;
                let next =
                    Box::new(chat::without(stored, |person| self.people.is_out(person), self.cx.wall)?);
                let rev = stored.rev;
                Some((InFlight::Absence { job, next: next.clone() }, StoreRequest::Put(next, rev)))
            }
            Job::NotTakenOver(session) => {
                let next = Box::new(self.chats.not_taken_over(&self.cx, &self.people, session)?);
                let rev = next.rev - 1;
                Some((InFlight::Absence { job, next: next.clone() }, StoreRequest::Put(next, rev)))
            }
            Job::CompleteFollowUp(session, why) => {
                let next = Box::new(self.chats.completed_follow_up(&mut self.cx, session, why)?);
                let step = StoreRequest::Put(next.clone(), next.rev - 1);
                Some((InFlight::FollowUp { next }, step))
            }
            Job::Completed { conn, re, client } => {
                let before = self.chats.completed_from(conn)?;
                let step = StoreRequest::Completed(client, before, self.cx.config.completed_part);
                Some((InFlight::Completed { conn, re }, step))
            }
            Job::DeleteEnded => Some((InFlight::DeleteEnded, Retention::step(&self.cx))),
            Job::Replies { conn, re, person } => {
                Some((InFlight::Replies { conn, re }, StoreRequest::Replies(ReplyOwner::Person(person))))
            }
            Job::PutReply { conn, re, person, reply } => {
                let step = StoreRequest::PutReply(ReplyOwner::Person(person), reply.clone(), OWN_REPLIES);
                Some((InFlight::PutReply { asked: (conn, re, person), reply }, step))
            }
            Job::RemoveReply { conn, re, person, id } => {
                let step = StoreRequest::RemoveReply(ReplyOwner::Person(person), id);
                Some((InFlight::RemoveReply { asked: (conn, re, person), id }, step))
            }
            Job::SignOut { conn, re, sign_in, .. } => {
                Some((InFlight::SignOut { conn, re, sign_in }, StoreRequest::Revoke(sign_in)))
            }
        }
    }

    /// Takes in the reply to the step in progress.
    pub(super) fn store_replied(&mut self, reply: StoreReply) {
        let Some(in_flight) = self.cx.queue.finish() else { return };
        match reply {
            StoreReply::Failed(error) => self.failed(in_flight, &error),
            reply => self.done(in_flight, reply),
        }
    }

    fn done(&mut self, in_flight: InFlight, reply: StoreReply) {
        match (in_flight, reply) {
            (InFlight::Save { changes, then }, _) => {
                for person in self.people.saved(&mut self.cx, &changes) {
                    self.refresh(person);
                }
                self.people.looks_due(&mut self.cx);
                if let Some((conn, re)) = then {
                    self.cx.ok(conn, re);
                }
            }
            (InFlight::Prefer { conn, re, person, preference, set }, _) => {
                self.preferred(person, preference, set);
                self.cx.ok(conn, re);
            }
            (InFlight::SignOut { conn, re, sign_in }, _) => {
                self.people.note_signed_out(re);
                self.cx.ok(conn, re);
                self.revoked(sign_in);
            }
            (InFlight::Request { conn, session }, StoreReply::Created(created)) => {
                self.requested(conn, *session, created);
            }
            (InFlight::NotInvited { conn, session, refusal }, StoreReply::Session(before)) => {
                self.chats.not_invited(&mut self.cx, conn, &session, before.as_deref(), *refusal);
            }
            (InFlight::FollowUp { next }, StoreReply::Put(put)) => {
                self.put(*next, put);
                self.chats.follow_up_done(&mut self.cx);
            }
            (InFlight::Absence { job, next }, StoreReply::Put(put)) => {
                let client = next.client;
                if self.put(*next, put) {
                    self.cx.queue.requeue_front(job);
                }
                // The client of a chat that waits again may be gone too (C5).
                self.people.watch_absence(&mut self.cx, client);
            }
            (InFlight::Read(asked), StoreReply::Session(Some(session))) => {
                self.cx.queue.requeue_front(Job::Session { asked, read: Some(session) });
            }
            (InFlight::Read(asked), StoreReply::Session(None)) => {
                self.cx.refuse(asked.conn, asked.re, ErrorCode::NotFound, words::NO_SESSION);
            }
            (InFlight::Put { asked, next }, StoreReply::Put(Put::Done)) => {
                self.chats.changed(&mut self.cx, &self.people, *next);
                self.cx.ok(asked.conn, asked.re);
            }
            (InFlight::Put { asked, .. }, StoreReply::Put(Put::OtherActive)) => {
                self.cx.refuse(asked.conn, asked.re, ErrorCode::AlreadyActive, words::ASKED_AGAIN);
            }
            (InFlight::Put { asked, .. }, StoreReply::Put(Put::Lost(current)))
            | (InFlight::Message { asked, .. }, StoreReply::Message(MessagePut::Lost(current))) => {
                self.chats.lost_race(&mut self.cx, &self.people, asked, current);
            }
            (InFlight::Message { asked, next, audience, message }, StoreReply::Message(MessagePut::Done)) => {
                let number = message.number;
                match audience {
                    Audience::Everybody => {
                        self.chats.message_stored(&mut self.cx, &self.people, *next, message);
                    }
                    Audience::Technicians => {
                        self.chats.note_stored(&mut self.cx, &self.people, *next, message);
                    }
                }
                self.chats.answer_number(&mut self.cx, &asked, number);
            }
            (InFlight::Message { asked, .. }, StoreReply::Message(MessagePut::Before(known)))
            | (InFlight::Before { asked, .. }, StoreReply::Known(Some(known))) => {
                if known.from == asked.person {
                    self.chats.answer_number(&mut self.cx, &asked, known.number);
                } else {
                    self.cx.refuse(asked.conn, asked.re, ErrorCode::Invalid, words::MESSAGE_ID_USED);
                }
            }
            (InFlight::Before { asked, refusal }, StoreReply::Known(None)) => {
                self.cx.send(asked.conn, *refusal);
            }
            (InFlight::Message { asked, .. }, StoreReply::Message(MessagePut::NoRoom)) => {
                self.cx.refuse(asked.conn, asked.re, ErrorCode::TooMany, words::NO_ROOM_FOR_FILES);
            }
            (InFlight::Messages { asked, audience }, StoreReply::Messages(messages)) => {
                self.chats.opened(&mut self.cx, &asked, audience, messages);
            }
            (InFlight::Completed { conn, re }, StoreReply::Completed(page)) => {
                self.chats.send_completed(&mut self.cx, &self.people, conn, re, &page);
            }
            (InFlight::Replies { conn, re }, StoreReply::Replies(own)) => {
                self.replies.listed(&mut self.cx, &self.people, conn, re, own);
            }
            (InFlight::PutReply { asked, reply }, StoreReply::ReplyPut(put)) => {
                self.replies.stored(&mut self.cx, &self.people, asked, reply, put);
            }
            (InFlight::RemoveReply { asked, id }, StoreReply::Done) => {
                self.replies.removed(&mut self.cx, &self.people, asked, id);
            }
            (InFlight::DeleteEnded, StoreReply::Deleted(more)) => {
                self.chats.retention.deleted(&mut self.cx, more);
            }
            // Without the reply and the request: they contain text that people wrote.
            (_, _) => tracing::error!(target: "service", "the store answered another question"),
        }
    }

    /// A session that the service itself changed is stored, unless somebody else changed it first. Returns whether somebody did.
    fn put(&mut self, next: Session, put: Put) -> bool {
        match put {
            Put::Done => self.chats.changed(&mut self.cx, &self.people, next),
            Put::Lost(Some(current)) => {
                self.chats.changed(&mut self.cx, &self.people, *current);
                return true;
            }
            Put::Lost(None) | Put::OtherActive => {}
        }
        false
    }

    fn failed(&mut self, in_flight: InFlight, error: &StoreError) {
        // The store logs once what is wrong with it.
        tracing::debug!(target: "service", %error, "a step of the store was refused");
        match in_flight {
            InFlight::Save { changes, then } => {
                // While the service is going down, there is no later.
                if !self.cx.draining {
                    self.people.save_again(&mut self.cx, &changes);
                    self.people.looks_due(&mut self.cx);
                }
                if let Some((conn, re)) = then {
                    self.cx.busy(conn, re);
                }
            }
            InFlight::Prefer { conn, re, .. }
            | InFlight::Completed { conn, re }
            | InFlight::Replies { conn, re }
            | InFlight::PutReply { asked: (conn, re, _), .. }
            | InFlight::RemoveReply { asked: (conn, re, _), .. }
            | InFlight::SignOut { conn, re, .. } => self.cx.busy(conn, re),
            InFlight::Request { conn, session } | InFlight::NotInvited { conn, session, .. } => {
                self.cx.busy(conn, session.id.0);
            }
            InFlight::Read(asked)
            | InFlight::Put { asked, .. }
            | InFlight::Message { asked, .. }
            | InFlight::Before { asked, .. }
            | InFlight::Messages { asked, .. } => self.cx.busy(asked.conn, asked.re),
            // They are checked again a while later.
            InFlight::Absence { next, .. } => {
                let at = self.cx.busy_over();
                for person in next.participants.iter().map(|each| each.person).chain([next.client]) {
                    self.cx.timers.set(at, crate::org::timer::Timer::Absence(person));
                }
            }
            // Whatever is left is due at the next look.
            InFlight::DeleteEnded => self.chats.retention.deleted(&mut self.cx, false),
            InFlight::FollowUp { .. } => self.chats.follow_up_refused(&mut self.cx),
        }
    }

    fn requested(&mut self, conn: ConnId, session: Session, created: Created) {
        let id = session.id;
        let of = |session: &Session| (session.client, session.invited_by);
        let asked = of(&session);
        let found = match created {
            Created::New => {
                self.chats.changed(&mut self.cx, &self.people, session);
                true
            }
            Created::Before(before) => of(&before) == asked,
            Created::OtherActive(_) => {
                self.cx.refuse(conn, id.0, ErrorCode::AlreadyActive, words::ALREADY_ACTIVE);
                return;
            }
            Created::TooManyWaiting => {
                let message = words::too_many_waiting(self.cx.config.waiting_of_client);
                self.cx.refuse(conn, id.0, ErrorCode::TooMany, &message);
                return;
            }
        };
        if found {
            self.chats.answer_session(&mut self.cx, conn, id);
        } else {
            self.cx.refuse(conn, id.0, ErrorCode::Invalid, words::ID_USED);
        }
    }
}
