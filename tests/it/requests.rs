//! A request finds its technician.

use crate::{pass, secs};
use agent::toast::{ToastAction, ToastKey};
use agent::view::{Answer, AwayUntil, Intent, Page};
use chat::{SessionId, Status};
use harness::{DANA, Device, DeviceState, PRIYA, SAM, World};
use presence::State;

fn has(session: SessionId) -> impl FnMut(&DeviceState) -> bool {
    move |shown| shown.toasts.iter().any(|toast| toast.key == ToastKey::Request(session))
}

async fn joined(device: &Device, session: SessionId) {
    let page = Page::Portal { chat: Some(session) };
    device.until("the chat is open", |shown| shown.opened.contains(&page)).await;
}

#[tokio::test(start_paused = true)]
async fn both_technicians_are_rung_and_one_wins() {
    // C2, C3, C4, C10
    let world = World::begin().await;
    let priya = world.device(PRIYA).await;
    let sam = world.device(SAM).await;
    let dana = world.caller(DANA).await;
    let asked = world.now();
    let session = dana.request("Printer offline").await;
    let shown = priya.until("Priya is rung", has(session)).await;
    sam.until("Sam is rung", has(session)).await;
    assert!(world.now().since(asked) <= secs(1));
    let toast = &shown.toasts[0];
    assert_eq!(toast.title, "Dana Reyes (Northwind Dental) needs help");
    assert_eq!(toast.body, "Printer offline · #48213 · waiting 0:00");

    priya.press(ToastKey::Request(session), ToastAction::Join);
    joined(&priya, session).await;
    sam.until("Sam's toast is withdrawn", |shown| shown.toasts.is_empty()).await;
    priya.until("Priya's toast is withdrawn", |shown| shown.toasts.is_empty()).await;
    let heard = dana.until("Dana sees who", |heard| heard.sessions[&session].status == Status::Handled).await;
    assert_eq!(heard.sessions[&session].participants[0].name, PRIYA.name);

    let late = sam.wants(Intent::Join { session }).await;
    assert_eq!(late, Answer::Failed { message: "Priya joined at 12:00.".to_owned() });
    assert_eq!(priya.view().chats.len(), 1);
    assert_eq!(priya.view().waiting, []);
}

#[tokio::test(start_paused = true)]
async fn an_away_technician_is_rung_too_again_and_again_until_dismissed() {
    // C2, C3, P7
    let world = World::begin().await;
    let priya = world.device(PRIYA).await;
    priya.wants(Intent::Away { until: AwayUntil::Cleared }).await;
    let view = priya.until_shows(State::Away).await;
    assert_eq!(
        (view.headline.as_str(), view.detail.as_deref()),
        ("Away, set by you", Some("You still get requests."))
    );
    let dana = world.caller(DANA).await;
    let session = dana.request("Printer offline").await;
    priya.until("Priya is rung", has(session)).await;
    pass(secs(95)).await;
    let sounds = priya.shown().sounds.len();
    assert_eq!(sounds, 9, "at once, after 20 s, then every 10 s until 90 s");
    let answer = priya.wants(Intent::Dismiss { session }).await;
    let note = Some("Silenced for you; still waiting in the menu.".to_owned());
    assert_eq!(answer, Answer::Done { note });
    pass(secs(600)).await;
    let shown = priya.shown();
    assert_eq!((shown.toasts.len(), shown.sounds.len(), shown.view.waiting.len()), (0, sounds, 1));
}

#[tokio::test(start_paused = true)]
async fn a_join_whose_answer_is_lost_is_won_all_the_same() {
    // C4
    let world = World::begin().await;
    let priya = world.device(PRIYA).await;
    let sam = world.device(SAM).await;
    let dana = world.caller(DANA).await;
    let session = dana.request("Printer offline").await;
    priya.until("Priya is rung", has(session)).await;
    sam.until("Sam is rung", has(session)).await;
    priya.uplink.mute();
    let answer = priya.ask(Intent::Join { session });
    sam.until("it was won", |shown| shown.toasts.is_empty()).await;
    priya.uplink.cut();
    pass(secs(5)).await;
    priya.uplink.restore();
    let answer = tokio::time::timeout(secs(60), answer).await.unwrap().unwrap();
    assert!(matches!(answer, Answer::Done { .. }), "{answer:?}");
    joined(&priya, session).await;
    let participants = dana.heard().sessions[&session].participants.len();
    assert_eq!(participants, 1, "the repeat did nothing twice");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_given_up_leaves_a_word_and_no_toast() {
    // C5
    let world = World::begin().await;
    let priya = world.device(PRIYA).await;
    let dana = world.caller(DANA).await;
    let session = dana.request("Printer offline").await;
    priya.until("Priya is rung", has(session)).await;
    pass(secs(130)).await;
    dana.ask(protocol::Up::Leave { id: uuid::Uuid::new_v4(), session }).await;
    let left = "Dana left after 2:10; nobody joined.";
    let shown = priya.until("a word", |shown| shown.toasts.iter().any(|toast| toast.title == left)).await;
    assert!(!has(session)(&shown));
}

#[tokio::test(start_paused = true)]
async fn what_still_waits_is_shown_on_return() {
    // C2
    let world = World::begin().await;
    let priya = world.device(PRIYA).await;
    let kept = priya.kill();
    let dana = world.caller(DANA).await;
    let session = dana.request("Printer offline").await;
    pass(secs(90)).await;
    let priya = world.restart(kept).await;
    let shown = priya.until("Priya is rung", has(session)).await;
    assert!(shown.toasts[0].body.contains("waiting 1:3"), "{}", shown.toasts[0].body);
}
