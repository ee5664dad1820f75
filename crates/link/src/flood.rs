//! How much a service may send: more than a genuine one ever does, but little enough to keep the app busy for at most a few
//! seconds.
//!
//! Times and sizes in, a verdict out. It does not know the contents.

use presence::Moment;
use std::time::Duration;

/// The period over which messages are counted.
const WITHIN: Duration = Duration::from_secs(10);
/// Messages within this period: the snapshot of a large organisation has a tenth of that.
const MESSAGES: u32 = 10_000;
/// Bytes within this period: the same with long texts.
const BYTES: usize = 32 * 1024 * 1024;

/// What arrived recently.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    since: Moment,
    messages: u32,
    bytes: usize,
}

impl Flood {
    /// Counts a message; returns whether the flow is still within bounds.
    pub(crate) fn lets_through(&mut self, bytes: usize, now: Moment) -> bool {
        if now.since(self.since) >= WITHIN {
            *self = Self { since: now, ..Self::default() };
        }
        self.messages += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.messages <= MESSAGES && self.bytes <= BYTES
    }
}
