//! The tray: the four states are told apart in a real panel, also without colours, and where nobody draws the icon the window
//! opens instead.

use crate::stage::{SOON, Stage};
use anyhow::{Context, Result, ensure};
use rig::desktop::Tray;
use rig::wait::throughout;
use rig::{App, Desktop, Options, Picture, TrayItem, eventually};
use std::time::Duration;

/// Pixels of a 32-pixel icon that differ at least where two marks do: less is noise of the panel's drawing.
const TELLS_APART: usize = 12;
/// Of 255: what an eye sees beside each other.
const SEEN: u8 = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_four_states_differ_in_a_real_panel_also_in_grey() -> Result<()> {
    let mut stage = Stage::start().await?;
    let options = Options { tray: Tray::Panel { clock: false }, windows: true, ..Options::default() };
    let desktop = rig::Desktop::start(options).await?;
    let app = rig::App::start(&desktop, "priya-shah").await?;
    let signed_out = settled(&desktop, "Signed out").await?;

    let link = stage.service.add_technician(crate::stage::ACME, "Priya Shah")?;
    app.sign_in(&desktop, &link)?;
    app.connected(&desktop, SOON).await?;
    desktop.screen()?.tap()?;
    let online = settled(&desktop, "Online").await?;

    app.verb(&desktop, &["away"])?;
    let away = settled(&desktop, "Away").await?;

    stage.service.kill9();
    let cut = settled(&desktop, "No connection").await?;

    let pictures =
        [("signed out", &signed_out), ("online", &online), ("away", &away), ("no connection", &cut)];
    for (index, (name, picture)) in pictures.iter().enumerate() {
        for (other_name, other) in &pictures[index + 1..] {
            let (colour, grey) = (picture.differs(other, SEEN), picture.grey().differs(&other.grey(), SEEN));
            ensure!(
                colour >= TELLS_APART && grey >= TELLS_APART,
                "{name} and {other_name} differ in {colour} pixels, in grey in {grey}"
            );
        }
    }
    Ok(())
}

/// A tray may take 10 s to draw the icon before the window opens; and a slack for a loaded machine.
const STANDS_IN_AFTER: Duration = Duration::from_secs(15);

// M2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_tray_takes_the_icon_and_draws_nothing_the_status_window_opens() -> Result<()> {
    let options = Options { tray: Tray::BlindHost, windows: true, ..Options::default() };
    let desktop = Desktop::start(options).await?;
    let app = App::start(&desktop, "nobody-draws").await?;
    TrayItem::only(desktop.bus(), SOON).await.context("the tray has the icon")?;
    let screen = desktop.screen()?;
    eventually("the status window", STANDS_IN_AFTER + SOON, async || {
        let titles = screen.titles("eskbell")?;
        ensure!(titles.iter().any(|title| title.contains("status")), "{titles:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    ensure!(app.status(&desktop)?["has_tray"] == false, "{:#}", app.status(&desktop)?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_real_panels_the_icon_counts_as_drawn_and_no_window_opens() -> Result<()> {
    for tray in [Tray::Panel { clock: false }, Tray::MatePanel] {
        let desktop = Desktop::start(Options { tray, windows: true, ..Options::default() }).await?;
        let app = App::start(&desktop, "panel-draws").await?;
        let drawn = |status: &serde_json::Value| (status["has_tray"] == true).then_some(());
        app.status_until(&desktop, "the icon is drawn", SOON, drawn)
            .await
            .with_context(|| format!("{tray:?}"))?;
        let screen = desktop.screen()?;
        throughout(STANDS_IN_AFTER, async || {
            let titles = screen.titles("eskbell")?;
            ensure!(titles.is_empty(), "{tray:?}: {titles:?}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Waits until the tooltip begins so and the panel has drawn the icon that belongs to it: twice the same picture.
async fn settled(desktop: &rig::Desktop, words: &str) -> Result<Picture> {
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    eventually(&format!("the tray says {words:?}"), SOON, async || {
        let tooltip = tray.tooltip().await?;
        ensure!(tooltip.contains(words), "{tooltip:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let mut before: Option<(std::time::Instant, Picture)> = None;
    eventually("the panel stands still", SOON, async || {
        let now = desktop.panel_picture()?;
        match &before {
            Some((since, same)) if *same == now => {
                // A panel redraws within a frame or two of the change.
                if since.elapsed() >= std::time::Duration::from_millis(500) {
                    Ok(now)
                } else {
                    Err("not yet")
                }
            }
            Some(_) | None => {
                before = Some((std::time::Instant::now(), now));
                Err("it was drawn again")
            }
        }
        .map_err(anyhow::Error::msg)
    })
    .await
}
