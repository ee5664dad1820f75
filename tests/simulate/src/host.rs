//! A computer: its input, lock, sleep and network, as they really are.

use crate::net::Uplink;
use link::Clocks;
use presence::Moment;
use std::time::Duration;

/// The clocks of a computer: one keeps running while it sleeps, the other stops.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// How long it ran before the world began, in milliseconds: its zero.
    pub(crate) uptime: u64,
    /// How long the computer has slept.
    slept: u64,
}

impl Clock {
    /// A clock that has run for this many milliseconds.
    pub(crate) fn new(uptime: u64) -> Self {
        Self { uptime, ..Self::default() }
    }

    /// The computer is awake after this many milliseconds of sleep.
    pub(crate) fn wakes(&mut self, slept: u64) {
        self.slept += slept;
    }

    /// What the clocks show at a time of the world.
    pub(crate) fn shows(&self, now: u64) -> Clocks {
        let millis = Duration::from_millis;
        Clocks {
            moment: Moment::at(millis(self.uptime + now)),
            awake: millis(self.uptime + now - self.slept),
        }
    }

    /// The time of the world at which the clock that keeps running shows this; at the earliest the beginning.
    pub(crate) fn when(&self, shown: Moment) -> u64 {
        let millis = shown.since(Moment::default()).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX).saturating_sub(self.uptime)
    }
}

/// A computer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Host {
    /// Its link's clock.
    pub(crate) clock: Clock,
    /// What its wall clock is wrong by, in milliseconds.
    pub(crate) wrong_by: u64,
    pub(crate) uplink: Uplink,
    pub(crate) agent: Option<usize>,
    pub(crate) pages: Vec<usize>,
    pub(crate) locked: bool,
    /// When that changed last, or whether there was input after a sleep.
    pub(crate) lock_changed: u64,
    /// It sleeps: nothing runs.
    pub(crate) asleep: bool,
    /// It is frozen, without having reported it.
    pub(crate) frozen: bool,
    /// It slept, and there has been no input since.
    pub(crate) slept: bool,
    pub(crate) last_input: u64,
    /// Its user types until then.
    pub(crate) used_until: u64,
    /// The threshold of its source, in milliseconds.
    pub(crate) idle_after: u64,
    /// Its source waits for the first input.
    pub(crate) waits_for_input: bool,
    /// Since when its user is there, or is away.
    pub(crate) activity_since: u64,
    pub(crate) was_active: bool,
    /// When it froze.
    pub(crate) still_since: u64,
}

impl Host {
    pub(crate) fn is_frozen(&self) -> bool {
        self.asleep || self.frozen
    }

    pub(crate) fn is_used(&self, now: u64) -> bool {
        self.used_until > now && !self.is_frozen()
    }

    /// How long there has been no input.
    pub(crate) fn idle_for(&self, now: u64) -> u64 {
        if self.is_used(now) { 0 } else { now.saturating_sub(self.last_input) }
    }

    /// Whether its user is really there (P2 to P5).
    pub(crate) fn is_active(&self, now: u64) -> bool {
        !self.locked && !self.slept && !self.is_frozen() && self.idle_for(now) < self.idle_after
    }
}
