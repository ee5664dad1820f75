//! P7: Away set in the tray menu belongs to the user and survives everything until it is ended.

use crate::stage::{ACME, AT_ONCE, SOON, Stage, is_away, is_online, profile};
use anyhow::{Context, Result, ensure};
use presence::{AwayReason, Presence};
use rig::desktop::Tray;
use rig::{App, Browser, Desktop, Options, TrayItem, eventually};
use std::time::Duration;

const PRIYA: &str = "Priya Shah";
const TRAY: Options = Options { tray: Tray::Host, ..Options::DEFAULT };

/// Opens the technicians' portal as Tom, who signs in with his link like any user.
async fn portal_as_tom(stage: &Stage) -> Result<Browser> {
    let browser = Browser::start((1200, 760)).await?;
    let link = stage.service.link(&["person", "link", "--org", ACME, "--name", "Tom Walsh"])?;
    browser.open(&link).await?;
    browser.button("Sign in", SOON).await?.click().await?;
    browser.find("[data-person]", SOON).await?;
    Ok(browser)
}

/// Waits until the portal shows a person so.
async fn shows(browser: &Browser, name: &str, state: &str, reason: &str, within: Duration) -> Result<()> {
    eventually(&format!("the portal shows {name} as {state} ({reason})"), within, async || {
        let row = browser.page.find(fantoccini::Locator::Css(&format!("[data-person=\"{name}\"]"))).await?;
        let seen = (row.attr("data-state").await?, row.attr("data-reason").await?.unwrap_or_default());
        ensure!(seen.0.as_deref() == Some(state) && seen.1 == reason, "{seen:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn away_in_the_tray_menu_is_seen_in_the_portal_and_survives_crashes_of_both_sides() -> Result<()> {
    let mut stage = Stage::start().await?;
    let (desktop, mut app) = stage.technician_on(TRAY, PRIYA).await?;
    let browser = portal_as_tom(&stage).await?;
    let screen = desktop.screen()?;
    screen.tap()?;
    shows(&browser, PRIYA, "online", "", SOON).await?;

    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    tray.click("Away").await?;
    shows(&browser, PRIYA, "away", "manual", AT_ONCE * 2).await?;
    radio(&desktop, "Away", SOON).await?;

    // Typing on does not end it.
    screen.tap()?;
    app.kill9();
    stage.service.kill9();
    stage.service.restart().await?;
    // A reloaded page knows nothing from before.
    browser.page.refresh().await?;
    shows(&browser, PRIYA, "away", "manual", SOON).await?;
    let app = App::start(&desktop, &profile(PRIYA)).await?;
    app.connected(&desktop, SOON).await?;
    screen.tap()?;
    shows(&browser, PRIYA, "away", "manual", SOON).await?;
    radio(&desktop, "Away", SOON).await?;
    let headline = app.status(&desktop)?["headline"].as_str().unwrap_or_default().to_owned();
    ensure!(headline.starts_with("Away, set by you"), "{headline}");

    TrayItem::only(desktop.bus(), SOON).await?.click("Online (automatic)").await?;
    screen.tap()?;
    shows(&browser, PRIYA, "online", "", AT_ONCE * 2).await?;
    radio(&desktop, "Online (automatic)", SOON).await
}

/// Waits until this radio item of the tray menu is the one that is set.
async fn radio(desktop: &Desktop, label: &str, within: Duration) -> Result<()> {
    eventually(&format!("{label:?} is chosen in the tray menu"), within, async || {
        let tray = TrayItem::only(desktop.bus(), within).await?;
        let menu = tray.menu().await?;
        let set: Vec<&str> = ["Online (automatic)", "Away"]
            .into_iter()
            .filter(|label| menu.find(label).is_some_and(|item| item.toggles && item.set))
            .collect();
        ensure!(set == [label], "chosen: {set:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ending_away_while_idle_is_away_since_the_last_input_and_never_online() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (desktop, app) = stage.technician_on(Options::default(), PRIYA).await?;
    let screen = desktop.screen()?;
    screen.tap()?;
    watcher.presence(PRIYA, SOON, is_online).await?;
    app.verb(&desktop, &["away"])?;
    watcher.presence(PRIYA, AT_ONCE, |seen| is_away(seen, AwayReason::Manual)).await?;
    app.status_until(&desktop, "this device is idle", SOON, |status| {
        status["here"]["activity"].is_object().then_some(())
    })
    .await?;
    let before = std::time::Instant::now();
    app.verb(&desktop, &["online"])?;
    watcher.presence(PRIYA, AT_ONCE, |seen| is_away(seen, AwayReason::Idle)).await?;
    let shown = watcher.changes_since(PRIYA, before);
    ensure!(!shown.iter().any(is_online), "{shown:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn away_for_half_an_hour_says_until_when_on_every_device() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (desktop, app) = stage.technician_on(Options::default(), PRIYA).await?;
    let other = {
        let link = stage.service.link(&["person", "link", "--org", ACME, "--name", PRIYA])?;
        let second = App::start(&desktop, "second-computer").await?;
        second.sign_in(&desktop, &link)?;
        second.connected(&desktop, SOON).await?;
        second
    };
    app.verb(&desktop, &["away", "--for", "30m"])?;
    let (_, away) = watcher.presence(PRIYA, AT_ONCE, |seen| is_away(seen, AwayReason::Manual)).await?;
    let Presence::Away { until: Some(until), since, .. } = away else { anyhow::bail!("no end in {away:?}") };
    ensure!(until.since(since) == Duration::from_secs(30 * 60), "{away:?}");
    other
        .status_until(&desktop, "the other device says it, too", SOON, |status| {
            status["headline"].as_str()?.starts_with("Away, set by you until ").then_some(())
        })
        .await
        .context("P7: on all devices")
}
