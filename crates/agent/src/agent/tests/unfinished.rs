//! Chats that a technician has joined and not answered (C3), that last for long, or that wait again (C9).

use super::*;

fn joined(by: PersonId, name: &str, at: u64) -> serde_json::Value {
    json!([{ "person": by, "name": name, "state": "online", "joined": at }])
}

/// Dana waits for the first answer of this technician, and should have had it by now.
fn unanswered(bench: &mut Bench) {
    let due = bench.service_now();
    let people = joined(ME, "Priya Shah", due - 60_000);
    bench.session(5, 2, &json!({ "status": "handled", "participants": people, "answer_due": due }));
    bench.mine(5, true);
}

#[test]
fn a_client_who_waits_for_the_first_answer_rings_until_there_is_one() {
    // C3
    let mut bench = Bench::technician();
    bench.toasts();
    unanswered(&mut bench);
    let toasts = bench.toasts().unwrap();
    assert_eq!(
        line(&toasts[0]),
        "Dana Reyes (Northwind Dental) is waiting for your answer / Printer offline · #48213"
    );
    let labels: Vec<_> = toasts[0].buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!((labels.as_slice(), toasts[0].ring), (["Open", "Dismiss"].as_slice(), Some(1)));
    bench.pass(secs(20));
    assert_eq!(bench.toasts().unwrap()[0].ring, Some(2), "it sounds again like a request");
    assert!(bench.view().waiting.is_empty(), "nobody else needs to join it");
    bench.mine(5, false);
    assert_eq!(bench.toasts(), Some(Vec::new()));
}

#[test]
fn a_click_on_that_toast_opens_the_chat_and_dismiss_silences_it() {
    // C10
    let mut bench = Bench::technician();
    unanswered(&mut bench);
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Clicked(ToastKey::Request(chat(5)))));
    let page = Page::Portal { chat: Some(chat(5)) };
    assert!(bench.effects().contains(&Effect::StartWindow { page, minimised: false }));
    bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Request(chat(5)), ToastAction::Dismiss)));
    let sent = bench.sent();
    assert!(matches!(sent[..], [Up::Dismiss { session, .. }] if session == chat(5)), "{sent:?}");
}

#[test]
fn a_chat_that_waits_again_says_with_whom_it_was_and_comes_first_in_the_menu() {
    // C9
    let mut bench = Bench::technician();
    bench.rings_for(4);
    bench.pass(secs(30));
    bench.toasts();
    let mut people = joined(PersonId(Uuid::from_u128(3)), "Tom Berg", NOON);
    people[0]["left"] = json!(NOON);
    bench.session(5, 7, &json!({ "participants": people, "messages": 42 }));
    bench.mine(5, true);
    let toasts = bench.toasts().unwrap();
    assert_eq!(
        line(toasts.last().unwrap()),
        "Dana Reyes (Northwind Dental) needs help / Printer offline · #48213 · was with Tom, 42 messages · waiting 0:00"
    );
    let order: Vec<_> = bench.view().waiting.iter().map(|each| each.session).collect();
    assert_eq!(order, [chat(5), chat(4)]);
}

#[test]
fn a_chat_of_more_than_an_hour_comes_first_and_says_since_when() {
    // C9
    let mut bench = Bench::technician();
    let now = bench.service_now();
    bench.session(4, 2, &json!({ "status": "handled", "participants": joined(ME, "Priya Shah", now) }));
    let an_hour = now - 59 * 60_000;
    bench.session(5, 2, &json!({ "status": "handled", "participants": joined(ME, "Priya Shah", an_hour) }));
    assert!(bench.view().chats.iter().all(|chat| chat.long_since.is_none()));
    bench.pass(secs(60));
    let chats = bench.view().chats;
    assert_eq!(
        chats.iter().map(|each| (each.session, each.long_since)).collect::<Vec<_>>(),
        [(chat(5), Some(presence::UnixMillis(an_hour))), (chat(4), None)]
    );
}

// By their numbers they would stand in an order that nobody knows.
#[test]
fn chats_stand_in_the_order_in_which_they_were_joined() {
    let mut bench = Bench::technician();
    let now = bench.service_now();
    for (number, ago_ms) in [(4, 1_000), (5, 3_000), (6, 2_000)] {
        let people = joined(ME, "Priya Shah", now - ago_ms);
        bench.session(number, 2, &json!({ "status": "handled", "participants": people }));
    }
    let order: Vec<_> = bench.view().chats.iter().map(|each| each.session).collect();
    assert_eq!(order, [chat(5), chat(6), chat(4)]);
}

#[test]
fn a_callbacks_toast_shows_the_number_as_it_is_now_and_goes_when_nobody_needs_to_call() {
    // C5
    let mut bench = Bench::technician();
    bench.rings_for(5);
    let callback =
        |phone: &str| json!({ "status": "callback", "callback": { "phone": phone }, "ended": NOON });
    let title = |bench: &mut Bench| bench.toasts().unwrap().last().map(|toast| toast.title.clone());
    bench.session(5, 2, &callback("+64 9 555 0100"));
    assert_eq!(title(&mut bench).as_deref(), Some("Dana asks to be called: +64 9 555 0100"));
    bench.session(5, 3, &callback("+64 9 555 0199"));
    assert_eq!(title(&mut bench).as_deref(), Some("Dana asks to be called: +64 9 555 0199"));
    bench.session(5, 4, &json!({ "status": "completed", "ended": NOON }));
    assert_eq!(title(&mut bench), None);
}

#[test]
fn an_offer_that_was_declined_is_no_longer_shown_as_one_to_who_made_it() {
    // C3, C9
    let mut bench = Bench::technician();
    let due = bench.service_now();
    let offer =
        json!({ "by": ME, "to": Uuid::from_u128(3), "to_name": "Tom Berg", "at": NOON, "declined": NOON });
    let people = joined(ME, "Priya Shah", due - 60_000);
    bench.session(
        5,
        4,
        &json!({
            "status": "handled", "participants": people, "answer_due": due, "hand_over": offer,
        }),
    );
    bench.mine(5, true);
    let titles: Vec<_> = bench.toasts().unwrap().iter().map(|toast| toast.title.clone()).collect();
    assert_eq!(titles, ["Dana Reyes (Northwind Dental) is waiting for your answer"]);
}

// C3: the user's own chats were among those that wait, and Join took one of them.
#[test]
fn chats_of_the_user_that_wait_for_an_answer_are_not_counted_among_the_requests() {
    let mut bench = Bench::technician();
    let joined_at = bench.service_now();
    bench.session(5, 2, &json!({
        "status": "handled", "participants": joined(ME, "Priya Shah", joined_at), "answer_due": joined_at + 60_000,
    }));
    for request in [6, 7] {
        bench.pass(secs(30));
        bench.rings_for(request);
    }
    bench.mine(5, true);
    let titles = |toasts: Vec<Toast>| toasts.into_iter().map(|toast| toast.title).collect::<Vec<_>>();
    let needs_help = "Dana Reyes (Northwind Dental) needs help";
    let reminder = "Dana Reyes (Northwind Dental) is waiting for your answer";
    let mut three = titles(bench.toasts().unwrap());
    three.sort();
    assert_eq!(three, [reminder, needs_help, needs_help], "two requests are not several");
    bench.rings_for(8);
    let toasts = bench.toasts().unwrap();
    let mut both = titles(toasts);
    both.sort();
    assert_eq!(both, ["3 waiting, longest 0:30", reminder]);
    bench.on(Input::Toast(ToastEvent::Shown(ToastKey::Several)));
    let shown: Vec<_> = bench.sent();
    let shows = |id: u128| shown.contains(&Up::RingShown { session: chat(id) });
    assert_eq!([5, 6, 7, 8].map(shows), [false, true, true, true], "{shown:?}");
    bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Several, ToastAction::Join)));
    let sent = bench.sent();
    assert!(matches!(sent[..], [Up::Join { session, .. }] if session == chat(6)), "{sent:?}");
    // Each goes on sounding on its own.
    bench.pass(secs(20));
    let mut rings: Vec<_> = bench.toasts().unwrap().iter().map(|toast| toast.ring.is_some()).collect();
    rings.dedup();
    assert_eq!(rings, [true]);
}
