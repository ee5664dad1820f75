//! Metrics that are measured only when somebody reads them: the longest wait, and the length of queues. Reading takes a queue's lock
//! only if it is free: delivery never waits for a reader.

use crate::clock::Clock;
use crate::org::ConnId;
use crate::socket::outbox::Outbox;
use presence::Moment;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Stands for: no session waits.
pub(super) const NOBODY_WAITS: u64 = u64::MAX;

/// Tells how many wait.
type Depth = Box<dyn Fn() -> usize + Send + Sync>;

/// The queues and organisations to measure.
pub(super) struct Live {
    clock: Clock,
    organisations: Mutex<Vec<(Arc<AtomicU64>, Depth)>>,
    outboxes: Mutex<HashMap<ConnId, Outbox>>,
}

/// A connection's queue, measured until this is dropped.
pub(crate) struct Listed {
    live: Arc<Live>,
    conn: ConnId,
}

/// Frames in queues.
#[derive(Default)]
struct Depths {
    frames: usize,
    bytes: usize,
    longest: usize,
}

impl Live {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, organisations: Mutex::default(), outboxes: Mutex::default() }
    }

    pub(super) fn list_organisation(&self, waiting_since: Arc<AtomicU64>, inputs: Depth) {
        let mut organisations = self.organisations.lock().unwrap_or_else(PoisonError::into_inner);
        organisations.push((waiting_since, inputs));
    }

    pub(super) fn forget_organisation(&self, waiting_since: &Arc<AtomicU64>) {
        let mut organisations = self.organisations.lock().unwrap_or_else(PoisonError::into_inner);
        organisations.retain(|(since, _)| !Arc::ptr_eq(since, waiting_since));
    }

    pub(super) fn list(live: &Arc<Self>, conn: ConnId, outbox: Outbox) -> Listed {
        live.outboxes.lock().unwrap_or_else(PoisonError::into_inner).insert(conn, outbox);
        Listed { live: live.clone(), conn }
    }

    /// How long the longest has waited, in seconds, and the longest queue of inputs.
    fn organisations(&self) -> (f64, usize) {
        let organisations = self.organisations.lock().unwrap_or_else(PoisonError::into_inner);
        let since = organisations.iter().map(|(since, _)| since.load(Ordering::Relaxed)).min();
        let longest = organisations.iter().map(|(_, inputs)| inputs()).max().unwrap_or_default();
        let waited = match since {
            None | Some(NOBODY_WAITS) => 0.0,
            Some(since) => self.clock.moment().since(Moment::at(Duration::from_millis(since))).as_secs_f64(),
        };
        (waited, longest)
    }

    fn outboxes(&self) -> Depths {
        // Held only while copying, since connections come and go.
        let outboxes: Vec<Outbox> = {
            let listed = self.outboxes.lock().unwrap_or_else(PoisonError::into_inner);
            listed.values().cloned().collect()
        };
        outboxes.iter().filter_map(Outbox::depth).fold(Depths::default(), |sum, (frames, bytes)| Depths {
            frames: sum.frames + frames,
            bytes: sum.bytes + bytes,
            longest: sum.longest.max(frames),
        })
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.live.outboxes.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.conn);
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Live").finish_non_exhaustive()
    }
}

impl Collector for Live {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let (waited_s, inputs) = self.organisations();
        let depths = self.outboxes();
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: f64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)
        };
        gauge(
            "session_waiting_longest",
            "How long the longest waiting request has waited; 0 if none waits.",
            Some(&Unit::Seconds),
            waited_s,
        )?;
        gauge(
            "inputs_waiting",
            "Inputs that wait for the organisation that is furthest behind; at 1024, senders have to wait.",
            None,
            inputs as f64,
        )?;
        gauge(
            "frames_waiting",
            "Frames that wait to be written to connections.",
            None,
            depths.frames as f64,
        )?;
        gauge(
            "frames_waiting",
            "Size of the frames that wait to be written to connections.",
            Some(&Unit::Bytes),
            depths.bytes as f64,
        )?;
        gauge(
            "frames_waiting_longest",
            "Frames that wait for the connection with the longest queue; from 64 on it is behind.",
            None,
            depths.longest as f64,
        )
    }
}
