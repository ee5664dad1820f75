//! The service's two clocks, and the only place that reads them: times are stamped by the wall clock, spans are measured by a clock
//! that nobody sets. Everything that waits uses tokio's timers, so that a paused clock drives them.

use presence::{Moment, UnixMillis};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// What the monotonic clock shows at its zero. Moments before it have to exist (a preference set last week, on a machine started
/// today), and ten years are longer than any span that is measured.
const ZERO: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The time by both clocks, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// For spans: it runs on during sleep and is never set.
    pub moment: Moment,
    /// For what is shown and stored: the wall clock, which may be set.
    pub unix: UnixMillis,
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
