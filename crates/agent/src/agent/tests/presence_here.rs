//! Activity out, the user's presence in words.

use super::*;
use crate::view::AwayUntil;

#[test]
fn restates_the_activity_before_the_first_connection_and_assumes_nobody() {
    // P11
    let mut bench = Bench::with(start(Some(Role::Technician)), Role::Technician);
    let orders = bench.orders();
    assert!(matches!(orders[..], [Order::Activity { activity: Activity::Idle { .. }, .. }]), "{orders:?}");
    // A source that says nothing is not waited for longer than this.
    bench.pass(secs(2));
    assert!(matches!(bench.orders()[..], [Order::Connect(_)]));
}

#[test]
fn the_first_connection_waits_for_what_the_source_sees() {
    // P11: neither is a user who is there shown Away, nor anybody assumed active.
    for (fact, is_active) in [(Fact::IdleFor(secs(1)), true), (Fact::IdleFor(secs(400)), false)] {
        let mut bench = Bench::with(start(Some(Role::Technician)), Role::Technician);
        assert_eq!(bench.view().connection, ConnectionView::Connecting);
        bench.effects();
        bench.fact(fact);
        let orders = bench.orders();
        let [Order::Activity { activity, .. }, Order::Connect(_)] = &orders[..] else { panic!("{orders:?}") };
        assert_eq!(*activity == Activity::Active, is_active);
    }
    let mut blind = Bench::with(start(Some(Role::Technician)), Role::Technician);
    blind.effects();
    blind.on(Input::Source { source: None, why: "no X server".into() });
    assert!(matches!(blind.orders()[..], [.., Order::Connect(_)]));
}

#[test]
fn a_start_measures_with_the_threshold_that_was_told_last() {
    // F11: with five minutes until the service is heard, this user was Online for a moment.
    let mut bench = Bench::technician();
    bench.effects();
    let mut policy = serde_json::to_value(Policy::default()).unwrap();
    policy["idle_after_ms"] = json!(5_000);
    bench.json(json!({ "type": "policy", "policy": policy }));
    let kept = bench.effects().into_iter().find_map(|effect| match effect {
        Effect::SaveSettings(settings) => Some(settings),
        _ => None,
    });
    let next = Start { settings: kept.expect("it is kept"), ..start(Some(Role::Technician)) };
    let mut bench = Bench::with(next, Role::Technician);
    assert!(bench.effects().contains(&Effect::SetIdleAfter(secs(5))));
    bench.fact(Fact::IdleFor(secs(31)));
    assert!(bench.reported().iter().all(|(_, activity)| *activity != Activity::Active));
    assert_eq!(bench.view().here.idle_after_ms, 5_000);
}

#[test]
fn reports_a_change_at_once_and_nothing_else() {
    // P5, P6
    let mut bench = Bench::technician();
    bench.effects();
    bench.pass(secs(300));
    bench.fact(Fact::IdleFor(secs(300)));
    assert!(matches!(bench.reported()[..], [(_, Activity::Idle { idle_for_ms: 300_000, .. })]));
    bench.pass(secs(3_600));
    bench.fact(Fact::IdleFor(secs(3_900)));
    assert_eq!(bench.reported(), [], "the same idleness is no news");
    bench.fact(Fact::Active);
    assert!(matches!(bench.reported()[..], [(_, Activity::Active)]));
    bench.fact(Fact::Active);
    assert_eq!(bench.reported(), []);
}

#[test]
fn words_for_each_state() {
    let mut bench = Bench::technician();
    let line = |bench: &Bench| (bench.view().headline, bench.view().detail);
    assert_eq!(line(&bench), ("Online".into(), None));
    bench.pass(secs(540));
    bench.fact(Fact::IdleFor(secs(300)));
    assert_eq!(line(&bench), ("Away, no input since 12:04".into(), None));
    bench.fact(Fact::Locked);
    assert_eq!(line(&bench), ("Away, screen locked since 12:09".into(), None));
    bench.fact(Fact::Unlocked);
    let away = |until: serde_json::Value| json!({ "type": "preference", "preference": { "away": { "set": NOON, "until": until } } });
    bench.json(away(json!({ "time": NOON + 3_600_000 })));
    let still = Some("You still get requests.".into());
    assert_eq!(line(&bench), ("Away, set by you until 13:00".into(), still.clone()));
    bench.json(away(json!("back")));
    assert_eq!(line(&bench), ("Away, set by you until you are back".into(), still.clone()));
    bench.json(away(json!("cleared")));
    assert_eq!(line(&bench), ("Away, set by you".into(), still));
    bench.lose();
    let detail = "Others may see you as Offline. Retrying in 8 s.";
    assert_eq!(line(&bench), ("No connection".into(), Some(detail.into())));
    assert_eq!(bench.view().shown.state, State::Offline);
}

#[test]
fn shows_online_while_another_device_is_used_and_says_what_this_one_sees() {
    // P9
    let mut bench = Bench::technician();
    bench.pass(secs(600));
    bench.fact(Fact::IdleFor(secs(300)));
    bench.json(json!({ "type": "devices", "devices": [
        { "id": Uuid::nil(), "name": "laptop", "activity": "active", "since": NOON, "connected": true, "this": false },
    ]}));
    let view = bench.view();
    assert_eq!((view.headline.as_str(), view.shown.since), ("Online", UnixMillis(NOON)));
    assert_eq!(view.detail.as_deref(), Some("This computer: no input since 12:05."));
}

#[test]
fn a_preference_that_runs_out_ends_without_a_frame() {
    // P7
    let mut bench = Bench::technician();
    let until = json!({ "time": NOON + 60_000 });
    bench.json(json!({ "type": "preference", "preference": { "away": { "set": NOON, "until": until } } }));
    bench.pass(secs(59));
    assert_eq!(bench.view().shown.reason, Some(AwayReason::Manual));
    bench.pass(secs(1));
    assert_eq!(bench.view().preference, PreferenceView::Automatic);
    assert_eq!(bench.view().shown.state, State::Online);
}

#[test]
fn lets_the_machine_sleep_when_the_report_is_answered() {
    // P4
    let mut bench = Bench::technician();
    bench.effects();
    bench.fact(Fact::Suspending);
    let effects = bench.effects();
    let [Effect::Link(Order::Activity { id, .. })] = effects[..] else { panic!("{effects:?}") };
    bench.ok(id);
    assert_eq!(bench.effects(), [Effect::ReleaseSleep]);
    bench.ok(id);
    assert_eq!(bench.effects(), []);
}

#[test]
fn lets_the_machine_sleep_at_once_when_no_report_can_go_out() {
    // P4
    let mut offline = Bench::technician();
    offline.lose();
    let mut lost_meanwhile = Bench::technician();
    lost_meanwhile.fact(Fact::Suspending);
    lost_meanwhile.effects();
    let mut locked_before = Bench::technician();
    locked_before.effects();
    locked_before.fact(Fact::Locked);
    let (id, _) = locked_before.reported()[0];
    locked_before.ok(id);
    offline.fact(Fact::Suspending);
    lost_meanwhile.lose();
    locked_before.fact(Fact::Suspending);
    for mut bench in [offline, lost_meanwhile, locked_before] {
        assert!(bench.effects().contains(&Effect::ReleaseSleep));
    }
}

#[test]
fn waking_up_restates_and_never_trusts_the_old_socket_and_is_no_activity() {
    // P4
    let mut bench = Bench::technician();
    bench.fact(Fact::Suspending);
    bench.pass(secs(3_600));
    bench.effects();
    bench.fact(Fact::Resumed);
    let orders = bench.orders();
    let [Order::Activity { activity: Activity::Idle { idle_for_ms, .. }, .. }, Order::RetryNow] = orders[..]
    else {
        panic!("{orders:?}")
    };
    assert_eq!(idle_for_ms, 3_600_000);
}

#[test]
fn without_a_source_only_the_windows_input_counts_and_the_app_says_so() {
    // P12
    let mut bench = Bench::technician();
    bench.pass(secs(1_000));
    bench.fact(Fact::IdleFor(secs(1_000)));
    bench.on(Input::Source { source: None, why: "no X server".into() });
    assert_eq!(bench.view().shown.state, State::Away);
    assert_eq!(
        bench.view().notices,
        [
            "Deskbell cannot see whether you are at this computer (no X server). Only use of its own window counts."
        ]
    );
    bench.on(Input::Window(WindowReport::Input));
    assert_eq!(bench.view().shown.state, State::Online);
    bench.pass(secs(299));
    assert_eq!(bench.view().shown.state, State::Online);
    bench.pass(secs(1));
    assert_eq!(bench.view().shown.state, State::Away, "never Online for ever");
}

#[test]
fn a_source_that_was_never_there_is_nobodys_activity() {
    // P11, P12
    let mut bench = Bench::with(start(Some(Role::Technician)), Role::Technician);
    bench.fact(Fact::Lost);
    bench.on(Input::Source { source: None, why: "no X server".into() });
    bench.connect();
    assert_eq!(bench.view().shown.state, State::Away);
}

#[test]
fn the_windows_input_says_nothing_where_a_source_sees_all() {
    let mut bench = Bench::technician();
    bench.pass(secs(600));
    bench.fact(Fact::IdleFor(secs(600)));
    bench.on(Input::Window(WindowReport::Input));
    assert_eq!(bench.view().shown.state, State::Away);
}

#[test]
fn takes_the_organisations_threshold_at_once() {
    // P2
    let mut bench = Bench::technician();
    bench.effects();
    let mut policy = serde_json::to_value(Policy::default()).unwrap();
    policy["idle_after_ms"] = json!(5_000);
    bench.json(json!({ "type": "policy", "policy": policy }));
    assert!(bench.effects().contains(&Effect::SetIdleAfter(secs(5))));
    assert_eq!(bench.view().here.idle_after_ms, 5_000);
}

#[test]
fn a_preference_is_done_when_the_service_says_so_and_kept_without_a_connection() {
    // P7
    let mut bench = Bench::technician();
    bench.effects();
    let requester = bench.wants(Intent::Away { until: AwayUntil::For(900_000) });
    let sent = bench.sent();
    let [Up::Prefer { id, set_ago_ms: 0, .. }] = sent[..] else { panic!("{sent:?}") };
    assert_eq!(bench.answers(requester), []);
    bench.ok(id);
    assert_eq!(bench.answer(requester), Answer::Done { note: None });

    let kept =
        Answer::Done { note: Some("No connection. This will be sent when the connection is back.".into()) };
    let in_flight = bench.wants(Intent::Online);
    bench.effects();
    bench.lose();
    assert_eq!(bench.answer(in_flight), kept);
    let offline = bench.wants(Intent::Online);
    assert_eq!(bench.answer(offline), kept);
}

#[test]
fn a_setting_that_another_one_replaces_is_answered() {
    // The link drops it if it was not sent yet.
    let mut bench = Bench::technician();
    let first = bench.wants(Intent::Away { until: AwayUntil::Cleared });
    assert_eq!(bench.answers(first), []);
    let second = bench.wants(Intent::Online);
    let effects = bench.effects();
    bench.effects.clone_from(&effects);
    assert_eq!(bench.answer(first), Answer::Done { note: Some("Another setting has replaced it.".into()) });
    bench.effects = effects;
    assert_eq!(bench.answers(second), []);
}

#[test]
fn whoever_is_not_known_yet_is_offered_no_preference() {
    // P8
    let mut start = start(Some(Role::Technician));
    start.settings.account = None;
    let mut bench = Bench::with(start, Role::Technician);
    let requester = bench.wants(Intent::Online);
    assert!(bench.failed(requester).starts_with("The service has not said yet who is signed in here."));
    assert_eq!(bench.view().preference, PreferenceView::None);
    bench.connect();
    bench.effects();
    bench.wants(Intent::Online);
    assert!(matches!(bench.sent()[..], [Up::Prefer { .. }]));
}

#[test]
fn a_client_has_no_preference_to_set() {
    // P8
    let mut bench = Bench::client();
    for intent in [Intent::Online, Intent::Away { until: AwayUntil::Cleared }] {
        bench.effects();
        let requester = bench.wants(intent);
        assert!(bench.failed(requester).starts_with("Presence is automatic for clients;"));
        assert_eq!(bench.sent(), []);
    }
    assert_eq!(bench.view().preference, PreferenceView::None);
}

#[test]
fn keeps_the_last_twenty_reports_word_for_word() {
    // P13
    let mut bench = Bench::technician();
    for number in 0..30 {
        bench.on(Input::Link(Event::Sent { text: format!("report {number}") }));
    }
    let reports = bench.view().reports;
    assert_eq!(
        (reports.len(), reports[0].text.as_str(), reports[19].text.as_str()),
        (20, "report 10", "report 29")
    );
}

#[test]
fn times_are_the_services_on_a_machine_whose_clock_is_wrong() {
    let bench = Bench::technician();
    assert_eq!(bench.view().clock_ahead_ms, 3_600_000);
    assert_eq!(bench.view().here.last_input, UnixMillis(NOON));
}
