//! Devices that come and say `bye`, as those do whose user quits: whether anything is left of them.

use crate::crowd::Crowd;
use crate::organisation::Organisation;
use crate::server::Server;
use anyhow::Result;
use protocol::limits;
use std::time::Duration;

/// Devices that come at once.
const AT_ONCE: usize = 500;
/// How long each such crowd may take.
const WITHIN: Duration = Duration::from_secs(120);
/// How long after the grace memory is looked at: until then the service has timers of those who have left.
const MARGIN: Duration = Duration::from_secs(5);

/// What memory has grown by after so many leaves, in MiB. As many were there before: what is kept for use again, is kept by then.
pub(crate) fn measure(organisation: &Organisation, server: &Server, leaves: usize) -> Result<f64> {
    let mut crowd = Crowd::new(organisation, server)?;
    let at_once = AT_ONCE.min(organisation.devices);
    let mut memory_after = || -> Result<f64> {
        for _ in 0..leaves.div_ceil(at_once) {
            crowd.come_and_leave(0..at_once, WITHIN)?;
        }
        crowd.go_on(limits::GRACE + MARGIN)?;
        Ok(server.memory_kib()? as f64 / 1024.0)
    };
    let before = memory_after()?;
    let after = memory_after()?;
    eprintln!("  {before:.2} MiB after {leaves} leaves, {after:.2} MiB after as many again");
    Ok((after - before).max(0.0))
}
