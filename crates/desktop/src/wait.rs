//! Waiting for a moment that may never come.

use tokio::time::Instant;

/// Waits until then; for ever if no time is given.
pub(crate) async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
