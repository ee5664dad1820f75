//! What others cost in the same place: a bare tray app made with Tauri, and the portal in a Chromium app window.

use crate::process_tree::{Cost, ProcessTree};
use crate::quiet::{self, Spans};
use crate::scene::{ACME, SOON};
use crate::start;
use crate::window::opened;
use anyhow::{Context, Result, bail, ensure};
use presence::Presence;
use rig::{Colour, Desktop, Peer, Screen, Service, TrayItem, programs};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// Names the built program.
const TAURI: &str = "TAURI_PEER_BIN";
/// What its window is called on the X server.
const TAURI_WINDOW: &str = "are-tauri";
/// The colour of the one button that the page asks to be pressed, on a light desktop.
const ACCENT: Colour = [0x36, 0x49, 0xbd];
/// Less than the button has, more than a mark or a frame has.
const BUTTON_PIXELS: usize = 3_000;
const DANA: &str = "Dana Reyes";

/// What the bare tray app costs; it is connected to nothing.
pub(crate) struct Tauri {
    pub(crate) starts: Vec<Duration>,
    pub(crate) before: Cost,
    /// After its window was open.
    pub(crate) after: Cost,
}

pub(crate) async fn tauri(spans: Spans) -> Result<Tauri> {
    let program = std::env::var_os(TAURI).map(PathBuf::from);
    let program = program.with_context(|| format!("{TAURI} names no program: `cargo xtask bench` does"))?;
    let desktop = quiet::desktop().await?;
    let command = || Ok(rig::Ground::command(&desktop, program.as_os_str()));
    let starts = start::measure(&desktop, "tauri", spans.starts, command).await?;
    let began = Instant::now();
    let running = desktop.spawn("tauri", &mut command()?)?;
    desktop.tray_host()?.registered(began, SOON).await.with_context(|| running.tail())?;
    let tree = ProcessTree::of(running.id());
    tokio::time::sleep(spans.settle).await;
    let before = tree.cost_over(spans.look).await?;
    TrayItem::only(desktop.bus(), SOON).await?.click("Open").await?;
    opened(&desktop, TAURI_WINDOW).await?;
    let screen = desktop.screen()?;
    screen.close_window(TAURI_WINDOW)?;
    rig::eventually("the window has gone", SOON, async || {
        let titles = screen.titles(TAURI_WINDOW)?;
        if titles.is_empty() { Ok(()) } else { bail!("{titles:?}") }
    })
    .await?;
    tokio::time::sleep(spans.settle).await;
    let after = tree.cost_over(spans.look).await?;
    Ok(Tauri { starts, before, after })
}

/// What a browser's window without a frame costs that shows a client's portal, signed in and connected.
pub(crate) async fn chromium(spans: Spans) -> Result<Cost> {
    let desktop = quiet::desktop().await?;
    let folder = desktop.folder();
    let service = Service::start(&folder.join("service"), folder).await?;
    let watcher = Peer::watcher(&service.add_technician(ACME, "Ana Lind")?).await?;
    let link = service.add_client(ACME, DANA, "Northwind Dental")?;
    let mut command = chromium_command(&desktop, &link)?;
    let running = desktop.spawn("chromium", &mut command)?;
    let screen = desktop.screen()?;
    let (x, y) = button(&screen).await.with_context(|| running.tail())?;
    screen.click_at(x, y)?;
    watcher.presence(DANA, SOON, |seen| !matches!(seen, Presence::Offline { .. })).await?;
    desktop.settled_picture(SOON).await?;
    tokio::time::sleep(spans.settle).await;
    let cost = ProcessTree::of(running.id()).cost_over(spans.look).await?;
    ensure!(cost.processes > 1, "that was no browser: {}", running.tail());
    Ok(cost)
}

fn chromium_command(desktop: &Desktop, link: &str) -> Result<Command> {
    let chromium = programs::on_path(&["chromium", "chromium-browser", "google-chrome"], "chromium")?;
    let mut command = rig::Ground::command(desktop, chromium.as_os_str());
    command.arg(format!("--app={link}"));
    command.arg(format!("--user-data-dir={}", desktop.folder().join("chromium-profile").display()));
    // What it would do beside the page is not held against it.
    command.args([
        "--no-sandbox",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-default-apps",
        "--force-color-profile=srgb",
        "--password-store=basic",
    ]);
    Ok(command)
}

/// Waits for the page's button, and says where its middle is.
async fn button(screen: &Screen) -> Result<(i16, i16)> {
    rig::eventually("the button that signs in", SOON, async || {
        let pixels: Vec<(u32, u32)> = screen.picture()?.places(ACCENT).collect();
        ensure!(pixels.len() >= BUTTON_PIXELS, "{} pixels of its colour", pixels.len());
        let middle = |all: &mut dyn Iterator<Item = u32>| -> Result<i16> {
            let mut all: Vec<u32> = all.collect();
            all.sort_unstable();
            Ok(i16::try_from(all[all.len() / 2])?)
        };
        let x = middle(&mut pixels.iter().map(|(x, _)| *x))?;
        Ok((x, middle(&mut pixels.iter().map(|(_, y)| *y))?))
    })
    .await
}
