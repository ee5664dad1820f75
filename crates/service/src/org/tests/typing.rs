//! Who is told that somebody writes, and how far the other side has read.

use super::told::{Office, office, write};
use super::*;
use protocol::limits::TYPING;

/// Priya and Dana have opened Dana's chat.
fn reading() -> Office {
    let mut office = office();
    for conn in [1, 3] {
        open(&mut office, conn);
    }
    office
}

fn open(office: &mut Office, conn: u64) -> Vec<Effect> {
    let open = Up::Open { id: Uuid::new_v4(), session: office.dana, after: 0 };
    let mut effects = office.core.on(Event::Frame(ConnId(conn), open), at(after(3)));
    effects.extend(office.core.on(Event::StoreReply(StoreReply::Messages(Vec::new())), at(after(3))));
    effects
}

fn types(office: &mut Office, conn: u64, typing: bool, now: UnixMillis) -> Vec<Effect> {
    let up = Up::Typing { session: office.dana, typing };
    office.core.on(Event::Frame(ConnId(conn), up), at(now))
}

/// Who is told about typing, and how many they are told of.
fn told(effects: &[Effect]) -> Vec<(u64, usize)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(to, frame) => match &**frame {
                Down::Typing { people, .. } => Some((to[0].0, people.len())),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// The same, of what is due until then.
fn due(office: &mut Office, until: UnixMillis) -> Vec<(UnixMillis, u64, usize)> {
    run(&mut office.core, until)
        .into_iter()
        .flat_map(|(at, effect)| told(&[effect]).into_iter().map(move |(conn, count)| (at, conn, count)))
        .collect()
}

/// How far the other side has read, as a connection is told in these effects.
fn read(effects: &[Effect], conn: u64) -> Option<u64> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Send(to, frame) if to.contains(&ConnId(conn)) => match &**frame {
            Down::Mine { read, .. } => Some(*read),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn the_others_in_a_chat_are_told_once_and_again_when_nothing_was_said_for_six_seconds() {
    let mut office = reading();
    assert_eq!(told(&types(&mut office, 3, true, after(100))), [(1, 1)]);
    assert!(told(&types(&mut office, 3, true, after(3_100))).is_empty(), "a repeat is no news");
    let six_s = 3_100 + u64::try_from(TYPING.as_millis()).unwrap();
    assert_eq!(due(&mut office, after(20_000)), [(after(six_s), 1, 0)]);
    assert_eq!(told(&types(&mut office, 1, true, after(21_000))), [(3, 1)]);
}

#[test]
fn writing_in_a_chat_of_others_is_told_to_nobody() {
    // Tom is not in it, Eve is another client.
    let mut office = reading();
    for conn in [2, 4] {
        assert!(told(&types(&mut office, conn, true, after(100))).is_empty());
    }
    assert!(due(&mut office, after(20_000)).is_empty());
}

#[test]
fn technicians_in_a_chat_see_each_other_write_until_they_leave() {
    let mut office = reading();
    let assist = Up::Assist { id: Uuid::new_v4(), session: office.dana };
    does(&mut office.core, Event::Frame(ConnId(2), assist), after(50));
    open(&mut office, 2);
    assert_eq!(told(&types(&mut office, 1, true, after(100))), [(2, 1), (3, 1)]);
    assert_eq!(told(&types(&mut office, 2, true, after(2_000))), [(1, 1), (3, 2)]);
    let leave = Up::Leave { id: Uuid::new_v4(), session: office.dana };
    let left = does(&mut office.core, Event::Frame(ConnId(2), leave), after(4_000));
    assert_eq!(told(&left), [(1, 0), (2, 0), (3, 1)]);
}

#[test]
fn a_message_and_the_end_of_a_connection_end_writing() {
    let mut office = reading();
    types(&mut office, 3, true, START);
    assert_eq!(told(&write(&mut office.core, 3, office.dana)), [], "the message itself says it");
    assert_eq!(due(&mut office, after(1_500)), [(after(1_000), 1, 0)]);
    types(&mut office, 3, true, after(5_000));
    let gone = office.core.on(Event::Ended(ConnId(3), Ended::Lost), at(after(7_000)));
    assert_eq!(told(&gone), [(1, 0)]);
}

#[test]
fn who_writes_on_at_once_after_a_message_is_told_of_again() {
    let mut office = reading();
    types(&mut office, 3, true, START);
    write(&mut office.core, 3, office.dana);
    // Within the second in which readers are told nothing more of the chat.
    types(&mut office, 3, true, after(500));
    assert_eq!(due(&mut office, after(1_500)), [(after(1_000), 1, 1)]);
}

#[test]
fn a_hostile_client_that_keeps_changing_its_mind_costs_others_one_frame_a_second() {
    let mut office = reading();
    let mut frames = 0;
    for millis in (0..10_000).step_by(20) {
        frames += due(&mut office, after(millis)).len();
        frames += told(&types(&mut office, 3, millis % 40 == 0, after(millis))).len();
    }
    assert!((8..=11).contains(&frames), "{frames} frames in 10 s");
}

#[test]
fn an_organisation_that_has_switched_typing_off_hears_nothing_of_it() {
    let mut office = reading();
    types(&mut office, 3, true, START);
    let off = office.core.on(Event::Typing(false), at(after(10)));
    assert!(is_told(&off, 1, |frame| matches!(frame, Down::Policy { policy } if !policy.typing)));
    assert!(told(&types(&mut office, 3, true, after(2_000))).is_empty());
    assert!(due(&mut office, after(20_000)).is_empty());
    office.core.on(Event::Typing(true), at(after(21_000)));
    assert_eq!(told(&types(&mut office, 3, true, after(22_000))), [(1, 1)]);
}

#[test]
fn who_opens_a_chat_in_which_somebody_writes_is_told() {
    let mut office = office();
    assert!(told(&types(&mut office, 3, true, after(1))).is_empty(), "nobody reads it yet");
    assert_eq!(told(&open(&mut office, 1)), [(1, 1)]);
}

#[test]
fn each_side_is_told_how_far_the_other_has_read_and_again_when_it_connects() {
    let mut office = office();
    write(&mut office.core, 3, office.dana);
    write(&mut office.core, 1, office.dana);
    let seen = |number| Up::Seen { session: office.dana, number };
    let by_priya = office.core.on(Event::Frame(ConnId(1), seen(1)), at(after(10)));
    assert_eq!(read(&by_priya, 3), None, "she has answered, and so has read it");
    let by_dana = office.core.on(Event::Frame(ConnId(3), seen(2)), at(after(20)));
    assert_eq!((read(&by_dana, 1), read(&by_dana, 2)), (Some(2), None), "Tom is not in it");
    assert_eq!(read(&by_dana, 3), Some(2), "the technicians' own last message");
    let again = connect(&mut office.core, &office.people[0].clone(), 9, Activity::Active, after(30));
    let told = again.iter().any(|effect| {
        matches!(effect, Effect::Send(to, frame) if to.contains(&ConnId(9))
            && matches!(&**frame, Down::Mine { session, read: 2, .. } if *session == office.dana))
    });
    assert!(told, "{again:?}");
}

#[test]
fn an_organisation_that_has_switched_read_marks_off_hears_nothing_of_them() {
    let mut office = office();
    write(&mut office.core, 3, office.dana);
    let seen = Up::Seen { session: office.dana, number: 1 };
    let off = office.core.on(Event::ReadMarks(false), at(after(5)));
    assert!(is_told(&off, 3, |frame| matches!(frame, Down::Policy { policy } if !policy.read_marks)));
    let by_priya = office.core.on(Event::Frame(ConnId(1), seen), at(after(10)));
    assert_eq!(read(&by_priya, 3), None);
    let on = office.core.on(Event::ReadMarks(true), at(after(20)));
    assert_eq!(read(&on, 3), Some(1));
    let off = office.core.on(Event::ReadMarks(false), at(after(30)));
    assert_eq!(read(&off, 3), Some(0));
}
