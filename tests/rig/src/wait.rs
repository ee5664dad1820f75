//! Waiting for something with a deadline: the only place in the rig that sleeps.

use anyhow::{Result, bail};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Between two looks: short beside what is measured (a second), long beside what a look costs.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks again and again until `look` finds what it wants; its error is what it saw instead.
///
/// # Errors
/// When it has not come within the deadline, with what was seen last.
pub async fn eventually<T, E: std::fmt::Display>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T> {
    let deadline = Instant::now() + within;
    loop {
        let seen = match look().await {
            Ok(found) => return Ok(found),
            Err(seen) => seen,
        };
        if Instant::now() >= deadline {
            bail!("{what}: not within {within:?}; seen last: {seen:#}");
        }
        sleep(LOOK_EVERY).await;
    }
}

/// Looks again and again for a whole span and fails as soon as `look` fails: for what must never happen.
///
/// # Errors
/// What `look` saw.
pub async fn throughout(span: Duration, mut look: impl AsyncFnMut() -> Result<()>) -> Result<()> {
    let end = Instant::now() + span;
    while Instant::now() < end {
        look().await?;
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}
