//! A chat that is handed over: the offer at one technician, what became of it at the other (C9).

use super::*;

const TOM: PersonId = PersonId(Uuid::from_u128(3));

fn is_in(person: PersonId, name: &str) -> serde_json::Value {
    json!({ "person": person, "name": name, "state": "online", "joined": NOON })
}

/// Tom offers a chat with Dana to this technician.
pub(super) fn offered(bench: &mut Bench, to: Option<PersonId>) {
    let mut offer = json!({ "by": TOM, "note": "Second line.", "at": bench.service_now() });
    if let Some(to) = to {
        offer["to"] = json!(to);
    }
    bench.session(5, 3, &json!({
        "status": "handled", "participants": [is_in(TOM, "Tom Berg")], "waiting_since": NOON - 3_600_000, "hand_over": offer,
    }));
    bench.mine(5, true);
}

#[test]
fn an_offered_chat_rings_like_a_request_with_who_hands_it_over_and_the_note() {
    // C3, C9
    for (to, labels) in [(Some(ME), ["Join", "Not now"]), (None, ["Join", "Dismiss"])] {
        let mut bench = Bench::technician();
        bench.toasts();
        offered(&mut bench, to);
        let toasts = bench.toasts().unwrap();
        assert_eq!(line(&toasts[0]), "Tom hands over Dana Reyes (Northwind Dental) / Second line.");
        let shown: Vec<_> = toasts[0].buttons.iter().map(|button| button.label.as_str()).collect();
        assert_eq!((shown.as_slice(), toasts[0].ring), (labels.as_slice(), Some(1)));
        bench.pass(secs(20));
        assert_eq!(bench.toasts().unwrap()[0].ring, Some(2), "it rings from when it was offered");
        assert_eq!(bench.view().waiting.len(), 1, "the menu has it");
    }
}

#[test]
fn not_now_takes_the_toast_away_and_a_later_offer_rings_again() {
    // C9
    let mut bench = Bench::technician();
    offered(&mut bench, Some(ME));
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Request(chat(5)), ToastAction::Dismiss)));
    let sent = bench.sent();
    assert!(matches!(sent[..], [Up::Dismiss { session, .. }] if session == chat(5)), "{sent:?}");
    let declined = json!({ "by": TOM, "to": ME, "at": bench.service_now(), "declined": bench.service_now() });
    let people = json!([is_in(TOM, "Tom Berg")]);
    bench.session(5, 4, &json!({ "status": "handled", "participants": people, "hand_over": declined }));
    bench.mine(5, false);
    bench.ok(sent[0].intent().unwrap());
    assert_eq!(bench.toasts().unwrap_or_default(), [], "nothing more is said");
    let again = json!({ "by": TOM, "at": bench.service_now() });
    bench.session(5, 5, &json!({ "status": "handled", "participants": people, "hand_over": again }));
    bench.mine(5, true);
    assert_eq!(bench.toasts().unwrap().len(), 1);
}

#[test]
fn who_offered_a_chat_is_told_who_has_taken_it_over_or_does_not() {
    // C9
    let offer = |more: serde_json::Value| {
        let mut offer = json!({ "by": ME, "to": TOM, "to_name": "Tom Berg", "at": NOON });
        for (key, value) in more.as_object().unwrap() {
            offer[key] = value.clone();
        }
        offer
    };
    let mut left = is_in(ME, "Priya Shah");
    left["left"] = json!(NOON);
    for (changes, expected) in [
        (
            json!({ "participants": [left, is_in(TOM, "Tom Berg")], "hand_over": null }),
            Some("Tom has taken over the chat with Dana."),
        ),
        (
            json!({ "hand_over": offer(json!({ "declined": NOON })) }),
            Some("Tom did not take over the chat with Dana. You still have it."),
        ),
        (
            json!({ "hand_over": { "by": ME, "at": NOON, "declined": NOON } }),
            Some("Nobody took over the chat with Dana. You still have it."),
        ),
        // This technician has left the chat to somebody who was in it before.
        (
            json!({ "participants": [left, { "person": TOM, "name": "Tom Berg", "state": "online", "joined": NOON - 1 }], "hand_over": null }),
            None,
        ),
        // Taken back by this technician.
        (json!({ "hand_over": null }), None),
        (json!({ "status": "completed", "hand_over": null }), None),
    ] {
        let mut bench = Bench::technician();
        let mut chat = json!({
            "status": "handled", "participants": [is_in(ME, "Priya Shah")], "hand_over": offer(json!({})),
        });
        bench.session(5, 3, &chat);
        bench.effects();
        for (key, value) in changes.as_object().unwrap() {
            chat[key] = value.clone();
        }
        bench.session(5, 4, &chat);
        let told = bench.toasts().and_then(|toasts| toasts.first().map(|toast| toast.title.clone()));
        assert_eq!(told.as_deref(), expected, "{changes}");
    }
}
