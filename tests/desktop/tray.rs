//! The tray: the four states are told apart in a real panel, also without colours, and where nobody draws the icon the window
//! opens instead.

use crate::stage::{ACME, SOON, Stage};
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
    let desktop = Desktop::start(options).await?;
    let mut seen = vec![("no icon", desktop.panel_picture()?)];
    let app = App::start(&desktop, "priya-shah").await?;
    tells_apart(&desktop, "Signed out", &mut seen).await?;

    let link = stage.service.add_technician(ACME, "Priya Shah")?;
    // It is Online until its user says otherwise, however slow the panel is.
    stage.service.set_idle_after(ACME, "1h")?;
    app.sign_in(&desktop, &link)?;
    app.connected(&desktop, SOON).await?;
    desktop.screen()?.tap()?;
    tells_apart(&desktop, "Online", &mut seen).await?;

    app.verb(&desktop, &["away"])?;
    tells_apart(&desktop, "Away", &mut seen).await?;

    stage.service.kill9();
    tells_apart(&desktop, "No connection", &mut seen).await
}

/// Waits until the tray says this and its icon differs from all that were seen before.
async fn tells_apart(
    desktop: &Desktop,
    words: &'static str,
    seen: &mut Vec<(&'static str, Picture)>,
) -> Result<()> {
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    eventually(&format!("the tray says {words:?}"), SOON, async || {
        let tooltip = tray.tooltip().await?;
        ensure!(tooltip.contains(words), "{tooltip:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let mut last = None;
    let picture = eventually("the panel has drawn it", SOON, async || {
        let now = desktop.panel_picture()?;
        let stands_still = last.as_ref() == Some(&now);
        last = Some(now.clone());
        ensure!(stands_still, "it was drawn again");
        for (other, picture) in seen.iter() {
            let (colour, grey) = (now.differs(picture, SEEN), now.grey().differs(&picture.grey(), SEEN));
            ensure!(
                colour >= TELLS_APART && grey >= TELLS_APART,
                "{words} and {other} differ in {colour} pixels, in grey in {grey}"
            );
        }
        Ok::<Picture, anyhow::Error>(now)
    })
    .await?;
    seen.push((words, picture));
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
