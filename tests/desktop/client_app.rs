//! P8, P10: the client's app: a window around the portal, automatic presence, and no control over it anywhere.

use crate::stage::{ACME, AT_ONCE, IDLE_BY, SOON, Stage, is_away, is_offline, is_online, programs};
use anyhow::{Context, Result, ensure};
use presence::AwayReason;
use rig::desktop::{Toasts, Tray};
use rig::hostile::{Hostile, Manner};
use rig::peer::Seen;
use rig::wait::throughout;
use rig::{App, Colour, Desktop, Options, Peer, Screen, Silent, TrayItem, eventually, proc};
use std::net::Ipv6Addr;
use std::time::Duration;

const DANA: &str = "Dana Reyes";
/// WebKit starts in this time on a loaded machine.
pub(crate) const WINDOW_WITHIN: Duration = Duration::from_secs(60);
/// The longest pause before the next attempt, and a slack for a loaded machine.
const BACK_WITHIN: Duration = Duration::from_secs(40);
/// The colour of the one button that the page asks to be pressed, on a light desktop.
pub(crate) const ACCENT: Colour = [0x36, 0x49, 0xbd];
/// Less than the button has, more than a mark or a frame has.
pub(crate) const BUTTON_PIXELS: usize = 5_000;
/// The colour behind what the page says of a lost connection.
const ALARM: Colour = [0xfc, 0xec, 0xea];
/// Less than the chip has that says so.
const CHIP_PIXELS: usize = 1_500;
const RETURN: u32 = 0xff0d;
const WINDOW: &str = "deskbell-window";
pub(crate) const DESKTOP: Options =
    Options { windows: true, tray: Tray::Host, toasts: Toasts::Recorder, ..Options::DEFAULT };

/// The client's app with its window open and the portal in it.
pub(crate) async fn at_the_portal(stage: &Stage) -> Result<(Desktop, App, Screen)> {
    at_the_portal_of(&stage.service.add_client(ACME, DANA, "Northwind Dental")?).await
}

/// The same with this link.
async fn at_the_portal_of(link: &str) -> Result<(Desktop, App, Screen)> {
    let desktop = Desktop::start(DESKTOP).await?;
    let app = App::start(&desktop, "dana").await?;
    app.sign_in(&desktop, link)?;
    let screen = desktop.screen()?;
    eventually("the button to ask for a chat is on the screen", WINDOW_WITHIN, async || {
        let pixels = pixels_of(&screen, ACCENT)?;
        ensure!(pixels >= BUTTON_PIXELS, "{pixels} pixels of its colour");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    app.connected(&desktop, SOON).await?;
    Ok((desktop, app, screen))
}

pub(crate) fn pixels_of(screen: &Screen, colour: Colour) -> Result<usize> {
    Ok(screen.picture()?.count(colour))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn input_is_online_idleness_away_and_a_closed_window_offline() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (desktop, app, screen) = at_the_portal(&stage).await?;
    screen.tap()?;
    watcher.presence(DANA, SOON, is_online).await?;
    watcher.presence(DANA, IDLE_BY, |seen| is_away(seen, AwayReason::Idle)).await?;
    screen.tap()?;
    watcher.presence(DANA, AT_ONCE, is_online).await?;

    screen.close_window("eskbell")?;
    watcher.presence(DANA, SOON, is_offline).await?;
    // The first time, it says so.
    desktop.toasts()?.shown("Closing makes you Offline", SOON).await?;
    ensure!(app.status(&desktop)?["connection"]["is"] == "off", "{:#}", app.status(&desktop)?);
    // Input in a closed portal makes nobody Online; opening it does.
    screen.tap()?;
    app.verb(&desktop, &["open", "portal"])?;
    watcher.presence(DANA, WINDOW_WITHIN, |seen| !is_offline(seen)).await?;
    Ok(())
}

/// A window that was started for nothing opens after 2 s; and a slack for a loaded machine.
const SECOND_WINDOW_WITHIN: Duration = Duration::from_secs(8);

// The new agent opened a second one beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_killed_is_back_and_the_window_stays_the_only_one() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, mut app, screen) = at_the_portal(&stage).await?;
    let window = proc::offspring(app.id(), WINDOW)?;
    app.kill9();
    // The window has started another.
    app.connected(&desktop, WINDOW_WITHIN).await?;
    throughout(SECOND_WINDOW_WITHIN, async || {
        let titles = screen.titles("eskbell")?;
        ensure!(titles.len() == 1, "{titles:?}");
        Ok(())
    })
    .await?;
    let left = programs(&desktop, WINDOW)?;
    ensure!(left == window, "the window {window:?} is {left:?}");
    app.verb(&desktop, &["quit"]).map(drop)
}

// N1: the app races the addresses of a name (RFC 8305), and so does WebKit; without that the page would come after minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn app_and_window_reach_a_service_past_an_address_that_is_silent() -> Result<()> {
    let stage = Stage::start().await?;
    let _silent = Silent::at((Ipv6Addr::LOCALHOST, stage.service.port()).into()).await?;
    let link = stage.service.add_client(ACME, DANA, "Northwind Dental")?;
    let (_desktop, _app, screen) = at_the_portal_of(&link.replace("127.0.0.1", "localhost")).await?;
    let watcher = stage.watcher().await?;
    screen.tap()?;
    watcher.presence(DANA, SOON, is_online).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_menu_and_no_verb_offers_a_client_a_preference() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app, _screen) = at_the_portal(&stage).await?;
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    let labels = tray.menu().await?.labels();
    for word in ["Away for", "Online (automatic)"] {
        ensure!(!labels.iter().any(|label| label.contains(word)), "{labels:?}");
    }
    ensure!(!labels.iter().any(|label| label == "Away"), "{labels:?}");
    for verb in [&["away"][..], &["away", "--for", "30m"], &["online"]] {
        let refused = app.verb(&desktop, verb);
        let words = refused.err().map(|error| error.to_string()).unwrap_or_default();
        ensure!(words.contains("automatic"), "deskbell {verb:?} said {words:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_in_the_app_rings_two_technicians_and_sees_who_joined() -> Result<()> {
    let stage = Stage::start().await?;
    let toasts = Options { toasts: Toasts::Recorder, tray: Tray::Host, ..Options::default() };
    let (priyas, _priya) = stage.technician_on(toasts, "Priya Shah").await?;
    let (toms, _tom) = stage.technician_on(toasts, "Tom Berg").await?;
    let watcher: Peer = stage.watcher().await?;
    let (desktop, app, screen) = at_the_portal(&stage).await?;
    // The subject's field has the keyboard; a user types and presses Return.
    screen.type_text("Printer offline")?;
    screen.key(RETURN)?;
    let title = "Dana Reyes (Northwind Dental) needs help";
    let (priyas_toasts, toms_toasts) = (priyas.toasts()?, toms.toasts()?);
    let (first, second) =
        tokio::try_join!(priyas_toasts.shown(title, AT_ONCE), toms_toasts.shown(title, AT_ONCE))?;
    let asked =
        watcher.until("the request", SOON, |seen| Some(seen.sessions.values().next()?.clone())).await?;
    ensure!(asked.subject == "Printer offline", "{asked:?}");

    priyas.toasts()?.press(&first, "Join").await?;
    toms.toasts()?.closed(second.id, AT_ONCE).await?;
    app.status_until(&desktop, "the client's app names the technician", SOON, |status| {
        (status["chats"][0]["with"] == "Priya Shah").then_some(())
    })
    .await
    .context("the client sees who joined")?;
    // And the page in the window is at the chat: what is typed there arrives in it.
    eventually("the message from the window arrives", SOON, async || {
        screen.type_text("thank you")?;
        screen.key(RETURN)?;
        let written = |seen: &Seen| (seen.sessions[&asked.id].messages > 0).then_some(());
        watcher.until("a message", Duration::from_secs(3), written).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_window_says_that_what_answers_is_no_service_and_works_again_when_one_does() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let between = Hostile::start(ACME).await?;
    let well = Manner::Passes(stage.service.port());
    between.behave(well.clone());
    let link = stage.service.add_client(ACME, DANA, "Northwind Dental")?;
    let link = link.replace(stage.service.address(), &between.address());
    let (desktop, app, screen) = at_the_portal_of(&link).await?;
    let page = "<html>Welcome to the airport</html>";
    let page = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{page}", page.len());
    for (manner, why) in [(Manner::HangsUp, "the connection"), (Manner::Says(page), "is not Deskbell")] {
        between.behave(manner);
        app.status_until(&desktop, "the app says why there is no connection", SOON, |status| {
            status["connection"]["why"].as_str().filter(|said| said.contains(why)).map(drop)
        })
        .await?;
        eventually("the window says that there is no connection", SOON, async || {
            let pixels = pixels_of(&screen, ALARM)?;
            ensure!(pixels >= CHIP_PIXELS, "{pixels} pixels of its colour");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
        between.behave(well.clone());
        app.connected(&desktop, BACK_WITHIN).await?;
        eventually("the window says so no more", BACK_WITHIN, async || {
            let pixels = pixels_of(&screen, ALARM)?;
            ensure!(pixels < CHIP_PIXELS, "{pixels} pixels of its colour");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
    }
    screen.type_text("Printer offline")?;
    screen.key(RETURN)?;
    let asked =
        watcher.until("the request", SOON, |seen| Some(seen.sessions.values().next()?.clone())).await?;
    ensure!(asked.subject == "Printer offline", "{asked:?}");
    Ok(())
}
