//! The main job with a technician's app on the desktop: idle, Away, input, Online; a client asks, the toast, Join.

use crate::organisation::{CLIENT, OTHER_CLIENT, OTHER_TECHNICIAN, TECHNICIAN, new_link};
use crate::steps::Steps;
use anyhow::{Context, Result, ensure};
use chat::{SessionId, Status};
use presence::{AwayReason, Presence};
use protocol::Up;
use rig::desktop::ToastButton;
use rig::{Browser, Desktop, Peer, Service, TrayItem, eventually};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// How long anything may take that people wait for, on a loaded machine.
const SOON: Duration = Duration::from_secs(20);
/// How long the window program and its page may take to start on a loaded machine.
const WINDOW_WITHIN: Duration = Duration::from_secs(60);
/// Away names the last input this exactly (P6).
const SINCE_SLACK_MS: u64 = 500;
/// Others see the first input within this time (P5).
const ONLINE_WITHIN: Duration = Duration::from_secs(1);
/// How long Away may take: a device that was lost a moment before this start counts for 45 s more (P10).
const AWAY_WITHIN: Duration = Duration::from_secs(75);
/// A page that is drawn has more colours than this; an empty window has one or two.
const COLOURS_OF_A_PAGE: usize = 20;
/// The size of the client's browser window, in pixels.
const BROWSER: (u32, u32) = (900, 700);

/// Plays it; the error says which step was not seen.
pub(crate) async fn play(desktop: &Desktop, service: &Service, steps: &mut Steps) -> Result<()> {
    // A colleague elsewhere sees what others see; a chat of the last time would be in the way.
    let watcher = Peer::watcher(&new_link(service, OTHER_TECHNICIAN)?).await?;
    for name in [CLIENT, OTHER_CLIENT] {
        end_chats(service, name).await?;
    }
    let browser = Browser::start(BROWSER).await?;
    online_and_away(desktop, &watcher, steps).await?;
    ask(&browser, service, steps).await?;
    toast_and_join(desktop, &browser, &watcher, steps).await?;
    another_request(desktop, service, steps).await?;
    sign_out(&watcher).await
}

async fn online_and_away(desktop: &Desktop, watcher: &Peer, steps: &mut Steps) -> Result<()> {
    TrayItem::only(desktop.bus(), SOON).await.context("the app's icon in the panel")?;
    let screen = desktop.screen()?;
    let input = unix_millis();
    screen.tap()?;
    let is_online = |presence: &Presence| matches!(presence, Presence::Online { .. });
    watcher.presence(TECHNICIAN, SOON, is_online).await?;
    steps.desktop(desktop, "online", &format!("{TECHNICIAN} is at the desk: Online")).await?;

    let is_away = |presence: &Presence| matches!(presence, Presence::Away { reason: AwayReason::Idle, .. });
    let (_, away) = watcher.presence(TECHNICIAN, AWAY_WITHIN, is_away).await?;
    let off = away.since().0.abs_diff(input);
    ensure!(off <= SINCE_SLACK_MS, "Away names a last input that is {off} ms beside the real one");
    let sentence = format!("5 s without input: Away, its last input right within {off} ms");
    steps.desktop(desktop, "away", &sentence).await?;

    let input = Instant::now();
    screen.tap()?;
    let (seen, _) = watcher.presence(TECHNICIAN, SOON, is_online).await?;
    let took = seen.duration_since(input);
    ensure!(took <= ONLINE_WITHIN, "others saw the first input only after {took:?}");
    let sentence = format!("one key: {OTHER_TECHNICIAN} sees Online after {} ms", took.as_millis());
    steps.desktop(desktop, "online-again", &sentence).await
}

async fn ask(browser: &Browser, service: &Service, steps: &mut Steps) -> Result<()> {
    sign_in(browser, &new_link(service, CLIENT)?).await?;
    browser.find("input[required]", SOON).await?.send_keys("Printer offline").await?;
    browser.find("input:not([required])", SOON).await?.send_keys("48213").await?;
    browser.find("button[type=submit]:enabled", SOON).await?.click().await?;
    browser.find("[data-testid=waiting-clock]", SOON).await?;
    steps.browser(browser, "client-asks", &format!("{CLIENT} asks for a chat in a browser")).await
}

async fn toast_and_join(
    desktop: &Desktop,
    browser: &Browser,
    watcher: &Peer,
    steps: &mut Steps,
) -> Result<()> {
    desktop.standing_toast(SOON).await?;
    steps.desktop(desktop, "toast", "the request rings as a toast with Join and Dismiss").await?;

    desktop.press_drawn_toast(ToastButton::Join, SOON).await?;
    watcher
        .until("the chat is joined", SOON, |seen| {
            let mut handled = seen.sessions.values().filter(|session| session.status == Status::Handled);
            handled.any(|session| session.participants.iter().any(|one| one.name == TECHNICIAN)).then_some(())
        })
        .await?;
    let first_name = TECHNICIAN.split(' ').next().unwrap_or(TECHNICIAN);
    browser.shows(first_name, SOON).await?;
    steps
        .browser(browser, "client-sees-who", &format!("the client sees that {first_name} has joined"))
        .await?;

    browser.find("textarea", SOON).await?.send_keys("Hello! The printer on floor 2 is offline.").await?;
    browser.find("form button[type=submit]", SOON).await?.click().await?;
    window_is_drawn(desktop).await?;
    desktop.screen()?.nudge()?;
    steps.desktop(desktop, "chat", "Join opened the portal at this chat, with the client's message").await
}

/// All at once, as a technician has it: the chat in the portal, a toast over it, the badge in the tray.
async fn another_request(desktop: &Desktop, service: &Service, steps: &mut Steps) -> Result<()> {
    let client = Peer::join(&new_link(service, OTHER_CLIENT)?).await?;
    let id = Uuid::new_v4();
    let request = Up::Request { id, subject: "Cannot open the shared calendar".to_owned(), reference: None };
    desktop.screen()?.nudge()?;
    let answer = client.ask(&request).await?;
    ensure!(answer.is_ok(), "the second request was refused: {answer:?}");
    desktop.standing_toast(SOON).await?;
    let sentence = format!("{OTHER_CLIENT} asks, too: portal, toast and tray on one desktop");
    steps.desktop(desktop, "another-request", &sentence).await?;
    client.ask(&Up::Leave { id: Uuid::new_v4(), session: SessionId(id) }).await?.ok().context("leaving")?;
    sign_out(&client).await
}

/// Waits until the app's window shows more than an empty page.
pub(crate) async fn window_is_drawn(desktop: &Desktop) -> Result<()> {
    let screen = desktop.screen()?;
    eventually("the portal in the app's window", WINDOW_WITHIN, async || {
        let windows = screen.windows("deskbell-window")?;
        let area = windows.into_iter().rfind(|area| area.width > 200).context("no window yet")?;
        let colours = screen.picture_of(area)?.colours();
        ensure!(colours > COLOURS_OF_A_PAGE, "a window with {colours} colours at {area:?}");
        Ok(())
    })
    .await
}

/// Opens a one-time link in a browser and presses its button.
pub(crate) async fn sign_in(browser: &Browser, link: &str) -> Result<()> {
    browser.open(link).await?;
    browser.find("main button.go", SOON).await?.click().await?;
    Ok(())
}

/// Ends what a client asked for at an earlier start: one chat without an end is enough to be refused another.
pub(crate) async fn end_chats(service: &Service, name: &str) -> Result<()> {
    let client = Peer::join(&new_link(service, name)?).await?;
    for session in client.seen().sessions.values() {
        if session.status.is_active() {
            let left = client.ask(&Up::Leave { id: Uuid::new_v4(), session: session.id }).await?;
            ensure!(left.is_ok(), "the last chat cannot be ended: {left:?}");
        }
    }
    sign_out(&client).await
}

/// Ends a foreign client's sign-in, so that none piles up.
pub(crate) async fn sign_out(peer: &Peer) -> Result<()> {
    peer.send(&Up::SignOut { id: Uuid::new_v4(), device: None })?;
    peer.until("signed out", SOON, |seen| seen.ended.clone().map(drop)).await
}

/// The time now.
pub(crate) fn unix_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
