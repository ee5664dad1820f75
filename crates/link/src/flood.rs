//! How much a service may say: more than an honest one ever does, and little enough that the app does nothing else meanwhile
//! for some seconds at most.
//!
//! Moments and sizes in, a verdict out. It does not know what is said.

use presence::Moment;
use std::time::Duration;

/// The time over which is counted.
const WITHIN: Duration = Duration::from_secs(10);
/// Messages in that time: the snapshot of a large organisation is a tenth of it.
const MESSAGES: u32 = 10_000;
/// Bytes in that time: the same with long texts.
const BYTES: usize = 32 * 1024 * 1024;

/// What came lately.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    since: Moment,
    messages: u32,
    bytes: usize,
}

impl Flood {
    /// Counts a message; whether it is still within bounds.
    pub(crate) fn lets_through(&mut self, bytes: usize, now: Moment) -> bool {
        if now.since(self.since) >= WITHIN {
            *self = Self { since: now, ..Self::default() };
        }
        self.messages += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.messages <= MESSAGES && self.bytes <= BYTES
    }
}
