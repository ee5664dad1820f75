//! The main job with a client's app on the desktop: its window, idle, Away, input, Online; a chat that is asked for in it.

use crate::organisation::{CLIENT, OTHER_TECHNICIAN, new_link};
use crate::play_technician::{end_chats, sign_out, window_is_drawn};
use crate::steps::Steps;
use anyhow::{Context, Result, ensure};
use chat::Status;
use presence::{AwayReason, Presence};
use protocol::Up;
use rig::{Desktop, Peer, Service};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long anything may take that people wait for, on a loaded machine.
const SOON: Duration = Duration::from_secs(20);
/// How long the window may take until its client counts as connected, on a loaded machine.
const WINDOW_WITHIN: Duration = Duration::from_secs(60);
/// Others see the first input within this time (P5).
const ONLINE_WITHIN: Duration = Duration::from_secs(1);
/// How long Away may take: a device that was lost a moment before this start counts for 45 s more (P10).
const AWAY_WITHIN: Duration = Duration::from_secs(75);
const RETURN: u32 = 0xff0d;

/// Plays it; the error says which step was not seen.
pub(crate) async fn play(desktop: &Desktop, service: &Service, steps: &mut Steps) -> Result<()> {
    let technician = Peer::watcher(&new_link(service, OTHER_TECHNICIAN)?).await?;
    end_chats(service, CLIENT).await?;
    online_and_away(desktop, &technician, steps).await?;
    ask_and_be_joined(desktop, &technician, steps).await?;
    sign_out(&technician).await
}

async fn online_and_away(desktop: &Desktop, technician: &Peer, steps: &mut Steps) -> Result<()> {
    let screen = desktop.screen()?;
    window_is_drawn(desktop).await?;
    screen.tap()?;
    let is_online = |presence: &Presence| matches!(presence, Presence::Online { .. });
    technician.presence(CLIENT, WINDOW_WITHIN, is_online).await?;
    let sentence = format!("{CLIENT}'s app shows the portal; {OTHER_TECHNICIAN} sees Online");
    steps.desktop(desktop, "client-online", &sentence).await?;

    let is_away = |presence: &Presence| matches!(presence, Presence::Away { reason: AwayReason::Idle, .. });
    technician.presence(CLIENT, AWAY_WITHIN, is_away).await?;
    steps.desktop(desktop, "client-away", "5 s without input: Away, by itself").await?;

    let input = Instant::now();
    screen.nudge()?;
    let (seen, _) = technician.presence(CLIENT, SOON, is_online).await?;
    let took = seen.duration_since(input);
    ensure!(took <= ONLINE_WITHIN, "others saw the first input only after {took:?}");
    let sentence = format!("the pointer moves: Online after {} ms", took.as_millis());
    steps.desktop(desktop, "client-online-again", &sentence).await
}

async fn ask_and_be_joined(desktop: &Desktop, technician: &Peer, steps: &mut Steps) -> Result<()> {
    let screen = desktop.screen()?;
    // The field for the subject has the keyboard when the page opens.
    screen.type_text("Printer offline")?;
    screen.key(RETURN)?;
    let session = technician
        .until("the request", SOON, |seen| {
            let mut waiting = seen.sessions.values().filter(|session| session.status == Status::Waiting);
            waiting.find(|session| session.client_name == CLIENT).map(|session| session.id)
        })
        .await?;
    steps.desktop(desktop, "client-asks", "the client asks for a chat in the app's window").await?;

    let joined = technician.ask(&Up::Join { id: Uuid::new_v4(), session }).await?;
    joined.ok().context("the chat could not be joined")?;
    let text = "Hello, this is Tom. I am looking at it.".to_owned();
    technician.send(&Up::Message { id: Uuid::new_v4(), session, text })?;
    let sentence = format!("{OTHER_TECHNICIAN} joins; the app shows who, and the first message");
    steps.desktop(desktop, "client-chat", &sentence).await
}
