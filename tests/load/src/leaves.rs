//! Devices that come and say `bye`, as those do whose user quits: whether anything is left of them.
//!
//! What the allocator was given it keeps, so that memory follows the largest of all peaks so far, and grows by up to some MiB when one is
//! higher by chance or falls into a less tidy heap. That comes now and then; what is left of a connection comes with each. So
//! several spans are compared, and the least growth counts: 100 bytes of each of 40,000 connections are 4 MiB in every one of them.
//! A span that grew by next to nothing ends it: then nothing is left of a connection.

use crate::crowd::Crowd;
use crate::organisation::Organisation;
use crate::server::Server;
use anyhow::{Context, Result};
use protocol::limits;
use std::time::Duration;

/// Devices that come at once.
const AT_ONCE: usize = 500;
/// How long each such crowd may take.
const WITHIN: Duration = Duration::from_secs(120);
/// How long after the grace the next span begins: until then the service has timers of those who have left.
const MARGIN: Duration = Duration::from_secs(5);
/// Spans of which the least growth counts, at most, after the one in which what is kept for use again comes to be there.
const SPANS: usize = 4;
/// Next to nothing, in MiB.
const ENOUGH_MIB: f64 = 0.5;

/// What memory has grown by with so many leaves at least, in MiB. It is looked at when the last of a span has left, at its fullest: what
/// is left of connections would else fill what the allocator has free, and not show.
pub(crate) fn measure(organisation: &Organisation, server: &Server, leaves: usize) -> Result<f64> {
    let mut crowd = Crowd::new(organisation, server)?;
    let at_once = AT_ONCE.min(organisation.devices);
    // In turn: an address has only so many ports, and each is taken for a minute after it was used.
    let mut crowds = (0..=organisation.devices - at_once).step_by(at_once).cycle();
    let mut filled_mib = Vec::new();
    for span in 0..=SPANS {
        if span > 0 {
            crowd.go_on(limits::GRACE + MARGIN)?;
        }
        for from in crowds.by_ref().take(leaves.div_ceil(at_once)) {
            crowd.come_and_leave(from..from + at_once, WITHIN)?;
        }
        filled_mib.push(server.filled_kib()? as f64 / 1024.0);
        if least_growth(&filled_mib).is_some_and(|growth| growth <= ENOUGH_MIB) {
            break;
        }
    }
    eprintln!("  {filled_mib:.2?} MiB, each after {leaves} leaves more");
    least_growth(&filled_mib).context("there are several spans")
}

/// The least that one has grown by beyond the one before it; 0, where one has not.
fn least_growth(spans: &[f64]) -> Option<f64> {
    spans.windows(2).map(|two| (two[1] - two[0]).max(0.0)).min_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::least_growth;

    #[test]
    fn what_grows_in_each_span_counts_and_a_peak_does_not() {
        let grown = |spans: &[f64], by: f64| (least_growth(spans).unwrap() - by).abs() < 1e-9;
        assert!(grown(&[20.0, 22.0, 24.5], 2.0));
        assert!(grown(&[20.0, 23.0, 23.1], 0.1));
        assert!(grown(&[20.0, 19.5, 22.0], 0.0));
    }
}
