//! The agent outlives its window and the display.

use crate::stage::{AT_ONCE, IDLE_AFTER, SOON, Stage, is_away, is_online, now};
use anyhow::{Context, Result, ensure};
use presence::AwayReason;
use rig::desktop::Tray;
use rig::{App, Desktop, Options, TrayItem, eventually};
use std::fs;
use std::process::Command;
use std::time::Instant;

const PRIYA: &str = "Priya Shah";

/// The app's window process: the child that is called so.
fn window_process(app: &App) -> Result<u32> {
    let id = app.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"))?;
    children
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
        .find(|child| {
            fs::read_to_string(format!("/proc/{child}/comm"))
                .is_ok_and(|name| name.starts_with("deskbell-win"))
        })
        .context("the app has no window process")
}

fn connected_since(status: &serde_json::Value) -> serde_json::Value {
    status["connection"]["since"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_is_killed_takes_nothing_with_it() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (desktop, app) = stage.technician_on(Options { windows: true, ..Options::default() }, PRIYA).await?;
    let screen = desktop.screen()?;
    screen.tap()?;
    watcher.presence(PRIYA, SOON, is_online).await?;
    let since = connected_since(&app.status(&desktop)?);
    ensure!(since.is_number(), "not connected");
    app.verb(&desktop, &["open", "status"])?;
    let window = eventually("the window is open", SOON * 2, async || {
        let child = window_process(&app)?;
        ensure!(!screen.windows("eskbell")?.is_empty(), "it shows no window yet");
        Ok::<u32, anyhow::Error>(child)
    })
    .await?;
    let before = Instant::now();
    ensure!(Command::new("kill").args(["-9", &window.to_string()]).status()?.success(), "kill failed");
    eventually("the window is opened again, once", SOON * 2, async || {
        let child = window_process(&app)?;
        ensure!(child != window, "it is still the one that was killed");
        ensure!(!screen.windows("eskbell")?.is_empty(), "it shows no window yet");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    screen.tap()?;
    let status = app.status(&desktop)?;
    ensure!(connected_since(&status) == since, "the connection is another one: {status:#}");
    let offline: Vec<_> =
        watcher.changes_since(PRIYA, before).into_iter().filter(crate::stage::is_offline).collect();
    ensure!(offline.is_empty(), "{offline:?}");
    // And its presence goes on.
    watcher.presence(PRIYA, IDLE_AFTER + SOON, |seen| is_away(seen, AwayReason::Idle)).await?;
    screen.tap()?;
    watcher.presence(PRIYA, AT_ONCE, is_online).await?;
    Ok(())
}

/// How often the window is closed and opened again: each time its program is caught at another moment of its end.
const REOPENED: u32 = 5;

// Its program was still ending, so the order was lost and nothing opened.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_is_opened_just_after_it_was_closed_is_there() -> Result<()> {
    let desktop = Desktop::start(Options { windows: true, ..Options::default() }).await?;
    let app = App::start(&desktop, "reopened").await?;
    let screen = desktop.screen()?;
    for _ in 0..REOPENED {
        app.verb(&desktop, &["open", "status"])?;
        eventually("the status window", SOON, async || {
            screen.windows("eskbell")?.pop().context("it shows no window")
        })
        .await?;
        screen.close_window("eskbell")?;
        eventually("the window is closed", SOON, async || {
            ensure!(screen.windows("eskbell")?.is_empty(), "it is open");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_display_that_is_killed_leaves_the_connection_and_a_new_one_is_seen_again() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (mut desktop, app) =
        stage.technician_on(Options { tray: Tray::Host, ..Options::default() }, PRIYA).await?;
    desktop.screen()?.tap()?;
    watcher.presence(PRIYA, SOON, is_online).await?;
    let since = connected_since(&app.status(&desktop)?);
    TrayItem::only(desktop.bus(), SOON).await?;
    let before = Instant::now();

    // A panel dies with the display.
    desktop.display.kill();
    desktop.stop_tray_host().await?;
    app.status_until(&desktop, "it says that it sees no input", SOON, |status| {
        status["here"]["source"].is_null().then_some(())
    })
    .await?;
    // P12: it never claims Online for ever.
    watcher.presence(PRIYA, IDLE_AFTER + SOON, |seen| is_away(seen, AwayReason::Idle)).await?;

    let back = Instant::now();
    desktop.display.restart().await?;
    desktop.start_tray_host().await?;
    TrayItem::only(desktop.bus(), SOON).await.context("the tray is back")?;
    app.status_until(&desktop, "it sees input again", SOON, |status| {
        status["here"]["source"].is_string().then_some(())
    })
    .await?;
    // P11: that a server has started is nobody's input, and the first input is somebody's.
    ensure!(!watcher.changes_since(PRIYA, back).iter().any(is_online), "Online with nobody there");
    let tapped = now();
    desktop.screen()?.tap()?;
    let (_, online) = watcher.presence(PRIYA, AT_ONCE, is_online).await?;
    ensure!(online.since() >= tapped, "Online before there was input: {online:?}, and that at {tapped:?}");
    ensure!(connected_since(&app.status(&desktop)?) == since, "the connection is another one");
    let offline = watcher.changes_since(PRIYA, before).iter().any(crate::stage::is_offline);
    ensure!(!offline, "was shown Offline in between");
    Ok(())
}
