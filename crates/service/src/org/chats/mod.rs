//! Chats: intents on them, who is told about them, and which devices ring. This part owns its state; it reads people and never changes
//! them.

mod absence;
mod change;
mod completed;
mod excess;
mod follow_ups;
mod intent;
mod invitation;
mod listing;
mod messages;
mod personal;
mod reader;
mod request;
pub(crate) mod retention;
mod ring;
mod ringing;
mod session_times;
mod tell;
mod typing;
mod waiting;
mod writers;

use super::context::Context;
use super::event::{ConnId, Frame};
use super::view::QueuePlace;
use chat::{PersonId, Session, SessionId};
use follow_ups::FollowUps;
use presence::{Moment, Role};
use reader::Reader;
use retention::Retention;
#[cfg(test)]
pub(super) use ring::Candidate;
pub(super) use ring::Ring;
use session_times::SessionTimes;
use std::collections::{BTreeMap, HashMap};
use writers::Writers;

/// The chats of an organisation that are not over.
#[derive(Default)]
pub(super) struct Chats {
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) times: BTreeMap<SessionId, SessionTimes>,
    seen: HashMap<(SessionId, PersonId), u64>,
    /// Chats that were completed a moment ago, and when: how far people have seen them is kept in case that is undone (C9).
    completed: BTreeMap<SessionId, Moment>,
    /// When the service started.
    started: Moment,
    follow_ups: FollowUps,
    pub(crate) retention: Retention,
    rings: HashMap<(SessionId, PersonId), Ring>,
    /// What each waiting session's client was told about the queue.
    pub(super) places: BTreeMap<SessionId, QueuePlace>,
    /// Sessions as technicians see them, cached until they change: a crowd that connects gets the same text.
    frames: HashMap<SessionId, Frame>,
    readers: HashMap<ConnId, Reader>,
    typing: BTreeMap<SessionId, Writers>,
}

impl Chats {
    /// Chats as they were stored, and how far people have seen them.
    pub(super) fn new(sessions: Vec<Session>, seen: Vec<(SessionId, PersonId, u64)>) -> Self {
        Self {
            sessions: sessions.into_iter().map(|session| (session.id, session)).collect(),
            seen: seen.into_iter().map(|(session, who, number)| ((session, who), number)).collect(),
            ..Self::default()
        }
    }

    /// The moment from which waiting counts for chats that were stored before the service started.
    pub(super) fn restore_times(&mut self, cx: &Context) {
        self.started = cx.now;
        self.times = self
            .sessions
            .values()
            .map(|session| {
                let past = |time| cx.moment(time).min(cx.now);
                let times = SessionTimes::restored(past(session.waiting_since), session.unanswered.map(past));
                (session.id, times)
            })
            .collect();
    }

    /// A connection reads chats from now on.
    pub(super) fn add_reader(&mut self, conn: ConnId) {
        self.readers.insert(conn, Reader::default());
    }
}

/// Whether this person may see a session: technicians see all of the organisation, clients their own.
pub(super) fn sees(person: PersonId, role: Role, session: &Session) -> bool {
    match role {
        Role::Technician => true,
        Role::Client => session.client == person,
    }
}

/// Whether this person may read its messages: its client, and those who are or were in it.
pub(super) fn reads(person: PersonId, session: &Session) -> bool {
    session.client == person || session.participants.iter().any(|each| each.person == person)
}
