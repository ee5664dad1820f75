//! One of several, counted for as long as it lives.

use prometheus_client::metrics::gauge::Gauge;

/// One more of something, counted until this is dropped.
pub(crate) struct Counted(Gauge);

impl Counted {
    /// In this gauge.
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
