//! C11: desktops in do-not-disturb. Requests make no sound and do not break through, and the app says why.
//!
//! xfce4-notifyd, mate-notification-daemon, dunst and dconf are real. The rig's recorder stands for Plasma, with the property that Plasma's daemon has, and for
//! gnome-shell, whose name it bears; GNOME's setting is in a real dconf.

use crate::stage::{ACME, SOON, Stage, profile};
use anyhow::{Result, ensure};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, Options, Peer, ToastMonitor, TrayItem, eventually};
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

const PRIYA: &str = "Priya Shah";
const TITLE: &str = "Dana Reyes (Northwind Dental) needs help";
const WHY: &str = "Requests ring silently while your desktop is in do-not-disturb.";
const SUBMENU: &str = "Ring silently (desktop in do-not-disturb)";
/// A request sounds 20 s after it came (C3), and a loaded machine is late.
const NEXT_RING: Duration = Duration::from_secs(40);

fn options(toasts: Toasts) -> Options {
    Options { tray: Tray::Host, toasts, sound: true, ..Options::default() }
}

async fn ask(stage: &Stage) -> Result<Peer> {
    let client = stage.client("Dana Reyes", "Northwind Dental").await?;
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    Ok(client)
}

/// Waits until the app knows of it, and says why requests are silent, or does not.
async fn says(desktop: &Desktop, app: &App, is_on: bool) -> Result<()> {
    let told = |status: &Value| (status["do_not_disturb"] == is_on).then_some(());
    app.status_until(desktop, "the app knows of do-not-disturb", SOON, told).await?;
    let words = app.verb(desktop, &["status"])?;
    ensure!(words.contains(WHY) == is_on, "{words}");
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    eventually("the tray says why", SOON, async || {
        let (tooltip, menu) = (tray.tooltip().await?, tray.menu().await?);
        ensure!(tooltip.contains(WHY) == is_on, "{tooltip}");
        let submenu = menu.find(SUBMENU).map(rig::tray::Entry::labels);
        ensure!(submenu.is_some_and(|lines| lines.iter().any(|line| line == WHY)) == is_on, "{menu:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// Longer than a ring waits for a daemon that is to sound it.
async fn nothing_is_heard(desktop: &Desktop) -> Result<()> {
    for _ in 0..4 {
        desktop.sound()?.goes_on(SOON).await?;
    }
    let sounds = desktop.sound()?.sounds()?;
    ensure!(sounds == 0, "{sounds} sounds in do-not-disturb");
    Ok(())
}

async fn heard(desktop: &Desktop) -> Result<()> {
    eventually("a sound is heard", NEXT_RING, async || {
        ensure!(desktop.sound()?.sounds()? > 0, "silence");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn xfces_notification_daemon_is_not_broken_through_and_requests_are_silent_until_it_ends() -> Result<()>
{
    let stage = Stage::start().await?;
    let (desktop, app) = stage.technician_on(options(Toasts::Daemon), PRIYA).await?;
    let monitor = ToastMonitor::start(desktop.connect_bus().await?).await?;
    let set = |is_on: &str| {
        let property = ["-c", "xfce4-notifyd", "-p", "/do-not-disturb"];
        desktop.run("xfconf-query", &[&property[..], &["-n", "-t", "bool", "-s", is_on]].concat()).map(drop)
    };
    says(&desktop, &app, false).await?;
    set("true")?;
    says(&desktop, &app, true).await?;
    let _dana = ask(&stage).await?;
    let toast = monitor.passed(TITLE, SOON).await?;
    ensure!(!toast.is_critical, "{toast:?}");
    nothing_is_heard(&desktop).await?;
    ensure!(desktop.drawn_toasts()? == 0, "it has broken through");
    set("false")?;
    says(&desktop, &app, false).await?;
    desktop.drawn_toast(SOON).await?;
    heard(&desktop).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mates_notification_daemon_is_not_broken_through_until_do_not_disturb_ends() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app) = stage.technician_on(options(Toasts::SoundingDaemon), PRIYA).await?;
    let monitor = ToastMonitor::start(desktop.connect_bus().await?).await?;
    let set = |is_on: &str| {
        desktop.run("gsettings", &["set", "org.mate.NotificationDaemon", "do-not-disturb", is_on]).map(drop)
    };
    says(&desktop, &app, false).await?;
    set("true")?;
    says(&desktop, &app, true).await?;
    let _dana = ask(&stage).await?;
    let toast = monitor.passed(TITLE, SOON).await?;
    ensure!(!toast.is_critical, "{toast:?}");
    nothing_is_heard(&desktop).await?;
    ensure!(desktop.drawn_toasts()? == 0, "it has broken through");
    set("false")?;
    says(&desktop, &app, false).await?;
    desktop.drawn_toast(SOON).await?;
    heard(&desktop).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_silent_while_dunst_is_paused_and_again_heard_when_it_was_started_again() -> Result<()> {
    let stage = Stage::start().await?;
    let (mut desktop, app) = stage.technician_on(options(Toasts::Dunst), PRIYA).await?;
    let monitor = ToastMonitor::start(desktop.connect_bus().await?).await?;
    desktop.run("dunstctl", &["set-paused", "true"])?;
    says(&desktop, &app, true).await?;
    desktop.run("dunstctl", &["set-paused", "false"])?;
    says(&desktop, &app, false).await?;
    desktop.run("dunstctl", &["set-paused", "true"])?;
    says(&desktop, &app, true).await?;
    let _dana = ask(&stage).await?;
    let toast = monitor.passed(TITLE, SOON).await?;
    ensure!(!toast.is_critical, "{toast:?}");
    nothing_is_heard(&desktop).await?;
    // One that starts again is not paused.
    desktop.kill_notification_daemon().await?;
    desktop.start_notification_daemon().await?;
    says(&desktop, &app, false).await?;
    heard(&desktop).await
}

/// A desktop whose toasts are recorded, and how it enters and leaves do-not-disturb.
async fn rings_silently_until_it_ends(
    toasts: Toasts,
    set: impl AsyncFn(&Desktop, bool) -> Result<()>,
) -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app) = stage.technician_on(options(toasts), PRIYA).await?;
    says(&desktop, &app, false).await?;
    set(&desktop, true).await?;
    says(&desktop, &app, true).await?;
    let _dana = ask(&stage).await?;
    let toast = desktop.toasts()?.shown(TITLE, SOON).await?;
    ensure!(!toast.sounds && !toast.is_critical && toast.expire_ms == 0, "{toast:?}");
    nothing_is_heard(&desktop).await?;
    set(&desktop, false).await?;
    says(&desktop, &app, false).await?;
    heard(&desktop).await?;
    let toast = desktop.toasts()?.shown(TITLE, SOON).await?;
    ensure!(toast.is_critical, "{toast:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_silent_while_plasma_inhibits_notifications() -> Result<()> {
    rings_silently_until_it_ends(Toasts::Recorder, async |desktop, is_on| {
        desktop.toasts()?.inhibit(is_on).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_silent_while_gnome_shows_no_banners() -> Result<()> {
    rings_silently_until_it_ends(Toasts::GnomeRecorder, async |desktop, is_on| {
        let banners = if is_on { "false" } else { "true" };
        desktop
            .run("gsettings", &["set", "org.gnome.desktop.notifications", "show-banners", banners])
            .map(drop)
    })
    .await
}

/// Two desktops are two computers: what one user sees on both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_computer_that_is_used_is_in_do_not_disturb_the_other_one_rings() -> Result<()> {
    let stage = Stage::start().await?;
    let silent = Options { sound: false, ..options(Toasts::Recorder) };
    let (first, _one) = stage.technician_on(silent, PRIYA).await?;
    let link = stage.service.link(&["person", "link", "--org", ACME, "--name", PRIYA])?;
    let second = Desktop::start(silent).await?;
    let two = App::start(&second, &profile(PRIYA)).await?;
    two.sign_in(&second, &link)?;
    two.connected(&second, SOON).await?;
    second.toasts()?.inhibit(true).await?;
    says(&second, &two, true).await?;
    two.status_until(&second, "both are idle", SOON, |status| {
        status["devices"].as_array()?.iter().all(|device| device["activity"].is_object()).then_some(())
    })
    .await?;
    second.screen()?.tap()?;
    two.status_until(&second, "the second one is used", SOON, |status| {
        (status["here"]["activity"] == "active" && status["shown"]["state"] == "online").then_some(())
    })
    .await?;
    let _dana = ask(&stage).await?;
    // C3: the second one does not say within 2 s that its toast is on the screen, so all ring.
    let toast = first.toasts()?.shown(TITLE, SOON).await?;
    ensure!(toast.sounds && toast.is_critical, "{toast:?}");
    let toast = second.toasts()?.shown(TITLE, SOON).await?;
    ensure!(!toast.sounds && !toast.is_critical, "{toast:?}");
    Ok(())
}
