//! The tray in a real panel: the four states are told apart inside it, also without colours.

use crate::stage::{SOON, Stage};
use anyhow::{Result, ensure};
use rig::desktop::Tray;
use rig::{Options, Picture, TrayItem, eventually};

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
                Err("it was drawn anew")
            }
        }
        .map_err(anyhow::Error::msg)
    })
    .await
}
