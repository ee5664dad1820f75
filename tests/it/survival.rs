//! What outlives restarts and losses.

use crate::{pass, secs};
use agent::view::{Answer, AwayUntil, ConnectionView, Intent, PreferenceView};
use harness::{PRIYA, SAM, World};
use presence::{AwayReason, Presence, State};

fn is_manual(presence: Presence) -> bool {
    matches!(presence, Presence::Away { reason: AwayReason::Manual, .. })
}

#[tokio::test(start_paused = true)]
async fn a_manual_away_survives_the_service_and_the_app() {
    // P7
    let mut world = World::begin().await;
    let priya = world.device(PRIYA).await;
    assert_eq!(priya.wants(Intent::Away { until: AwayUntil::Cleared }).await, Answer::Done { note: None });
    let kept = priya.kill();
    world.stop_service().await;
    pass(secs(3)).await;
    world.start_service().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    watcher.until_sees(PRIYA, is_manual).await;
    let priya = world.restart(kept).await;
    assert!(matches!(priya.view().preference, PreferenceView::Away { .. }));
    assert_eq!(priya.view().headline, "Away, set by you");
    assert!(
        watcher.heard().people[PRIYA.name].iter().copied().all(is_manual),
        "and nobody saw anything else"
    );
    priya.wants(Intent::Online).await;
    watcher.until_sees(PRIYA, |presence| presence.state() == State::Online).await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_of_the_service_is_invisible() {
    // P10
    let mut world = World::begin().await;
    let watcher = world.caller(SAM).await;
    let priya = world.device(PRIYA).await;
    pass(secs(60)).await;
    world.stop_service().await;
    priya
        .until("the loss is shown", |shown| matches!(shown.view.connection, ConnectionView::Down { .. }))
        .await;
    pass(secs(5)).await;
    world.start_service().await;
    priya.until_up().await;
    watcher.watch_people().await;
    pass(secs(120)).await;
    let seen: Vec<_> = watcher.heard().people[PRIYA.name].iter().map(Presence::state).collect();
    assert!(seen.iter().all(|state| *state == State::Online), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_setting_made_without_a_connection_is_sent_when_it_is_back_and_is_as_old_as_it_is() {
    // P7
    let world = World::begin().await;
    let watcher = world.caller(SAM).await;
    watcher.watch_people().await;
    let priya = world.device(PRIYA).await;
    priya.uplink.cut();
    priya
        .until("the loss is shown", |shown| matches!(shown.view.connection, ConnectionView::Down { .. }))
        .await;
    let set = world.now();
    let note = Some("No connection. This will be sent when the connection is back.".to_owned());
    let until = AwayUntil::For(30 * 60_000);
    assert_eq!(priya.wants(Intent::Away { until }).await, Answer::Done { note });
    pass(secs(300)).await;
    priya.uplink.restore();
    let away = watcher.until_sees(PRIYA, is_manual).await;
    let Presence::Away { since, until: Some(end), .. } = away else { panic!("{away:?}") };
    assert!(since.0.abs_diff(set.0) <= 1_000, "set {set:?}, shown {since:?}");
    assert!(end.0.abs_diff(set.plus(secs(1_800)).0) <= 1_000, "half an hour from the setting on");
}

#[tokio::test(start_paused = true)]
async fn the_last_reports_stand_word_for_word_without_the_token() {
    // P13
    let world = World::begin().await;
    let priya = world.device(PRIYA).await;
    let token = priya.shown().kept.token.unwrap().0;
    pass(secs(61)).await;
    let reports = priya.view().reports;
    assert!(reports.len() >= 5, "a hello and four beats: {reports:#?}");
    assert!(
        reports.iter().all(|report| report.text.contains(r#""activity":"#) && !report.text.contains(&token))
    );
}
