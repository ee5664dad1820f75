//! The page of the status window that tries out toasts and says what became of the last requests, and toasts without names.

use crate::client_app::{ACCENT, WINDOW_WITHIN};
use crate::stage::{SOON, Stage, profile};
use anyhow::{Context, Result, ensure};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, Options, Peer, Screen, TrayItem, eventually};
use serde_json::Value;
use uuid::Uuid;

const PRIYA: &str = "Priya Shah";
const TAB: u32 = 0xff09;
const RETURN: u32 = 0xff0d;
/// How often Tab leads from the start of the page to the button that opens this one: past the three of the preference, and the
/// choice about names.
const TABS: usize = 5;
/// Less than the button that shows the test toast has; more than all else in its colour.
const BUTTON_PIXELS: usize = 3_000;

fn options() -> Options {
    Options { tray: Tray::Host, toasts: Toasts::Recorder, windows: true, ..Options::default() }
}

async fn ask(client: &Peer) -> Result<()> {
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    client.ask(&request).await?.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

/// Opens the page. Returns a place on the button that shows the test toast.
async fn at_the_page(desktop: &Desktop, app: &App, screen: &Screen) -> Result<(i16, i16)> {
    app.verb(desktop, &["open", "status"])?;
    eventually("the status window is open", WINDOW_WITHIN, async || {
        let titles = screen.titles("eskbell")?;
        ensure!(!titles.is_empty(), "no window");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    desktop.settled_picture(WINDOW_WITHIN).await?;
    for _ in 0..TABS {
        screen.key(TAB)?;
    }
    screen.key(RETURN)?;
    eventually("the button stands on the screen", WINDOW_WITHIN, async || {
        let picture = desktop.settled_picture(WINDOW_WITHIN).await?;
        let places: Vec<_> = picture.places(ACCENT).collect();
        ensure!(places.len() >= BUTTON_PIXELS, "{} pixels of its colour", places.len());
        // Most of them are the button's, and they come row by row.
        let (x, y) = places[places.len() / 2];
        let on_screen = |place: u32| i16::try_from(place).context("a screen has fewer pixels");
        Ok::<_, anyhow::Error>((on_screen(x)?, on_screen(y)?))
    })
    .await
}

fn lines(status: &Value) -> Vec<&str> {
    let lines = status["requests"][0]["lines"].as_array();
    lines.map(|lines| lines.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_shows_a_test_toast_and_the_app_says_what_became_of_a_request() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app) = stage.technician_on(options(), PRIYA).await?;
    let screen = desktop.screen()?;
    let (x, y) = at_the_page(&desktop, &app, &screen).await?;
    screen.click_at(x, y)?;
    let toast = desktop.toasts()?.shown("This is a test", SOON).await?;
    ensure!(toast.sounds && toast.is_critical, "{toast:?}");

    let dana = stage.client("Dana Reyes", "Northwind Dental").await?;
    ask(&dana).await?;
    desktop.toasts()?.shown("Dana Reyes (Northwind Dental) needs help", SOON).await?;
    app.status_until(&desktop, "the toast is told", SOON, |status| {
        lines(status).first()?.starts_with("Its toast was on the screen at ").then_some(())
    })
    .await?;
    // C11: what comes in do-not-disturb says so.
    desktop.toasts()?.inhibit(true).await?;
    app.status_until(&desktop, "the app knows", SOON, |status| {
        (status["do_not_disturb"] == true).then_some(())
    })
    .await?;
    ask(&stage.client("Bo Lind", "Harbour Law").await?).await?;
    app.status_until(&desktop, "do-not-disturb is told", SOON, |status| {
        let is_bos = status["requests"][0]["title"] == "Bo Lind (Harbour Law)";
        (is_bos && lines(status).iter().any(|line| line.contains("do-not-disturb"))).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_names_are_hidden_toasts_and_tray_only_say_that_a_request_waits_also_after_a_restart()
-> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, mut app) = stage.technician_on(options(), PRIYA).await?;
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    tray.click_in("Names and subjects", "Hidden").await?;
    desktop.toasts()?.shown("no longer show names and subjects", SOON).await?;
    app.kill9();
    drop(app);
    let app = App::start(&desktop, &profile(PRIYA)).await?;
    app.connected(&desktop, SOON).await?;
    let dana = stage.client("Dana Reyes", "Northwind Dental").await?;
    ask(&dana).await?;
    let toast = desktop.toasts()?.shown("A request waits", SOON).await?;
    ensure!(toast.body.starts_with("Waiting 0:"), "{toast:?}");
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    eventually("the menu has the request", SOON, async || {
        let menu = format!("{:?}", tray.menu().await?);
        ensure!(menu.contains("A request, waiting since"), "{menu}");
        ensure!(!menu.contains("Dana") && !menu.contains("Printer"), "{menu}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let all = format!("{:?}", desktop.toasts()?.events());
    ensure!(!["Dana", "Northwind", "Printer"].iter().any(|secret| all.contains(secret)), "{all}");
    Ok(())
}
