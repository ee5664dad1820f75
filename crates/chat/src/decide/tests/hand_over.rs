//! A chat is handed over to another technician (C9).

use super::*;

/// Priya's chat, which she offers to Tom, or to all.
fn offered(to: Option<u128>) -> Session {
    let joined = after(&waiting(), PRIYA, Intent::Join);
    after(&joined, PRIYA, Intent::HandOver { to: to.map(person), note: Some("Second line.".into()) })
}

#[test]
fn a_chat_is_handed_over_when_the_next_one_has_joined_and_not_before() {
    // C9
    for to in [Some(TOM), None] {
        let offered = offered(to);
        assert_eq!(offered.present().collect::<Vec<_>>(), [person(PRIYA)], "she stays");
        assert!(offered.is_offered_to(person(TOM)) && !offered.is_offered_to(person(PRIYA)));
        let taken = after(&offered, TOM, Intent::Join);
        assert_eq!(taken.present().collect::<Vec<_>>(), [person(TOM)]);
        assert_eq!((taken.status, &taken.hand_over), (Status::Handled, &None));
        assert_eq!(does(&taken, PRIYA, Intent::Join), Err(Refusal::Taken { by: person(TOM), at: NOW }));
    }
    let third = 9;
    assert_eq!(
        does(&offered(Some(TOM)), third, Intent::Join),
        Err(Refusal::Taken { by: person(PRIYA), at: NOW })
    );
    assert!(matches!(does(&offered(None), third, Intent::Join), Ok(Outcome::Changed(_))));
}

#[test]
fn not_now_to_a_hand_over_leaves_the_chat_where_it_is_and_the_offer_says_so() {
    // C9
    let declined = after(&offered(Some(TOM)), TOM, Intent::Dismiss);
    assert_eq!(declined.present().collect::<Vec<_>>(), [person(PRIYA)]);
    assert_eq!(declined.hand_over.as_ref().and_then(|offer| offer.declined), Some(NOW));
    assert!(!declined.is_offered_to(person(TOM)));
    // Of an offer to all, it silences it for one.
    let silenced = after(&offered(None), TOM, Intent::Dismiss);
    assert!(silenced.is_offered_to(person(TOM)) && silenced.dismissed == [person(TOM)]);
}

// C9: an offer to all that everybody had silenced kept the reminder to answer from the one who made it.
#[test]
fn an_offer_comes_to_nothing_when_nobody_is_left_who_could_take_it() {
    let third = 9;
    let all = [PRIYA, TOM, third].map(person);
    let by_tom = after(&offered(None), TOM, Intent::Dismiss);
    assert_eq!(not_taken_over(&by_tom, &all, NOW), None, "the third one may take it");
    let by_both = after(&by_tom, third, Intent::Dismiss);
    let ends = |session: &Session, receiving: &[PersonId]| {
        let next = not_taken_over(session, receiving, NOW).expect("nobody is left");
        assert_eq!(next.hand_over.as_ref().and_then(|offer| offer.declined), Some(NOW));
        assert_eq!((next.rev, next.present().collect::<Vec<_>>()), (session.rev + 1, vec![person(PRIYA)]));
        assert!(next.awaits_answer_of(person(PRIYA)) && !next.is_offered_to(person(TOM)));
        assert_eq!(not_taken_over(&next, receiving, NOW), None, "once");
        let again = after(&next, PRIYA, Intent::HandOver { to: None, note: None });
        assert!(again.is_offered_to(person(TOM)) && again.dismissed.is_empty(), "it can be offered again");
    };
    ends(&by_both, &all);
    // The others have gone offline.
    ends(&by_tom, &[PRIYA, TOM].map(person));
    ends(&offered(None), &[person(PRIYA)]);
    ends(&offered(Some(TOM)), &[PRIYA, third].map(person));
    assert_eq!(not_taken_over(&offered(Some(TOM)), &all, NOW), None);
    assert_eq!(not_taken_over(&after(&waiting(), PRIYA, Intent::Join), &[], NOW), None);
}

#[test]
fn a_chat_is_handed_over_only_by_who_is_in_it_and_to_somebody_who_can_take_it() {
    // C9
    let joined = after(&waiting(), PRIYA, Intent::Join);
    let to = |to: u128| Intent::HandOver { to: Some(person(to)), note: None };
    assert_eq!(does(&joined, TOM, to(TOM)), Err(Refusal::NotAllowed));
    assert_eq!(does(&waiting(), TOM, to(PRIYA)), Err(Refusal::NotAllowed));
    assert_eq!(does(&joined, PRIYA, to(PRIYA)), Err(Refusal::CannotTakeOver));
    let offline = decide(&joined, person(PRIYA), Role::Technician, to(TOM), NOW, |who| who == person(PRIYA));
    assert_eq!(offline, Err(Refusal::CannotTakeOver));
}

#[test]
fn an_offer_ends_when_it_is_taken_back_or_who_made_it_or_the_chat_goes() {
    // C9
    let offered = offered(Some(TOM));
    assert_eq!(does(&offered, TOM, Intent::Keep), Ok(Outcome::Already), "it is not theirs");
    let both = after(&offered, 9, Intent::Assist);
    for session in [
        after(&offered, PRIYA, Intent::Keep),
        after(&both, PRIYA, Intent::Leave),
        after(&offered, PRIYA, Intent::Complete { note: None }),
        after(&offered, CLIENT, Intent::Leave),
        waits_again(&offered, NOW).expect("it is in progress"),
        without(&offered, |who| who == person(TOM), NOW).expect("it changes"),
        without(&both, |who| who == person(PRIYA), NOW).expect("it changes"),
    ] {
        assert_eq!(session.hand_over, None, "{session:?}");
    }
}
