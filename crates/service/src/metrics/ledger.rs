//! One organisation's part in the metrics: its task posts its current counts, and the difference to the last posting is added to the
//! sums over all organisations. It only adds to atomics and never waits.

use super::Metrics;
use super::label::{Came, Kind};
use super::live::NOBODY_WAITS;
use crate::org::counts::{Counts, Occurrence, status};
use presence::Moment;
use prometheus_client::metrics::gauge::Gauge;
use protocol::Down;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One organisation's part in the sums; it is subtracted again when this is dropped.
pub(crate) struct Ledger {
    metrics: Arc<Metrics>,
    posted: Counts,
    received: u64,
    /// In milliseconds of the clock that nobody sets, for readers in between.
    waiting_since: Arc<AtomicU64>,
}

impl Ledger {
    /// For an organisation whose task starts; `inputs` returns how many inputs wait for it.
    pub(crate) fn open(metrics: Arc<Metrics>, inputs: impl Fn() -> usize + Send + Sync + 'static) -> Self {
        let waiting_since = Arc::new(AtomicU64::new(NOBODY_WAITS));
        metrics.live.list_organisation(waiting_since.clone(), Box::new(inputs));
        metrics.organisations.inc();
        Self { metrics, posted: Counts::default(), received: 0, waiting_since }
    }

    /// A frame goes to this many connections.
    pub(crate) fn sent(&self, frame: &Down, connections: usize) {
        self.metrics.delivered.at(&Kind::of(frame)).inc_by(connections as u64);
        if let Down::Error { code, .. } = frame {
            self.metrics.refused.at(code).inc();
        }
    }

    /// A frame arrived.
    pub(crate) fn received(&mut self) {
        self.received += 1;
    }

    /// Something happened.
    pub(crate) fn occurred(&self, occurrence: Occurrence) {
        match occurrence {
            Occurrence::Came { back } => {
                self.metrics.came.at(&if back { Came::Back } else { Came::New }).inc();
            }
            Occurrence::Became(next) => {
                self.metrics.became[status(next)].inc();
            }
            Occurrence::Joined(waited) => self.metrics.join_wait.observe(waited.as_secs_f64()),
        }
    }

    /// Posts the current counts.
    pub(crate) fn post(&mut self, counts: Counts) {
        if self.received > 0 {
            self.metrics.received.inc_by(std::mem::take(&mut self.received));
        }
        if counts == self.posted {
            return;
        }
        let (metrics, before) = (&self.metrics, &self.posted);
        move_all(
            metrics.connections.as_flattened(),
            before.connections.as_flattened(),
            counts.connections.as_flattened(),
        );
        move_all(metrics.people.as_flattened(), before.people.as_flattened(), counts.people.as_flattened());
        move_all(&metrics.sessions, &before.sessions, &counts.sessions);
        move_all(std::slice::from_ref(&metrics.behind), &[before.behind], &[counts.behind]);
        move_all(std::slice::from_ref(&metrics.jobs), &[before.jobs], &[counts.jobs]);
        let since = counts.waiting_since.map_or(NOBODY_WAITS, |since| {
            u64::try_from(since.since(Moment::default()).as_millis()).unwrap_or(NOBODY_WAITS)
        });
        self.waiting_since.store(since, Ordering::Relaxed);
        self.posted = counts;
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.post(Counts::default());
        self.metrics.live.forget_organisation(&self.waiting_since);
        self.metrics.organisations.dec();
    }
}

fn move_all(gauges: &[Gauge], before: &[u64], now: &[u64]) {
    for (gauge, (before, now)) in gauges.iter().zip(before.iter().zip(now)) {
        if before != now {
            gauge.inc_by(now.wrapping_sub(*before).cast_signed());
        }
    }
}
