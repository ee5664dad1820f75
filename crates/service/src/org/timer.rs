//! What is due when. A timer that no longer means anything is let run out: whoever handles it looks at what is now.

use crate::org::ConnId;
use chat::{PersonId, SessionId};
use presence::Moment;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::org) enum Timer {
    /// A beat to this connection.
    Beat(ConnId),
    /// This device may have been silent or away for too long (P10).
    Device(PersonId, Uuid),
    /// This person's preference may have run out (P7).
    Preference(PersonId),
    /// This client may have been gone for too long (C5).
    Absence(PersonId),
    /// The device that rings may not have confirmed it (C3).
    Ring(SessionId, PersonId),
    /// An abandoned chat or a callback may be too old, or one too many.
    FollowUps,
    /// The next batch of people.
    People,
    /// What is unsaved.
    Save,
    /// What the store refused before and nobody waits for.
    Again,
    /// This connection may have been behind for too long.
    Slow(ConnId),
}

/// All that is due, in order.
#[derive(Debug, Default)]
pub(in crate::org) struct Timers(BTreeSet<(Moment, Timer)>);

impl Timers {
    pub(in crate::org) fn set(&mut self, at: Moment, timer: Timer) {
        self.0.insert((at, timer));
    }

    pub(in crate::org) fn next(&self) -> Option<Moment> {
        self.0.first().map(|(at, _)| *at)
    }

    pub(in crate::org) fn due(&mut self, now: Moment) -> Option<Timer> {
        match self.0.first() {
            Some((at, _)) if *at <= now => self.0.pop_first().map(|(_, timer)| timer),
            Some(_) | None => None,
        }
    }
}
