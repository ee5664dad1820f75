//! Arrivals and departures are stored before others are told (P10), so that a restart contradicts nothing.

use super::*;
use crate::store::StoreError;

/// A watcher, and somebody who is not connected yet.
fn watched() -> (Core, Person, Person) {
    let (wanda, priya) = (person("Wanda", None), person("Priya", None));
    let mut core = core(&[&wanda, &priya]);
    connect(&mut core, &wanda, 1, Activity::Active, START);
    core.on(Event::Frame(ConnId(1), Up::WatchPeople), at(START));
    (core, wanda, priya)
}

fn new_device(conn: u64) -> (u64, SignInId, Uuid) {
    (conn, SignInId(Uuid::new_v4()), Uuid::new_v4())
}

fn stored(core: &mut Core, now: UnixMillis) -> Vec<Effect> {
    core.on(Event::StoreReply(StoreReply::Done), at(now))
}

/// The states of somebody that this connection was told.
fn told(effects: &[Effect], conn: u64, name: &str) -> Vec<presence::State> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(to, frame) if to.contains(&ConnId(conn)) => match &**frame {
                Down::People { people, .. } => people.iter().find(|each| each.name == name),
                _ => None,
            },
            _ => None,
        })
        .map(|each| each.presence.state())
        .collect()
}

#[test]
fn a_device_is_announced_once_it_is_stored() {
    let (mut core, wanda, priya) = watched();
    let arrived = hello(&mut core, &priya, new_device(2), Activity::Active, after(1_000));
    assert_eq!(saves(&arrived).len(), 1, "it is saved at once: {arrived:?}");
    assert!(told(&arrived, 1, "Priya").is_empty());
    // A newcomer does not see it either.
    newcomer(&mut core, &wanda, 3);
    let all = core.on(Event::Frame(ConnId(3), Up::WatchPeople), at(after(1_001)));
    assert_eq!(told(&all, 3, "Priya"), [presence::State::Offline]);
    let done = stored(&mut core, after(1_005));
    assert_eq!(told(&done, 1, "Priya"), [presence::State::Online]);
}

fn newcomer(core: &mut Core, who: &Person, conn: u64) {
    hello(core, who, new_device(conn), Activity::Active, after(1_000));
}

#[test]
fn a_departure_is_announced_once_it_is_stored() {
    let (mut core, _, priya) = watched();
    connect(&mut core, &priya, 2, Activity::Active, after(1_000));
    let left = core.on(Event::Frame(ConnId(2), Up::Bye), at(after(2_000)));
    assert_eq!(saves(&left)[0].gone.len(), 1, "{left:?}");
    assert!(told(&left, 1, "Priya").is_empty());
    let done = stored(&mut core, after(2_005));
    assert_eq!(told(&done, 1, "Priya"), [presence::State::Offline]);
}

#[test]
fn a_change_of_activity_does_not_wait_for_the_store() {
    // P5
    let (mut core, _, priya) = watched();
    connect(&mut core, &priya, 2, idle(0), after(1_000));
    hello(&mut core, &priya, new_device(3), idle(0), after(2_000));
    let active = core.on(Event::Frame(ConnId(2), Up::Beat { activity: Activity::Active }), at(after(2_001)));
    assert_eq!(told(&active, 1, "Priya"), [presence::State::Online]);
}

#[test]
fn a_crowd_that_arrives_shares_the_next_commit() {
    let everybody: Vec<Person> = (0..1_000).map(|n| person(&format!("{n}"), Some("Northwind"))).collect();
    let mut core = core(&everybody.iter().collect::<Vec<_>>());
    let mut effects = Vec::new();
    for (conn, each) in (10..).zip(&everybody) {
        effects.extend(hello(&mut core, each, new_device(conn), Activity::Active, START));
    }
    effects.extend(stored(&mut core, after(5)));
    effects.extend(stored(&mut core, after(10)));
    let sizes: Vec<usize> = saves(&effects).iter().map(|changes| changes.devices.len()).collect();
    assert_eq!(sizes, [1, 999]);
}

#[test]
fn a_device_that_comes_and_goes_while_the_store_is_busy_is_never_announced() {
    let (mut core, _, priya) = watched();
    let mut all = hello(&mut core, &priya, new_device(2), Activity::Active, after(1_000));
    all.extend(core.on(Event::Frame(ConnId(2), Up::Bye), at(after(1_001))));
    let done = stored(&mut core, after(1_005));
    assert_eq!(saves(&done)[0].gone.len(), 1, "the store removes what it saved meanwhile: {done:?}");
    all.extend(done);
    all.extend(stored(&mut core, after(1_010)));
    all.extend(run(&mut core, after(3_000)).into_iter().map(|(_, effect)| effect));
    assert!(!told(&all, 1, "Priya").contains(&presence::State::Online));
}

#[test]
fn a_device_that_returns_while_it_is_being_removed_is_stored_again_before_it_is_announced() {
    let (mut core, _, priya) = watched();
    let (sign_in, instance) = (SignInId(Uuid::new_v4()), Uuid::new_v4());
    let arrived = hello(&mut core, &priya, (2, sign_in, instance), Activity::Active, after(1_000));
    settle(&mut core, arrived, after(1_000));
    core.on(Event::Frame(ConnId(2), Up::Bye), at(after(2_000)));
    let mut back = hello(&mut core, &priya, (3, sign_in, instance), Activity::Active, after(2_001));
    assert!(!told(&back, 1, "Priya").contains(&presence::State::Offline), "nothing of it is stored yet");
    back = stored(&mut core, after(2_105));
    assert_eq!(told(&back, 1, "Priya"), [presence::State::Offline], "the store has forgotten it");
    assert_eq!(saves(&back)[0].devices.len(), 1);
    back = stored(&mut core, after(2_210));
    assert_eq!(told(&back, 1, "Priya"), [presence::State::Online]);
}

#[test]
fn a_refused_arrival_is_not_announced_and_a_crowd_does_not_retry_over_and_over() {
    let (mut core, _, priya) = watched();
    hello(&mut core, &priya, new_device(2), Activity::Active, after(1_000));
    let refused = core.on(Event::StoreReply(StoreReply::Failed(StoreError::Busy)), at(after(1_001)));
    assert!(told(&refused, 1, "Priya").is_empty());
    let more = hello(&mut core, &priya, new_device(3), Activity::Active, after(1_002));
    assert!(saves(&more).is_empty(), "it waits for the next try: {more:?}");
    let due = run(&mut core, after(2_200));
    let due: Vec<Effect> = due.into_iter().map(|(_, effect)| effect).collect();
    let of_priya = |changes: &&crate::store::Changes| {
        changes.devices.iter().filter(|device| device.person == priya.id).count()
    };
    assert_eq!(saves(&due).iter().map(of_priya).collect::<Vec<_>>(), [2]);
    assert_eq!(told(&due, 1, "Priya"), [presence::State::Online]);
}

#[test]
fn lost_devices_make_room_longest_lost_first_but_connected_ones_do_not() {
    let (mut core, _, priya) = watched();
    let arrive = |core: &mut Core, conn: u64, at: u64| {
        let device = (conn, SignInId(Uuid::new_v4()), Uuid::from_u128(conn.into()));
        let arrived = hello(core, &priya, device, Activity::Active, after(at));
        settle(core, arrived, after(at))
    };
    let is_refused =
        |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Close(_, Close::TooMany)));
    for conn in 100..164 {
        assert!(!is_refused(&arrive(&mut core, conn, conn)), "{conn}");
    }
    assert!(is_refused(&arrive(&mut core, 200, 1_000)), "all are connected");
    for conn in [101, 100] {
        let lost = core.on(Event::Ended(ConnId(conn), Ended::Lost), at(after(2_000)));
        settle(&mut core, lost, after(2_000));
    }
    for (conn, longest_lost) in [(201, 100), (202, 101)] {
        let arrived = arrive(&mut core, conn, 3_000);
        assert!(!is_refused(&arrived), "{conn}");
        let gone: Vec<(PersonId, Uuid)> =
            saves(&arrived).iter().flat_map(|changes| changes.gone.clone()).collect();
        assert_eq!(gone, [(priya.id, Uuid::from_u128(longest_lost))]);
        assert!(!told(&arrived, 1, "Priya").contains(&presence::State::Offline));
    }
    assert!(is_refused(&arrive(&mut core, 203, 3_000)), "all are connected again");
}

#[test]
fn what_waits_rings_at_a_device_that_has_just_come() {
    // C2: its own user is not "others".
    let (mut core, priya, _, _) = waiting();
    let arrived = hello(&mut core, &priya, new_device(2), Activity::Active, after(1_000));
    let order: Vec<&str> = arrived
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(to, frame) if to.contains(&ConnId(2)) => match **frame {
                Down::Mine { ring: true, .. } => Some("ring"),
                Down::Synced { .. } => Some("synced"),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(order, ["ring", "synced"]);
}
