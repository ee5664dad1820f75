//! Toasts on real notification daemons: what a technician sees of requests, and what becomes of a daemon's own life.
//!
//! | case | xfce4-notifyd | dunst | mate-notification-daemon |
//! |---|---|---|---|
//! | a request is one toast, and goes with its request | here | here | here |
//! | three requests are one toast | here | here | here |
//! | it rings again under its number | here | here | here |
//! | a click beside the buttons | closes it, and it comes back: here | opens the portal: `toast_clicks` | as dunst |
//! | the daemon is killed and comes back | here | here | here |
//! | the daemon has ended, and the bus starts it | here | here | here |
//! | Join is pressed | here | here | here |
//! | it has no room | never | never | here |
//! | do-not-disturb: `do_not_disturb` | yes | yes | yes |
//! | a click after the app was started again: `toast_clicks` | yes | yes | yes |
//!
//! What none of them does (no buttons, no answer, a choice before the answer, a token) is in `toast_stand_in`.

use crate::stage::{SOON, Stage};
use anyhow::{Context, Result, ensure};
use chat::{SessionId, Status};
use protocol::Up;
use rig::desktop::{ToastButton, Toasts, Tray};
use rig::{App, Desktop, Options, Peer, ToastMonitor, eventually};
use std::time::Duration;
use uuid::Uuid;
use zbus::zvariant::Value;

const PRIYA: &str = "Priya Shah";
const DANA: &str = "Dana Reyes (Northwind Dental) needs help";
const SAM: &str = "Sam Ito (Harbour Law) needs help";
const KIM: &str = "Kim Berg (Blue Sky) needs help";
/// A request sounds 20 s after it came, then every 10 s (C3), and a loaded machine is late.
const NEXT_RING: Duration = Duration::from_secs(40);
/// As many toasts as MATE's daemon shows; it refuses what is more.
const ROOM: usize = 21;

/// A technician at a real notification daemon, a colleague, and clients.
struct Scene {
    // Goes with the scene, the service in it.
    _stage: Stage,
    desktop: Desktop,
    app: App,
    monitor: ToastMonitor,
    ana: Peer,
    dana: Peer,
    sam: Peer,
    kim: Peer,
}

impl Scene {
    async fn start(toasts: Toasts) -> Result<Self> {
        let stage = Stage::start().await?;
        let ana = stage.watcher().await?;
        let dana = stage.client("Dana Reyes", "Northwind Dental").await?;
        let sam = stage.client("Sam Ito", "Harbour Law").await?;
        let kim = stage.client("Kim Berg", "Blue Sky").await?;
        let options = Options { tray: Tray::Host, toasts, ..Options::default() };
        let (desktop, app) = stage.technician_on(options, PRIYA).await?;
        let monitor = ToastMonitor::start(desktop.connect_bus().await?).await?;
        Ok(Self { _stage: stage, desktop, app, monitor, ana, dana, sam, kim })
    }

    /// A colleague joins: the request no longer waits.
    async fn colleague_joins(&self, session: SessionId) -> Result<()> {
        self.ana.ask(&Up::Join { id: Uuid::new_v4(), session }).await?.ok().context("joining")?;
        Ok(())
    }

    /// So many toasts have passed so far.
    fn passed(&self) -> usize {
        self.monitor.all().len()
    }
}

async fn ask(client: &Peer) -> Result<SessionId> {
    let id = Uuid::new_v4();
    // A client has one chat without a reference at a time (C1).
    let reference = Some(id.as_fields().0.to_string());
    let request = Up::Request { id, subject: "Printer offline".into(), reference };
    let answer = client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    answer.session.context("the answer names the session")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_on_xfce4_notifyd() -> Result<()> {
    all_cases(Toasts::Daemon).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_on_dunst() -> Result<()> {
    all_cases(Toasts::Dunst).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_on_mate_notification_daemon() -> Result<()> {
    all_cases(Toasts::SoundingDaemon).await
}

async fn all_cases(toasts: Toasts) -> Result<()> {
    let mut scene = Scene::start(toasts).await?;
    let (session, first) = one_request_is_one_toast(&scene).await.context("one request")?;
    another_one_goes_with_its_request(&scene).await.context("a second request")?;
    let id = three_are_one_toast(&scene, first).await.context("three requests")?;
    let id = if toasts == Toasts::Daemon {
        closed_by_a_click_it_comes_back(&scene, id).await.context("a click beside the buttons")?
    } else {
        id
    };
    rings_again_under_its_number(&scene, id).await.context("the next ring")?;
    comes_back_with_a_killed_daemon(&mut scene).await.context("a daemon that was killed")?;
    scene.colleague_joins(session).await?;
    scene.desktop.drawn_toasts_are(0, SOON).await.context("nobody waits")?;
    let asked =
        the_bus_starts_a_daemon_that_has_ended(&mut scene).await.context("a daemon that has ended")?;
    join_is_pressed(&scene, asked).await.context("Join")
}

/// Returns the request, and the number of its toast.
async fn one_request_is_one_toast(scene: &Scene) -> Result<(SessionId, u32)> {
    let session = ask(&scene.dana).await?;
    let id = scene.monitor.answered_after(0, DANA, SOON).await?;
    let toast = scene.monitor.passed(DANA, SOON).await?;
    ensure!(toast.replaces == 0 && toast.buttons == ["Open", "Join", "Dismiss"], "{toast:?}");
    scene.desktop.drawn_toasts_are(1, SOON).await?;
    Ok((session, id))
}

// C4
async fn another_one_goes_with_its_request(scene: &Scene) -> Result<()> {
    let session = ask(&scene.sam).await?;
    let id = scene.monitor.answered_after(0, SAM, SOON).await?;
    scene.desktop.drawn_toasts_are(2, SOON).await?;
    scene.colleague_joins(session).await?;
    scene.monitor.withdrawn(id, SOON).await?;
    scene.desktop.drawn_toasts_are(1, SOON).await
}

/// C3: one toast for all, until fewer wait. Returns the number of the one that is left.
async fn three_are_one_toast(scene: &Scene, id: u32) -> Result<u32> {
    let sam = ask(&scene.sam).await?;
    let kim = ask(&scene.kim).await?;
    let several = scene.monitor.answered_after(0, "3 waiting, longest ", SOON).await?;
    scene.monitor.withdrawn(id, SOON).await?;
    scene.desktop.drawn_toasts_are(1, SOON).await?;
    let before = scene.passed();
    scene.colleague_joins(sam).await?;
    scene.colleague_joins(kim).await?;
    scene.monitor.withdrawn(several, SOON).await?;
    let id = scene.monitor.answered_after(before, DANA, SOON).await?;
    scene.desktop.drawn_toasts_are(1, SOON).await?;
    Ok(id)
}

/// C3: it is closed and opens nothing, and the request waits and rings as before. Returns the toast's next number.
async fn closed_by_a_click_it_comes_back(scene: &Scene, id: u32) -> Result<u32> {
    let before = scene.passed();
    scene.desktop.click_beside_the_buttons(SOON).await?;
    scene.monitor.gone(id, SOON).await?;
    scene.desktop.drawn_toasts_are(0, SOON).await?;
    let status = scene.app.status(&scene.desktop)?;
    ensure!(status["waiting"][0]["dismissed"] == false, "{}", status["waiting"]);
    let next = scene.monitor.answered_after(before, DANA, NEXT_RING).await?;
    let toast = scene.monitor.passed_after(before, DANA, SOON).await?;
    ensure!(toast.replaces == 0, "{toast:?}");
    scene.desktop.drawn_toasts_are(1, SOON).await?;
    ensure!(scene.desktop.screen()?.titles("eskbell")?.is_empty(), "a window has opened");
    Ok(next)
}

async fn rings_again_under_its_number(scene: &Scene, id: u32) -> Result<()> {
    let before = scene.passed();
    let toast = scene.monitor.passed_after(before, DANA, NEXT_RING).await?;
    ensure!(toast.replaces == id, "it replaces {}, not {id}", toast.replaces);
    let same = scene.monitor.answered_after(before, DANA, SOON).await?;
    ensure!(same == id, "its number is {same}, not {id}");
    scene.desktop.drawn_toasts_are(1, SOON).await
}

async fn comes_back_with_a_killed_daemon(scene: &mut Scene) -> Result<()> {
    scene.desktop.kill_notification_daemon().await?;
    let before = scene.passed();
    scene.desktop.start_notification_daemon().await?;
    scene.monitor.answered_after(before, DANA, SOON).await?;
    scene.desktop.drawn_toasts_are(1, SOON).await
}

/// As some daemons end when they have shown nothing for a while. Returns the request that it was started for.
async fn the_bus_starts_a_daemon_that_has_ended(scene: &mut Scene) -> Result<SessionId> {
    scene.desktop.let_bus_start_notification_daemon().await?;
    scene.desktop.kill_notification_daemon().await?;
    let before = scene.passed();
    let session = ask(&scene.kim).await?;
    scene.monitor.answered_after(before, KIM, SOON).await?;
    scene.desktop.drawn_toasts_are(1, SOON).await?;
    Ok(session)
}

async fn join_is_pressed(scene: &Scene, session: SessionId) -> Result<()> {
    scene.desktop.press_drawn_toast(ToastButton::Join, SOON).await?;
    let by = scene.ana.until("Priya has joined", SOON, |seen| {
        let chat = seen.sessions.get(&session).filter(|chat| chat.status == Status::Handled)?;
        chat.participants.first().map(|technician| technician.name.clone())
    });
    let by = by.await?;
    ensure!(by == PRIYA, "{by} has joined");
    scene.desktop.drawn_toasts_are(0, SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_mates_daemon_has_no_room_the_user_is_told_and_the_request_is_shown_when_it_has() -> Result<()>
{
    let scene = Scene::start(Toasts::SoundingDaemon).await?;
    let others = scene.desktop.connect_bus().await?;
    let daemon = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications");
    let mut last = 0_u32;
    for _ in 0..ROOM {
        let hints = std::collections::HashMap::<&str, Value<'_>>::new();
        let toast = ("Another program", 0_u32, "", "Hello", "", Vec::<&str>::new(), hints, 0_i32);
        let answer = others.call_method(Some(daemon.0), daemon.1, Some(daemon.0), "Notify", &toast).await?;
        last = answer.body().deserialize()?;
    }
    let _session = ask(&scene.dana).await?;
    let refuses = "The notification daemon refuses toasts";
    let told = |is_told: bool| {
        let scene = &scene;
        eventually("the problem is told, or is over", SOON, async move || {
            let words = scene.app.verb(&scene.desktop, &["status"])?;
            ensure!(words.contains(refuses) == is_told, "{words}");
            Ok::<(), anyhow::Error>(())
        })
    };
    told(true).await?;
    others.call_method(Some(daemon.0), daemon.1, Some(daemon.0), "CloseNotification", &(last,)).await?;
    scene.monitor.answered_after(0, DANA, SOON).await?;
    told(false).await
}
