//! The clock that the link measures with: it never goes back, ignores changes to the machine's clock, and keeps running
//! while the machine sleeps.
//!
//! It is a trait because only the program reads the system's clock, and tests simulate a machine that sleeps. What follows
//! from the time is decided elsewhere.

use presence::Moment;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// A clock that keeps running while the machine sleeps.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Moment;
    /// A timer that uses this clock. Call this within a tokio runtime.
    fn timer(&self) -> Box<dyn Timer>;
}

/// A timer of a [`Clock`]. It has one alarm: the moment that was last asked for.
pub trait Timer: Send {
    /// Ready once `until` has come. Otherwise the task is woken then, or as soon as the machine wakes if it is asleep at
    /// that time.
    fn poll_until(&mut self, until: Moment, context: &mut Context<'_>) -> Poll<()>;
}

/// Waits until this moment.
pub(crate) async fn wait(timer: &mut dyn Timer, until: Moment) {
    std::future::poll_fn(|context| timer.poll_until(until, context)).await;
}

/// Tokio's clock, which can be paused: for machines that do not sleep, such as those of tests.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    zero: Instant,
}

impl Default for TokioClock {
    fn default() -> Self {
        Self { zero: Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Moment {
        Moment::at(self.zero.elapsed())
    }

    fn timer(&self) -> Box<dyn Timer> {
        Box::new(TokioTimer { zero: self.zero, sleep: Box::pin(sleep(Duration::ZERO)) })
    }
}

struct TokioTimer {
    zero: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl Timer for TokioTimer {
    fn poll_until(&mut self, until: Moment, context: &mut Context<'_>) -> Poll<()> {
        let Some(until) = self.zero.checked_add(until.since(Moment::default())) else { return Poll::Pending };
        if self.sleep.deadline() != until {
            self.sleep.as_mut().reset(until);
        }
        self.sleep.as_mut().poll(context)
    }
}

/// The readings of a machine's two clocks at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// By the clock that keeps running while the machine sleeps: all durations are measured with it.
    pub moment: Moment,
    /// By the clock that stops during sleep, as tokio's does: how long the machine has been awake.
    pub awake: Duration,
}

/// Detects that the machine has slept: one clock has advanced, and the other has not.
#[derive(Debug)]
pub(crate) struct SleepWatch {
    last: Clocks,
}

/// Shorter sleeps are ignored: on a busy machine the two clocks are not read at the same instant, and no connection is lost
/// in this time.
const SLEPT_FOR: Duration = Duration::from_secs(2);

impl SleepWatch {
    pub(crate) fn new(now: Clocks) -> Self {
        Self { last: now }
    }

    /// Whether the machine has slept since the last call.
    pub(crate) fn has_slept(&mut self, now: Clocks) -> bool {
        let last = std::mem::replace(&mut self.last, now);
        now.moment.since(last.moment).saturating_sub(now.awake.saturating_sub(last.awake)) >= SLEPT_FOR
    }
}
