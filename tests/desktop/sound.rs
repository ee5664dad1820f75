//! It really rings: what would be heard on a desktop whose notification daemon plays sounds, on one whose daemon plays none, on
//! one without a daemon, and what is said where nothing can be heard (recorded from a sound system without loudspeakers).

use crate::stage::{SOON, Stage};
use anyhow::{Result, ensure};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, Options, Peer, TrayItem, eventually};
use serde_json::Value;
use uuid::Uuid;

const SOUND: Options = Options {
    size: (1280, 800),
    windows: false,
    tray: Tray::Host,
    toasts: Toasts::Daemon,
    sound: true,
    logind: false,
    home: rig::desktop::Home::Private,
    user: None,
};

/// A client asks, and the app says that it waits.
async fn ask(stage: &Stage, desktop: &Desktop, app: &App, who: &str, waiting: usize) -> Result<Peer> {
    let client = stage.client(who, "Northwind Dental").await?;
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    let waits = |status: &Value| (status["waiting"].as_array()?.len() == waiting).then_some(());
    app.status_until(desktop, "the request waits", SOON, waits).await?;
    Ok(client)
}

fn says_that_nothing_sounds(status: &Value) -> bool {
    let mut notices = status["notices"].as_array().into_iter().flatten().filter_map(Value::as_str);
    notices.any(|notice| notice.starts_with("Requests make no sound"))
}

/// Waits until something was heard.
async fn heard(desktop: &Desktop) -> Result<()> {
    eventually("a sound is heard", SOON, async || {
        ensure!(desktop.sound()?.sounds()? > 0, "silence");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_notification_daemon_plays_no_sound_the_app_plays_its_own_once_a_ring() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app) = stage.technician_on(SOUND, "Priya Shah").await?;
    let _dana = ask(&stage, &desktop, &app, "Dana Reyes", 1).await?;
    heard(&desktop).await?;
    desktop.sound()?.goes_on(SOON).await?;
    ensure!(desktop.sound()?.sounds()? == 1, "{} sounds", desktop.sound()?.sounds()?);
    let loudest = desktop.sound()?.loudest()?;
    ensure!((3_000..=9_000).contains(&loudest), "it is quiet and can be heard: {loudest} of 32768");
    ensure!(!says_that_nothing_sounds(&app.status(&desktop)?), "{:#}", app.status(&desktop)?);

    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_daemon_plays_sounds_the_app_leaves_it_to_it() -> Result<()> {
    let stage = Stage::start().await?;
    // It says that it plays sounds, and plays none: what is heard is the app's.
    let (desktop, app) =
        stage.technician_on(Options { toasts: Toasts::Recorder, ..SOUND }, "Priya Shah").await?;
    let _dana = ask(&stage, &desktop, &app, "Dana Reyes", 1).await?;
    let toast = desktop.toasts()?.shown("needs help", SOON).await?;
    ensure!(toast.sounds, "{toast:?}");
    desktop.sound()?.goes_on(SOON).await?;
    ensure!(desktop.sound()?.sounds()? == 0, "the app played a sound beside the daemon's");

    // A real one is heard.
    let (desktop, app) =
        stage.technician_on(Options { toasts: Toasts::SoundingDaemon, ..SOUND }, "Tom Berg").await?;
    let _sam = ask(&stage, &desktop, &app, "Sam Ortiz", 2).await?;
    heard(&desktop).await
}

// C3: no notification daemon, no sound.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_notification_daemon_runs_a_request_is_heard_all_the_same_unless_it_rings_silently()
-> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app) = stage.technician_on(Options { toasts: Toasts::None, ..SOUND }, "Priya Shah").await?;
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    tray.click_in("Ring silently", "30 minutes").await?;
    let _sam = ask(&stage, &desktop, &app, "Sam Ortiz", 1).await?;
    // Longer than a ring waits for a daemon.
    for _ in 0..4 {
        desktop.sound()?.goes_on(SOON).await?;
    }
    ensure!(desktop.sound()?.sounds()? == 0, "it was to ring silently");
    tray.click("Ring again").await?;
    let _dana = ask(&stage, &desktop, &app, "Dana Reyes", 2).await?;
    heard(&desktop).await?;
    ensure!(!says_that_nothing_sounds(&app.status(&desktop)?), "{:#}", app.status(&desktop)?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_can_sound_the_status_says_so_before_anybody_asks_for_help() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app) = stage.technician_on(Options { sound: false, ..SOUND }, "Priya Shah").await?;
    let said = |status: &Value| says_that_nothing_sounds(status).then_some(());
    app.status_until(&desktop, "it says that nothing sounds", SOON, said).await?;
    let words = app.verb(&desktop, &["status"])?;
    ensure!(words.contains("Note: Requests make no sound"), "{words}");
    Ok(())
}
