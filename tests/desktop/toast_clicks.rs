//! C10, with a real notification daemon (dunst): a click on a toast opens the portal, also if the app was started again since.

use crate::client_app::WINDOW_WITHIN;
use crate::stage::{SOON, Stage, profile};
use anyhow::{Result, ensure};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
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

/// Waits until the app knows the number of its toast: the daemon shows it before it answers.
async fn knows_its_toast(desktop: &Desktop) -> Result<()> {
    eventually("the app has noted its toast", SOON, async || {
        let notes = std::fs::read_dir(desktop.runtime_folder().join("deskbell"))?;
        let noted = notes.flatten().any(|file| file.path().extension().is_some_and(|name| name == "toasts"));
        ensure!(noted, "it has not");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// A desktop where a request's toast was shown by an app that was killed since, and taken over by the next one.
async fn restarted(stage: &Stage) -> Result<(Desktop, App, Peer)> {
    let options = Options { tray: Tray::Host, toasts: Toasts::Dunst, windows: true, ..Options::default() };
    let (desktop, mut app) = stage.technician_on(options, PRIYA).await?;
    let monitor = ToastMonitor::start(desktop.connect_bus().await?).await?;
    let dana = ask(stage).await?;
    monitor.passed(TITLE, SOON).await?;
    knows_its_toast(&desktop).await?;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_opens_the_portal_after_a_restart_of_the_app_with_dunst() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, _app, _dana) = restarted(&stage).await?;
    desktop.run("dunstctl", &["action"])?;
    portal_opens(&desktop).await
}
