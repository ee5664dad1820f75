//! The rules C4, C5, C7 and C9 on one session: as tables, and as invariants after any intents in any order.

mod hand_over;

use crate::Applied;
use crate::*;
use presence::{Role, UnixMillis};
use proptest::prelude::*;
use uuid::Uuid;

const NOW: UnixMillis = UnixMillis(1_000);

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

const CLIENT: u128 = 1;
const PRIYA: u128 = 2;
const TOM: u128 = 3;

fn waiting() -> Session {
    request(
        NewRequest {
            id: SessionId(Uuid::from_u128(100)),
            client: person(CLIENT),
            subject: "Printer offline".into(),
            reference: None,
        },
        NOW,
    )
}

/// Priya has invited the client.
fn invited() -> Session {
    let id = SessionId(Uuid::from_u128(101));
    invite(
        NewInvitation { id, by: person(PRIYA), client: person(CLIENT), subject: "Printer offline".into() },
        NOW,
    )
}

fn does(session: &Session, who: u128, intent: Intent) -> Result<Outcome, Refusal> {
    let role = if who == CLIENT { Role::Client } else { Role::Technician };
    decide(session, person(who), role, intent, NOW, |_| true)
}

fn after(session: &Session, who: u128, intent: Intent) -> Session {
    match does(session, who, intent).expect("not refused") {
        Outcome::Changed(next) => *next,
        Outcome::Already => session.clone(),
    }
}

fn call(phone: &str) -> Intent {
    Intent::Callback(Callback { phone: phone.into(), note: None })
}

#[test]
fn one_technician_wins_join_and_a_late_one_is_told_by_whom() {
    // C4
    let joined = after(&waiting(), PRIYA, Intent::Join);
    assert_eq!(joined.status, Status::Handled);
    assert_eq!(does(&joined, TOM, Intent::Join), Err(Refusal::Taken { by: person(PRIYA), at: NOW }));
}

#[test]
fn a_chat_goes_on_with_the_technician_who_stays_and_waits_if_nobody_does() {
    // C9
    let joined = after(&waiting(), PRIYA, Intent::Join);
    let mut both = joined.clone();
    both.participants.push(Participant { person: person(TOM), joined: NOW, left: None });
    let later = UnixMillis(2_000);
    let stays = without(&both, |who| who == person(PRIYA), later).expect("it changes");
    assert_eq!(stays.status, Status::Handled);
    assert_eq!(stays.present().collect::<Vec<_>>(), [person(TOM)]);
    assert_eq!((stays.participants[0].left, stays.rev), (Some(later), both.rev + 1));
    assert_eq!(without(&stays, |who| who == person(PRIYA), later), None, "they have already left");
    for alone in [&joined, &both] {
        let waits = without(alone, |who| who != person(CLIENT), later).expect("it changes");
        assert_eq!((waits.status, waits.waiting_since, waits.present().count()), (Status::Waiting, later, 0));
    }
}

#[test]
fn a_removed_clients_open_chat_ends_and_one_that_was_over_stays_as_it_is() {
    let joined = after(&waiting(), PRIYA, Intent::Join);
    for active in [&waiting(), &joined] {
        let over = without(active, |who| who == person(CLIENT), NOW).expect("it changes");
        assert_eq!((over.status, over.ended), (Status::Completed, Some(NOW)));
    }
    let missed = after(&waiting(), CLIENT, Intent::Leave);
    assert_eq!(without(&missed, |_| true, NOW), None);
    assert_eq!(without(&joined, |_| false, NOW), None);
}

#[test]
fn the_same_join_repeated_gives_the_same_answer() {
    // C4
    let joined = after(&waiting(), PRIYA, Intent::Join);
    assert_eq!(does(&joined, PRIYA, Intent::Join), Ok(Outcome::Already));
}

#[test]
fn a_client_who_leaves_before_anyone_joins_abandons_the_chat_and_afterwards_ends_it() {
    // C5
    let left = after(&waiting(), CLIENT, Intent::Leave);
    assert_eq!((left.status, left.ended), (Status::Abandoned, Some(NOW)));
    assert_eq!(does(&left, PRIYA, Intent::Join), Err(Refusal::Over));
    let joined = after(&waiting(), PRIYA, Intent::Join);
    assert_eq!(after(&joined, CLIENT, Intent::Leave).status, Status::Completed);
}

#[test]
fn a_callback_keeps_the_number_and_completing_it_takes_a_note() {
    // C5, C9
    let callback = Callback { phone: "+64 9 555 0100".into(), note: None };
    let asked = after(&waiting(), CLIENT, Intent::Callback(callback.clone()));
    assert_eq!((asked.status, &asked.callback), (Status::Callback, &Some(callback)));
    assert_eq!(does(&asked, TOM, Intent::Complete { note: None }), Err(Refusal::NoteNeeded));
    let done = after(&asked, TOM, Intent::Complete { note: Some("called".into()) });
    assert_eq!(done.status, Status::Completed);
}

#[test]
fn who_has_completed_a_chat_undoes_it_within_eight_seconds_and_it_is_as_it_was() {
    // C9
    let reopens = |session: &Session, who, after: u64| {
        let role = if who == CLIENT { Role::Client } else { Role::Technician };
        decide(session, person(who), role, Intent::Reopen, UnixMillis(NOW.0 + after), |_| true)
    };
    let callback = Callback { phone: "+64 9 555 0100".into(), note: None };
    let in_progress = after(&waiting(), PRIYA, Intent::Join);
    for open in [
        in_progress.clone(),
        after(&in_progress, PRIYA, Intent::HandOver { to: Some(person(TOM)), note: None }),
        after(&waiting(), CLIENT, Intent::Leave),
        after(&waiting(), CLIENT, Intent::Callback(callback)),
    ] {
        let over = after(&open, PRIYA, Intent::Complete { note: Some("done".into()) });
        let Ok(Outcome::Changed(again)) = reopens(&over, PRIYA, 8_000) else { panic!("it is undone") };
        assert_eq!(*again, Session { rev: over.rev + 1, ..open.clone() });
        assert_eq!(reopens(&again, PRIYA, 8_000), Ok(Outcome::Already), "{:?}", open.status);
        assert_eq!(reopens(&over, PRIYA, limits::UNDO_MS + 1), Err(Refusal::TooLate));
        assert_eq!(reopens(&over, TOM, 0), Err(Refusal::NotAllowed), "it was not theirs");
    }
    let taken_back = after(&invited(), PRIYA, Intent::Leave);
    assert_eq!(reopens(&taken_back, PRIYA, 0), Err(Refusal::NotAllowed));
    let left = after(&in_progress, CLIENT, Intent::Leave);
    assert_eq!(reopens(&left, PRIYA, 0), Err(Refusal::NotAllowed), "the client has left");
}

#[test]
fn a_client_waits_for_the_first_answer_until_a_technician_writes() {
    // C3
    let awaits = |session: &Session, who| session.awaits_answer_of(person(who));
    let joined = after(&after(&waiting(), PRIYA, Intent::Dismiss), PRIYA, Intent::Join);
    assert!(awaits(&joined, PRIYA) && !awaits(&joined, TOM) && !awaits(&waiting(), PRIYA));
    assert!(joined.dismissed.is_empty(), "who joins what they had silenced hears of it again");
    let asked = after(&joined, CLIENT, Intent::Message);
    assert!(awaits(&asked, PRIYA), "the client has written, and nobody else");
    let silenced = after(&asked, PRIYA, Intent::Dismiss);
    assert_eq!(silenced.dismissed, [person(PRIYA)]);
    let answered = after(&asked, PRIYA, Intent::Message);
    assert!(!awaits(&answered, PRIYA));
    assert_eq!(does(&answered, PRIYA, Intent::Dismiss), Ok(Outcome::Already), "nothing is left to silence");
    assert!(awaits(&after(&invited(), CLIENT, Intent::Accept), PRIYA), "an accepted invitation, too");
    let again = waits_again(&joined, NOW).expect("it is in progress");
    assert_eq!(again.unanswered, None);
    let taken_over =
        after(&after(&answered, PRIYA, Intent::HandOver { to: None, note: None }), TOM, Intent::Join);
    assert!(!awaits(&taken_over, TOM), "the client has had an answer");
}

#[test]
fn an_offer_that_is_declined_leaves_the_answer_to_who_made_it_and_one_that_is_taken_begins_anew() {
    // C3, C9
    let joined = after(&waiting(), PRIYA, Intent::Join);
    let offered = after(&joined, PRIYA, Intent::HandOver { to: Some(person(TOM)), note: None });
    assert!(!offered.awaits_answer_of(person(PRIYA)), "somebody else may answer");
    assert!(after(&offered, TOM, Intent::Dismiss).awaits_answer_of(person(PRIYA)));
    let later = UnixMillis(90_000);
    let taken = decide(&offered, person(TOM), Role::Technician, Intent::Join, later, |_| true);
    let Ok(Outcome::Changed(taken)) = taken else { panic!("{taken:?}") };
    assert_eq!(taken.unanswered, Some(later));
}

#[test]
fn dismissing_silences_it_for_that_technician_only() {
    // C3
    let dismissed = after(&waiting(), PRIYA, Intent::Dismiss);
    assert_eq!(dismissed.dismissed, [person(PRIYA)]);
    assert_eq!(dismissed.status, Status::Waiting);
    assert_eq!(does(&dismissed, PRIYA, Intent::Dismiss), Ok(Outcome::Already));
}

#[test]
fn an_accepted_invitation_is_a_chat_with_the_technician_who_invited() {
    // C7
    let invited = invited();
    assert_eq!((invited.status, invited.present().count()), (Status::Invited, 0));
    let accepted = after(&invited, CLIENT, Intent::Accept);
    assert_eq!((accepted.status, accepted.ended), (Status::Handled, None));
    assert_eq!(accepted.present().collect::<Vec<_>>(), [person(PRIYA)]);
    assert_eq!(does(&accepted, CLIENT, Intent::Accept), Ok(Outcome::Already));
    // "Not now" that is pressed on another device a moment later ends no chat.
    assert_eq!(does(&accepted, CLIENT, Intent::Decline), Ok(Outcome::Already));
    let again = waits_again(&accepted, NOW).expect("it is in progress");
    assert_eq!(after(&again, TOM, Intent::Join).present().collect::<Vec<_>>(), [person(TOM)]);
}

#[test]
fn an_invitation_ends_declined_taken_back_or_unanswered_and_says_by_whom() {
    // C7
    let invited = invited();
    let declined = after(&invited, CLIENT, Intent::Decline);
    let left = after(&invited, CLIENT, Intent::Leave);
    let taken_back = after(&invited, PRIYA, Intent::Leave);
    let late = unanswered(&invited, NOW).expect("it is open");
    for (over, by) in
        [(&declined, Some(CLIENT)), (&left, Some(CLIENT)), (&taken_back, Some(PRIYA)), (&late, None)]
    {
        assert_eq!((over.status, over.ended, over.participants.len()), (Status::Completed, Some(NOW), 0));
        assert_eq!(over.ending.clone().map(|ending| (ending.by, ending.note)), Some((by.map(person), None)));
        assert_eq!(does(over, CLIENT, Intent::Accept), Err(Refusal::Over));
        assert_eq!(unanswered(over, NOW), None);
    }
}

#[test]
fn only_its_client_answers_an_invitation_and_nobody_else_joins_or_writes() {
    // C7
    let invited = invited();
    for (who, intent) in [
        (PRIYA, Intent::Accept),
        (TOM, Intent::Decline),
        (TOM, Intent::Join),
        (PRIYA, Intent::Message),
        (CLIENT, Intent::Message),
        (PRIYA, Intent::Complete { note: None }),
        (CLIENT, Intent::Callback(Callback { phone: "1".into(), note: None })),
    ] {
        assert_eq!(does(&invited, who, intent.clone()), Err(Refusal::NotAllowed), "{intent:?}");
    }
    // Only who invited takes it back.
    assert_eq!(does(&invited, TOM, Intent::Leave), Ok(Outcome::Already));
    // A request cannot be accepted or declined.
    for intent in [Intent::Accept, Intent::Decline] {
        assert_eq!(does(&waiting(), CLIENT, intent.clone()), Err(Refusal::NotAllowed), "{intent:?}");
    }
}

#[test]
fn an_invitation_ends_with_the_technician_or_the_client_who_is_removed() {
    // C7
    let invited = invited();
    for (out, by) in [(PRIYA, None), (CLIENT, Some(CLIENT))] {
        let over = without(&invited, |who| who == person(out), NOW).expect("it changes");
        assert_eq!(over.ending.clone().map(|ending| (ending.by, ending.note)), Some((by.map(person), None)));
    }
    assert_eq!(without(&invited, |who| who == person(TOM), NOW), None);
}

#[test]
fn nobody_leaves_a_client_alone() {
    // C9
    let joined = after(&waiting(), PRIYA, Intent::Join);
    assert_eq!(does(&joined, PRIYA, Intent::Leave), Err(Refusal::NobodyStays));
}

#[test]
fn a_second_technician_joins_a_chat_in_progress_only_on_purpose() {
    // C9
    let joined = after(&waiting(), PRIYA, Intent::Join);
    let both = after(&joined, TOM, Intent::Assist);
    assert_eq!(both.present().collect::<Vec<_>>(), [person(PRIYA), person(TOM)]);
    assert_eq!(does(&both, TOM, Intent::Assist), Ok(Outcome::Already));
    let left = after(&both, PRIYA, Intent::Leave);
    assert_eq!((left.status, left.present().collect::<Vec<_>>()), (Status::Handled, vec![person(TOM)]));
    // A request that waits is joined by it like by any other Join.
    assert_eq!(after(&waiting(), TOM, Intent::Assist), after(&waiting(), TOM, Intent::Join));
}

#[test]
fn a_chat_has_room_for_so_many_technicians_and_former_ones_make_room() {
    // C9
    let full = (10..10 + limits::PARTICIPANTS as u128).fold(
        after(&waiting(), PRIYA, Intent::Join),
        |session, who| {
            does(&session, who, Intent::Assist).map_or(session.clone(), |outcome| match outcome {
                Outcome::Changed(next) => *next,
                Outcome::Already => session,
            })
        },
    );
    assert_eq!(full.present().count(), limits::PARTICIPANTS);
    assert_eq!(does(&full, TOM, Intent::Assist), Err(Refusal::Full));
    let left = after(&full, PRIYA, Intent::Leave);
    assert!(after(&left, TOM, Intent::Assist).present().any(|each| each == person(TOM)));
}

#[test]
fn a_client_changes_a_callback_until_somebody_has_completed_it() {
    // C5
    let asked = after(&waiting(), CLIENT, call("1"));
    assert_eq!(does(&asked, CLIENT, call("1")), Ok(Outcome::Already));
    let changed = after(&asked, CLIENT, call("2"));
    assert_eq!(changed.callback.as_ref().map(|callback| callback.phone.as_str()), Some("2"));
    assert_eq!((changed.status, changed.ended), (Status::Callback, asked.ended), "it keeps its place");
    for other in [TOM, 9] {
        assert_eq!(does(&changed, other, call("3")), Err(Refusal::NotAllowed));
    }
    let done = after(&changed, TOM, Intent::Complete { note: Some("called".into()) });
    assert_eq!(does(&done, CLIENT, call("3")), Err(Refusal::Over));
}

#[test]
fn a_client_cancels_only_their_own_callback_and_only_once() {
    // C5
    let asked = after(&waiting(), CLIENT, call("1"));
    let cancelled = after(&asked, CLIENT, Intent::CancelCallback);
    assert_eq!(cancelled.status, Status::Completed);
    assert_eq!(cancelled.ending.as_ref().and_then(|ending| ending.by), Some(person(CLIENT)));
    assert_eq!(does(&cancelled, CLIENT, Intent::CancelCallback), Ok(Outcome::Already));
    assert_eq!(does(&asked, PRIYA, Intent::CancelCallback), Err(Refusal::NotAllowed));
    let done = after(&asked, PRIYA, Intent::Complete { note: Some("called".into()) });
    assert_eq!(does(&done, CLIENT, Intent::CancelCallback), Err(Refusal::Over));
    let missed = after(&waiting(), CLIENT, Intent::Leave);
    for other in [waiting(), after(&waiting(), PRIYA, Intent::Join), invited(), missed] {
        let refused = does(&other, CLIENT, Intent::CancelCallback);
        assert_eq!(refused, Err(Refusal::NotAllowed), "{:?}", other.status);
    }
}

#[test]
fn only_participants_may_write() {
    let joined = after(&waiting(), PRIYA, Intent::Join);
    assert_eq!(after(&joined, CLIENT, Intent::Message).messages, 1);
    assert_eq!(does(&joined, TOM, Intent::Message), Err(Refusal::NotAllowed));
}

#[test]
fn any_technician_writes_notes_until_the_chat_is_completed() {
    let missed = after(&waiting(), CLIENT, Intent::Leave);
    let noted = after(&missed, TOM, Intent::Note);
    assert_eq!((noted.notes, noted.messages, noted.status), (1, 0, Status::Abandoned));
    let over = after(&noted, TOM, Intent::Complete { note: Some("done".into()) });
    assert_eq!(does(&over, TOM, Intent::Note), Err(Refusal::Over));
}

#[test]
fn a_client_cannot_do_what_technicians_do() {
    let hand_over = Intent::HandOver { to: None, note: None };
    for intent in [
        Intent::Join,
        Intent::Assist,
        hand_over,
        Intent::Keep,
        Intent::Dismiss,
        Intent::Complete { note: None },
        Intent::Reopen,
        Intent::Note,
    ] {
        assert_eq!(does(&waiting(), CLIENT, intent), Err(Refusal::NotAllowed));
    }
}

#[test]
fn a_client_gone_for_too_long_abandons_the_chat_only_while_it_waits() {
    // C5
    assert_eq!(abandon(&waiting(), NOW).map(|session| session.status), Some(Status::Abandoned));
    assert_eq!(abandon(&after(&waiting(), PRIYA, Intent::Join), NOW), None);
}

#[test]
fn a_chat_whose_technicians_are_gone_waits_again_and_is_silenced_for_nobody() {
    // C9
    let later = UnixMillis(9_000);
    let handled = after(&after(&waiting(), TOM, Intent::Dismiss), PRIYA, Intent::Join);
    let again = waits_again(&handled, later).expect("it is in progress");
    assert_eq!((again.status, again.waiting_since, again.created), (Status::Waiting, later, NOW));
    assert_eq!(again.participants, [Participant { person: person(PRIYA), joined: NOW, left: Some(later) }]);
    assert!(again.dismissed.is_empty());
    for other in [waiting(), after(&waiting(), CLIENT, Intent::Leave), again] {
        assert_eq!(waits_again(&other, later), None, "{:?}", other.status);
    }
}

#[test]
fn a_chat_can_be_joined_however_often_it_has_waited_again() {
    // C9
    let mut session = waiting();
    for technician in (10..10 + 2 * limits::PARTICIPANTS as u128).flat_map(|number| [number, number]) {
        session = after(&session, technician, Intent::Join);
        assert_eq!(session.joined_by().map(|each| each.person), Some(person(technician)));
        session = waits_again(&session, NOW).expect("it is in progress");
    }
    assert_eq!(session.participants.len(), limits::PARTICIPANTS);
}

/// What happens to a session: somebody sends an intent, or everybody has been gone for too long.
#[derive(Clone, Debug)]
enum Happens {
    Wanted(Intent),
    TechniciansGone,
    ClientGone,
    Unanswered,
}

fn happenings() -> impl Strategy<Value = Vec<(u128, Happens)>> {
    let intent = prop_oneof![
        Just(Intent::Join),
        Just(Intent::Assist),
        proptest::option::of(Just(person(TOM))).prop_map(|to| Intent::HandOver { to, note: None }),
        Just(Intent::Keep),
        Just(Intent::Dismiss),
        Just(Intent::Accept),
        Just(Intent::Decline),
        Just(Intent::Message),
        Just(Intent::Leave),
        Just(Intent::Callback(Callback { phone: "1".into(), note: None })),
        Just(Intent::Callback(Callback { phone: "2".into(), note: None })),
        Just(Intent::CancelCallback),
        proptest::option::of(Just("done".to_owned())).prop_map(|note| Intent::Complete { note }),
        Just(Intent::Reopen),
        Just(Intent::Note),
    ];
    let intent = prop_oneof![
        8 => intent.prop_map(Happens::Wanted),
        2 => Just(Happens::TechniciansGone),
        1 => Just(Happens::ClientGone),
        1 => Just(Happens::Unanswered),
    ];
    proptest::collection::vec((CLIENT..=TOM, intent), 0..30)
}

proptest! {
    #[test]
    fn invariants_hold_whatever_happens(happenings in happenings(), is_invitation: bool) {
        let mut session = if is_invitation { invited() } else { waiting() };
        for (who, happens) in happenings {
            let before = session.clone();
            let next = |session: &Session| match &happens {
                Happens::Wanted(intent) => match does(session, who, intent.clone()) {
                    Ok(Outcome::Changed(next)) => Some(*next),
                    Ok(Outcome::Already) | Err(_) => None,
                },
                Happens::TechniciansGone => waits_again(session, NOW),
                Happens::ClientGone => abandon(session, NOW),
                Happens::Unanswered => unanswered(session, NOW),
            };
            if let Some(next) = next(&session) {
                prop_assert_eq!(next.rev, before.rev + 1);
                session = next;
            }
            // Repeats change nothing, except what is written: the store recognises its repeats by id.
            if !matches!(happens, Happens::Wanted(Intent::Message | Intent::Note)) {
                prop_assert_eq!(next(&session), None);
            }
            prop_assert_eq!(session.status == Status::Handled, session.joined_by().is_some() && session.ended.is_none());
            prop_assert_eq!(session.status.is_live(), session.ended.is_none());
            prop_assert!(session.participants.len() <= limits::PARTICIPANTS);
            // Somebody is in it once, however often they came.
            let persons: std::collections::BTreeSet<PersonId> = session.participants.iter().map(|each| each.person).collect();
            prop_assert_eq!(persons.len(), session.participants.len());
            // An offer is made by somebody who is in the chat (C9).
            if let Some(offer) = &session.hand_over {
                prop_assert!(session.present().any(|each| each == offer.by), "{:?}", session);
            }
            // Nobody is invited to a chat that has begun.
            prop_assert!(session.status != Status::Invited || before.status == Status::Invited);
            // A chat that is over stays over: it can only be completed, and that can be undone.
            if before.ended.is_some() {
                let undone = before.ending.as_ref().and_then(|ending| ending.before.as_ref()).map(|before| before.status);
                prop_assert!(
                    session.status == before.status
                        || session.status == Status::Completed
                        || Some(session.status) == undone
                );
                prop_assert_eq!(session.messages, before.messages);
            }
        }
    }
}

#[test]
fn a_chat_completed_by_the_service_names_nobody_and_the_note_says_why() {
    let left = after(&waiting(), CLIENT, Intent::Leave);
    let over = completed_by_service(&left, "Too old.".to_owned(), NOW).expect("it is open");
    assert_eq!((over.status, over.rev), (Status::Completed, left.rev + 1));
    assert_eq!(
        over.ending.as_ref().map(|ending| (ending.by, ending.note.as_deref())),
        Some((None, Some("Too old.")))
    );
    assert_eq!(does(&over, PRIYA, Intent::Complete { note: Some("x".to_owned()) }), Err(Refusal::Over));
    assert_eq!(completed_by_service(&waiting(), String::new(), NOW), None);
    assert_eq!(completed_by_service(&after(&waiting(), PRIYA, Intent::Join), String::new(), NOW), None);
}

#[test]
fn a_callback_that_comes_after_a_join_is_told_who_has_joined() {
    // C5
    let joined = after(&waiting(), PRIYA, Intent::Join);
    let callback = Callback { phone: "1".to_owned(), note: None };
    assert_eq!(
        does(&joined, CLIENT, Intent::Callback(callback)),
        Err(Refusal::Taken { by: person(PRIYA), at: NOW })
    );
}

#[test]
fn the_intents_that_a_session_remembers_are_the_newest() {
    let intent = |id: u128| Applied { id: Uuid::from_u128(id), by: person(PRIYA) };
    let last = limits::APPLIED as u128;
    let session = (0..=last).fold(waiting(), |session, id| session.with_applied(intent(id)));
    assert_eq!(session.applied.len(), limits::APPLIED);
    assert!(
        !session.has_applied(intent(0))
            && session.has_applied(intent(1))
            && session.has_applied(intent(last))
    );
    assert!(!session.has_applied(Applied { by: person(TOM), ..intent(1) }));
}
