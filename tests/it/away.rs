//! Absence and return.

use crate::{pass, secs};
use agent::view::{Answer, AwayUntil, ConnectionView, Intent};
use harness::{DANA, PRIYA, SAM, World};
use presence::{AwayReason, Presence, State};
use std::time::Duration;

/// Real time that an hour may take on a machine that does much else: half a second is usual, and without a paused clock it is the hour.
const A_MOMENT: Duration = Duration::from_secs(30);

fn is(state: State) -> impl FnMut(Presence) -> bool {
    move |presence| presence.state() == state
}

fn is_manual(presence: Presence) -> bool {
    matches!(presence, Presence::Away { reason: AwayReason::Manual, .. })
}

#[tokio::test(start_paused = true)]
async fn an_hours_absence_takes_no_time() {
    // P2, P5, P6, P11
    let world = World::begin().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let priya = world.device(PRIYA).await;
    priya.user.input();
    watcher.until_sees(PRIYA, is(State::Online)).await;
    let real = std::time::Instant::now();
    let left = world.now();
    let away = watcher.until_sees(PRIYA, is(State::Away)).await;
    assert!(world.now().since(left) <= secs(301), "{:?}", world.now().since(left));
    let Presence::Away { reason: AwayReason::Idle, since, until: None } = away else { panic!("{away:?}") };
    assert!(since.0.abs_diff(left.0) <= 500, "the last input, not the end of the threshold");
    assert_eq!(priya.until_shows(State::Away).await.headline, "Away, no input since 12:00");
    let before = watcher.heard().people[PRIYA.name].len();

    pass(secs(3_600)).await;
    assert_eq!(
        watcher.heard().people[PRIYA.name].len(),
        before,
        "beats restate, and nobody sees anything of it"
    );
    let returned = world.now();
    priya.user.input();
    let online = watcher.until_sees(PRIYA, is(State::Online)).await;
    assert!(world.now().since(returned) <= secs(1));
    assert!(online.since().0.abs_diff(returned.0) <= 500, "Online since the return");
    assert!(real.elapsed() < A_MOMENT, "{:?}", real.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_within_the_grace_is_invisible() {
    // P10
    let world = World::begin().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let priya = world.device(PRIYA).await;
    watcher.until_sees(PRIYA, is(State::Online)).await;
    pass(secs(60)).await;
    let before = watcher.heard().people[PRIYA.name].len();
    priya.uplink.cut();
    let down = |shown: &harness::DeviceState| matches!(shown.view.connection, ConnectionView::Down { .. });
    let lost = priya.until("the loss is shown", down).await.view;
    assert_eq!(lost.headline, "No connection");
    pass(secs(20)).await;
    priya.uplink.restore();
    priya.until_up().await;
    pass(secs(120)).await;
    assert_eq!(watcher.heard().people[PRIYA.name].len(), before);
}

#[tokio::test(start_paused = true)]
async fn a_loss_longer_than_the_grace_is_offline_since_the_last_frame() {
    // P9, P10
    let world = World::begin().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let priya = world.device(PRIYA).await;
    watcher.until_sees(PRIYA, is(State::Online)).await;
    pass(secs(60)).await;
    let cut = world.now();
    priya.uplink.cut();
    pass(secs(25)).await;
    assert_eq!(watcher.heard().presence(PRIYA).map(|presence| presence.state()), Some(State::Online));
    let offline = watcher.until_sees(PRIYA, is(State::Offline)).await;
    assert!(world.now().since(cut) <= secs(46), "{:?}", world.now().since(cut));
    assert!(
        offline.since() <= cut && cut.since(offline.since()) <= secs(16),
        "the last frame: a beat's answer"
    );
    priya.uplink.restore();
    watcher.until_sees(PRIYA, is(State::Online)).await;
}

#[tokio::test(start_paused = true)]
async fn until_back_ends_with_the_first_input_after_a_full_threshold() {
    // P7
    let world = World::begin().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let priya = world.device(PRIYA).await;
    watcher.until_sees(PRIYA, is(State::Online)).await;
    let answer = priya.wants(Intent::Away { until: AwayUntil::Back }).await;
    assert_eq!(answer, Answer::Done { note: None });
    watcher.until_sees(PRIYA, is_manual).await;
    pass(secs(30)).await;
    priya.user.input();
    pass(secs(30)).await;
    assert!(watcher.heard().presence(PRIYA).is_some_and(is_manual), "still on the way out");
    pass(secs(3_600)).await;
    assert!(watcher.heard().presence(PRIYA).is_some_and(is_manual));
    priya.user.input();
    watcher.until_sees(PRIYA, is(State::Online)).await;
    priya.until_shows(State::Online).await;
}

#[tokio::test(start_paused = true)]
async fn the_report_is_out_before_the_machine_sleeps() {
    // P4
    let world = World::begin().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let priya = world.device(PRIYA).await;
    watcher.until_sees(PRIYA, is(State::Online)).await;
    priya.user.suspend();
    tokio::time::timeout(secs(1), priya.user.until_sleep_released()).await.unwrap();
    let asleep = |presence| matches!(presence, Presence::Away { reason: AwayReason::Asleep, .. });
    watcher.until_sees(PRIYA, asleep).await;
    // What a sleeping machine does: nothing, for longer than the grace.
    priya.uplink.cut();
    watcher.until_sees(PRIYA, is(State::Offline)).await;
    priya.uplink.restore();
    priya.user.resume();
    watcher.until_sees(PRIYA, asleep).await;
    priya.user.input();
    watcher.until_sees(PRIYA, is(State::Online)).await;
}

#[tokio::test(start_paused = true)]
async fn locking_is_away_at_once_and_only_unlocking_ends_it() {
    // P4
    let world = World::begin().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let priya = world.device(PRIYA).await;
    watcher.until_sees(PRIYA, is(State::Online)).await;
    priya.user.lock();
    let locked = |presence| matches!(presence, Presence::Away { reason: AwayReason::Locked, .. });
    watcher.until_sees(PRIYA, locked).await;
    pass(secs(600)).await;
    priya.user.input();
    pass(secs(5)).await;
    assert!(watcher.heard().presence(PRIYA).is_some_and(locked));
    priya.user.unlock();
    watcher.until_sees(PRIYA, is(State::Online)).await;
}

#[tokio::test(start_paused = true)]
async fn a_client_who_closes_the_portal_is_offline_at_once() {
    // P8, P10
    let world = World::begin().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let dana = world.device(DANA).await;
    watcher.until_sees(DANA, is(State::Online)).await;
    let answer = dana.wants(Intent::Away { until: AwayUntil::Cleared }).await;
    assert!(matches!(answer, Answer::Failed { message } if message.starts_with("Presence is automatic")));
    let closed = world.now();
    dana.close_portal();
    watcher.until_sees(DANA, is(State::Offline)).await;
    assert!(world.now().since(closed) <= secs(1));
    let says = "Closing makes you Offline. Minimise to stay reachable.";
    dana.until("it says so", |shown| shown.toasts.iter().any(|toast| toast.body == says)).await;
    let page = agent::view::Page::Portal { chat: None };
    dana.wants(Intent::Open { page }).await;
    watcher.until_sees(DANA, is(State::Online)).await;
}
