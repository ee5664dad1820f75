//! The queue of jobs for the store, one step after the other, in the order in which they came. Jobs that nobody waits for are the
//! exception: others overtake them. Data only: `store_steps.rs` says what each job does.

use super::event::ConnId;
use crate::store::{Changes, FileId, SignInId, StoredReply};
use chat::{Audience, Intent, PersonId, SentFile, Session, SessionId};
use presence::{Preference, Role, UnixMillis};
use protocol::{Down, IntentId, ReplyId};
use std::collections::VecDeque;
use std::time::Duration;

/// Most intents that may wait for the store: at 500 commits a second the last of them waits two seconds; beyond that, a refusal is better
/// than a longer wait.
pub const WAITING: usize = 1024;
/// Most intents that may overtake a save of presence: at 500 commits a second, they delay an arrival by 32 ms, and presence is saved
/// however much else is written.
pub(super) const OVERTAKING: usize = 16;
/// After how long an intent that the store could not take may be repeated, in milliseconds.
pub(crate) const BUSY_RETRY_MS: u64 = 1_000;

/// A job for the store.
#[derive(Debug)]
pub(crate) enum Job {
    /// Save what is unsaved, then answer this intent.
    Save { then: Option<(ConnId, IntentId)> },
    /// The user sets the preference.
    Prefer { conn: ConnId, re: IntentId, person: PersonId, preference: Preference, set: UnixMillis },
    /// A client asks for a chat.
    Request { conn: ConnId, session: Box<Session> },
    /// A technician invites a client (C7).
    Invite { conn: ConnId, by: PersonId, session: Box<Session> },
    /// Somebody's intent on a session; `read`: the session as read from the store, if it is not in memory.
    Session { asked: Asked, read: Option<Box<Session>> },
    /// A client has not answered an invitation (C7).
    Unanswered(SessionId),
    /// A client has been gone for too long (C5).
    Abandon(SessionId),
    /// All technicians of a chat have been gone for too long (C9).
    WaitAgain(SessionId),
    /// Somebody in a chat was suspended or removed (C9).
    HandOn(SessionId),
    /// Nobody is left who could take over a chat that is offered (C9).
    NotTakenOver(SessionId),
    /// An abandoned chat or a callback is too old or one too many.
    CompleteFollowUp(SessionId, Excess),
    /// A client asks for their next older completed chats (C8).
    Completed { conn: ConnId, re: IntentId, client: PersonId },
    /// Delete completed sessions after their time.
    DeleteEnded,
    /// A technician asks for canned replies.
    Replies { conn: ConnId, re: IntentId, person: PersonId },
    /// A technician adds or changes one of their own.
    PutReply { conn: ConnId, re: IntentId, person: PersonId, reply: StoredReply },
    /// A technician removes one of their own.
    RemoveReply { conn: ConnId, re: IntentId, person: PersonId, id: ReplyId },
    /// End a sign-in.
    SignOut { conn: ConnId, re: IntentId, person: PersonId, sign_in: SignInId },
}

/// An intent on a session, and who sent it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) conn: ConnId,
    pub(crate) person: PersonId,
    pub(crate) role: Role,
    pub(crate) re: IntentId,
    pub(crate) session: SessionId,
    pub(crate) want: Want,
}

/// What the intent asks for.
#[derive(Clone, Debug)]
pub(crate) enum Want {
    /// A change of the session.
    Intent(Intent),
    /// A message or note in it; the text has been checked.
    Message(Audience, String),
    /// A message that is a file, whose contents are on the disk.
    File(Box<SentFile>, FileId),
    /// Its messages or notes after this number.
    Messages(Audience, u64),
}

/// Why the service completes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    /// Its client has more than may stay open.
    OfClient,
    /// Its organisation has more than may stay open.
    OfOrganisation,
    /// Nobody has completed it for this long.
    Age(Duration),
}

/// The purpose of the step in progress.
#[derive(Debug)]
pub(crate) enum InFlight {
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
    Request {
        conn: ConnId,
        session: Box<Session>,
    },
    /// Checking whether an invitation that is now refused was stored before.
    NotInvited {
        conn: ConnId,
        session: Box<Session>,
        refusal: Box<Down>,
    },
    /// Reading the session that is wanted.
    Read(Asked),
    /// Storing the next state of the session.
    Put {
        asked: Asked,
        next: Box<Session>,
    },
    /// Storing it with a message.
    Message {
        asked: Asked,
        next: Box<Session>,
        audience: Audience,
        message: chat::Message,
    },
    /// Checking whether a message that is now refused was stored before.
    Before {
        asked: Asked,
        refusal: Box<Down>,
    },
    /// Reading messages or notes for a reader.
    Messages {
        asked: Asked,
        audience: Audience,
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
    /// Reading completed chats of a client.
    Completed {
        conn: ConnId,
        re: IntentId,
    },
    /// Deleting completed sessions.
    DeleteEnded,
    /// Reading a technician's own canned replies.
    Replies {
        conn: ConnId,
        re: IntentId,
    },
    /// Storing one of them.
    PutReply {
        asked: (ConnId, IntentId, PersonId),
        reply: StoredReply,
    },
    /// Removing one of them.
    RemoveReply {
        asked: (ConnId, IntentId, PersonId),
        id: ReplyId,
    },
    SignOut {
        conn: ConnId,
        re: IntentId,
        sign_in: SignInId,
    },
}

/// The queue, and the step in progress.
#[derive(Debug, Default)]
pub(crate) struct StoreQueue {
    waiting: VecDeque<Job>,
    in_flight: Option<InFlight>,
    /// How many intents have overtaken the job that has waited longest.
    overtaking: usize,
}

impl StoreQueue {
    /// Whether nothing waits and no step is in progress.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.in_flight.is_none()
    }

    /// How many jobs wait for their turn.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether intents are refused until fewer wait.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting.len() >= WAITING
    }

    pub(crate) fn push(&mut self, job: Job) {
        self.waiting.push_back(job);
    }

    /// Puts the same job back, before all others.
    pub(crate) fn requeue_front(&mut self, job: Job) {
        self.waiting.push_front(job);
    }

    /// A save that goes before all that waits and that nothing overtakes. One that waited is no longer needed.
    pub(crate) fn save_first(&mut self) {
        self.waiting.retain(|job| !matches!(job, Job::Save { then: None }));
        self.waiting.push_front(Job::Save { then: None });
        self.overtaking = OVERTAKING;
    }

    /// Moves the times of preferences that are not stored yet by as much as the clock was set. If the store has been given one of
    /// them already, says whose: it has to be stored once more.
    pub(crate) fn shift_preferences(&mut self, by_ms: i64) -> Option<PersonId> {
        for job in &mut self.waiting {
            if let Job::Prefer { preference, set, .. } = job {
                (*preference, *set) = (preference.shifted(by_ms), set.shifted(by_ms));
            }
        }
        let Some(InFlight::Prefer { person, preference, set, .. }) = &mut self.in_flight else { return None };
        (*preference, *set) = (preference.shifted(by_ms), set.shifted(by_ms));
        Some(*person)
    }

    /// Whether a step is in progress.
    pub(crate) fn is_busy(&self) -> bool {
        self.in_flight.is_some()
    }

    /// A step begins.
    pub(crate) fn begin(&mut self, in_flight: InFlight) {
        self.in_flight = Some(in_flight);
    }

    /// The step in progress has ended.
    pub(crate) fn finish(&mut self) -> Option<InFlight> {
        self.in_flight.take()
    }

    /// Takes the next job. An intent does not wait for presence to be saved, unless that save contains the sender's own device.
    pub(crate) fn next(&mut self, is_about_to_count: impl Fn(PersonId) -> bool) -> Option<Job> {
        let ahead = self.waiting.iter().position(|job| !job.is_kept_only()).filter(|ahead| *ahead > 0);
        let person = ahead.and_then(|ahead| self.waiting.get(ahead)).and_then(Job::person);
        match (ahead, person) {
            (Some(ahead), Some(person)) if self.overtaking < OVERTAKING && !is_about_to_count(person) => {
                self.overtaking += 1;
                self.waiting.remove(ahead)
            }
            (Some(_) | None, Some(_) | None) => {
                let next = self.waiting.pop_front();
                // As long as an overtaken save waits, those that overtook it count: also after a job that had to be repeated, and
                // after another job that nobody waits for.
                if !self.waiting.front().is_some_and(Job::is_kept_only) {
                    self.overtaking = 0;
                }
                next
            }
        }
    }
}

impl Job {
    /// Whether it only stores what others were or will be told.
    fn is_kept_only(&self) -> bool {
        match self {
            Self::Save { .. } => true,
            Self::Prefer { .. }
            | Self::Request { .. }
            | Self::Invite { .. }
            | Self::Session { .. }
            | Self::Unanswered(_)
            | Self::Abandon(_)
            | Self::WaitAgain(_)
            | Self::HandOn(_)
            | Self::NotTakenOver(_)
            | Self::CompleteFollowUp(..)
            | Self::Completed { .. }
            | Self::DeleteEnded
            | Self::Replies { .. }
            | Self::PutReply { .. }
            | Self::RemoveReply { .. }
            | Self::SignOut { .. } => false,
        }
    }

    /// Whom to tell if it is refused; jobs that nobody asked for are always done.
    pub(crate) fn requester(&self) -> Option<(ConnId, IntentId)> {
        match self {
            Self::Save { then } => *then,
            Self::Prefer { conn, re, .. }
            | Self::Completed { conn, re, .. }
            | Self::Replies { conn, re, .. }
            | Self::PutReply { conn, re, .. }
            | Self::RemoveReply { conn, re, .. }
            | Self::SignOut { conn, re, .. } => Some((*conn, *re)),
            Self::Request { conn, session } | Self::Invite { conn, session, .. } => {
                Some((*conn, session.id.0))
            }
            Self::Session { asked, .. } => Some((asked.conn, asked.re)),
            Self::Unanswered(_)
            | Self::Abandon(_)
            | Self::WaitAgain(_)
            | Self::HandOn(_)
            | Self::NotTakenOver(_)
            | Self::CompleteFollowUp(..)
            | Self::DeleteEnded => None,
        }
    }

    /// Whose intent it is; `None` for a job that nobody asked for or waits for.
    fn person(&self) -> Option<PersonId> {
        match self {
            Self::Prefer { person, .. }
            | Self::Replies { person, .. }
            | Self::PutReply { person, .. }
            | Self::RemoveReply { person, .. }
            | Self::SignOut { person, .. } => Some(*person),
            Self::Invite { by, .. } => Some(*by),
            Self::Request { session, .. } => Some(session.client),
            Self::Completed { client, .. } => Some(*client),
            Self::Session { asked, .. } => Some(asked.person),
            Self::Save { .. }
            | Self::Unanswered(_)
            | Self::Abandon(_)
            | Self::WaitAgain(_)
            | Self::HandOn(_)
            | Self::NotTakenOver(_)
            | Self::CompleteFollowUp(..)
            | Self::DeleteEnded => None,
        }
    }
}
