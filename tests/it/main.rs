//! The real agent and the real service, on a paused clock: what others see of somebody who works, leaves, is cut off and comes
//! back, and how a request finds its technician.
//!
//! Every wait is virtual, so hours take no time; every wait has a deadline.

mod away;
mod life;
mod overnight;
mod receives;
mod requests;
mod survival;

use std::time::Duration;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The virtual time passes while everything goes on.
async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}
