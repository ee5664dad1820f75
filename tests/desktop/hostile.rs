//! A hostile service in front of the real app: what its user sees in toast, menu, terminal and log.

use crate::stage::SOON;
use anyhow::{Context, Result, bail, ensure};
use rig::desktop::{Toasts, Tray};
use rig::hostile::{Hostile, Manner};
use rig::{App, Desktop, Options, TrayItem, app, eventually};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::Duration;
use uuid::Uuid;

/// A name that would turn its surroundings, write to a terminal, forge a line and be markup; none of it shows.
const NAME: &str =
    "\u{202e}<b>Da_na</b>\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}31m\nroot: all is well \u{200b}&amp;<img src=x>";
/// WebKit starts in this time on a loaded machine.
const WINDOW_WITHIN: Duration = Duration::from_secs(60);
/// What is left of it.
const SHOWN: &str = "<b>Da_na</b>]0;pwned[2J31m root: all is well &amp;<img src=x>";
/// As much of that as the title of a toast has room for.
const CALLED: &str = "<b>Da_na</b>]0;pwned[2J31m…";

fn session(id: u128, subject: &str) -> Value {
    json!({ "type": "session", "session": {
        "id": Uuid::from_u128(id), "rev": 1, "kind": "request", "status": "waiting", "client": Uuid::from_u128(2),
        "client_name": NAME, "company": "שלום <i>", "subject": subject, "created": 1_767_268_800_000_u64,
        "waiting_since": 1_767_268_800_000_u64, "participants": [], "messages": 0,
    }})
}

fn ring(id: u128) -> Value {
    let session = Uuid::from_u128(id);
    json!({ "type": "mine", "session": session, "dismissed": false, "seen": 0, "visible": false, "ring": true })
}

/// Nothing in it speaks to a terminal, breaks a line or turns a text.
fn harmless(what: &str, text: &str) -> Result<()> {
    let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || ['\u{202e}', '\u{200b}'].contains(c));
    ensure!(bad.is_none(), "{what} has {bad:?}: {text:?}");
    Ok(())
}

async fn signed_in(options: Options) -> Result<(Hostile, Desktop, App)> {
    let hostile = Hostile::start(NAME).await?;
    let desktop = Desktop::start(options).await?;
    let mut command = app::command(&desktop, "hostile")?;
    command.env("DESKBELL_LOG", "info,link=debug,agent=debug");
    let app = App::start_as(&desktop, "hostile", command).await?;
    let said = app.sign_in(&desktop, &hostile.link())?;
    ensure!(said == format!("Signed in as {SHOWN}."), "{said:?}");
    app.connected(&desktop, SOON).await?;
    Ok((hostile, desktop, app))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_are_plain_text_in_toast_menu_terminal_and_log() -> Result<()> {
    let options = Options { tray: Tray::Host, toasts: Toasts::Recorder, ..Options::default() };
    let (hostile, desktop, mut app) = signed_in(options).await?;
    hostile.say(&session(1, &"Sub_ject \u{1b}[31m ".repeat(3_000)), SOON).await?;
    hostile.say(&ring(1), SOON).await?;

    let toast = desktop.toasts()?.shown("needs help", SOON).await?;
    ensure!(toast.summary == format!("\u{200e}{CALLED} (\u{2068}שלום <i>\u{2069}) needs help"), "{toast:?}");
    harmless("the toast", &toast.body)?;
    ensure!(toast.body.chars().count() < 250 && toast.body.contains("… · waiting "), "{toast:?}");

    let menu = TrayItem::only(desktop.bus(), SOON).await?.menu().await?;
    for label in menu.labels() {
        harmless("the menu", &label)?;
        ensure!(label.chars().count() < 350 && !label.contains('\n'), "{label:?}");
    }
    // An underscore in their text must not become an access key.
    let is_request = |label: &String| label.contains("<b>Da__na</b>") && label.ends_with(": Join");
    ensure!(menu.labels().iter().any(is_request), "{:?}", menu.labels());

    let status = app.verb(&desktop, &["status"])?;
    harmless("the status", &status)?;
    ensure!(!status.lines().any(|line| line.starts_with("root:")), "{status}");
    ensure!(status.lines().any(|line| line.starts_with("Waiting since ")), "{status}");
    harmless("the status for programs", &app.verb(&desktop, &["status", "--json"])?)?;

    hostile.say(&json!({ "type": "no\u{1b}[2J\nroot: forged" }), SOON).await?;
    hostile.say(&session(2, "another"), SOON).await?;
    app.status_until(&desktop, "what came behind it is known", SOON, |status| {
        (status["waiting"].as_array()?.len() == 2).then_some(())
    })
    .await?;
    hostile.behave(Manner::Says(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n".into(),
    ));
    lost(&app, &desktop, "302 Found").await?;
    let log = app.program().output();
    ensure!(log.contains("a frame that this app does not know"), "{log}");
    harmless("the log", &log)?;
    ensure!(!log.lines().any(|line| line.starts_with("root:")), "{log}");
    Ok(())
}

/// Waits until the app says that it has no connection, and why.
async fn lost(app: &App, desktop: &Desktop, why: &str) -> Result<String> {
    app.status_until(desktop, "the app says why there is no connection", SOON, |status| {
        let said = status["connection"]["why"].as_str()?;
        said.contains(why).then(|| said.to_owned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_a_redirect_noise_and_a_service_that_hangs_up_are_told_in_words_and_left_alone() -> Result<()>
{
    let (hostile, desktop, app) = signed_in(Options::default()).await?;
    // The target of the redirect; connections stay in its queue until the test checks.
    let elsewhere = TcpListener::bind(("127.0.0.1", 0)).context("listening where the redirect leads")?;
    elsewhere.set_nonblocking(true)?;
    let location = format!("http://{}/", elsewhere.local_addr()?);
    let page = "<html>Welcome to the airport</html>";
    for (says, why) in [
        (
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{page}", page.len()),
            "log in first in a browser",
        ),
        (format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\n\r\n"), "302 Found"),
        ("\u{1b}[2JSSH-2.0-nobody\n\n\n".to_owned(), "does not speak as expected"),
    ] {
        hostile.behave(Manner::Says(says));
        let said = lost(&app, &desktop, why).await?;
        harmless("the reason", &said)?;
        let status = app.verb(&desktop, &["status"])?;
        ensure!(status.starts_with("No connection\nOthers may see you as Offline."), "{status}");
    }
    hostile.behave(Manner::HangsUp);
    eventually("the reason is another one", SOON, async || {
        let status = app.status(&desktop)?;
        let why = status["connection"]["why"].as_str().context("it is connected")?;
        ensure!(why.contains("cut") || why.contains("broke"), "{why}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    // A minute has some 15 attempts, whatever the answer; it is as many in these few seconds at most.
    let before = hostile.connections();
    rig::wait::throughout(Duration::from_secs(5), async || {
        let attempts = hostile.connections() - before;
        ensure!(attempts <= 15, "{attempts} attempts in five seconds");
        Ok(())
    })
    .await?;
    // It was signed in all the time, and is connected again when the service is one.
    hostile.behave(Manner::Greets);
    app.connected(&desktop, Duration::from_secs(40)).await?;
    match elsewhere.accept() {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(error).context("asking who went where the redirect led"),
        Ok((_, from)) => bail!("{from} went where the redirect led"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_name_neither_covers_a_real_screen_nor_becomes_markup_there() -> Result<()> {
    let options = Options {
        toasts: Toasts::Daemon,
        tray: Tray::Panel { clock: false },
        windows: true,
        ..Options::default()
    };
    let (hostile, desktop, app) = signed_in(options).await?;
    hostile.say(&session(1, &"W".repeat(60 * 1024)), SOON).await?;
    hostile.say(&ring(1), SOON).await?;
    let toast = desktop.standing_toast(SOON).await?;
    ensure!(toast.width <= 640 && toast.height <= 240, "the toast takes {} × {}", toast.width, toast.height);
    app.verb(&desktop, &["open", "status"])?;
    let screen = desktop.screen()?;
    let titles = eventually("the status window is open", WINDOW_WITHIN, async || {
        let titles = screen.titles("eskbell")?;
        ensure!(!titles.is_empty(), "no window");
        Ok::<_, anyhow::Error>(titles)
    })
    .await?;
    for title in titles {
        harmless("the window's title", &title)?;
        ensure!(title.chars().count() < 120, "{title:?}");
    }
    Ok(())
}
