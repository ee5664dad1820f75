//! What one device makes of the facts of its idle source: its [`Activity`].
//!
//! Facts come in from the `idle` crate, activity goes out to the `link`. This is the only place that knows what a lock,
//! a suspend or the loss of the source means for presence (P2 to P6, P12). It does not know where facts come from.

use crate::{Activity, IdleReason, Moment};
use std::time::Duration;

/// What an idle source, or the window in its place, has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// There has been no input for this long.
    IdleFor(Duration),
    /// There was input just now.
    Active,
    /// The login session is locked, or its remote display was disconnected.
    Locked,
    /// It is unlocked again.
    Unlocked,
    /// The machine is about to sleep.
    Suspending,
    /// It woke up.
    Resumed,
    /// The source has ended and sees nothing any more.
    Lost,
}

/// The activity of one device.
///
/// - Feed every fact to [`Device::on`], with the moment at which it held.
/// - At [`Device::next_timeout`] ask for [`Device::activity`] again: it changes there without a fact.
/// - [`Device::activity`] is always what the device would report now.
/// - A new device is idle: a device is never assumed to be active (P11).
#[derive(Clone, Debug)]
pub struct Device {
    idle_after: Duration,
    /// The latest known input.
    last_input: Moment,
    input: InputState,
    locked: Option<Moment>,
    asleep: Option<Moment>,
}

/// What is known of input since `last_input`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InputState {
    /// The source says that there is input; it will say when it stops.
    Ongoing,
    /// There has been no input since.
    Idle,
    /// No source works. The last known input counts until the threshold has passed, never for ever.
    Unknown { last: Option<Moment> },
}

impl Device {
    /// A device at its start: idle since `now`, until a source says otherwise.
    #[must_use]
    pub fn new(idle_after: Duration, now: Moment) -> Self {
        Self { idle_after, last_input: now, input: InputState::Idle, locked: None, asleep: None }
    }

    /// Takes in what a source has seen at `now`.
    pub fn on(&mut self, fact: Fact, now: Moment) {
        match fact {
            Fact::Active => {
                self.last_input = now;
                self.input = InputState::Ongoing;
                // Input in an unlocked session ends sleep; behind a lock it says nothing (P4).
                if self.locked.is_none() {
                    self.asleep = None;
                }
            }
            Fact::IdleFor(idle_for) => {
                self.last_input = now.minus(idle_for);
                self.input = if idle_for < self.idle_after { InputState::Ongoing } else { InputState::Idle };
            }
            Fact::Locked => {
                self.locked.get_or_insert(now);
            }
            Fact::Unlocked => {
                if self.locked.take().is_some() {
                    self.asleep = None;
                    self.last_input = now;
                    self.input = match self.input {
                        InputState::Unknown { .. } => InputState::Unknown { last: Some(now) },
                        InputState::Ongoing | InputState::Idle => InputState::Ongoing,
                    };
                }
            }
            Fact::Suspending => {
                self.asleep.get_or_insert(now);
            }
            // Resume alone is not activity (P4); wait for input or an unlock.
            Fact::Resumed => {}
            Fact::Lost => match self.input {
                InputState::Ongoing => {
                    self.last_input = now;
                    self.input = InputState::Unknown { last: Some(now) };
                }
                InputState::Idle => self.input = InputState::Unknown { last: None },
                InputState::Unknown { .. } => {}
            },
        }
    }

    /// Takes input in the app's own window, which counts only if no source sees the whole session (P12).
    pub fn on_own_input(&mut self, now: Moment) {
        if matches!(self.input, InputState::Unknown { .. }) && self.locked.is_none() {
            self.last_input = now;
            self.input = InputState::Unknown { last: Some(now) };
            self.asleep = None;
        }
    }

    /// Takes the organisation's threshold (P2). The source takes it too and restates what it sees.
    pub fn set_idle_after(&mut self, idle_after: Duration) {
        self.idle_after = idle_after;
    }

    /// What this device would report at `now`.
    #[must_use]
    pub fn activity(&self, now: Moment) -> Activity {
        let (reason, since) = match (self.locked, self.asleep) {
            (Some(locked), _) => (IdleReason::Locked, locked),
            (None, Some(asleep)) => (IdleReason::Asleep, asleep),
            (None, None) if self.has_input(now) => return Activity::Active,
            (None, None) => (IdleReason::Idle, self.last_input),
        };
        Activity::Idle {
            reason,
            idle_for_ms: u64::try_from(now.since(since).as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The last known input.
    #[must_use]
    pub fn last_input(&self) -> Moment {
        self.last_input
    }

    /// When the activity changes without a fact: only if no source would report it.
    #[must_use]
    pub fn next_timeout(&self, now: Moment) -> Option<Moment> {
        match self.input {
            InputState::Unknown { last: Some(last) } => {
                let ends = last.plus(self.idle_after);
                (ends > now).then_some(ends)
            }
            InputState::Unknown { last: None } | InputState::Ongoing | InputState::Idle => None,
        }
    }

    fn has_input(&self, now: Moment) -> bool {
        match self.input {
            InputState::Ongoing => true,
            InputState::Idle => false,
            InputState::Unknown { last } => last.is_some_and(|last| now.since(last) < self.idle_after),
        }
    }
}

#[cfg(test)]
mod tests;
