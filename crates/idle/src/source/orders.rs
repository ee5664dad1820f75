//! Orders for a source while it runs.

use std::time::Duration;

/// The orders for a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orders {
    /// The threshold (P2).
    pub idle_after: Duration,
    /// How often the machine has woken: after each waking, the next input counts even within the threshold (P4).
    pub wakings: u32,
}

impl Orders {
    /// Notes a waking.
    pub fn expect_input(&mut self) {
        self.wakings = self.wakings.wrapping_add(1);
    }
}
