//! The service's one clock: it alone stamps. Everything that waits uses tokio's timers, so that a paused clock drives them.

use presence::UnixMillis;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Where times come from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's Unix time.
    System,
    /// A base that goes on with tokio's clock, which a test may pause.
    Tokio {
        /// Unix milliseconds at `start`.
        base_unix_ms: u64,
        /// When the clock showed the base.
        start: Instant,
    },
}

impl Clock {
    /// A clock that shows `base_unix_ms` now and goes on with tokio's.
    #[must_use]
    pub fn from_tokio(base_unix_ms: u64) -> Self {
        Self::Tokio { base_unix_ms, start: Instant::now() }
    }

    /// The time now.
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
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
