//! The core by itself: facts and times in, effects out.

mod absence;
mod addresses;
mod arrivals;
mod clock;
mod counts;
mod follow_ups;
mod hand_over;
mod invitation;
mod looks;
mod queue;
mod races;
mod replies;
mod standing;
mod told;
mod typing;

use super::chats::{Candidate, Ring};
use super::store_request::{StoreReply, StoreRequest};
use super::*;
use crate::store::{Account, AddressOf, Addresses, Affiliation, OrgId, Person};
use crate::store::{Organisation, SignInId};
use ::chat::{Session, SessionId};
use presence::UnixMillis;
use presence::{Activity, Preference};
use protocol::{App, Close, Hello};
use std::time::Duration;
use uuid::Uuid;

const START: UnixMillis = UnixMillis(1_800_000_000_000);

fn after(millis: u64) -> UnixMillis {
    START.plus(Duration::from_millis(millis))
}

/// What both clocks show unless somebody sets one.
fn at(unix: UnixMillis) -> Now {
    Now { moment: moment(unix), unix }
}

/// The moment of a time unless somebody sets the clock.
fn moment(unix: UnixMillis) -> Moment {
    Moment::at(Duration::from_millis(unix.0))
}

/// When the core wants to be woken, if nobody has set the clock.
fn next_timeout(core: &Core) -> Option<UnixMillis> {
    core.next_timeout().map(|at| START.plus(at.since(moment(START))))
}

fn person(name: &str, company: Option<&str>) -> Person {
    Person {
        id: PersonId(Uuid::new_v4()),
        name: name.to_owned(),
        affiliation: company
            .map_or(Affiliation::Technician, |company| Affiliation::Client { company: company.to_owned() }),
        preference: (Preference::Automatic, UnixMillis(0)),
        last_seen: UnixMillis(0),
        standing: crate::store::Standing::Active,
    }
}

/// An organisation that has set nothing.
fn acme() -> Organisation {
    Organisation {
        id: OrgId(Uuid::new_v4()),
        name: "Acme".to_owned(),
        idle_after: None,
        complete_after: None,
        keep_for: None,
        files_quota: None,
        typing: true,
        read_marks: true,
        addresses: Addresses::default(),
    }
}

fn core(people: &[&Person]) -> Core {
    let snapshot = OrgSnapshot {
        organisation: acme(),
        people: people.iter().map(|person| (*person).clone()).collect(),
        devices: Vec::new(),
        alive_at: UnixMillis(0),
        sessions: Vec::new(),
        seen: Vec::new(),
        replies: Vec::new(),
    };
    Core::new(snapshot, Config::default(), at(START))
}

/// A device that says hello, before the store has answered.
fn hello(
    core: &mut Core,
    person: &Person,
    (conn, sign_in, instance): (u64, SignInId, Uuid),
    activity: Activity,
    now: UnixMillis,
) -> Vec<Effect> {
    hello_of_attempt(core, person, (conn, sign_in, instance, None), activity, now)
}

/// The same, from a client that numbers its connections.
fn hello_of_attempt(
    core: &mut Core,
    person: &Person,
    device: (u64, SignInId, Uuid, Option<u64>),
    activity: Activity,
    now: UnixMillis,
) -> Vec<Effect> {
    hello_now(core, person, device, activity, at(now))
}

/// The same with any clock.
fn hello_now(
    core: &mut Core,
    person: &Person,
    (conn, sign_in, instance, attempt): (u64, SignInId, Uuid, Option<u64>),
    activity: Activity,
    now: Now,
) -> Vec<Effect> {
    let account = Account {
        sign_in,
        window_of: None,
        person: person.clone(),
        org: core.cx.organisation.id,
        org_name: "Acme".to_owned(),
    };
    let app = App { name: "test".to_owned(), version: "1".to_owned(), device: "desk".to_owned() };
    let hello = Hello { token: None, instance, attempt, app, can_ring: true, activity };
    core.on(Event::Connected(Box::new(Connected { conn: ConnId(conn), account, page: false, hello })), now)
}

/// A device with its own sign-in, and everything that follows if the store does each step.
fn connect(core: &mut Core, person: &Person, conn: u64, activity: Activity, now: UnixMillis) -> Vec<Effect> {
    let effects = hello(core, person, (conn, SignInId(Uuid::new_v4()), Uuid::new_v4()), activity, now);
    settle(core, effects, now)
}

/// The effects, and those that follow if the store does each step at once.
fn settle(core: &mut Core, effects: Vec<Effect>, now: UnixMillis) -> Vec<Effect> {
    let mut all = Vec::new();
    let mut todo = std::collections::VecDeque::from(effects);
    while let Some(effect) = todo.pop_front() {
        if let Effect::Store(_) = effect {
            todo.extend(core.on(Event::StoreReply(StoreReply::Done), at(now)));
        }
        all.push(effect);
    }
    all
}

/// The statuses of the sessions that these effects store.
fn puts(effects: &[Effect]) -> Vec<::chat::Status> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Store(StoreRequest::Put(next, _)) => Some(next.status),
            _ => None,
        })
        .collect()
}

/// Feeds an event, with a store that does each step that follows.
fn does(core: &mut Core, event: Event, now: UnixMillis) -> Vec<Effect> {
    let effects = core.on(event, at(now));
    carry_out(core, effects, now)
}

/// The effects, and those that follow if the store does each step.
fn carry_out(core: &mut Core, effects: Vec<Effect>, now: UnixMillis) -> Vec<Effect> {
    let mut all = Vec::new();
    let mut todo = std::collections::VecDeque::from(effects);
    while let Some(effect) = todo.pop_front() {
        if let Effect::Store(step) = &effect {
            let reply = match step {
                StoreRequest::Put(..) => StoreReply::Put(crate::store::Put::Done),
                StoreRequest::Create(..) => StoreReply::Created(crate::store::Created::New),
                StoreRequest::Session(_) => StoreReply::Session(None),
                _ => StoreReply::Done,
            };
            todo.extend(core.on(Event::StoreReply(reply), at(now)));
        }
        all.push(effect);
    }
    all
}

fn is_told(effects: &[Effect], conn: u64, holds: impl Fn(&Down) -> bool) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::Send(to, frame) if to.contains(&ConnId(conn)) && holds(frame)))
}

/// The saves of presence in these effects.
fn saves(effects: &[Effect]) -> Vec<&crate::store::Changes> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Store(StoreRequest::Save(changes)) => Some(changes),
            _ => None,
        })
        .collect()
}

/// Priya, who is not connected, and Dana at connection 1, whose request waits.
fn waiting() -> (Core, Person, Person, SessionId) {
    let (priya, dana) = (person("Priya", None), person("Dana", Some("Northwind")));
    let mut core = core(&[&priya, &dana]);
    connect(&mut core, &dana, 1, Activity::Active, START);
    let id = Uuid::new_v4();
    let request = Up::Request { id, subject: "Printer".to_owned(), reference: None };
    core.on(Event::Frame(ConnId(1), request), at(START));
    core.on(Event::StoreReply(StoreReply::Created(crate::store::Created::New)), at(START));
    (core, priya, dana, SessionId(id))
}

fn idle(idle_for_ms: u64) -> Activity {
    Activity::Idle { reason: presence::IdleReason::Idle, idle_for_ms }
}

/// The batches of people in these effects, for one connection.
fn batches(effects: &[Effect], conn: u64) -> Vec<Vec<String>> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(to, frame) if to.contains(&ConnId(conn)) => match &**frame {
                Down::People { people, .. } => Some(people.iter().map(|each| each.name.clone()).collect()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// Does everything that is due until then.
fn run(core: &mut Core, until: UnixMillis) -> Vec<(UnixMillis, Effect)> {
    let mut all = Vec::new();
    while let Some(due) = next_timeout(core).filter(|due| *due <= until) {
        let effects = core.on_timeout(at(due));
        all.extend(settle(core, effects, due).into_iter().map(|effect| (due, effect)));
    }
    all
}

#[test]
fn the_first_change_goes_out_at_once_then_at_most_one_batch_in_100_ms_and_the_last_state_wins() {
    let (wanda, priya, tom) = (person("Wanda", None), person("Priya", None), person("Tom", None));
    let mut core = core(&[&wanda, &priya, &tom]);
    connect(&mut core, &wanda, 1, Activity::Active, START);
    connect(&mut core, &priya, 2, Activity::Active, START);
    connect(&mut core, &tom, 3, Activity::Active, START);
    core.on(Event::Frame(ConnId(1), Up::WatchPeople), at(after(1_000)));
    let first = core.on(Event::Frame(ConnId(2), Up::Beat { activity: idle(0) }), at(after(2_000)));
    assert_eq!(batches(&first, 1), [["Priya"]]);
    let mut quiet = Vec::new();
    for (millis, activity) in [(2_010, Activity::Active), (2_020, idle(0)), (2_030, Activity::Active)] {
        quiet.extend(core.on(Event::Frame(ConnId(2), Up::Beat { activity }), at(after(millis))));
    }
    quiet.extend(core.on(Event::Frame(ConnId(3), Up::Beat { activity: idle(0) }), at(after(2_040))));
    assert!(batches(&quiet, 1).is_empty());
    let due = run(&mut core, after(2_500));
    let people: Vec<_> = due
        .iter()
        .filter(|(_, effect)| !batches(std::slice::from_ref(effect), 1).is_empty())
        .map(|(at, effect)| (*at, batches(std::slice::from_ref(effect), 1)[0].len()))
        .collect();
    assert_eq!(people, [(after(2_100), 2)]);
}

#[test]
fn a_reader_who_is_behind_gets_the_last_states_once_and_is_closed_after_10_seconds() {
    let (wanda, priya) = (person("Wanda", None), person("Priya", None));
    let mut core = core(&[&wanda, &priya]);
    connect(&mut core, &wanda, 1, Activity::Active, START);
    connect(&mut core, &priya, 2, Activity::Active, START);
    core.on(Event::Frame(ConnId(1), Up::WatchPeople), at(START));
    core.on(Event::Congested(ConnId(1)), at(after(1_000)));
    let mut held = Vec::new();
    for n in 0..100 {
        let activity = if n % 2 == 0 { idle(0) } else { Activity::Active };
        let now = after(2_000 + n * 50);
        held.extend(run(&mut core, now).into_iter().map(|(_, effect)| effect));
        held.extend(core.on(Event::Frame(ConnId(2), Up::Beat { activity }), at(now)));
    }
    assert!(batches(&held, 1).is_empty());
    let room = core.on(Event::Room(ConnId(1)), at(after(8_000)));
    assert_eq!(batches(&room, 1), [["Priya"]]);
    core.on(Event::Congested(ConnId(1)), at(after(9_000)));
    let due = run(&mut core, after(19_000));
    let closed = due.iter().any(|(at, effect)| {
        *at == after(19_000) && matches!(effect, Effect::Close(ConnId(1), Close::TooSlow))
    });
    assert!(closed, "{due:?}");
}

#[test]
fn people_come_in_parts_that_keep_both_limits() {
    let wanda = person("Wanda", None);
    let names: Vec<Person> =
        (0..1_200).map(|n| person(&format!("{n:\u{1F600}<100}"), Some("Northwind"))).collect();
    let mut everybody: Vec<&Person> = names.iter().collect();
    everybody.push(&wanda);
    let mut core = core(&everybody);
    connect(&mut core, &wanda, 1, Activity::Active, START);
    let effects = core.on(Event::Frame(ConnId(1), Up::WatchPeople), at(START));
    let parts: Vec<&Down> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(_, frame) if matches!(**frame, Down::People { .. }) => Some(&**frame),
            _ => None,
        })
        .collect();
    let mut sum = 0;
    for (index, part) in parts.iter().enumerate() {
        assert!(protocol::write(*part).len() <= protocol::limits::FRAME_BYTES);
        let Down::People { first, people } = part else { unreachable!() };
        assert_eq!(*first, index == 0);
        assert!(people.len() <= protocol::limits::PEOPLE_PART);
        sum += people.len();
    }
    assert_eq!(sum, 1_201);
}

#[test]
fn an_activity_before_sleep_is_stored_before_it_is_answered() {
    // P4
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    run(&mut core, after(500));
    let id = Uuid::new_v4();
    let activity = Activity::Idle { reason: presence::IdleReason::Asleep, idle_for_ms: 0 };
    let effects = core.on(Event::Frame(ConnId(1), Up::Activity { id, activity }), at(after(600)));
    let answered = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::Send(_, frame) if matches!(**frame, Down::Ok { re, .. } if re == id)))
    };
    let stores = |effects: &[Effect]| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Store(StoreRequest::Save(changes)) if changes.devices.len() == 1))
    };
    assert!(stores(&effects) && !answered(&effects), "{effects:?}");
    let stored = core.on(Event::StoreReply(StoreReply::Done), at(after(601)));
    assert!(answered(&stored), "{stored:?}");
}

#[test]
fn a_refused_intent_is_answered_busy_and_refused_presence_is_saved_again() {
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    let arrived =
        hello(&mut core, &priya, (1, SignInId(Uuid::new_v4()), Uuid::new_v4()), Activity::Active, START);
    assert_eq!(saves(&arrived).len(), 1, "{arrived:?}");
    core.on(Event::StoreReply(StoreReply::Failed(crate::store::StoreError::Busy)), at(after(151)));
    let again = core.on_timeout(at(after(1_200)));
    assert_eq!(saves(&again).len(), 1, "{again:?}");
    core.on(Event::StoreReply(StoreReply::Done), at(after(1_201)));
    let prefer = Up::Prefer {
        id: Uuid::new_v4(),
        preference: protocol::PreferenceChange::Away { for_ms: None, until_back: false },
        set_ago_ms: 0,
    };
    core.on(Event::Frame(ConnId(1), prefer), at(after(1_300)));
    let busy =
        core.on(Event::StoreReply(StoreReply::Failed(crate::store::StoreError::Busy)), at(after(1_301)));
    let code = busy.iter().find_map(|effect| match effect {
        Effect::Send(_, frame) => match **frame {
            Down::Error { code, retry_after_ms, .. } => Some((code, retry_after_ms.is_some())),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(code, Some((protocol::ErrorCode::Busy, true)));
    assert_eq!(core.people.members[&priya.id].person.preference.0, Preference::Automatic);
}

#[test]
fn until_back_ends_with_the_first_input_after_a_full_threshold_and_not_while_another_device_is_in_use() {
    // P7
    let priya = person("Priya", None);
    let away = Up::Prefer {
        id: Uuid::new_v4(),
        preference: protocol::PreferenceChange::Away { for_ms: None, until_back: true },
        set_ago_ms: 0,
    };
    for other_active in [false, true] {
        let mut core = core(&[&priya]);
        connect(&mut core, &priya, 1, Activity::Active, START);
        if other_active {
            connect(&mut core, &priya, 2, Activity::Active, START);
        }
        core.on(Event::Frame(ConnId(1), away.clone()), at(START));
        core.on(Event::StoreReply(StoreReply::Done), at(START));
        core.on(Event::Frame(ConnId(1), Up::Beat { activity: idle(1_000) }), at(after(10_000)));
        core.on(Event::Frame(ConnId(1), Up::Beat { activity: Activity::Active }), at(after(20_000)));
        assert_ne!(
            core.people.members[&priya.id].person.preference.0,
            Preference::Automatic,
            "not idle for long enough"
        );
        core.on(Event::Frame(ConnId(1), Up::Beat { activity: idle(0) }), at(after(30_000)));
        core.on(Event::Frame(ConnId(1), Up::Beat { activity: Activity::Active }), at(after(400_000)));
        let ended = core.people.members[&priya.id].person.preference.0 == Preference::Automatic;
        assert_eq!(ended, !other_active);
    }
}

#[test]
fn which_device_rings() {
    // C3
    let [a, b] = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let device = |instance, unlocked, active| Candidate {
        instance,
        unlocked,
        last_active: Some(moment(after(active))),
    };
    let within = Duration::from_secs(2);
    let one = |instance, told, shown| Some(Ring::One { instance, told: moment(after(told)), shown });
    let cases = [
        ("nothing can ring", None, vec![], 0, None),
        ("the latest active", None, vec![device(a, true, 1), device(b, true, 2)], 0, one(b, 0, false)),
        ("unlocked before locked", None, vec![device(a, true, 1), device(b, false, 2)], 0, one(a, 0, false)),
        (
            "all where all are locked",
            None,
            vec![device(a, false, 1), device(b, false, 2)],
            0,
            Some(Ring::All),
        ),
        (
            "waits 2 s",
            one(a, 0, false),
            vec![device(a, true, 1), device(b, true, 0)],
            1_999,
            one(a, 0, false),
        ),
        ("then all", one(a, 0, false), vec![device(a, true, 1), device(b, true, 0)], 2_000, Some(Ring::All)),
        (
            "shown stays",
            one(a, 0, true),
            vec![device(a, true, 1), device(b, true, 9)],
            9_000,
            one(a, 0, true),
        ),
        (
            "shown and locked",
            one(a, 0, true),
            vec![device(a, false, 1), device(b, true, 0)],
            50,
            one(b, 50, false),
        ),
        ("shown and gone", one(a, 0, true), vec![device(b, true, 0)], 50, one(b, 50, false)),
        ("all stays all", Some(Ring::All), vec![device(a, true, 1), device(b, true, 0)], 50, Some(Ring::All)),
    ];
    for (what, before, candidates, now, expected) in cases {
        assert_eq!(Ring::next(before, &candidates, moment(after(now)), within), expected, "{what}");
    }
}
