//! A client's request, until its toast passes over a technician's session bus.

use crate::scene::{SAMPLES, SOON, Scene};
use anyhow::{Context, Result, anyhow};
use chat::SessionId;
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::{Desktop, Options, Peer, ToastMonitor};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// They take turns in ending the chats: a connection may send only so many frames.
const COLLEAGUES: [&str; 4] = ["Ana Lind", "Tom Berg", "Ida Holm", "Max Roth"];

/// Times from the request's frame to the call of the real notification daemon.
pub(crate) async fn measure() -> Result<Vec<Duration>> {
    let scene = Scene::start().await?;
    let parts = Options { windows: true, tray: Tray::Host, toasts: Toasts::Daemon, ..Options::default() };
    let desktop = Desktop::start(parts).await?;
    let monitor = ToastMonitor::start(desktop.connect_bus().await?).await?;
    let _app = scene.technician(&desktop, "Priya Shah").await?;
    let mut colleagues = Vec::new();
    for name in COLLEAGUES {
        colleagues.push(scene.colleague(name).await?);
    }
    let client = scene.client("Dana Reyes").await?;
    let mut times = Vec::new();
    // The first is for warming up.
    for number in 0..=SAMPLES {
        let subject = format!("Printer {number} offline");
        let (time, session) = ask(&client, &monitor, &subject).await.with_context(|| subject.clone())?;
        if number > 0 {
            times.push(time);
        }
        // From three waiting requests on, one toast would stand for all.
        let colleague = &colleagues[number % COLLEAGUES.len()];
        done(colleague, Up::Join { id: Uuid::new_v4(), session }).await?;
        done(colleague, Up::Complete { id: Uuid::new_v4(), session, note: None }).await?;
    }
    Ok(times)
}

async fn ask(client: &Peer, monitor: &ToastMonitor, subject: &str) -> Result<(Duration, SessionId)> {
    let id = Uuid::new_v4();
    let asked = Instant::now();
    client.send(&Up::Request { id, subject: subject.to_owned(), reference: None })?;
    let shown = monitor.passed(subject, SOON).await?.at;
    Ok((shown - asked, SessionId(id)))
}

async fn done(colleague: &Peer, intent: Up) -> Result<()> {
    colleague.ask(&intent).await?.map_err(|refusal| anyhow!("{refusal:?}"))?;
    Ok(())
}
