//! Counts a thing in a gauge for as long as it exists.

use prometheus_client::metrics::gauge::Gauge;

/// One more in a gauge, until this is dropped.
pub(crate) struct Counted(Gauge);

impl Counted {
    /// Counts one in this gauge.
    pub(crate) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
