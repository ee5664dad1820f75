//! P4: lock and sleep, told by a mocked login manager; no machine that runs tests can sleep.

use crate::stage::{AT_ONCE, SOON, Stage, is_away, is_online};
use anyhow::{Result, ensure};
use presence::{Activity, AwayReason, IdleReason};
use rig::{App, Desktop, Options, Peer, Screen, eventually};
use std::process::Command;
use std::time::{Duration, Instant};

const PRIYA: &str = "Priya Shah";

async fn at_work(stage: &Stage) -> Result<(Peer, Desktop, App, Screen)> {
    let watcher = stage.watcher().await?;
    let (desktop, app) = stage.technician_on(Options { logind: true, ..Options::default() }, PRIYA).await?;
    let screen = desktop.screen()?;
    screen.tap()?;
    watcher.presence(PRIYA, SOON, is_online).await?;
    holds_sleep_back(&desktop, SOON).await?;
    Ok((watcher, desktop, app, screen))
}

async fn holds_sleep_back(desktop: &Desktop, within: Duration) -> Result<()> {
    eventually("the app holds sleep back", within, async || {
        let all = desktop.logind()?.inhibitors().await?;
        ensure!(all.iter().any(|each| each.what == "sleep" && each.mode == "delay"), "{all:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_away_at_once_and_stays_so_whatever_the_pointer_does() -> Result<()> {
    let stage = Stage::start().await?;
    let (watcher, desktop, _app, screen) = at_work(&stage).await?;
    let logind = desktop.logind()?;

    let before = Instant::now();
    logind.request_lock().await?;
    // The real lock comes after the request on the same bus: when it has been seen, the request has been, too.
    logind.set_locked(true).await?;
    let (_, away) = watcher.presence(PRIYA, AT_ONCE, |seen| is_away(seen, AwayReason::Locked)).await?;
    ensure!(watcher.changes_since(PRIYA, before).len() == 1, "one lock, one change");

    rig::wait::throughout(Duration::from_secs(2), async || {
        screen.nudge()?;
        let seen = watcher.seen().people[PRIYA].presence;
        ensure!(seen == away, "a pointer move on a lock screen made {seen:?} of {away:?}");
        Ok(())
    })
    .await?;

    logind.set_locked(false).await?;
    watcher.presence(PRIYA, AT_ONCE, is_online).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_only_asked_for_changes_nothing() -> Result<()> {
    let stage = Stage::start().await?;
    let (watcher, desktop, app, screen) = at_work(&stage).await?;
    let before = Instant::now();
    desktop.logind()?.request_lock().await?;
    rig::wait::throughout(Duration::from_secs(2), async || {
        screen.tap()?;
        let changes = watcher.changes_since(PRIYA, before);
        ensure!(changes.is_empty(), "a request to lock made {changes:?}");
        Ok(())
    })
    .await?;
    let here = app.status(&desktop)?;
    ensure!(here["here"]["activity"] == "active", "{here:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_has_stored_the_report_before_the_machine_may_sleep() -> Result<()> {
    let mut stage = Stage::start().await?;
    let (watcher, desktop, app, screen) = at_work(&stage).await?;
    let logind = desktop.logind()?;
    logind.prepare_for_sleep(true).await?;
    eventually("sleep is let go", Duration::from_millis(1900), async || {
        let all = logind.inhibitors().await?;
        ensure!(!all.iter().any(|each| each.what == "sleep"), "{all:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    // Here the machine would fall asleep: the app stands still. What the service has not stored by now is lost with it.
    freeze(&app, true)?;
    stage.service.kill9();
    drop(watcher);
    stage.service.restart().await?;
    let link = stage.service.link(&["person", "link", "--org", crate::stage::ACME, "--name", "Ana Lind"])?;
    let watcher = Peer::watcher(&link).await?;
    watcher.presence(PRIYA, SOON, |seen| is_away(seen, AwayReason::Asleep)).await?;

    freeze(&app, false)?;
    logind.prepare_for_sleep(false).await?;
    holds_sleep_back(&desktop, SOON).await?;
    // Waking up is not activity; input is.
    let woken = watcher.seen().people[PRIYA].presence;
    ensure!(is_away(&woken, AwayReason::Asleep), "waking up made {woken:?}");
    screen.tap()?;
    watcher.presence(PRIYA, SOON, is_online).await?;
    Ok(())
}

/// Stops a process where it stands, as sleep does, or lets it go on.
fn freeze(app: &App, frozen: bool) -> Result<()> {
    let signal = if frozen { "-STOP" } else { "-CONT" };
    let done = Command::new("kill").args([signal, &app.id().to_string()]).status()?;
    ensure!(done.success(), "kill {signal} failed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_app_reports_asleep_as_such() -> Result<()> {
    let stage = Stage::start().await?;
    let (watcher, desktop, app, _screen) = at_work(&stage).await?;
    desktop.logind()?.prepare_for_sleep(true).await?;
    watcher.presence(PRIYA, AT_ONCE, |seen| is_away(seen, AwayReason::Asleep)).await?;
    let here = app.status(&desktop)?["here"]["activity"].clone();
    let activity: Activity = serde_json::from_value(here)?;
    ensure!(matches!(activity, Activity::Idle { reason: IdleReason::Asleep, .. }), "{activity:?}");
    Ok(())
}
