//! "Who sees and receives what", cell by cell.

use crate::{pass, secs};
use agent::toast::ToastKey;
use agent::view::{AwayUntil, Intent};
use chat::{SessionId, Status};
use harness::{BO, Caller, DANA, Device, DeviceState, PRIYA, SAM, World};
use presence::{Activity, IdleReason, Presence, State};
use protocol::{Down, ErrorCode, Up};
use uuid::Uuid;

fn has(key: ToastKey) -> impl FnMut(&DeviceState) -> bool {
    move |shown| shown.toasts.iter().any(|toast| toast.key == key)
}

fn is(state: State) -> impl FnMut(Presence) -> bool {
    move |presence| presence.state() == state
}

/// Sam joins Dana's chat from his page.
async fn joined(sam: &Caller, session: SessionId) {
    sam.done(Up::Join { id: Uuid::new_v4(), session }).await;
}

async fn leave(dana: &Caller, session: SessionId) {
    dana.done(Up::Leave { id: Uuid::new_v4(), session }).await;
}

async fn invites(sam: &Caller, dana: &Caller) -> Down {
    sam.ask(Up::Invite { id: Uuid::new_v4(), client: dana.me(), subject: None }).await
}

/// A request, its withdrawal, and a message reach this technician's app.
async fn gets_requests_withdrawals_and_messages(world: &World, priya: &Device) {
    let dana = world.caller(DANA).await;
    let first = dana.request("Printer offline").await;
    priya.until("the request", has(ToastKey::Request(first))).await;
    leave(&dana, first).await;
    priya.until("its withdrawal", |shown| !has(ToastKey::Request(first))(shown)).await;
    let second = dana.request("Printer offline").await;
    priya.until("the request", has(ToastKey::Request(second))).await;
    priya.wants(Intent::Join { session: second }).await;
    dana.write(second, "It hums.").await;
    priya.until("the message", has(ToastKey::Message(second))).await;
}

#[tokio::test(start_paused = true)]
async fn a_technician_who_is_online_gets_requests_withdrawals_and_messages() {
    // C2, C8
    let world = World::begin().await;
    let priya = world.device(PRIYA).await;
    priya.until_shows(State::Online).await;
    gets_requests_withdrawals_and_messages(&world, &priya).await;
}

#[tokio::test(start_paused = true)]
async fn a_technician_who_is_away_gets_them_too() {
    // C2, C8
    let world = World::begin().await;
    let priya = world.device(PRIYA).await;
    priya.wants(Intent::Away { until: AwayUntil::Cleared }).await;
    priya.until_shows(State::Away).await;
    gets_requests_withdrawals_and_messages(&world, &priya).await;
    assert_eq!(priya.view().shown.state, State::Away, "none of it is presence");
}

#[tokio::test(start_paused = true)]
async fn a_technician_who_is_offline_finds_on_return_what_still_waits_and_nothing_else() {
    // C2, C8
    let world = World::begin().await;
    let kept = world.device(PRIYA).await.kill();
    let (dana, bo) = (world.caller(DANA).await, world.caller(BO).await);
    let over = dana.request("Printer offline").await;
    leave(&dana, over).await;
    let waits = bo.request("No sound").await;
    pass(secs(60)).await;
    let priya = world.restart(kept).await;
    let shown = priya.until("what waits", has(ToastKey::Request(waits))).await;
    let keys: Vec<_> = shown.toasts.iter().map(|toast| &toast.key).collect();
    assert_eq!(keys, [&ToastKey::Request(waits)]);
}

#[tokio::test(start_paused = true)]
async fn a_client_who_is_online_gets_an_invitation() {
    // C7
    let world = World::begin().await;
    let (sam, page) = (world.caller(SAM).await, world.caller(DANA).await);
    let dana = world.device(DANA).await;
    let answer = invites(&sam, &page).await;
    assert!(matches!(answer, Down::Ok { .. }), "{answer:?}");
    let shown = dana.until("the question", |shown| !shown.toasts.is_empty()).await;
    assert_eq!(shown.toasts[0].title, "Sam from Acme IT would like to chat");
    assert_eq!(shown.sounds.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_who_is_away_is_not_invited() {
    // C7
    let world = World::begin().await;
    let (sam, dana) = (world.caller(SAM).await, world.caller(DANA).await);
    sam.watch_people().await;
    sam.until_sees(DANA, is(State::Online)).await;
    dana.activity(Activity::Idle { reason: IdleReason::Idle, idle_for_ms: 300_000 }).await;
    sam.until_sees(DANA, is(State::Away)).await;
    let answer = invites(&sam, &dana).await;
    let Down::Error { code: ErrorCode::ClientAway, message, .. } = &answer else { panic!("{answer:?}") };
    assert!(message.contains("away"), "{message}");
    pass(secs(30)).await;
    assert_eq!(dana.heard().sessions.len(), 0, "nothing was sent");
}

#[tokio::test(start_paused = true)]
async fn a_client_who_is_offline_is_not_invited_and_finds_nothing_on_return() {
    // C7
    let world = World::begin().await;
    let (sam, dana) = (world.caller(SAM).await, world.caller(DANA).await);
    sam.watch_people().await;
    // Others see her from the moment at which the service has stored it.
    sam.until_sees(DANA, is(State::Online)).await;
    dana.uplink.cut();
    sam.until_sees(DANA, is(State::Offline)).await;
    let answer = invites(&sam, &dana).await;
    assert!(matches!(answer, Down::Error { code: ErrorCode::ClientOffline, .. }), "{answer:?}");
    dana.uplink.restore();
    dana.until("the client is back", |heard| heard.synced).await;
    pass(secs(30)).await;
    assert_eq!(dana.heard().sessions.len(), 0);
}

/// A client's app, its page, and a chat with Sam.
async fn chats(world: &World) -> (Caller, Device, Caller, SessionId) {
    let (sam, page) = (world.caller(SAM).await, world.caller(DANA).await);
    let dana = world.device(DANA).await;
    let session = page.request("Printer offline").await;
    joined(&sam, session).await;
    (sam, dana, page, session)
}

#[tokio::test(start_paused = true)]
async fn a_client_who_is_online_gets_the_messages_of_an_open_chat() {
    // C8
    let world = World::begin().await;
    let (sam, dana, _page, session) = chats(&world).await;
    dana.until_shows(State::Online).await;
    sam.write(session, "On my way.").await;
    let shown = dana.until("the message", has(ToastKey::Message(session))).await;
    let toast = shown.toasts.iter().find(|toast| toast.key == ToastKey::Message(session)).unwrap();
    assert_eq!((toast.title.as_str(), toast.body.as_str()), ("Sam Hill", "On my way."));
}

#[tokio::test(start_paused = true)]
async fn a_client_who_is_away_gets_them_too() {
    // C8
    let world = World::begin().await;
    let (sam, dana, page, session) = chats(&world).await;
    drop(page);
    pass(secs(400)).await;
    dana.until_shows(State::Away).await;
    sam.write(session, "On my way.").await;
    dana.until("the message", has(ToastKey::Message(session))).await;
}

#[tokio::test(start_paused = true)]
async fn a_client_who_is_offline_finds_them_on_return() {
    // C8
    let world = World::begin().await;
    let (sam, dana) = (world.caller(SAM).await, world.caller(DANA).await);
    let session = dana.request("Printer offline").await;
    joined(&sam, session).await;
    dana.uplink.cut();
    pass(secs(60)).await;
    sam.write(session, "Try it now.").await;
    sam.done(Up::Complete { id: Uuid::new_v4(), session, note: None }).await;
    dana.uplink.restore();
    dana.until("the client is back", |heard| heard.synced && heard.sessions.contains_key(&session)).await;
    dana.done(Up::More { id: Uuid::new_v4() }).await;
    dana.done(Up::Open { id: Uuid::new_v4(), session, after: 0 }).await;
    let heard = dana.heard();
    assert_eq!(heard.sessions[&session].status, Status::Completed);
    assert_eq!(heard.messages[&session][0].text, "Try it now.");
}

#[tokio::test(start_paused = true)]
async fn technicians_see_everybody_and_clients_see_only_their_technicians_and_the_desk() {
    let world = World::begin().await;
    let (sam, dana, bo) = (world.caller(SAM).await, world.caller(DANA).await, world.caller(BO).await);
    let _priya = world.device(PRIYA).await;
    sam.watch_people().await;
    for person in [PRIYA, DANA, BO] {
        sam.until_sees(person, is(State::Online)).await;
    }
    dana.say(Up::WatchPeople).await;
    let session = dana.request("Printer offline").await;
    joined(&sam, session).await;
    sam.done(Up::Note { id: Uuid::new_v4(), session, text: "Second time.".to_owned() }).await;
    sam.write(session, "On my way.").await;
    let heard = dana.until("the chat", |heard| heard.messages.contains_key(&session)).await;
    let seen = &heard.sessions[&session];
    assert_eq!((seen.participants.len(), seen.participants[0].name.as_str()), (1, SAM.name));
    assert_eq!((&seen.company, seen.notes, heard.notes), (&None, None, 0), "no notes reach a client");
    assert_eq!(
        (heard.people.len(), heard.staffed),
        (0, Some(true)),
        "no people, only whether somebody is there"
    );
    let other = bo.heard();
    assert_eq!((other.sessions.len(), other.messages.len()), (0, 0), "another client sees nothing of it");
}
