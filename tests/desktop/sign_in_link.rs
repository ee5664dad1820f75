//! A sign-in link that was opened elsewhere, as by a web page: the app asks, and the service that the link names hears nothing
//! before the user has pressed the button.

use crate::stage::{ACME, SOON, Stage};
use anyhow::{Context, Result, ensure};
use futures_util::FutureExt;
use rig::desktop::{Toasts, Tray};
use rig::{App, Colour, Desktop, Options, Screen, eventually};
use std::time::Duration;
use tokio::net::TcpListener;

/// WebKit starts in this time on a loaded machine.
const WINDOW_WITHIN: Duration = Duration::from_secs(60);
/// The frame of the button that signs in, on a light desktop, once it can be pressed: it is paler before.
const EDGE: Colour = [0x77, 0x7b, 0x8d];
/// Less than that frame has, more than letters have.
const FRAME_PIXELS: usize = 150;
const RETURN: u32 = 0xff0d;
const TAB: u32 = 0xff09;
const DESKTOP: Options =
    Options { windows: true, tray: Tray::Host, toasts: Toasts::Recorder, ..Options::DEFAULT };

/// A service that nobody wants to sign in to. It answers nothing, but notes every connection.
struct Evil(TcpListener);

impl Evil {
    async fn start() -> Result<Self> {
        Ok(Self(TcpListener::bind(("127.0.0.1", 0)).await.context("listening as an evil service")?))
    }

    fn host(&self) -> Result<String> {
        Ok(self.0.local_addr()?.to_string())
    }

    fn has_heard_nothing(&self) -> Result<()> {
        ensure!(self.0.accept().now_or_never().is_none(), "it was called");
        Ok(())
    }
}

/// Opens a link to sign in as a browser does; what the program prints.
fn open(app: &App, desktop: &Desktop, link: &str) -> Result<String> {
    let escaped = link.replace(':', "%3A").replace('/', "%2F").replace('#', "%23");
    app.verb(desktop, &["open", &format!("deskbell:sign-in?link={escaped}")])
}

/// Waits until the question is on the screen and can be answered.
async fn asked(screen: &Screen) -> Result<()> {
    eventually("the question is on the screen", WINDOW_WITHIN, async || {
        let titles = screen.titles("eskbell")?;
        ensure!(titles.iter().filter(|title| title.starts_with("Sign in?")).count() == 1, "{titles:?}");
        let pixels = screen.picture()?.count(EDGE);
        ensure!(pixels >= FRAME_PIXELS, "{pixels} pixels of the button's frame");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

async fn gone(screen: &Screen) -> Result<()> {
    eventually("the window is gone", SOON, async || {
        let titles = screen.titles("eskbell")?;
        ensure!(!titles.iter().any(|title| title.starts_with("Sign in?")), "{titles:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_to_the_service_that_a_link_names_before_the_button_is_pressed() -> Result<()> {
    let stage = Stage::start().await?;
    let desktop = Desktop::start(DESKTOP).await?;
    let screen = desktop.screen()?;
    let app = App::start(&desktop, "priya-shah").await?;
    let evil = Evil::start().await?;
    let trap = format!("http://{}/sign-in#trap", evil.host()?);

    // The button with the focus is the safe one.
    let said = open(&app, &desktop, &trap)?;
    ensure!(said.contains(&format!("whether to sign in to {}", evil.host()?)), "{said}");
    asked(&screen).await?;
    ensure!(app.status(&desktop)?["question"]["host"] == evil.host()?.as_str());
    // Others do not change it, and open no window of their own.
    for number in 0..20 {
        let said = open(&app, &desktop, &format!("{trap}{number}")).err().map(|error| error.to_string());
        ensure!(said.as_ref().is_some_and(|said| said.contains("is waiting for your answer")), "{said:?}");
    }
    asked(&screen).await?;
    evil.has_heard_nothing()?;
    screen.key(RETURN)?;
    gone(&screen).await?;
    evil.has_heard_nothing()?;

    // Closing the window means no.
    eventually("it asks again", SOON, async || open(&app, &desktop, &trap).map(drop)).await?;
    asked(&screen).await?;
    screen.close_window("eskbell")?;
    gone(&screen).await?;
    evil.has_heard_nothing()?;
    ensure!(app.status(&desktop)?["account"]["is"] == "signed_out", "{:#}", app.status(&desktop)?);

    // The administrator's own link.
    let link = stage.service.add_technician(ACME, "Priya Shah")?;
    eventually("it asks again", SOON, async || open(&app, &desktop, &link).map(drop)).await?;
    asked(&screen).await?;
    ensure!(app.status(&desktop)?["account"]["is"] == "signed_out", "{:#}", app.status(&desktop)?);
    screen.key(TAB)?;
    screen.key(RETURN)?;
    app.connected(&desktop, SOON).await?;
    gone(&screen).await?;
    desktop.toasts()?.shown("Signed in as Priya Shah.", SOON).await?;
    evil.has_heard_nothing()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_who_signs_in_by_a_link_gets_the_portal_in_place_of_the_question() -> Result<()> {
    let stage = Stage::start().await?;
    let desktop = Desktop::start(DESKTOP).await?;
    let screen = desktop.screen()?;
    let app = App::start(&desktop, "dana").await?;
    open(&app, &desktop, &stage.service.add_client(ACME, "Dana Reyes", "Northwind Dental")?)?;
    asked(&screen).await?;
    screen.key(TAB)?;
    screen.key(RETURN)?;
    eventually("the portal is on the screen, and nothing else", WINDOW_WITHIN, async || {
        let titles = screen.titles("eskbell")?;
        ensure!(titles.len() == 1 && titles[0].contains(ACME), "{titles:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    app.connected(&desktop, SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_asks_beside_a_window_that_is_open_and_leaves_that_open() -> Result<()> {
    let desktop = Desktop::start(DESKTOP).await?;
    let screen = desktop.screen()?;
    let app = App::start(&desktop, "priya-shah").await?;
    let evil = Evil::start().await?;
    app.verb(&desktop, &["open", "status"])?;
    let has = async |what: &str, wanted: &[&str]| {
        eventually(what, WINDOW_WITHIN, async || {
            let titles = screen.titles("eskbell")?;
            let all_there = wanted.iter().all(|wanted| titles.iter().any(|title| title.starts_with(wanted)));
            ensure!(titles.len() == wanted.len() && all_there, "{titles:?}");
            Ok::<(), anyhow::Error>(())
        })
        .await
    };
    has("the status window is open", &["Deskbell status"]).await?;
    open(&app, &desktop, &format!("http://{}/sign-in#trap", evil.host()?))?;
    has("it asks beside it", &["Deskbell status", "Sign in?"]).await?;
    screen.close_window("eskbell")?;
    has("the status window stays", &["Deskbell status"]).await?;
    // The agent hears of it after the screen shows it.
    eventually("closing it was the answer", SOON, async || {
        let status = app.status(&desktop)?;
        ensure!(status["question"].is_null(), "{status:#}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    evil.has_heard_nothing()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_display_a_link_is_not_followed_and_a_terminal_signs_in() -> Result<()> {
    let stage = Stage::start().await?;
    let desktop = Desktop::start(DESKTOP).await?;
    let mut command = rig::app::command(&desktop, "priya-shah")?;
    command.env_remove("DISPLAY");
    let app = App::start_as(&desktop, "priya-shah", command).await?;
    let evil = Evil::start().await?;
    let said = open(&app, &desktop, &format!("http://{}/sign-in#trap", evil.host()?)).err();
    let said = said.context("it was followed")?.to_string();
    ensure!(said.contains(&evil.host()?) && said.contains("run “deskbell sign-in” in a terminal"), "{said}");
    app.sign_in(&desktop, &stage.service.add_technician(ACME, "Priya Shah")?)?;
    app.connected(&desktop, SOON).await?;
    evil.has_heard_nothing()
}
