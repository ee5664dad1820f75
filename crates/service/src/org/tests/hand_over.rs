//! Handing a chat over (C9): at whom it rings, and who is told.

use super::*;
use ::chat::Status;
use protocol::ErrorCode;

/// Dana at connection 1 in a chat with Priya at connection 2; Tom at connection 3, and Sam at connection 4.
fn chatting() -> (Core, [Person; 3], SessionId) {
    let (mut core, priya, _, session) = waiting();
    let (tom, sam) = (person("Tom", None), person("Sam", None));
    for each in [&tom, &sam] {
        does(&mut core, Event::Added(Box::new(each.clone())), START);
    }
    for (each, conn) in [(&priya, 2), (&tom, 3), (&sam, 4)] {
        connect(&mut core, each, conn, Activity::Active, START);
    }
    does(&mut core, Event::Frame(ConnId(2), Up::Join { id: Uuid::new_v4(), session }), after(1_000));
    (core, [priya, tom, sam], session)
}

fn offer(core: &mut Core, to: Option<&Person>, session: SessionId) -> Vec<Effect> {
    let to = to.map(|to| to.id);
    let note = Some("Second line.".to_owned());
    let offer = Up::HandOver { id: Uuid::new_v4(), session, to, note };
    does(core, Event::Frame(ConnId(2), offer), after(2_000))
}

/// The connections at which it rings after these effects, as they were told.
fn ringing(effects: &[Effect], is: bool) -> Vec<u64> {
    [1, 2, 3, 4]
        .into_iter()
        .filter(|conn| {
            is_told(effects, *conn, |frame| matches!(frame, Down::Mine { ring, .. } if *ring == is))
        })
        .collect()
}

#[test]
fn a_chat_rings_at_the_technician_to_whom_it_is_offered_or_at_all_others() {
    // C9
    let (mut core, [_, tom, _], session) = chatting();
    let effects = offer(&mut core, Some(&tom), session);
    assert_eq!(ringing(&effects, true), [3]);
    let named = |frame: &Down| {
        matches!(frame, Down::Session { session }
            if session.hand_over.as_ref().is_some_and(|offer| offer.to_name.as_deref() == Some("Tom")
                && offer.note.as_deref() == Some("Second line.")))
    };
    assert!(is_told(&effects, 2, named) && is_told(&effects, 3, named) && is_told(&effects, 4, named));
    assert!(!is_told(
        &effects,
        1,
        |frame| matches!(frame, Down::Session { session } if session.hand_over.is_some())
    ));

    let (mut core, _, session) = chatting();
    assert_eq!(ringing(&offer(&mut core, None, session), true), [3, 4]);
}

#[test]
fn it_rings_no_longer_when_somebody_has_taken_it_over_and_the_client_sees_whom() {
    // C9
    let (mut core, [priya, tom, _], session) = chatting();
    offer(&mut core, None, session);
    let join = Up::Join { id: Uuid::new_v4(), session };
    let effects = does(&mut core, Event::Frame(ConnId(3), join), after(3_000));
    assert_eq!(ringing(&effects, false), [3, 4]);
    assert!(is_told(&effects, 1, |frame| matches!(frame, Down::Session { session }
        if session.participants.iter().any(|each| each.person == tom.id && each.left.is_none())
            && session.participants.iter().any(|each| each.person == priya.id && each.left.is_some()))));
    assert_eq!(core.chats.sessions[&session].status, Status::Handled);
}

#[test]
fn not_now_ends_the_ringing_and_is_told_to_who_offered_it() {
    // C9
    let (mut core, [_, tom, _], session) = chatting();
    offer(&mut core, Some(&tom), session);
    let dismiss = Up::Dismiss { id: Uuid::new_v4(), session };
    let effects = does(&mut core, Event::Frame(ConnId(3), dismiss), after(3_000));
    assert_eq!(ringing(&effects, false), [3]);
    assert!(is_told(&effects, 2, |frame| matches!(frame, Down::Session { session }
        if session.hand_over.as_ref().is_some_and(|offer| offer.declined.is_some()))));
}

#[test]
fn a_chat_is_not_offered_to_somebody_who_is_offline() {
    // C9
    let (mut core, [_, tom, _], session) = chatting();
    does(&mut core, Event::Frame(ConnId(3), Up::Bye), after(1_500));
    let effects = offer(&mut core, Some(&tom), session);
    assert!(is_told(&effects, 2, |frame| matches!(
        frame,
        Down::Error { code: ErrorCode::CannotTakeOver, .. }
    )));
}

fn has_come_to_nothing(effects: &[Effect]) -> bool {
    is_told(effects, 2, |frame| {
        matches!(frame, Down::Session { session }
        if session.hand_over.as_ref().is_some_and(|offer| offer.declined.is_some()))
    })
}

/// What a frame, and everything that is due until then, leads to.
fn sends(core: &mut Core, conn: u64, frame: Up, at_ms: u64) -> Vec<Effect> {
    let mut all = does(core, Event::Frame(ConnId(conn), frame), after(at_ms));
    while let Some(due) = next_timeout(core).filter(|due| *due <= after(at_ms)) {
        let effects = core.on_timeout(at(due));
        all.extend(carry_out(core, effects, due));
    }
    all
}

fn silence(session: SessionId) -> Up {
    Up::Dismiss { id: Uuid::new_v4(), session }
}

const BEAT: Up = Up::Beat { activity: Activity::Active };

// C3, C9: nobody was reminded of a client whose chat everybody had silenced.
#[test]
fn who_made_an_offer_that_nobody_can_take_any_more_is_told_so_and_reminded_to_answer() {
    let bye: fn(SessionId) -> Up = |_| Up::Bye;
    for last_one in [silence, bye] {
        let (mut core, _, session) = chatting();
        offer(&mut core, None, session);
        assert!(!has_come_to_nothing(&sends(&mut core, 3, silence(session), 3_000)), "Sam may take it");
        let effects = sends(&mut core, 4, last_one(session), 4_000);
        assert!(has_come_to_nothing(&effects), "{effects:?}");
        for conn in [1, 2] {
            assert!(ringing(&sends(&mut core, conn, BEAT, 40_000), true).is_empty());
        }
        assert_eq!(ringing(&sends(&mut core, 2, BEAT, 61_500), true), [2]);
    }
}

#[test]
fn an_offer_to_all_while_nobody_else_is_there_comes_to_nothing_at_once() {
    // C9
    let (mut core, _, session) = chatting();
    for conn in [3, 4] {
        sends(&mut core, conn, Up::Bye, 1_500);
    }
    let mut effects = offer(&mut core, None, session);
    effects.extend(sends(&mut core, 2, BEAT, 2_000));
    assert!(has_come_to_nothing(&effects), "{effects:?}");
}
