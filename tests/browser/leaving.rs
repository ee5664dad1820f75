//! P10: a page that is reloaded is not gone; one that is closed is gone after a moment. Leaving a chat is neither.

use crate::stage::{PRIYA, SOON, Stage, ask_on, is_offline, person};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

/// A page that is gone is Offline after 5 s, and a slack for a loaded machine; one that was lost would be after 45 s.
const GONE_BY: Duration = Duration::from_secs(25);
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

// C5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_in_one_tab_reads_no_other_reason_in_the_other_one() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    ask_on(&page, "Printer offline").await?;
    page.button("Leave", SOON).await?;
    let address = page.page.current_url().await?;
    let first = page.page.window().await?;
    let other = page.page.new_window(true).await?.handle;
    page.page.switch_to_window(other.clone()).await?;
    page.open(address.as_str()).await?;
    page.button("Leave", SOON).await?;
    page.page.switch_to_window(first).await?;
    page.button("Leave", SOON).await?.click().await?;
    page.shows("How can we help?", SOON).await?;
    page.page.switch_to_window(other).await?;
    page.shows("This request ended before anybody joined.", SOON).await?;
    let text = page.text().await?;
    ensure!(!text.contains("minute") && !text.contains("gone"), "{text}");
    Ok(())
}
