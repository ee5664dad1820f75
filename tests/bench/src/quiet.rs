//! What programs cost while nothing happens on their desktop: the agent, before and after a window was open, and its peers.

use crate::process_tree::{Cost, ProcessTree};
use crate::scene::{SOON, Scene, profile};
use crate::start;
use crate::window::opened;
use anyhow::{Context, Result, bail, ensure};
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, Options};
use std::time::Duration;

const PRIYA: &str = "Priya Shah";
/// What the windows of ours are called on the X server.
const WINDOW: &str = "eskbell";

/// How long and how often things are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spans {
    /// A program that has just started, or lost its window, may finish that in peace.
    pub(crate) settle: Duration,
    /// How long it is looked at: with several beats of the service, which come every 15 s.
    pub(crate) look: Duration,
    /// How often it is started.
    pub(crate) starts: usize,
}

/// What the agent costs, connected over TLS.
pub(crate) struct Agent {
    /// From its start to its icon.
    pub(crate) starts: Vec<Duration>,
    /// Before it had a window.
    pub(crate) before: Cost,
    /// After one was open.
    pub(crate) after: Cost,
}

/// A desktop as people have it, where nothing moves by itself.
pub(crate) async fn desktop() -> Result<Desktop> {
    Desktop::start(Options {
        windows: true,
        tray: Tray::Host,
        toasts: Toasts::Daemon,
        // A program that misses one looks for it again and again.
        logind: true,
        ..Options::default()
    })
    .await
}

/// Measures the agent.
pub(crate) async fn measure(spans: Spans) -> Result<Agent> {
    let scene = Scene::start().await?;
    let desktop = desktop().await?;
    // Signed in once, so that the starts are those of every morning.
    let mut app = scene.technician(&desktop, PRIYA).await?;
    app.program().stop(SOON).await;
    drop(app);
    let starts =
        start::measure(&desktop, "start", spans.starts, || scene.command(&desktop, &profile(PRIYA))).await?;
    let name = profile(PRIYA);
    let app = App::start_as(&desktop, &name, scene.command(&desktop, &name)?).await?;
    app.connected(&desktop, SOON).await?;
    let tree = ProcessTree::of(app.id());
    tokio::time::sleep(spans.settle).await;
    let before = tree.cost_over(spans.look).await?;
    open_and_close_a_window(&desktop, &app, tree).await?;
    tokio::time::sleep(spans.settle).await;
    let after = tree.cost_over(spans.look).await?;
    app.connected(&desktop, Duration::ZERO).await.context("the agent has lost its connection meanwhile")?;
    ensure!(after.processes == 1, "after its window was closed the agent is {:?}", tree.names()?);
    Ok(Agent { starts, before, after })
}

async fn open_and_close_a_window(desktop: &Desktop, app: &App, tree: ProcessTree) -> Result<()> {
    app.verb(desktop, &["open", "status"])?;
    opened(desktop, WINDOW).await?;
    let names = tree.names()?;
    ensure!(names.iter().any(|name| name.starts_with("WebKitWeb")), "no page in the window: {names:?}");
    desktop.screen()?.close_window(WINDOW)?;
    rig::eventually("the window's processes have gone", SOON, async || {
        let names = tree.names()?;
        if names.len() > 1 {
            bail!("{names:?}")
        }
        Ok(())
    })
    .await
}
