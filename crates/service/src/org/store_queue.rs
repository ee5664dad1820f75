//! What needs the store, one after the other, in the order in which it came; but for what is only kept, which lets those go first who
//! wait for an answer.

use crate::org::chats::follow_ups::Excess;
use crate::org::chats::intent::Asked;
use crate::org::store_request::{Step, Stepped};
use crate::org::{ConnId, Core};
use crate::store::{Changes, Created, Put, SignInId};
use crate::words;
use chat::{PersonId, Session, SessionId};
use presence::{Preference, UnixMillis};
use protocol::{Answer, Down, ErrorCode, IntentId};
use std::collections::VecDeque;

/// Most intents that may wait for the store: at 500 commits a second the last of them waits two seconds, after which a
/// refusal is kinder than a silence.
pub const WAITING: usize = 1024;
/// Most intents that go before a save of presence which came earlier: at 500 commits a second, somebody who comes is told of 32 ms
/// later, and however much is written, presence is saved.
pub(in crate::org) const OVERTAKING: usize = 16;
/// When an intent that the store could not take may be repeated, in milliseconds.
pub(in crate::org) const BUSY_RETRY_MS: u64 = 1_000;

/// What is to be done with the store.
#[derive(Debug)]
pub(in crate::org) enum Job {
    /// Save what is unsaved, then answer this intent.
    Save { then: Option<(ConnId, IntentId)> },
    /// The user sets the preference.
    Prefer { conn: ConnId, re: IntentId, person: PersonId, preference: Preference, set: UnixMillis },
    /// The preference has ended by itself.
    KeepPreference { person: PersonId, preference: Preference, set: UnixMillis },
    /// A client asks for a chat.
    Request { conn: ConnId, session: Box<Session> },
    /// Somebody wants something of a session; what was read of it, if it is not in memory.
    Session { asked: Asked, read: Option<Box<Session>> },
    /// A client has been gone for too long (C5).
    Abandon(SessionId),
    /// All technicians of a chat have been gone for too long (C9).
    WaitAgain(SessionId),
    /// Somebody in a chat was taken out of the organisation (C9).
    HandOn(SessionId),
    /// An abandoned chat or a callback is too old, or one too many.
    CompleteFollowUp(SessionId, Excess),
    /// A sign-in is to end.
    SignOut { conn: ConnId, re: IntentId, sign_in: SignInId },
}

/// What a step is done for.
#[derive(Debug)]
pub(in crate::org) enum Doing {
    Save {
        changes: Changes,
        then: Option<(ConnId, IntentId)>,
    },
    Prefer {
        conn: ConnId,
        re: IntentId,
        person: PersonId,
        preference: Preference,
        set: UnixMillis,
    },
    /// Storing what nobody waits for; done again later if the store refuses it.
    Kept(Job),
    Request {
        conn: ConnId,
        session: Box<Session>,
    },
    /// Reading the session that is wanted.
    Read(Asked),
    /// Storing the session as it is next.
    Put {
        asked: Asked,
        next: Box<Session>,
    },
    /// Storing it with a message.
    Message {
        asked: Asked,
        next: Box<Session>,
        message: chat::Message,
    },
    /// Looking whether a message that is refused now was taken before.
    Before {
        asked: Asked,
        refusal: Box<Down>,
    },
    /// Reading messages for a reader.
    Messages {
        asked: Asked,
    },
    /// Storing the session as it is after an absence.
    Absence {
        job: Job,
        next: Box<Session>,
    },
    /// Storing the session as the service has completed it.
    FollowUp {
        next: Box<Session>,
    },
    SignOut {
        conn: ConnId,
        re: IntentId,
        sign_in: SignInId,
    },
}

/// What waits and what is being done.
#[derive(Debug, Default)]
pub(in crate::org) struct Jobs {
    waiting: VecDeque<Job>,
    doing: Option<Doing>,
    /// What nobody waits for and the store refused: done again a while later.
    later: Vec<Job>,
    /// How many intents have gone before the job that waits longest.
    overtaking: usize,
}

impl Jobs {
    pub(in crate::org) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.doing.is_none()
    }

    /// How many wait for their turn.
    pub(in crate::org) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The same job once more, before all others.
    pub(in crate::org) fn again(&mut self, job: Job) {
        self.waiting.push_front(job);
    }
}

impl Core {
    /// Whether it waits for its turn now; if not, who asked for it was told so.
    pub(in crate::org) fn enqueue(&mut self, job: Job) -> bool {
        if self.jobs.waiting.len() >= WAITING
            && let Some((conn, re)) = job.asker()
        {
            self.busy(conn, re);
            return false;
        }
        self.jobs.waiting.push_back(job);
        true
    }

    /// Keeps a preference that has ended by itself: for each person, the last one only.
    pub(in crate::org) fn keep_preference(
        &mut self,
        person: PersonId,
        preference: Preference,
        set: UnixMillis,
    ) {
        let is_same = |job: &Job| matches!(job, Job::KeepPreference { person: of, .. } if *of == person);
        self.jobs.waiting.retain(|job| !is_same(job));
        self.jobs.later.retain(|job| !is_same(job));
        self.enqueue(Job::KeepPreference { person, preference, set });
    }

    pub(in crate::org) fn busy(&mut self, conn: ConnId, re: IntentId) {
        let error = words::retry(Some(re), ErrorCode::Busy, words::BUSY, BUSY_RETRY_MS);
        self.send(conn, error);
    }

    /// Starts what waits until a step is under way.
    pub(in crate::org) fn pump(&mut self) {
        while self.jobs.doing.is_none() {
            let Some(job) = self.next_job() else { return };
            if let Some((doing, step)) = self.begin(job) {
                self.jobs.doing = Some(doing);
                self.effects.push(crate::org::Effect::Store(step));
            }
        }
    }

    /// What is to be done next. Somebody's intent does not wait for presence to be saved, unless their own device comes with that.
    fn next_job(&mut self) -> Option<Job> {
        let waiting = &self.jobs.waiting;
        let ahead = waiting.iter().position(|job| !job.is_kept_only()).filter(|ahead| *ahead > 0);
        let asker = ahead.and_then(|ahead| waiting.get(ahead)).and_then(Job::asker);
        match (ahead, asker) {
            (Some(ahead), Some((conn, _)))
                if self.jobs.overtaking < OVERTAKING && !self.is_about_to_count(conn) =>
            {
                self.jobs.overtaking += 1;
                self.jobs.waiting.remove(ahead)
            }
            (Some(_) | None, Some(_) | None) => {
                let next = self.jobs.waiting.pop_front();
                // As long as a save waits that others have overtaken, they count: also after what had to be done once more, and
                // after another thing that is only kept.
                if !self.jobs.waiting.front().is_some_and(Job::is_kept_only) {
                    self.jobs.overtaking = 0;
                }
                next
            }
        }
    }

    fn begin(&mut self, job: Job) -> Option<(Doing, Step)> {
        match job {
            Job::Save { then } => {
                let changes = self.take_unsaved();
                if changes.is_empty() {
                    if let Some((conn, re)) = then {
                        self.ok(conn, re);
                    }
                    return None;
                }
                Some((Doing::Save { changes: changes.clone(), then }, Step::Save(changes)))
            }
            Job::Prefer { conn, re, person, preference, set } => {
                self.is_later(conn, re, person, set).then_some((
                    Doing::Prefer { conn, re, person, preference, set },
                    Step::SetPreference(person, preference, set),
                ))
            }
            Job::KeepPreference { person, preference, set } => {
                // The user may have set another one while this waited.
                let now = self.members.get(&person)?.person.preference;
                (now == (preference, set))
                    .then_some((Doing::Kept(job), Step::SetPreference(person, preference, set)))
            }
            // What somebody asked for who was taken out meanwhile is not done; nobody is left to tell.
            Job::Request { session, .. } if self.is_out(session.client) => None,
            Job::Request { conn, session } => Some((
                Doing::Request { conn, session: session.clone() },
                Step::Create(session, self.config.waiting_of_client),
            )),
            Job::Session { asked, read } => self.begin_session(asked, read),
            // Whoever is back in time after all keeps it: what is asked for was true when it was asked for.
            Job::Abandon(session) => {
                let stored = self.sessions.get(&session).filter(|session| self.is_abandoned(session))?;
                let (next, rev) = (Box::new(chat::abandon(stored, self.wall)?), stored.rev);
                Some((Doing::Absence { job, next: next.clone() }, Step::Put(next, rev)))
            }
            Job::WaitAgain(session) => {
                let stored = self.sessions.get(&session).filter(|session| self.is_alone(session))?;
                let (next, rev) = (Box::new(chat::waits_again(stored, self.wall)?), stored.rev);
                Some((Doing::Absence { job, next: next.clone() }, Step::Put(next, rev)))
            }
            Job::HandOn(session) => {
                let stored = self.sessions.get(&session)?;
                let next = Box::new(chat::without(stored, |person| self.is_out(person), self.wall)?);
                let rev = stored.rev;
                Some((Doing::Absence { job, next: next.clone() }, Step::Put(next, rev)))
            }
            Job::CompleteFollowUp(session, why) => {
                let next = Box::new(self.completed_follow_up(session, why)?);
                let step = Step::Put(next.clone(), next.rev - 1);
                Some((Doing::FollowUp { next }, step))
            }
            Job::SignOut { conn, re, sign_in } => {
                Some((Doing::SignOut { conn, re, sign_in }, Step::Revoke(sign_in)))
            }
        }
    }

    /// Takes in what came of the step that is under way.
    pub(in crate::org) fn stepped(&mut self, stepped: Stepped) {
        let Some(doing) = self.jobs.doing.take() else { return };
        match stepped {
            Stepped::Failed(error) => self.failed(doing, &error),
            stepped => self.done(doing, stepped),
        }
    }

    fn done(&mut self, doing: Doing, stepped: Stepped) {
        match (doing, stepped) {
            (Doing::Save { changes, then }, _) => {
                self.saved(&changes);
                if let Some((conn, re)) = then {
                    self.ok(conn, re);
                }
            }
            (Doing::Prefer { conn, re, person, preference, set }, _) => {
                self.preferred(person, preference, set);
                self.ok(conn, re);
            }
            (Doing::Kept(_), _) => {}
            (Doing::SignOut { conn, re, sign_in }, _) => {
                self.note_signed_out(re);
                self.ok(conn, re);
                self.revoked(sign_in);
            }
            (Doing::Request { conn, session }, Stepped::Created(created)) => {
                self.requested(conn, *session, created);
            }
            (Doing::FollowUp { next }, Stepped::Put(put)) => {
                match put {
                    Put::Done => self.changed(*next),
                    Put::Lost(Some(current)) => self.changed(*current),
                    Put::Lost(None) => {}
                }
                self.follow_up_done();
            }
            (Doing::Absence { job, next }, Stepped::Put(put)) => self.absence_stored(job, *next, put),
            (doing, stepped) => self.done_session(doing, stepped),
        }
    }

    fn failed(&mut self, doing: Doing, error: &crate::store::StoreError) {
        // The store itself says once what is wrong with it.
        tracing::debug!(target: "service", %error, "a step of the store was refused");
        match doing {
            Doing::Save { changes, then } => {
                // While the service goes down there is no later.
                if !self.draining {
                    self.save_again(&changes);
                }
                if let Some((conn, re)) = then {
                    self.busy(conn, re);
                }
            }
            Doing::Prefer { conn, re, .. } | Doing::SignOut { conn, re, .. } => self.busy(conn, re),
            Doing::Request { conn, session } => self.busy(conn, session.id.0),
            Doing::Read(asked)
            | Doing::Put { asked, .. }
            | Doing::Message { asked, .. }
            | Doing::Before { asked, .. }
            | Doing::Messages { asked } => self.busy(asked.conn, asked.re),
            // They are looked at again, a while later.
            Doing::Absence { next, .. } => {
                let at = self.now.plus(std::time::Duration::from_millis(BUSY_RETRY_MS));
                for person in next.participants.iter().map(|each| each.person).chain([next.client]) {
                    self.timers.set(at, crate::org::timer::Timer::Absence(person));
                }
            }
            Doing::FollowUp { .. } => self.follow_up_refused(),
            Doing::Kept(job) => self.later(job),
        }
    }

    /// Does a job a while later; while the service goes down there is no later.
    fn later(&mut self, job: Job) {
        if self.draining {
            return;
        }
        self.jobs.later.push(job);
        let at = self.now.plus(std::time::Duration::from_millis(BUSY_RETRY_MS));
        self.timers.set(at, crate::org::timer::Timer::Again);
    }

    /// What the store refused and nobody waits for is tried again.
    pub(in crate::org) fn again_due(&mut self) {
        for job in std::mem::take(&mut self.jobs.later) {
            self.enqueue(job);
        }
    }

    fn requested(&mut self, conn: ConnId, session: Session, created: Created) {
        let (id, client) = (session.id, session.client);
        let found = match created {
            Created::New => {
                self.changed(session);
                true
            }
            Created::Before(before) => before.client == client,
            Created::OtherActive(_) => {
                self.refuse(conn, id.0, ErrorCode::AlreadyActive, words::ALREADY_ACTIVE);
                return;
            }
            Created::TooManyWaiting => {
                let message = words::too_many_waiting(self.config.waiting_of_client);
                self.refuse(conn, id.0, ErrorCode::TooMany, &message);
                return;
            }
        };
        if found {
            let answer = Answer { session: Some(id), ..Answer::default() };
            self.send(conn, Down::Ok { re: id.0, answer });
        } else {
            self.refuse(conn, id.0, ErrorCode::Invalid, words::ID_USED);
        }
    }
}

impl Job {
    /// Whether it only keeps what others were told, or will be.
    fn is_kept_only(&self) -> bool {
        match self {
            Self::Save { .. } | Self::KeepPreference { .. } => true,
            Self::Prefer { .. }
            | Self::Request { .. }
            | Self::Session { .. }
            | Self::Abandon(_)
            | Self::WaitAgain(_)
            | Self::HandOn(_)
            | Self::CompleteFollowUp(..)
            | Self::SignOut { .. } => false,
        }
    }

    /// Who is to be told if it is refused; what nobody asked for is always done.
    fn asker(&self) -> Option<(ConnId, IntentId)> {
        match self {
            Self::Save { then } => *then,
            Self::Prefer { conn, re, .. } | Self::SignOut { conn, re, .. } => Some((*conn, *re)),
            Self::Request { conn, session } => Some((*conn, session.id.0)),
            Self::Session { asked, .. } => Some((asked.conn, asked.re)),
            Self::KeepPreference { .. }
            | Self::Abandon(_)
            | Self::WaitAgain(_)
            | Self::HandOn(_)
            | Self::CompleteFollowUp(..) => None,
        }
    }
}
