//! The only technician has locked the computer and gone home: what the client and, in the morning, the technician see.

use crate::{pass, secs};
use agent::toast::ToastKey;
use chat::Status;
use harness::{DANA, PRIYA, SAM, World};
use presence::{AwayReason, Presence, State};
use protocol::Up;
use uuid::Uuid;

#[tokio::test(start_paused = true)]
async fn a_request_in_the_night_is_told_once_in_the_morning_and_does_not_ring_then() {
    // C2, C3, C5, C6, P4
    let world = World::begin().await;
    // Somebody who sees everybody, and is Offline for the others until the morning.
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let priya = world.device(PRIYA).await;
    let dana = world.caller(DANA).await;
    dana.until("somebody is at their desk", |heard| heard.staffed == Some(true)).await;
    priya.user.lock();
    let locked = |presence| matches!(presence, Presence::Away { reason: AwayReason::Locked, .. });
    watcher.until_sees(PRIYA, locked).await;
    // The watcher goes home, too.
    drop(watcher);
    pass(secs(3_600)).await;

    let asked = world.now();
    let session = dana.request("Server down").await;
    let heard = dana
        .until("she is told that nobody is at their desk", |heard| {
            heard.staffed == Some(false)
                && heard.sessions.get(&session).is_some_and(|session| session.callback_offered)
        })
        .await;
    assert!(world.now().since(asked) <= secs(1));
    assert_eq!(heard.sessions[&session].status, Status::Waiting);
    priya.until("the locked computer rings", |shown| shown.toasts.len() == 1).await;
    pass(secs(300)).await;
    assert_eq!(dana.heard().sessions[&session].status, Status::Waiting, "it still waits");
    dana.done(Up::Leave { id: Uuid::new_v4(), session }).await;
    let abandoned = ToastKey::Abandoned(session);
    let shown = priya
        .until("she is told once", |shown| shown.toasts.iter().any(|toast| toast.key == abandoned))
        .await;
    let keys: Vec<_> = shown.toasts.iter().map(|toast| toast.key.clone()).collect();
    assert!(keys == std::slice::from_ref(&abandoned), "one toast, and the request's is gone");
    let sounds = shown.sounds.len();
    pass(secs(8 * 3_600)).await;

    priya.user.unlock();
    priya.until_shows(State::Online).await;
    pass(secs(120)).await;
    let morning = priya.shown();
    assert_eq!(morning.sounds.len(), sounds, "nothing rings for what is over: {:?}", morning.sounds);
    assert!(
        morning.toasts.iter().all(|toast| toast.key == abandoned && toast.ring.is_none()),
        "{:?}",
        morning.toasts
    );
    assert!(morning.view.waiting.is_empty());
    // Every technician has it among the missed requests, once.
    let colleague = world.caller(SAM).await;
    let missed = colleague.heard().sessions;
    assert_eq!(missed.len(), 1);
    assert_eq!(missed[&session].status, Status::Abandoned);
}
