//! Pages that die or hang.

use super::*;
use crate::desk::{ASK_EVERY, DEATHS_APART, HANGS_AFTER};

/// The times up to this second at which something is due by itself, with what is done then.
fn by_itself(desk: &mut Desk, until: u64) -> Vec<(u64, Effect)> {
    let mut all = Vec::new();
    while let Some(due) = desk.next_timeout().filter(|due| *due <= at(until)) {
        let second = due.since(at(0)).as_secs();
        all.extend(deeds(desk.on_timeout(due)).into_iter().map(|effect| (second, effect)));
    }
    all
}

#[test]
fn a_page_that_answers_is_asked_again_and_left_alone() {
    let mut desk = with_portal(view());
    for minute in 0..60 {
        let asked = minute * 60 + ASK_EVERY.as_secs();
        let due = by_itself(&mut desk, asked);
        assert_eq!(due, [(asked, Effect::Ask(WindowKind::Portal))]);
        // It is slow, but alive.
        assert_eq!(
            desk.on(Input::Answered(WindowKind::Portal), at((minute + 1) * 60 - ASK_EVERY.as_secs())),
            []
        );
        let again = by_itself(&mut desk, (minute + 1) * 60);
        assert_eq!(again, [((minute + 1) * 60, Effect::Ask(WindowKind::Portal))]);
        desk.on(Input::Answered(WindowKind::Portal), at((minute + 1) * 60));
    }
}

#[test]
fn a_page_that_hangs_is_ended_and_loaded_again() {
    let mut desk = with_portal(client());
    let (asked, hung) = (ASK_EVERY.as_secs(), (ASK_EVERY + HANGS_AFTER).as_secs());
    let due = by_itself(&mut desk, 600);
    assert_eq!(due, [(asked, Effect::Ask(WindowKind::Portal)), (hung, Effect::EndPage(WindowKind::Portal))]);
    let died = desk.on(Input::Died(WindowKind::Portal), at(hung));
    assert_eq!(deeds(died), [Effect::Reload(WindowKind::Portal), need_portal()]);
    // The address from the agent tells the page again that it is in the app's window.
    let fresh = desk.on(address(Ok(ADDRESS)), at(hung));
    assert_eq!(deeds(fresh), [Effect::Navigate(PortalAddress::parse(ADDRESS).unwrap())]);
}

#[test]
fn a_second_death_within_a_minute_is_a_crash_of_the_window_and_a_later_one_is_not() {
    let apart = DEATHS_APART.as_secs();
    for (second, crashes) in [(apart - 1, true), (apart, false)] {
        let mut desk = with_portal(client());
        assert_eq!(
            deeds(desk.on(Input::Died(WindowKind::Portal), at(0)))[0],
            Effect::Reload(WindowKind::Portal)
        );
        let again = deeds(desk.on(Input::Died(WindowKind::Portal), at(second)));
        if crashes {
            // No report of closing: the agent opens the window again, once (P10).
            assert!(matches!(again[..], [Effect::Exit { code: 1, words: Some(_) }]), "{again:?}");
        } else {
            assert_eq!(again[0], Effect::Reload(WindowKind::Portal));
        }
    }
}

#[test]
fn a_window_that_is_closed_is_not_asked_and_its_death_is_nothing() {
    let mut desk = with_portal(view());
    desk.on(order(Page::Status, false), at(0));
    desk.on(Input::Closed(WindowKind::Portal), at(1));
    assert_eq!(desk.on(Input::Died(WindowKind::Portal), at(2)), []);
    desk.on(Input::Answered(WindowKind::Portal), at(2));
    assert_eq!(by_itself(&mut desk, 20), [(15, Effect::Ask(WindowKind::Status))]);
}
