//! Keeps a task running that uses the session bus, the toasts or the tray: if it fails, it is started again, and the user
//! is told.
//!
//! - [`Keeper::new`] is a keeper whose task has just been started.
//! - Call [`Keeper::on`] with what happened first: the end of the task, the end of the bus, or [`KeeperInput::Due`] at
//!   [`Keeper::next_timeout`]. Perform the acts in order.
//! - [`Act::Stop`] is the last act.

use presence::Moment;
use std::time::Duration;

/// First and longest pause before the task is started again: a task that fails each time rarely stops failing.
pub const FIRST_RETRY: Duration = Duration::from_secs(2);
/// See [`FIRST_RETRY`].
pub const LONGEST_RETRY: Duration = Duration::from_secs(60);
/// A task that has run for this long works: the report of its failure is taken back, and its next pause is short.
const WORKS_AFTER: Duration = Duration::from_secs(10);
/// How much later than the failures that it causes the end of the bus may be seen.
pub const END_WITHIN: Duration = Duration::from_secs(1);

/// What wakes the keeper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeeperInput {
    /// The task has ended: in good order, or with the reason why it failed.
    Ended(Result<(), String>),
    /// The bus has ended, and the task ends by itself.
    BusGone,
    /// The time of [`Keeper::next_timeout`] has come.
    Due,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Start the task again. It shows all that is wanted.
    Start,
    /// Tell the user why the task failed, or (`None`) that it works.
    Tell(Option<String>),
    /// The task is not started any more.
    Stop,
}

/// Keeps one task going.
#[derive(Debug)]
pub struct Keeper {
    phase: Phase,
    /// The pause after the next failure.
    pause: Duration,
    is_bus_gone: bool,
    /// The user knows of a failure.
    is_told: bool,
}

#[derive(Debug)]
enum Phase {
    Running {
        began: Moment,
    },
    /// It has failed, perhaps with its bus.
    Failed {
        why: String,
        at: Moment,
        /// It worked before.
        worked: bool,
    },
    Pausing(Moment),
    Over,
}

impl Keeper {
    /// A keeper whose task has just been started.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self { phase: Phase::Running { began: now }, pause: FIRST_RETRY, is_bus_gone: false, is_told: false }
    }

    /// Handles an input at `now`; returns what to do, in order.
    pub fn on(&mut self, wake: KeeperInput, now: Moment) -> Vec<Act> {
        match (wake, &mut self.phase) {
            (KeeperInput::Ended(Ok(())), Phase::Running { .. }) => self.stop(),
            (KeeperInput::Ended(Err(_)), Phase::Running { .. }) if self.is_bus_gone => self.stop(),
            (KeeperInput::Ended(Err(why)), Phase::Running { began }) => {
                let worked = now.since(*began) >= WORKS_AFTER;
                self.phase = Phase::Failed { why, at: now, worked };
                Vec::new()
            }
            (KeeperInput::BusGone, Phase::Running { .. }) => {
                self.is_bus_gone = true;
                Vec::new()
            }
            (KeeperInput::BusGone, Phase::Failed { .. } | Phase::Pausing(_)) => self.stop(),
            (KeeperInput::Due, Phase::Running { began }) => {
                let works = now.since(*began) >= WORKS_AFTER;
                if works && std::mem::take(&mut self.is_told) { vec![Act::Tell(None)] } else { Vec::new() }
            }
            (KeeperInput::Due, Phase::Failed { why, at, worked }) if at.plus(END_WITHIN) <= now => {
                let (why, worked) = (std::mem::take(why), *worked);
                self.failed(why, worked, now)
            }
            (KeeperInput::Due, Phase::Pausing(until)) if *until <= now => {
                self.phase = Phase::Running { began: now };
                vec![Act::Start]
            }
            (KeeperInput::Due, Phase::Failed { .. } | Phase::Pausing(_))
            | (KeeperInput::Ended(_), Phase::Failed { .. } | Phase::Pausing(_))
            | (_, Phase::Over) => Vec::new(),
        }
    }

    /// When to call [`Keeper::on`] with [`KeeperInput::Due`], unless something else happens first.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        match &self.phase {
            Phase::Running { began } => self.is_told.then(|| began.plus(WORKS_AFTER)),
            Phase::Failed { at, .. } => Some(at.plus(END_WITHIN)),
            Phase::Pausing(until) => Some(*until),
            Phase::Over => None,
        }
    }

    /// It failed, and not because its bus ended.
    fn failed(&mut self, why: String, worked: bool, now: Moment) -> Vec<Act> {
        if worked {
            self.pause = FIRST_RETRY;
        }
        self.phase = Phase::Pausing(now.plus(self.pause));
        self.pause = (self.pause * 2).min(LONGEST_RETRY);
        self.is_told = true;
        vec![Act::Tell(Some(why))]
    }

    fn stop(&mut self) -> Vec<Act> {
        self.phase = Phase::Over;
        let told = std::mem::take(&mut self.is_told).then_some(Act::Tell(None));
        told.into_iter().chain([Act::Stop]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::at(Duration::from_secs(seconds))
    }

    fn failed() -> KeeperInput {
        KeeperInput::Ended(Err("why".to_owned()))
    }

    #[test]
    fn what_failed_is_told_and_started_again_and_what_works_is_told_too() {
        let mut keeper = Keeper::new(at(0));
        assert_eq!(keeper.on(failed(), at(0)), []);
        assert_eq!(keeper.on(KeeperInput::Due, at(1)), [Act::Tell(Some("why".to_owned()))]);
        assert_eq!(keeper.on(KeeperInput::Due, at(2)), []);
        assert_eq!(keeper.next_timeout(), Some(at(3)));
        assert_eq!(keeper.on(KeeperInput::Due, at(3)), [Act::Start]);
        assert_eq!(keeper.next_timeout(), Some(at(13)));
        assert_eq!(keeper.on(KeeperInput::Due, at(13)), [Act::Tell(None)]);
        assert_eq!(keeper.next_timeout(), None);
        assert_eq!(keeper.on(KeeperInput::Ended(Ok(())), at(14)), [Act::Stop]);
    }

    #[test]
    fn what_fails_with_its_bus_is_neither_told_nor_started_again() {
        let mut keeper = Keeper::new(at(0));
        assert_eq!(keeper.on(failed(), at(0)), []);
        assert_eq!(keeper.on(KeeperInput::BusGone, at(1)), [Act::Stop]);
        let mut keeper = Keeper::new(at(0));
        assert_eq!(keeper.on(KeeperInput::BusGone, at(1)), []);
        assert_eq!(keeper.on(failed(), at(2)), [Act::Stop]);
        assert_eq!(keeper.next_timeout(), None);
    }
}
