//! A computer: its input, lock, sleep and network, as they really are.

use crate::net::Way;

/// A computer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Host {
    /// How long it ran before the world began, in milliseconds: its own clock's zero.
    pub(crate) uptime: u64,
    /// What its wall clock is wrong by, in milliseconds.
    pub(crate) wrong_by: u64,
    pub(crate) way: Way,
    pub(crate) agent: Option<usize>,
    pub(crate) pages: Vec<usize>,
    pub(crate) locked: bool,
    /// It sleeps: nothing runs.
    pub(crate) asleep: bool,
    /// It stands still without having said so.
    pub(crate) frozen: bool,
    /// It slept, and there was no input since.
    pub(crate) slept: bool,
    pub(crate) last_input: u64,
    /// Its user types until then.
    pub(crate) used_until: u64,
    /// The threshold that its source goes by, in milliseconds.
    pub(crate) idle_after: u64,
    /// Its source waits for the first input.
    pub(crate) waits_for_input: bool,
    /// Since when somebody is there, or nobody.
    pub(crate) activity_since: u64,
    pub(crate) was_active: bool,
    /// When it began to stand still.
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

    /// Whether somebody is really there (P2 to P5).
    pub(crate) fn is_active(&self, now: u64) -> bool {
        !self.locked && !self.slept && !self.is_frozen() && self.idle_for(now) < self.idle_after
    }
}
