//! Toasts on the rig's own notification daemon, which stands for what no daemon on this machine can be made to do.
//!
//! | case | stands for |
//! |---|---|
//! | no buttons | Ubuntu's notify-osd, and daemons of kiosks |
//! | no answer for as long as the test likes | a daemon that hangs, or takes 50 s for a call |
//! | a button is pressed before `Notify` has been answered | a quick user and a busy daemon |
//! | a token for the window comes with the click | Plasma, GNOME, newer dunst and xfce4-notifyd |
//!
//! A late click on what is over, and toasts of an app that was killed, are in `requests`. Every other case has real daemons, in
//! `toast_daemons`.

use crate::client_app::WINDOW_WITHIN;
use crate::stage::{SOON, Stage, profile, programs};
use anyhow::{Context, Result, ensure};
use chat::{SessionId, Status};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, Options, Peer, ToastEvent, TrayItem, eventually, proc};
use std::time::Duration;
use uuid::Uuid;

const PRIYA: &str = "Priya Shah";
const DANA: &str = "Dana Reyes (Northwind Dental) needs help";
/// The user is told after 20 s that the daemon hangs, and a loaded machine is late.
const HANGS_BY: Duration = Duration::from_secs(40);

fn options() -> Options {
    Options { tray: Tray::Host, toasts: Toasts::Recorder, ..Options::default() }
}

async fn ask(client: &Peer) -> Result<SessionId> {
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    let answer = client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    answer.session.context("the answer names the session")
}

/// Waits until Priya has joined.
async fn joined(watcher: &Peer, session: SessionId) -> Result<()> {
    let by = watcher.until("somebody has joined", SOON, |seen| {
        let chat = seen.sessions.get(&session).filter(|chat| chat.status == Status::Handled)?;
        chat.participants.first().map(|technician| technician.name.clone())
    });
    let by = by.await?;
    ensure!(by == PRIYA, "{by} has joined");
    Ok(())
}

/// How often the app has asked for a toast with this heading.
fn asked_for(desktop: &Desktop, title: &str) -> Result<usize> {
    let is_it = |event: &ToastEvent| matches!(event, ToastEvent::Shown(toast) if toast.summary == title);
    Ok(desktop.toasts()?.events().into_iter().filter(is_it).count())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_reaches_the_window_and_a_press_before_the_answer_joins() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (desktop, _app) = stage.technician_on(options(), PRIYA).await?;
    let toasts = desktop.toasts()?;
    let session = ask(&stage.client("Dana Reyes", "Northwind Dental").await?).await?;
    let toast = toasts.shown(DANA, SOON).await?;
    crate::requests::knows_its_toast(&desktop).await?;
    toasts.give_token(&toast, "token-of-the-click").await?;
    toasts.invoke(toast.id, "default").await?;
    let window = eventually("the window's program", WINDOW_WITHIN, async || {
        programs(&desktop, "deskbell-win")?.pop().context("it has not started")
    })
    .await?;
    for name in ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"] {
        let token = proc::variable(window, name)?;
        ensure!(token.as_deref() == Some("token-of-the-click"), "{name} is {token:?}");
    }
    watcher.ask(&Up::Join { id: Uuid::new_v4(), session }).await?.ok().context("joining")?;

    toasts.choose_at_once("join");
    let session = ask(&stage.client("Sam Ito", "Harbour Law").await?).await?;
    joined(&watcher, session).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_buttons_the_tray_joins_and_a_daemon_that_hangs_shows_a_request_once() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let desktop = Desktop::start(options()).await?;
    let toasts = desktop.toasts()?;
    toasts.have_no_buttons();
    let app: App = stage.technician(&desktop, PRIYA).await?;
    ensure!(app.profile() == profile(PRIYA), "{}", app.profile());
    let session = ask(&stage.client("Sam Ito", "Harbour Law").await?).await?;
    let toast = toasts.shown("Sam Ito (Harbour Law) needs help", SOON).await?;
    ensure!(toast.actions.is_empty(), "{toast:?}");
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    let line = eventually("the tray's line for the request", SOON, async || {
        let mut labels = tray.menu().await?.labels().into_iter();
        labels
            .find(|label| label.starts_with("Sam Ito") && label.ends_with(": Join"))
            .context("the tray has no such line")
    })
    .await?;
    tray.click(&line).await?;
    joined(&watcher, session).await?;
    toasts.closed(toast.id, SOON).await?;

    toasts.answer(false);
    let session = ask(&stage.client("Dana Reyes", "Northwind Dental").await?).await?;
    let hangs = "The notification daemon does not answer";
    let says = |is_told: bool| {
        let (app, desktop) = (&app, &desktop);
        eventually("the problem is told, or is over", HANGS_BY, async move || {
            let words = app.verb(desktop, &["status"])?;
            ensure!(words.contains(hangs) == is_told, "{words}");
            Ok::<(), anyhow::Error>(())
        })
    };
    says(true).await?;
    // C3: it was to ring again meanwhile, and others do not wait for it.
    ensure!(asked_for(&desktop, DANA)? == 1, "{:?}", toasts.events());
    toasts.answer(true);
    says(false).await?;
    let toast = toasts.shown(DANA, SOON).await?;
    watcher.ask(&Up::Join { id: Uuid::new_v4(), session }).await?.ok().context("joining")?;
    toasts.closed(toast.id, SOON).await
}
