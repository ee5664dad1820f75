//! C10, with real notification daemons: a click on a toast opens the portal, also if the app was started again since.

use crate::client_app::WINDOW_WITHIN;
use crate::stage::{SOON, Stage, profile};
use anyhow::{Result, ensure};
use protocol::Up;
use rig::desktop::{ToastButton, Toasts, Tray};
use rig::{App, Desktop, Options, Peer, ToastMonitor, eventually};
use uuid::Uuid;

const PRIYA: &str = "Priya Shah";
const TITLE: &str = "Dana Reyes (Northwind Dental) needs help";

async fn ask(stage: &Stage) -> Result<Peer> {
    let client = stage.client("Dana Reyes", "Northwind Dental").await?;
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    Ok(client)
}

async fn portal_opens(desktop: &Desktop) -> Result<()> {
    let screen = desktop.screen()?;
    eventually("the portal is open", WINDOW_WITHIN, async || {
        let titles = screen.titles("eskbell")?;
        let is_portal = |title: &String| title.contains("Deskbell") && !title.contains("status");
        ensure!(titles.iter().any(is_portal), "{titles:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// A desktop where a request's toast was shown by an app that was killed since, and taken over by the next one.
async fn restarted(stage: &Stage, toasts: Toasts) -> Result<(Desktop, App, Peer)> {
    let options = Options { tray: Tray::Host, toasts, windows: true, ..Options::default() };
    let (desktop, mut app) = stage.technician_on(options, PRIYA).await?;
    let monitor = ToastMonitor::start(desktop.connect_bus().await?).await?;
    let dana = ask(stage).await?;
    monitor.passed(TITLE, SOON).await?;
    crate::requests::knows_its_toast(&desktop).await?;
    app.kill9();
    drop(app);
    let before = monitor.all().len();
    let app = App::start(&desktop, &profile(PRIYA)).await?;
    eventually("the toast is taken over", SOON, async || {
        let shown = monitor.all().iter().skip(before).any(|toast| toast.text.contains(TITLE));
        ensure!(shown, "{:?}", monitor.all());
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    Ok((desktop, app, dana))
}

async fn opens_the_portal(toasts: Toasts) -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, _app, _dana) = restarted(&stage, toasts).await?;
    desktop.press_drawn_toast(ToastButton::Open, SOON).await?;
    portal_opens(&desktop).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_opens_the_portal_after_a_restart_of_the_app_with_dunst() -> Result<()> {
    opens_the_portal(Toasts::Dunst).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_opens_the_portal_after_a_restart_of_the_app_with_mates_daemon() -> Result<()> {
    opens_the_portal(Toasts::SoundingDaemon).await
}

// A click beside the buttons opens nothing there: `toast_daemons`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_button_open_opens_the_portal_after_a_restart_of_the_app_with_xfces_daemon() -> Result<()> {
    opens_the_portal(Toasts::Daemon).await
}
