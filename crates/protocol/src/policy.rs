//! What the service tells every device to go by.

use chat::ring::Schedule;
use serde::{Deserialize, Serialize};

/// The organisation's and the service's numbers. All times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Policy {
    /// A device is idle after this much time without input (P2).
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub idle_after_ms: u64,
    /// The service beats this often.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub beat_ms: u64,
    /// A lost device counts for this long after its last frame (P10).
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub grace_ms: u64,
    /// When a waiting request sounds (C3).
    pub ring: Schedule,
}

impl Default for Policy {
    fn default() -> Self {
        let millis = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self {
            idle_after_ms: millis(crate::limits::IDLE_AFTER),
            beat_ms: millis(crate::limits::BEAT),
            grace_ms: millis(crate::limits::GRACE),
            ring: Schedule::default(),
        }
    }
}
