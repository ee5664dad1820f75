//! The process that runs the window's page dies or hangs: the page is back by itself.

use crate::client_app::{ACCENT, BUTTON_PIXELS, DESKTOP, WINDOW_WITHIN, at_the_portal, pixels_of};
use crate::stage::{SOON, Stage};
use anyhow::{Context, Result, ensure};
use chat::SessionId;
use protocol::Up;
use rig::post::{send_file, sign_in};
use rig::proc::{self, Signal};
use rig::{App, Desktop, Peer, Screen, TrayItem, eventually};
use std::time::Duration;
use uuid::Uuid;

/// A page is asked every 15 s and given up after 30 s more; and a slack for a loaded machine.
const BACK_WITHIN: Duration = Duration::from_secs(150);
const RETURN: u32 = 0xff0d;
const TAB: u32 = 0xff09;
/// Tab with Shift.
const SHIFT_TAB: u32 = 0xfe20;
/// As the kernel cuts it.
const WEB_PROCESS: &str = "WebKitWebProces";
const WINDOW: &str = "deskbell-window";

/// The process that runs the page of the app's window; `but` is an earlier one, which may take a while to be gone.
async fn web_process(app: &App, but: Option<u32>) -> Result<u32> {
    eventually("the page has its process", WINDOW_WITHIN, async || {
        let mut all = proc::offspring(app.id(), WEB_PROCESS)?;
        all.retain(|id| Some(*id) != but);
        ensure!(all.len() == 1, "{} processes run pages", all.len());
        Ok::<u32, anyhow::Error>(all[0])
    })
    .await
}

/// The window with a client's chat in it, which Tom has joined.
async fn in_a_chat(stage: &Stage) -> Result<(Desktop, App, Screen, Peer, SessionId)> {
    let watcher = stage.watcher().await?;
    let (desktop, app, screen) = at_the_portal(stage).await?;
    screen.type_text("Printer offline")?;
    screen.key(RETURN)?;
    let asked = watcher.until("the request", SOON, |seen| Some(seen.sessions.values().next()?.id)).await?;
    let joined = watcher.ask(&Up::Join { id: Uuid::new_v4(), session: asked }).await?;
    joined.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    unseen(&desktop, &app, 0).await?;
    Ok((desktop, app, screen, watcher, asked))
}

/// Requests that are joined while the window starts: more than it takes to hit the moment in which its page loads.
const JOINED: usize = 12;

// C10: the page had lost its code, and said that its user was signed out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_window_shows_the_last_of_the_requests_that_are_joined_while_it_starts() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, mut app) = stage.technician_on(DESKTOP, "Priya Shah").await?;
    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    let mut clients = Vec::new();
    for number in 0..JOINED {
        let client = stage.client(&format!("Client {number}"), "Northwind Dental").await?;
        let session = Uuid::new_v4();
        let request = Up::Request { id: session, subject: "Printer offline".into(), reference: None };
        client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        clients.push((client, SessionId(session)));
    }
    for left in (1..=JOINED).rev() {
        let list = format!("Waiting requests ({left})");
        let line = eventually("the request is in the menu", SOON, async || {
            let menu = tray.menu().await?;
            let list = menu.find(&list).with_context(|| format!("{:?}", menu.labels()))?;
            Ok::<String, anyhow::Error>(list.children.first().context("it is empty")?.words())
        });
        tray.click_in(&list, &line.await?).await?;
        let (client, session) = &clients[JOINED - left];
        client
            .until("it is joined", SOON, |seen| {
                (seen.sessions.get(session)?.status == chat::Status::Handled).then_some(())
            })
            .await?;
        // The page of the first one loads from now on.
        web_process(&app, None).await?;
    }
    let (client, last) = clients.last().context("there are some")?;
    let open = client.ask(&Up::Open { id: Uuid::new_v4(), session: *last, after: 0 }).await?;
    open.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    say(client, *last).await?;
    let is_read = client.until("it is in front of the technician", WINDOW_WITHIN, |seen| {
        (*seen.read.get(last)? >= 1).then_some(())
    });
    is_read.await.with_context(|| app.program().tail())
}

async fn say(peer: &Peer, session: SessionId) -> Result<()> {
    let text = "Try it again now.".to_owned();
    let said = peer.ask(&Up::Message { id: Uuid::new_v4(), session, text }).await?;
    said.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

/// Waits until so many messages of the client's chat have not been in front of them.
async fn unseen(desktop: &Desktop, app: &App, count: u64) -> Result<()> {
    app.status_until(desktop, &format!("{count} messages unseen"), BACK_WITHIN, |status| {
        (status["chats"][0]["unseen"] == count).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_process_is_killed_is_back_and_shows_what_was_said_meanwhile() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, mut app, _screen, tom, chat) = in_a_chat(&stage).await?;
    let window = proc::offspring(app.id(), WINDOW)?;
    ensure!(window.len() == 1, "one window, not {window:?}");
    let first = web_process(&app, None).await?;
    // It loads nothing before the app knows of the message: what counts as seen afterwards has been on the new page.
    proc::signal(window[0], Signal::STOP)?;
    proc::signal(first, Signal::KILL)?;
    say(&tom, chat).await?;
    unseen(&desktop, &app, 1).await.context("nobody has seen it yet")?;
    proc::signal(window[0], Signal::CONT)?;
    unseen(&desktop, &app, 0).await?;
    // What counts as seen has been in front of the client: the new page shows the chat.
    tom.until("the message is told", SOON, |seen| {
        seen.sessions.get(&chat).filter(|chat| chat.messages == 1).map(drop)
    })
    .await?;
    let after = proc::offspring(app.id(), WINDOW)?;
    ensure!(after == window, "the window {window:?} is {after:?}: only its page was to be loaded again");
    // A second one within a minute is a crash of the window, which the agent opens again, and says so.
    proc::signal(web_process(&app, Some(first)).await?, Signal::KILL)?;
    let told = desktop.toasts()?.shown("The Deskbell window closed unexpectedly", SOON).await;
    told.with_context(|| app.program().tail())?;
    say(&tom, chat).await?;
    unseen(&desktop, &app, 0).await?;
    let again = proc::offspring(app.id(), WINDOW)?;
    ensure!(again != window && again.len() == 1, "the window {window:?} is {again:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_from_a_chat_is_saved_in_the_folder_for_downloads_and_never_over_another() -> Result<()> {
    const CONTENT: &[u8] = b"<script>document.title = 'taken over'</script>";
    let stage = Stage::start().await?;
    let (desktop, _app, screen, _watcher, session) = in_a_chat(&stage).await?;
    let ana = sign_in(&stage.service.link(&["person", "link", "--name", "Ana Lind"])?).await?;
    send_file(&ana, session, "notes.html", CONTENT).await?;
    // No desktop has said which folder it is.
    let folder = desktop.folder().join("home/Downloads");
    for name in ["notes.html", "notes (2).html"] {
        eventually(&format!("{name} is saved"), WINDOW_WITHIN, async || {
            // From the field for messages back to the file above it, once that is shown.
            screen.key(SHIFT_TAB)?;
            screen.key(RETURN)?;
            let saved = eventually(name, Duration::from_secs(3), async || {
                let found = std::fs::read(folder.join(name))?;
                ensure!(found == CONTENT, "{} bytes", found.len());
                Ok::<(), anyhow::Error>(())
            })
            .await;
            screen.key(TAB)?;
            saved
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_process_stands_still_is_loaded_again() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, app, _screen, tom, chat) = in_a_chat(&stage).await?;
    let stopped = web_process(&app, None).await?;
    proc::signal(stopped, Signal::STOP)?;
    say(&tom, chat).await?;
    unseen(&desktop, &app, 1).await.context("nobody has seen it yet")?;
    unseen(&desktop, &app, 0).await?;
    web_process(&app, Some(stopped)).await.context("another process runs the page")?;
    Ok(())
}

// It panicked when it tried to write a message.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_cannot_say_why_it_ends_ends_in_order() -> Result<()> {
    let home = tempfile::TempDir::new()?;
    let mut command = tokio::process::Command::new(rig::programs::window()?);
    command.kill_on_drop(true).env_clear().env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path());
    let ended = command.stderr(std::fs::File::options().write(true).open("/dev/full")?).status();
    let ended = tokio::time::timeout(WINDOW_WITHIN, ended).await.context("it does not end")??;
    ensure!(ended.code() == Some(1), "without a display it ends with 1, not {ended}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_painted_where_no_graphics_card_can_be_used_and_a_users_own_setting_is_kept() -> Result<()>
{
    const SETTING: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let stage = Stage::start().await?;
    let (_desktop, app, screen) = at_the_portal(&stage).await?;
    ensure!(pixels_of(&screen, ACCENT)? >= BUTTON_PIXELS, "the page is painted");
    let set = |app: &App| -> Result<Option<String>> {
        let window = proc::offspring(app.id(), WINDOW)?.first().copied().context("there is a window")?;
        proc::variable(window, SETTING)
    };
    ensure!(set(&app)?.as_deref() == Some("1"), "no program of a private desktop has a graphics card");
    let other = Desktop::start(crate::client_app::DESKTOP).await?;
    let mut command = rig::app::command(&other, "kept")?;
    command.env(SETTING, "0");
    let own = App::start_as(&other, "kept", command).await?;
    own.verb(&other, &["open", "status"])?;
    eventually("the window runs with the user's setting", WINDOW_WITHIN, async || {
        let is = set(&own)?;
        ensure!(is.as_deref() == Some("0"), "{is:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}
