//! What is due when. Timers are never cancelled; handlers re-check state and ignore stale ones.

use super::event::ConnId;
use chat::{PersonId, SessionId};
use presence::Moment;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// Send a beat to this connection.
    Beat(ConnId),
    /// This device may have been silent or away for too long (P10).
    Device(PersonId, Uuid),
    /// This person's preference may have run out (P7).
    Preference(PersonId),
    /// This client may have been gone for too long (C5).
    Absence(PersonId),
    /// The device that rings may not have confirmed it, or a chat that was joined may not have been answered (C3).
    Ring(SessionId, PersonId),
    /// Somebody in this chat may have stopped writing, or a change of who writes in it is due to be told.
    Typing(SessionId),
    /// An abandoned chat or a callback may be too old or one too many.
    FollowUps,
    /// Completed chats may have been kept for long enough.
    Retention,
    /// Send the next batch of people.
    People,
    /// Save what is unsaved.
    Save,
    /// This connection may have been behind for too long.
    Slow(ConnId),
}

/// All timers, in order.
#[derive(Debug, Default)]
pub(crate) struct Timers(BTreeSet<(Moment, Timer)>);

impl Timers {
    pub(crate) fn set(&mut self, at: Moment, timer: Timer) {
        self.0.insert((at, timer));
    }

    pub(crate) fn next(&self) -> Option<Moment> {
        self.0.first().map(|(at, _)| *at)
    }

    pub(crate) fn due(&mut self, now: Moment) -> Option<Timer> {
        match self.0.first() {
            Some((at, _)) if *at <= now => self.0.pop_first().map(|(_, timer)| timer),
            Some(_) | None => None,
        }
    }
}
