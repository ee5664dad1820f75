//! P4: a page that goes on after it stood still, as on a machine that slept, is not Online before its user does something.

use crate::stage::{PRIYA, SOON, Stage};
use anyhow::{Result, ensure};
use presence::Presence;
use rig::proc::{self, Signal};
use std::time::{Duration, Instant};
use tokio::time::sleep_until;

/// How long the page stands still: longer than any page that runs is silent, shorter than the grace of its connection.
const STANDS_STILL: Duration = Duration::from_secs(33);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waking_up_is_no_activity_and_the_next_input_is() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let page = stage.technician().await?;
    let is_online = |seen: &Presence| matches!(seen, Presence::Online { .. });
    page.find("body", SOON).await?.click().await?;
    watcher.presence(PRIYA, SOON, is_online).await?;
    let renderers = page.renderers()?;
    ensure!(!renderers.is_empty(), "some process runs the page");
    for id in &renderers {
        proc::signal(*id, Signal::STOP)?;
    }
    // Nothing is waited for here but time itself.
    sleep_until((Instant::now() + STANDS_STILL).into()).await;
    let woken = Instant::now();
    for id in &renderers {
        proc::signal(*id, Signal::CONT)?;
    }
    watcher.presence(PRIYA, SOON, |seen| matches!(seen, Presence::Away { .. })).await?;
    let changes = watcher.changes_since(PRIYA, woken);
    ensure!(!changes.iter().any(is_online), "{changes:?}");
    page.find("body", SOON).await?.click().await?;
    watcher.presence(PRIYA, SOON, is_online).await?;
    Ok(())
}
