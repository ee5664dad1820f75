//! Devices that come and say `bye`, as those do whose user quits: whether anything is left of them.

use crate::crowd::Crowd;
use crate::organisation::Organisation;
use crate::server::Server;
use anyhow::Result;
use std::time::Duration;

/// Devices that come at once.
const AT_ONCE: usize = 500;
/// How long each such crowd may take.
const WITHIN: Duration = Duration::from_secs(120);
/// Leaves before the first look: what the service keeps for use again, it keeps by then.
const BEFORE: usize = 4_000;

/// What memory has grown by after so many leaves, in MiB.
pub(crate) fn measure(organisation: &Organisation, server: &Server, leaves: usize) -> Result<f64> {
    let mut crowd = Crowd::new(organisation, server)?;
    let at_once = AT_ONCE.min(organisation.devices);
    let mut leave = |leaves: usize| -> Result<f64> {
        for _ in 0..leaves.div_ceil(at_once) {
            crowd.come_and_leave(0..at_once, WITHIN)?;
        }
        Ok(server.memory_kib()? as f64 / 1024.0)
    };
    let before = leave(BEFORE)?;
    let after = leave(leaves)?;
    eprintln!("  {:.2} MiB more after {leaves} leaves", after - before);
    Ok((after - before).max(0.0))
}
