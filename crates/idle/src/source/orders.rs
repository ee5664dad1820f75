//! What a source is told while it runs.

use std::time::Duration;

/// What a source works by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orders {
    /// The threshold (P2).
    pub idle_after: Duration,
    /// How often the machine woke: after each one the next input counts, even within the threshold (P4).
    pub wakings: u32,
}

impl Orders {
    /// Notes a waking.
    pub fn expect_input(&mut self) {
        self.wakings = self.wakings.wrapping_add(1);
    }
}
