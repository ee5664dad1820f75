//! P10: a page that is reloaded is not gone; one that is closed is gone after a moment.

use crate::stage::{PRIYA, SOON, Stage, is_offline, person};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

/// A page that is gone is Offline after 5 s, and a slack for a loaded machine.
const GONE_BY: Duration = Duration::from_secs(10);
/// Earlier than this a page may still come back.
const NOT_BEFORE: Duration = Duration::from_secs(4);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_is_no_leaving_and_a_closed_page_is_offline_after_five_seconds() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let page = stage.technician().await?;
    watcher.presence(PRIYA, SOON, |seen| !is_offline(seen)).await?;
    let before = Instant::now();
    for _ in 0..2 {
        page.page.refresh().await?;
        page.find(&person(PRIYA), SOON).await?;
    }
    // Another tab, so that the browser lives on.
    let first = page.page.window().await?;
    let other = page.page.new_window(true).await?.handle;
    page.page.switch_to_window(first).await?;
    let closing = Instant::now();
    page.page.close_window().await?;
    page.page.switch_to_window(other).await?;
    let (gone, _) = watcher.presence(PRIYA, GONE_BY, is_offline).await?;
    let after = gone.checked_duration_since(closing).context("seen Offline before it was closed")?;
    ensure!(after >= NOT_BEFORE, "Offline after {after:?}: a reload would have been seen");
    let changes = watcher.changes_since(PRIYA, before);
    let offline = changes.iter().filter(|seen| is_offline(seen)).count();
    ensure!(offline == 1, "{changes:?}");
    Ok(())
}
