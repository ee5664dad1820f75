//! It really rings, as its user has set it: what would be heard on a desktop whose notification daemon plays sounds, on one whose
//! daemon plays none, on one without a daemon, and what is said where nothing can be heard (recorded from a sound system without
//! loudspeakers).

use crate::stage::{SOON, Stage};
use anyhow::{Context, Result, ensure};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, HeardSound, Options, Peer, TrayItem, app, eventually};
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

const SOUND: Options = Options { tray: Tray::Host, toasts: Toasts::Daemon, sound: true, ..Options::DEFAULT };

const PROFILE: &str = "priya";
/// A request is late after 60 s (C3), and a loaded machine is late.
const LATE_BY: Duration = Duration::from_secs(90);

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

/// Has the app set these and show a test toast, and waits until the sound is over.
async fn hears(desktop: &Desktop, app: &App, settings: &[&str]) -> Result<HeardSound> {
    let before = desktop.sound()?.sounds()?;
    let is_late = settings.contains(&"--test-late");
    let test: &[&str] = if is_late { &[] } else { &["--test"] };
    app.verb(desktop, &[&["sound"], settings, test].concat())?;
    eventually("the test is heard", SOON, async || {
        ensure!(desktop.sound()?.sounds()? > before, "silence");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    desktop.sound()?.falls_silent(SOON).await?;
    let mut heard = desktop.sound()?.heard()?;
    ensure!(heard.len() == before + 1, "{} sounds after {before}", heard.len());
    heard.pop().context("a sound")
}

/// Waits until the app plays its sound itself: until it knows that it can, it leaves it to a daemon that says that it plays sounds.
async fn has_found_a_player(desktop: &Desktop, app: &App) -> Result<()> {
    eventually("the app plays its sound", SOON, async || {
        app.verb(desktop, &["sound", "--test"])?;
        desktop.sound()?.goes_on(SOON).await?;
        ensure!(desktop.sound()?.sounds()? > 0, "silence");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    desktop.sound()?.falls_silent(SOON).await
}

/// A test toast is shown, and nothing is heard.
async fn stays_silent(desktop: &Desktop, app: &App) -> Result<()> {
    let before = desktop.sound()?.sounds()?;
    app.verb(desktop, &["sound", "--test"])?;
    // Longer than a ring waits for a daemon that is to show it.
    for _ in 0..3 {
        desktop.sound()?.goes_on(SOON).await?;
    }
    ensure!(desktop.sound()?.sounds()? == before, "something was heard");
    Ok(())
}

/// Whether its first tone is that of the soft sound, G4, and not that of the bell, E5.
fn is_soft(sound: &HeardSound) -> bool {
    sound.share_at(392.0) > 5.0 * sound.share_at(659.26)
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
async fn where_the_daemon_plays_sounds_too_the_apps_own_is_heard_and_no_other() -> Result<()> {
    let stage = Stage::start().await?;
    // The first says that it plays sounds, and plays none; the second plays them.
    for (toasts, who) in [(Toasts::Recorder, "Priya Shah"), (Toasts::SoundingDaemon, "Tom Berg")] {
        let (desktop, app) = stage.technician_on(Options { toasts, ..SOUND }, who).await?;
        has_found_a_player(&desktop, &app).await?;
        let sound = hears(&desktop, &app, &["--choose", "soft"]).await?;
        ensure!(is_soft(&sound), "{toasts:?}: it is another sound");
        app.verb(&desktop, &["sound", "off"])?;
        stays_silent(&desktop, &app).await?;
    }
    Ok(())
}

// Daemons play the file that they are given, which is as loud as it is set.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_only_the_daemon_can_play_it_plays_the_apps_sound_as_it_is_set() -> Result<()> {
    let desktop = Desktop::start(Options { toasts: Toasts::SoundingDaemon, ..SOUND }).await?;
    let mut without_players = app::command(&desktop, PROFILE)?;
    without_players.env("PATH", "/nowhere");
    let app = App::start_as(&desktop, PROFILE, without_players).await?;
    let quiet = hears(&desktop, &app, &["--volume", "20"]).await?;
    let loud = hears(&desktop, &app, &["--volume", "100"]).await?;
    let times = f64::from(loud.loudest()) / f64::from(quiet.loudest());
    ensure!((3.5..6.5).contains(&times), "{times} times as loud");
    ensure!(is_soft(&hears(&desktop, &app, &["--choose", "soft"]).await?), "it is another sound");
    let status = app.status(&desktop)?;
    ensure!(!says_that_nothing_sounds(&status), "{status:#}");
    app.verb(&desktop, &["sound", "off"])?;
    stays_silent(&desktop, &app).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn volume_choice_and_off_are_heard_and_survive_a_crash() -> Result<()> {
    let desktop = Desktop::start(SOUND).await?;
    let mut app = App::start(&desktop, PROFILE).await?;
    let usual = hears(&desktop, &app, &[]).await?;
    ensure!((5_000..=8_000).contains(&usual.loudest()), "{}", usual.loudest());
    ensure!(!is_soft(&usual), "it begins with the bell");
    let loud = hears(&desktop, &app, &["--volume", "100"]).await?;
    let times = f64::from(loud.loudest()) / f64::from(usual.loudest());
    ensure!((1.7..2.3).contains(&times), "{times} times as loud");
    ensure!(
        is_soft(&hears(&desktop, &app, &["--choose", "soft", "--volume", "40"]).await?),
        "it is not soft"
    );
    let said = app.verb(&desktop, &["sound", "off"])?;
    ensure!(said.starts_with("Sound is off on this computer"), "{said}");
    app.kill9();
    drop(app);
    let app = App::start(&desktop, PROFILE).await?;
    let said = app.verb(&desktop, &["sound"])?;
    let kept =
        "Sound is off on this computer: toasts make none. When it is on again: Soft, volume 40 percent.";
    ensure!(said == kept, "{said:?}");
    let status = app.verb(&desktop, &["status"])?;
    ensure!(
        status.lines().any(|line| line == "Sound is off on this computer: toasts make none."),
        "{status}"
    );
    stays_silent(&desktop, &app).await?;
    let said = app.verb(&desktop, &["sound", "--test"])?;
    ensure!(said.contains("It makes no sound, since sound is off on this computer."), "{said}");
    let sound = hears(&desktop, &app, &["on"]).await?;
    ensure!(is_soft(&sound), "the choice is kept");
    Ok(())
}

// C3: it takes the minute that the request waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_has_waited_for_a_minute_sounds_louder_and_longer() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app) = stage.technician_on(SOUND, "Priya Shah").await?;
    let tested = hears(&desktop, &app, &["--test-late"]).await?;
    let _dana = ask(&stage, &desktop, &app, "Dana Reyes", 1).await?;
    let is_louder = |sound: &HeardSound, than: &HeardSound| sound.loudest() > than.loudest() / 10 * 17;
    let late = eventually("the louder one", LATE_BY, async || {
        let heard = desktop.sound()?.heard()?;
        ensure!(heard.len() > 2, "{} sounds", heard.len());
        let (usual, last) = (heard[1].clone(), heard[heard.len() - 1].clone());
        ensure!(is_louder(&last, &usual), "{} after {}", last.loudest(), usual.loudest());
        Ok::<_, anyhow::Error>((usual, heard.len() - 1))
    });
    let (usual, index) = late.await?;
    desktop.sound()?.falls_silent(SOON).await?;
    let late = desktop.sound()?.heard()?[index].clone();
    // At once, after 20, 30, 40 and 50 seconds; the test came before.
    ensure!(index == 6, "it is the {index}th");
    ensure!(late.length() > usual.length(), "{} of {} samples", late.length(), usual.length());
    ensure!(is_louder(&tested, &usual), "the test was {} loud", tested.loudest());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_sound_is_off_a_request_is_shown_and_its_record_says_why_nothing_was_heard() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app) =
        stage.technician_on(Options { toasts: Toasts::Recorder, ..SOUND }, "Priya Shah").await?;
    app.verb(&desktop, &["sound", "off"])?;
    let _dana = ask(&stage, &desktop, &app, "Dana Reyes", 1).await?;
    let toast = desktop.toasts()?.shown("needs help", SOON).await?;
    ensure!(!toast.sounds && toast.is_critical, "{toast:?}");
    app.status_until(&desktop, "the record says why", SOON, |status| {
        let lines = status["requests"][0]["lines"].as_array()?;
        lines.iter().any(|line| line == "It made no sound, since sound was off here.").then_some(())
    })
    .await?;
    desktop.sound()?.goes_on(SOON).await?;
    ensure!(desktop.sound()?.sounds()? == 0, "it was to be silent");
    Ok(())
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
