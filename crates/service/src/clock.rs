//! The service's two clocks, and the only place that reads them: times are stamped by the wall clock, spans are measured by a clock
//! that nobody sets. Everything that waits uses tokio's timers, so that a paused clock drives them.

use presence::{Moment, UnixMillis};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// What the monotonic clock shows at its zero. Moments before it have to exist (a preference set last week, on a machine started
/// today), and ten years are longer than any span that is measured.
const ZERO: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// If the wall clock differs by more than this from the time that has passed, it was set; less is the slewing of time servers.
pub(crate) const CLOCK_SET: Duration = Duration::from_secs(2);
/// How long nothing is deleted by the wall clock after the start and after the clock was set: time servers have set a wrong clock by then.
pub(crate) const CLOCK_SETTLES: Duration = Duration::from_secs(60 * 60);

/// The time by both clocks, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// For spans: it runs on during sleep and is never set.
    pub moment: Moment,
    /// For what is shown and stored: the wall clock, which may be set.
    pub unix: UnixMillis,
}

/// Whether the wall clock may decide what is deleted: not for a while after the start, nor after it was set.
#[derive(Debug)]
pub(crate) struct ClockTrust {
    last: Now,
    not_before: Moment,
}

impl ClockTrust {
    /// The service has just started.
    pub(crate) fn new(now: Now) -> Self {
        Self { last: now, not_before: now.moment.plus(CLOCK_SETTLES) }
    }

    /// Whether it may now. Takes in what the clocks show.
    pub(crate) fn is_settled(&mut self, now: Now) -> bool {
        let expected = self.last.unix.plus(now.moment.since(self.last.moment));
        if u128::from(now.unix.0.abs_diff(expected.0)) > CLOCK_SET.as_millis() {
            self.not_before = now.moment.plus(CLOCK_SETTLES);
        }
        self.last = now;
        now.moment >= self.not_before
    }
}

/// Where times come from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clocks.
    System,
    /// A base that advances with tokio's clock, which a test may pause.
    Tokio {
        /// Unix milliseconds at `start`.
        base_unix_ms: u64,
        /// When the clock showed the base.
        start: Instant,
    },
}

impl Clock {
    /// A clock that shows `base_unix_ms` now and advances with tokio's.
    #[must_use]
    pub fn from_tokio(base_unix_ms: u64) -> Self {
        Self::Tokio { base_unix_ms, start: Instant::now() }
    }

    /// The time now by the wall clock.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        match self {
            Self::System => {
                UnixMillis(millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()))
            }
            Self::Tokio { base_unix_ms, start } => {
                UnixMillis(base_unix_ms.saturating_add(millis(start.elapsed())))
            }
        }
    }

    /// The time now by the clock that measures spans.
    #[must_use]
    pub fn moment(&self) -> Moment {
        let since_zero = match self {
            Self::System => boottime::now(),
            Self::Tokio { start, .. } => start.elapsed(),
        };
        Moment::at(ZERO + since_zero)
    }

    /// The time now by both.
    #[must_use]
    pub fn read(&self) -> Now {
        Now { moment: self.moment(), unix: self.now() }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
