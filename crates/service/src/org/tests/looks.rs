//! The first view of everybody, for many who connect at once.

use super::*;
use presence::State;

/// Wanda and Wim at connections 1 and 2, who may watch people, and Priya at connection 3.
fn desk() -> (Core, PersonId) {
    let (wanda, wim, priya) = (person("Wanda", None), person("Wim", None), person("Priya", None));
    let mut core = core(&[&wanda, &wim, &priya]);
    for (person, conn) in [(&wanda, 1), (&wim, 2), (&priya, 3)] {
        connect(&mut core, person, conn, Activity::Active, START);
    }
    (core, priya.id)
}

/// What a connection is told about people: whether the list starts over, how many people, and the state of this one.
fn told(effects: &[Effect], conn: u64, person: PersonId) -> Vec<(bool, usize, Option<State>)> {
    let frames = effects.iter().filter_map(|effect| match effect {
        Effect::Send(to, frame) if to.contains(&ConnId(conn)) => Some(&**frame),
        _ => None,
    });
    frames
        .filter_map(|frame| match frame {
            Down::People { first, people } => {
                let seen = people.iter().find(|each| each.id == person);
                Some((*first, people.len(), seen.map(|each| each.presence.state())))
            }
            _ => None,
        })
        .collect()
}

fn looks(core: &mut Core, conn: u64, now: UnixMillis) -> Vec<Effect> {
    core.on(Event::Frame(ConnId(conn), Up::WatchPeople), at(now))
}

fn becomes(core: &mut Core, activity: Activity, now: UnixMillis) -> Vec<Effect> {
    core.on(Event::Frame(ConnId(3), Up::Beat { activity }), at(now))
}

/// All effects until then, without their times.
fn goes_on(core: &mut Core, until: UnixMillis) -> Vec<Effect> {
    run(core, until).into_iter().map(|(_, effect)| effect).collect()
}

#[test]
fn all_who_ask_within_a_batch_get_the_same_frames_with_the_current_state() {
    let (mut core, priya) = desk();
    // Somebody has just been answered, so the next ones wait for 100 ms.
    core.on(Event::Frame(ConnId(3), Up::WatchPeople), at(after(1_000)));
    let mut all = looks(&mut core, 1, after(1_010));
    all.extend(becomes(&mut core, idle(0), after(1_020)));
    all.extend(looks(&mut core, 2, after(1_030)));
    all.extend(looks(&mut core, 1, after(1_040)));
    assert!(told(&all, 1, priya).is_empty() && told(&all, 2, priya).is_empty(), "{all:?}");
    assert_eq!(
        told(&all, 3, priya),
        [(false, 1, Some(State::Away))],
        "a connection that has the list is told changes as usual"
    );
    let due = goes_on(&mut core, after(1_100));
    for conn in [1, 2] {
        assert_eq!(told(&due, conn, priya), [(true, 3, Some(State::Away))], "{due:?}");
    }
    let looks = due.iter().filter(|effect| {
        matches!(effect, Effect::Send(_, frame) if matches!(**frame, Down::People { first: true, .. }))
    });
    assert_eq!(looks.count(), 1, "written once for both: {due:?}");
}

#[test]
fn a_change_after_the_list_comes_after_it_and_nobody_gets_an_older_state() {
    let (mut core, priya) = desk();
    let mut all = looks(&mut core, 1, after(1_000));
    assert_eq!(
        told(&all, 1, priya),
        [(true, 3, Some(State::Online))],
        "a single request is answered at once"
    );
    all = looks(&mut core, 2, after(1_005));
    all.extend(becomes(&mut core, idle(0), after(1_010)));
    // One asks again while others wait, and somebody changes.
    all.extend(looks(&mut core, 1, after(1_020)));
    all.extend(goes_on(&mut core, after(1_150)));
    all.extend(becomes(&mut core, Activity::Active, after(1_160)));
    all.extend(goes_on(&mut core, after(2_000)));
    let (look, change) = ((true, 3, Some(State::Away)), (false, 1, Some(State::Online)));
    assert_eq!(told(&all, 2, priya), [look, change], "{all:?}");
    assert_eq!(told(&all, 1, priya), [(false, 1, Some(State::Away)), look, change], "{all:?}");
}

#[test]
fn a_connection_that_ends_before_the_answer_gets_nothing() {
    let (mut core, priya) = desk();
    looks(&mut core, 1, after(1_000));
    looks(&mut core, 2, after(1_010));
    core.on(Event::Ended(ConnId(2), Ended::Lost), at(after(1_020)));
    assert!(told(&goes_on(&mut core, after(2_000)), 2, priya).is_empty());
}

#[test]
fn a_connection_that_asks_while_behind_gets_the_list_and_then_only_later_changes() {
    let (mut core, priya) = desk();
    looks(&mut core, 1, after(1_000));
    core.on(Event::Congested(ConnId(1)), at(after(1_500)));
    looks(&mut core, 1, after(2_000));
    let mut all = becomes(&mut core, idle(0), after(2_010));
    all.extend(goes_on(&mut core, after(3_000)));
    assert!(told(&all, 1, priya).is_empty(), "it is behind");
    let room = core.on(Event::Room(ConnId(1)), at(after(3_100)));
    assert_eq!(told(&room, 1, priya), [(false, 1, Some(State::Away))], "{room:?}");
}
