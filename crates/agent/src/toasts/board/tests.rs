//! The board against a daemon that does as it is told, that has no room, or that takes its time.

use super::*;
use chat::SessionId;
use uuid::Uuid;

fn key(n: u128) -> ToastKey {
    ToastKey::Request(SessionId(Uuid::from_u128(n)))
}

fn toast(n: u128, body: &str, ring: Option<u64>) -> Toast {
    let (key, title, body, buttons) = (key(n), "t".into(), body.into(), Vec::new());
    Toast { key, title, body, buttons, ring, is_late: false, stays: true, is_critical: true }
}

/// Carries out all steps against a daemon that gives the numbers 1, 2, …
fn settle(board: &mut Board, wanted: &[Toast], next_id: &mut Id) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(step) = board.next_step(wanted) {
        if let Step::Show { toast, replaces, .. } = &step {
            let id = replaces.unwrap_or_else(|| {
                *next_id += 1;
                *next_id
            });
            board.sent(toast.clone(), *replaces, call(1));
            let shown = Answered::Shown(ToastEvent::Shown(toast.key.clone()));
            assert_eq!(board.answered(call(1), id), shown);
        }
        steps.push(step);
        assert!(steps.len() < 20, "it settles");
    }
    steps
}

fn call(n: u32) -> Call {
    Call::new(n).unwrap()
}

fn of(key: ToastKey, stays: bool) -> Toast {
    Toast { key, stays, is_critical: stays, ..toast(0, "", None) }
}

fn show(toast: Toast, replaces: Option<Id>, sounds: bool) -> Step {
    Step::Show { toast, replaces, sounds }
}

#[test]
fn a_toast_that_was_withdrawn_can_still_be_pressed() {
    // C10: desktops keep a list of old ones.
    let mut board = Board::default();
    settle(&mut board, &[toast(1, "0:00", Some(1))], &mut 0);
    settle(&mut board, &[], &mut 1);
    assert_eq!(board.acted(1), Some(key(1)));
    assert_eq!(board.acted(2), None);
    board.daemon_gone();
    assert_eq!(board.acted(1), None, "a new daemon starts its numbers again");
}

#[test]
fn shows_what_is_new_replaces_what_changed_and_closes_what_is_over() {
    let mut ids = 0;
    let mut board = Board::default();
    let (a, b) = (toast(1, "0:00", Some(1)), toast(2, "0:00", None));
    let table: Vec<(&str, Vec<Toast>, Vec<Step>)> = vec![
        (
            "two new",
            vec![a.clone(), b.clone()],
            vec![show(a.clone(), None, true), show(b.clone(), None, false)],
        ),
        ("nothing changed", vec![a.clone(), b.clone()], vec![]),
        (
            "it rings again",
            vec![toast(1, "0:20", Some(2)), b.clone()],
            vec![show(toast(1, "0:20", Some(2)), Some(1), true)],
        ),
        (
            "its text changed, without a ring",
            vec![toast(1, "0:21", Some(2)), b.clone()],
            vec![show(toast(1, "0:21", Some(2)), Some(1), false)],
        ),
        ("one is withdrawn", vec![b.clone()], vec![Step::Close(1)]),
        ("it comes back as a new one", vec![b.clone(), a.clone()], vec![show(a, None, true)]),
        ("all is over", vec![], vec![Step::Close(3), Step::Close(2)]),
        ("and stays so", vec![], vec![]),
    ];
    for (what, wanted, steps) in table {
        assert_eq!(settle(&mut board, &wanted, &mut ids), steps, "{what}");
    }
}

// MATE's daemon does so in do-not-disturb, and shows nothing.
#[test]
fn a_toast_that_the_daemon_did_not_replace_is_closed() {
    let mut board = Board::default();
    settle(&mut board, &[toast(1, "0:00", Some(1))], &mut 0);
    let again = toast(1, "0:20", Some(2));
    let step = board.next_step(std::slice::from_ref(&again));
    assert_eq!(step, Some(show(again.clone(), Some(1), true)));
    board.sent(again.clone(), Some(1), call(2));
    assert_eq!(board.answered(call(2), 7), Answered::Shown(ToastEvent::Shown(key(1))));
    assert_eq!(settle(&mut board, &[again], &mut 7), [Step::Close(1)]);
    assert_eq!(board.acted(1), Some(key(1)), "it may have been pressed meanwhile");
    assert_eq!(settle(&mut board, &[], &mut 7), [Step::Close(7)]);
}

// C3: closing the toast silences nothing.
#[test]
fn what_the_user_closed_stays_away_until_the_next_ring() {
    let mut ids = 0;
    let mut board = Board::default();
    settle(&mut board, &[toast(1, "a", Some(1))], &mut ids);
    assert_eq!(board.closed(1), Some(ToastEvent::Closed(key(1))));
    assert_eq!(settle(&mut board, &[toast(1, "changed", Some(1))], &mut ids), []);
    let again = toast(1, "changed", Some(2));
    assert_eq!(settle(&mut board, std::slice::from_ref(&again), &mut ids), [show(again, None, true)]);
}

#[test]
fn a_toast_that_closes_after_a_press_was_not_closed_by_the_user() {
    let mut board = Board::default();
    settle(&mut board, &[toast(1, "a", Some(1))], &mut 0);
    assert_eq!(board.acted(1), Some(key(1)));
    assert_eq!(board.closed(1), None);
    assert_eq!(settle(&mut board, &[], &mut 9), [], "nothing is left to close");
}

#[test]
fn numbers_of_others_mean_nothing() {
    let mut board = Board::default();
    settle(&mut board, &[toast(1, "a", None)], &mut 0);
    assert_eq!((board.acted(7), board.closed(7)), (None, None));
}

#[test]
fn a_new_daemon_gets_everything_again_but_what_the_user_closed() {
    let mut ids = 0;
    let mut board = Board::default();
    let wanted = [toast(1, "a", Some(1)), toast(2, "b", Some(1))];
    settle(&mut board, &wanted, &mut ids);
    board.closed(2);
    board.daemon_gone();
    assert_eq!(settle(&mut board, &wanted, &mut ids), [show(wanted[0].clone(), None, true)]);
}

#[test]
fn what_a_killed_run_left_is_replaced_or_closed() {
    let left = || [(key(1), 41), (key(2), 42)];
    let mut board = Board::with_persisted(left());
    let wanted = toast(1, "a", Some(3));
    let steps = settle(&mut board, std::slice::from_ref(&wanted), &mut 0);
    assert_eq!(steps, [Step::Close(42), show(wanted, Some(41), true)]);
    assert_eq!(settle(&mut Board::with_persisted(left()), &[], &mut 0), [Step::Close(41), Step::Close(42)]);
}

#[test]
fn what_the_daemon_refuses_is_tried_again_when_it_changes_or_there_may_be_room() {
    let mut board = Board::default();
    let (first, second) = (toast(1, "a", Some(1)), toast(1, "a", Some(2)));
    board.sent(first.clone(), None, call(1));
    assert!(board.refused(call(1)), "it is wanted");
    assert_eq!(board.next_step(std::slice::from_ref(&first)), None);
    assert_eq!(board.next_step(std::slice::from_ref(&second)), Some(show(second, None, true)));
    board.try_refused();
    assert_eq!(board.next_step(std::slice::from_ref(&first)), Some(show(first, None, true)));
}

// C3: what waits again has a greater number than before, also where the twelfth was closed.
#[test]
fn the_first_ring_of_a_new_wait_sounds_and_brings_back_what_was_closed() {
    for is_closed in [false, true] {
        let mut board = Board::default();
        settle(&mut board, &[toast(1, "2:30", Some(12))], &mut 0);
        if is_closed {
            board.closed(1);
        }
        let again = toast(1, "0:00", Some(13));
        let step = board.next_step(std::slice::from_ref(&again));
        assert_eq!(step, Some(show(again, (!is_closed).then_some(1), true)));
    }
}

/// As [`settle`], for a daemon that has room for so many.
fn settle_in(room: usize, board: &mut Board, wanted: &[Toast], next_id: &mut Id) -> Vec<ToastKey> {
    let mut steps = 0;
    while let Some(step) = board.next_step(wanted) {
        if let Step::Show { toast, replaces, .. } = step {
            board.sent(toast, replaces, call(1));
            if replaces.is_some() || board.on_screen().count() < room {
                *next_id += 1;
                board.answered(call(1), replaces.unwrap_or(*next_id));
            } else {
                board.refused(call(1));
            }
        }
        steps += 1;
        assert!(steps < 50, "it settles");
    }
    board.on_screen().map(|(key, _)| key.clone()).collect()
}

#[test]
fn where_there_is_no_room_what_matters_less_makes_some_and_comes_back() {
    let session = |n| SessionId(Uuid::from_u128(n));
    let (news, message) = (of(ToastKey::News(1), false), of(ToastKey::Message(session(2)), false));
    let callback = of(ToastKey::Callback(session(3)), false);
    let request = toast(4, "a", Some(1));
    let mut board = Board::default();
    let mut ids = 0;
    let mut wanted = vec![message, news];
    assert_eq!(settle_in(2, &mut board, &wanted, &mut ids).len(), 2);
    wanted.push(callback.clone());
    wanted.push(request.clone());
    let shown = settle_in(2, &mut board, &wanted, &mut ids);
    assert_eq!(shown, [request.key, callback.key]);
    assert!(board.has_refused());
    // Others' toasts have gone.
    board.try_refused();
    assert_eq!(settle_in(4, &mut board, &wanted, &mut ids).len(), 4);
    assert!(!board.has_refused());
}

#[test]
fn what_is_not_refused_for_something_less_important_is_left_on_the_screen() {
    let mut board = Board::default();
    let wanted = [toast(1, "a", Some(1)), of(ToastKey::News(1), false)];
    assert_eq!(settle_in(1, &mut board, &wanted, &mut 0), [key(1)]);
}

#[test]
fn a_daemon_that_takes_its_time_is_asked_once_and_its_late_number_counts() {
    let mut board = Board::default();
    let first = toast(1, "0:00", Some(1));
    assert!(board.next_step(std::slice::from_ref(&first)).is_some());
    board.sent(first, None, call(7));
    for ring in 2..8 {
        assert_eq!(board.next_step(&[toast(1, "later", Some(ring))]), None, "one is on its way");
    }
    assert_eq!(board.answered(call(7), 40), Answered::Shown(ToastEvent::Shown(key(1))));
    let later = toast(1, "later", Some(7));
    assert_eq!(board.next_step(std::slice::from_ref(&later)), Some(show(later, Some(40), true)));
}

#[test]
fn what_is_withdrawn_while_it_is_being_shown_is_closed_when_its_number_comes() {
    let mut board = Board::default();
    board.sent(toast(1, "a", Some(1)), None, call(7));
    assert_eq!(board.next_step(&[]), None);
    assert_eq!(board.answered(call(7), 40), Answered::Unwanted);
    assert_eq!(board.next_step(&[]), Some(Step::Close(40)));
    assert_eq!(board.next_step(&[]), None);
    // The same for a toast that should have been replaced, also if that fails.
    board.sent(toast(1, "b", Some(1)), Some(41), call(8));
    assert_eq!(board.next_step(&[]), None);
    assert!(!board.failed(call(8), Some(41)), "nobody wants it any more");
    assert_eq!(board.next_step(&[]), Some(Step::Close(41)));
    board.sent(toast(1, "c", Some(1)), None, call(9));
    assert_eq!(board.next_step(&[]), None);
    assert!(!board.refused(call(9)), "nobody wants it any more");
}

#[test]
fn what_goes_by_itself_does_not_come_back_with_a_new_daemon() {
    let mut board = Board::default();
    let (request, news) = (toast(1, "a", Some(1)), of(ToastKey::News(1), false));
    let wanted = [request.clone(), news.clone()];
    settle(&mut board, &wanted, &mut 0);
    assert_eq!(board.daemon_gone(), [ToastEvent::Closed(news.key)]);
    assert_eq!(settle(&mut board, &wanted, &mut 7), [show(request, None, true)]);
}
