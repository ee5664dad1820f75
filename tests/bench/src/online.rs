//! The first input of somebody who was away, until others see them Online.

use crate::scene::{ACME, SAMPLES, SOON, Scene};
use anyhow::{Context, Result};
use presence::{AwayReason, Presence};
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, Options, Peer, Screen};
use std::time::{Duration, Instant};

/// Desktops that take turns: while one is measured the others grow idle, which takes the shortest threshold, 5 s.
const DESKTOPS: usize = 8;
/// How often each is measured; the first round is for warming up.
const ROUNDS: usize = 8;
/// So long nobody's presence may have changed before an input: changes that come together are told together.
const CALM: Duration = Duration::from_millis(150);

/// Somebody at a desktop of their own.
struct Seat {
    name: String,
    screen: Screen,
    // Ends with the seat, before its desktop.
    _app: App,
    _desktop: Desktop,
}

/// Times from real input on a real X server to the frame that tells a foreign client.
pub(crate) async fn measure() -> Result<Vec<Duration>> {
    let scene = Scene::start().await?;
    let watcher = scene.watcher().await?;
    scene.service.set_idle_after(ACME, "5s")?;
    let mut seats = Vec::new();
    for number in 1..=DESKTOPS {
        seats.push(Seat::take(&scene, number).await?);
    }
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        for seat in &seats {
            let time = seat.come_back(&watcher).await.with_context(|| seat.name.clone())?;
            if round > 0 && times.len() < SAMPLES {
                times.push(time);
            }
        }
    }
    Ok(times)
}

impl Seat {
    async fn take(scene: &Scene, number: usize) -> Result<Self> {
        let name = format!("Technician {number}");
        let parts = Options { tray: Tray::Host, toasts: Toasts::Recorder, ..Options::default() };
        let desktop = Desktop::start(parts).await?;
        let app = scene.technician(&desktop, &name).await?;
        let screen = desktop.screen()?;
        Ok(Self { name, screen, _app: app, _desktop: desktop })
    }

    /// Waits until they are away and all is calm, and moves their pointer.
    async fn come_back(&self, watcher: &Peer) -> Result<Duration> {
        let is_idle = |seen: &Presence| matches!(seen, Presence::Away { reason: AwayReason::Idle, .. });
        watcher.presence(&self.name, SOON, is_idle).await?;
        rig::eventually("nobody's presence changes", SOON, async || {
            let last = watcher.last_change();
            if last.is_none_or(|last| last.elapsed() >= CALM) { Ok(()) } else { Err("it does") }
        })
        .await?;
        let moved = Instant::now();
        self.screen.nudge()?;
        let is_online = |seen: &Presence| matches!(seen, Presence::Online { .. });
        let (seen, _) = watcher.presence(&self.name, SOON, is_online).await?;
        Ok(seen - moved)
    }
}
