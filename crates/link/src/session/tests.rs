//! The conversation, frame by frame: tests of its behaviour, and a comparison with a naive model.

use super::*;
use crate::Address;
use chat_id as session_id;
use presence::UnixMillis;
use proptest::prelude::*;
use protocol::{Answer, App, ErrorCode, Policy, PreferenceChange, Token, Welcome, You};
use uuid::Uuid;

fn at(seconds: u64) -> Moment {
    Moment::at(Duration::from_secs(seconds))
}

fn target() -> Target {
    Target {
        address: Address::parse("https://help.example").unwrap(),
        token: Token("secret".to_owned()),
        instance: Uuid::from_u128(7),
        app: App { name: "deskbell".to_owned(), version: "0".to_owned(), device: "desk".to_owned() },
        can_ring: true,
    }
}

fn welcome() -> Down {
    let you = serde_json::from_value::<You>(serde_json::json!({
        "id": Uuid::nil(), "name": "Priya", "role": "technician", "organisation": "Acme"
    }));
    Down::Welcome(Welcome {
        now: UnixMillis(0),
        you: you.unwrap(),
        policy: Policy::default(),
        preference: presence::Preference::Automatic,
    })
}

fn ok(id: u128) -> Down {
    Down::Ok { re: Uuid::from_u128(id), answer: Answer::default() }
}

fn refused(id: u128, code: ErrorCode, retry_after_ms: Option<u64>) -> Down {
    let re = Some(Uuid::from_u128(id));
    Down::Error { re, code, message: String::new(), retry_after_ms, by: None, at: None }
}

fn away(id: u128) -> Up {
    let preference = PreferenceChange::Away { for_ms: None, until_back: false };
    Up::Prefer { id: Uuid::from_u128(id), preference, set_ago_ms: 0 }
}

fn list(id: u128) -> Up {
    Up::ListDevices { id: Uuid::from_u128(id) }
}

fn message(id: u128, chat: u128) -> Up {
    let json = serde_json::json!({ "type": "chat.message", "id": Uuid::from_u128(id), "session": session_id(chat), "text": "hi" });
    serde_json::from_value(json).unwrap()
}

fn chat_id(chat: u128) -> Uuid {
    Uuid::from_u128(chat)
}

/// Everything to write at `now`.
fn written(session: &mut Session, now: Moment) -> Vec<Up> {
    std::iter::from_fn(|| session.next_frame(now))
        .map(|frame| serde_json::from_str(&frame.text).unwrap())
        .collect()
}

fn ids(ups: &[Up]) -> Vec<u128> {
    ups.iter().filter_map(|up| up.intent().map(|id| id.as_u128())).collect()
}

fn welcomed(now: Moment) -> Session {
    let mut session = Session::default();
    connect(&mut session, now);
    session
}

fn connect(session: &mut Session, now: Moment) {
    session.begin(target(), now);
    assert!(matches!(written(session, now)[..], [Up::Hello(_)]));
    session.hear(welcome(), now);
}

#[test]
fn says_hello_first_and_nothing_else_before_welcome() {
    let mut session = Session::default();
    session.send(list(1), at(0)).unwrap();
    session.begin(target(), at(0));
    assert!(matches!(written(&mut session, at(0))[..], [Up::Hello(_)]));
    session.state(Uuid::from_u128(2), Activity::Active, at(1));
    assert_eq!(written(&mut session, at(1)), []);
    session.hear(welcome(), at(2));
    assert_eq!(ids(&written(&mut session, at(2))), [2, 1]);
}

#[test]
fn repeats_what_is_unanswered_under_the_same_id_until_it_is_answered() {
    let mut session = welcomed(at(0));
    for id in [1, 2, 3] {
        session.send(list(id), at(0)).unwrap();
    }
    assert_eq!(ids(&written(&mut session, at(0))), [1, 2, 3]);
    assert_eq!(session.hear(ok(2), at(1)).round_trip, Some(Duration::from_secs(1)));
    session.end();
    connect(&mut session, at(5));
    assert_eq!(ids(&written(&mut session, at(5))), [1, 3]);
    session.hear(ok(1), at(6));
    session.hear(ok(3), at(6));
    session.end();
    connect(&mut session, at(9));
    assert_eq!(written(&mut session, at(9)), []);
}

#[test]
fn a_setting_kept_while_offline_is_as_old_as_it_is_when_it_is_sent() {
    // P7
    let mut session = Session::default();
    session.send(away(1), at(10)).unwrap();
    connect(&mut session, at(70));
    let sent = written(&mut session, at(70));
    assert!(matches!(sent[..], [Up::Prefer { set_ago_ms: 60_000, .. }]), "{sent:?}");
    session.end();
    connect(&mut session, at(100));
    let sent = written(&mut session, at(100));
    assert!(matches!(sent[..], [Up::Prefer { set_ago_ms: 90_000, .. }]), "{sent:?}");
}

#[test]
fn a_setting_for_a_time_runs_from_when_it_was_set() {
    // P7
    let preference = PreferenceChange::Away { for_ms: Some(90_000), until_back: false };
    for (kept_s, left_ms) in [(60, 30_000), (100, 0)] {
        let mut session = Session::default();
        session.send(Up::Prefer { id: Uuid::nil(), preference, set_ago_ms: 0 }, at(0)).unwrap();
        connect(&mut session, at(kept_s));
        let left = PreferenceChange::Away { for_ms: Some(left_ms), until_back: false };
        assert!(
            matches!(written(&mut session, at(kept_s))[..], [Up::Prefer { preference, .. }] if preference == left)
        );
    }
}

#[test]
fn of_two_settings_kept_while_offline_only_the_later_is_sent() {
    let mut session = Session::default();
    session.send(away(1), at(1)).unwrap();
    session.send(list(2), at(1)).unwrap();
    session.send(away(3), at(2)).unwrap();
    connect(&mut session, at(3));
    assert_eq!(ids(&written(&mut session, at(3))), [2, 3]);
}

#[test]
fn activity_is_state_and_each_hello_and_beat_restates_it_at_its_age() {
    // P11
    let idle = |seconds: u64| Activity::Idle { reason: IdleReason::Idle, idle_for_ms: seconds * 1000 };
    let mut session = Session::default();
    session.begin(target(), at(0));
    let hello = session.next_frame(at(0)).unwrap();
    // A device is never assumed to be active, and no report contains the token (P13).
    assert!(hello.text.contains("secret") && hello.text.contains("idle_for_ms"));
    assert!(!hello.report.unwrap().contains("token"));
    session.hear(welcome(), at(0));
    session.state(Uuid::from_u128(1), Activity::Active, at(1));
    session.state(Uuid::from_u128(2), idle(300), at(2));
    let sent = written(&mut session, at(2));
    assert!(matches!(sent[..], [Up::Activity { activity, .. }] if activity == idle(300)), "{sent:?}");
    session.hear(Down::Beat, at(15));
    let sent = written(&mut session, at(15));
    assert!(matches!(sent[..], [Up::Beat { activity }] if activity == idle(313)), "{sent:?}");
    session.end();
    session.begin(target(), at(60));
    let sent = written(&mut session, at(60));
    assert!(matches!(&sent[..], [Up::Hello(hello)] if hello.activity == idle(358)), "{sent:?}");
    session.hear(welcome(), at(60));
    assert_eq!(written(&mut session, at(60)), [], "an activity that hello has told is not repeated");
}

#[test]
fn one_message_of_a_chat_is_unanswered_at_a_time() {
    let mut session = welcomed(at(0));
    for (id, chat) in [(1, 100), (2, 100), (3, 200)] {
        session.send(message(id, chat), at(0)).unwrap();
    }
    assert_eq!(ids(&written(&mut session, at(0))), [1, 3]);
    session.hear(ok(1), at(1));
    assert_eq!(ids(&written(&mut session, at(1))), [2]);
}

#[test]
fn a_refusal_that_may_pass_is_tried_again_after_the_time_it_names_and_then_passed_on() {
    let mut session = welcomed(at(0));
    session.send(list(1), at(0)).unwrap();
    written(&mut session, at(0));
    for turn in 0..u64::from(TRIES) {
        let now = at(turn * 10);
        assert_eq!(session.hear(refused(1, ErrorCode::RateLimited, Some(3_000)), now), Heard::default());
        assert_eq!(written(&mut session, now), []);
        assert_eq!(session.next_timeout(), Some(now.plus(Duration::from_secs(3))));
        assert_eq!(ids(&written(&mut session, now.plus(Duration::from_secs(3)))), [1]);
    }
    assert!(session.hear(refused(1, ErrorCode::RateLimited, None), at(99)).down.is_some());
    session.send(list(2), at(99)).unwrap();
    written(&mut session, at(99));
    assert!(session.hear(refused(2, ErrorCode::NotAllowed, None), at(99)).down.is_some());
}

#[test]
fn silence_of_35_seconds_is_death_and_any_sign_of_life_is_not() {
    let mut session = welcomed(at(0));
    assert_eq!(session.next_timeout(), Some(at(35)));
    session.hear(Down::Beat, at(20));
    assert_eq!(session.death(at(54)), None);
    session.hear_sign_of_life(at(54));
    assert_eq!(session.death(at(88)), None);
    assert_eq!(session.death(at(89)), Some(Death::Silent));
}

#[test]
fn frames_without_an_id_belong_to_one_connection() {
    let shown = || Up::WatchPeople;
    let mut session = Session::default();
    session.send(shown(), at(0)).unwrap();
    connect(&mut session, at(0));
    assert_eq!(written(&mut session, at(0)), []);
    session.send(shown(), at(0)).unwrap();
    assert_eq!(written(&mut session, at(0)), [Up::WatchPeople]);
}

#[test]
fn takes_no_more_than_it_can_keep() {
    let mut session = Session::default();
    for id in 0..UNANSWERED as u128 {
        session.send(list(id), at(0)).unwrap();
    }
    assert_eq!(session.send(list(999), at(0)), Err(Full));
}

#[derive(Clone, Debug)]
enum Step {
    Send,
    Write,
    Answer(usize),
    Cut,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Send),
        3 => Just(Step::Write),
        2 => (0_usize..8).prop_map(Step::Answer),
        1 => Just(Step::Cut),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    /// Whatever is cut or lost, each intent is written in order on each connection until its answer has arrived, and never
    /// after that.
    #[test]
    fn nothing_is_lost_and_nothing_is_said_after_its_answer(steps in steps()) {
        let (mut session, mut model, mut next) = (welcomed(at(0)), Vec::<(u128, bool)>::new(), 1_u128);
        for step in steps {
            match step {
                Step::Send => {
                    if session.send(list(next), at(0)).is_ok() {
                        model.push((next, false));
                    }
                    next += 1;
                }
                Step::Write => {
                    let due: Vec<u128> = model.iter().filter(|each| !each.1).map(|each| each.0).collect();
                    prop_assert_eq!(ids(&written(&mut session, at(0))), due);
                    model.iter_mut().for_each(|each| each.1 = true);
                }
                Step::Answer(index) => {
                    let sent: Vec<u128> = model.iter().filter(|each| each.1).map(|each| each.0).collect();
                    if let Some(id) = sent.get(index) {
                        session.hear(ok(*id), at(0));
                        model.retain(|each| each.0 != *id);
                    }
                }
                Step::Cut => {
                    session.end();
                    connect(&mut session, at(0));
                    model.iter_mut().for_each(|each| each.1 = false);
                }
            }
        }
    }
}
