//! Requests as toasts: when they sound, what pressing them does, how they go.

use super::*;

#[test]
fn a_request_rings_when_it_appears_then_again_with_a_fresh_time_under_the_same_key() {
    // C3
    let mut bench = Bench::technician();
    bench.toasts();
    bench.rings_for(5);
    let toasts = bench.toasts().unwrap();
    assert_eq!(
        line(&toasts[0]),
        "Dana Reyes (Northwind Dental) needs help / Printer offline · #48213 · waiting 0:00"
    );
    assert_eq!((toasts[0].ring, toasts[0].stays), (Some(1), true));
    let labels: Vec<_> = toasts[0].buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!(labels, ["Join", "Dismiss"]);
    let mut rings = Vec::new();
    for second in 1..=210 {
        bench.pass(secs(1));
        if let Some(toasts) = bench.toasts() {
            assert_eq!(toasts[0].key, ToastKey::Request(chat(5)));
            let waiting = format!("waiting {}:{:02}", second / 60, second % 60);
            assert!(toasts[0].body.ends_with(&waiting), "{}", toasts[0].body);
            rings.push((second, toasts[0].ring.unwrap()));
        }
    }
    let due = [20, 30, 40, 50, 60, 70, 80, 90, 150, 210];
    assert_eq!(rings, due.into_iter().zip(2..).collect::<Vec<_>>());
}

#[test]
fn only_the_device_that_is_told_to_rings() {
    // C3
    let mut bench = Bench::technician();
    bench.toasts();
    bench.session(5, 1, &json!({}));
    bench.mine(5, false);
    assert_eq!(bench.toasts(), None);
    bench.pass(secs(2));
    bench.mine(5, true);
    assert!(bench.toasts().unwrap()[0].body.ends_with("waiting 0:02"));
}

#[test]
fn tells_the_service_that_the_toast_is_on_the_screen_and_again_after_a_reconnect() {
    // C3
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Shown(ToastKey::Request(chat(5)))));
    assert_eq!(bench.sent(), [Up::RingShown { session: chat(5) }]);
    bench.pass(secs(30));
    bench.on(Input::Toast(ToastEvent::Shown(ToastKey::Request(chat(5)))));
    assert_eq!(bench.sent(), []);
    bench.lose();
    bench.greet();
    bench.session(5, 1, &json!({ "waiting_since": NOON }));
    bench.mine(5, true);
    bench.effects();
    bench.down(Down::Synced { more: 0 });
    let effects = bench.effects();
    assert!(effects.contains(&Effect::Link(Order::Send(Up::RingShown { session: chat(5) }))), "{effects:?}");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Toasts(_))), "the toast stays as it is");
}

#[test]
fn from_three_on_one_toast_stands_for_all_with_one_sound_a_tick() {
    // C3
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.pass(secs(8));
    bench.rings_for(6);
    bench.pass(secs(2));
    bench.rings_for(7);
    let toasts = bench.toasts().unwrap();
    assert_eq!(toasts.len(), 1);
    assert_eq!((toasts[0].title.as_str(), toasts[0].ring), ("3 waiting, longest 0:10", Some(3)));
    assert_eq!(toasts[0].buttons[0].label, "Join the longest");
    bench.pass(secs(10));
    let toasts = bench.toasts().unwrap();
    assert_eq!((toasts[0].title.as_str(), toasts[0].ring), ("3 waiting, longest 0:20", Some(4)));
    bench.pass(secs(9));
    assert_eq!(bench.toasts(), None, "the others' own ticks are silent");
    bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Several, ToastAction::Join)));
    assert!(matches!(bench.sent()[..], [Up::Join { session, .. }] if session == chat(5)));
    bench.session(5, 2, &json!({ "status": "handled", "participants": joined_by("Sam Hill", NOON) }));
    let toasts = bench.toasts().unwrap();
    assert_eq!(
        toasts.iter().map(|toast| toast.ring).collect::<Vec<_>>(),
        [None, None],
        "back to two, without a new sound"
    );
}

#[test]
fn join_opens_exactly_that_chat() {
    // C4, C10
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Request(chat(5)), ToastAction::Join)));
    let sent = bench.sent();
    let [Up::Join { id, .. }] = sent[..] else { panic!("{sent:?}") };
    bench.ok(id);
    let page = Page::Portal { chat: Some(chat(5)) };
    assert!(bench.effects().contains(&Effect::StartWindow { page, minimised: false }));
}

#[test]
fn a_late_join_is_told_who_was_first() {
    // C4
    let mut bench = Bench::technician();
    bench.rings_for(5);
    let taken = |bench: &mut Bench| {
        let sent = bench.sent();
        let id = sent.iter().find_map(Up::intent).unwrap();
        let at = NOON - 78 * 60_000;
        bench.json(json!({ "type": "error", "re": id, "code": "taken", "message": "…", "by": "Priya Shah", "at": at }));
    };
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Request(chat(5)), ToastAction::Join)));
    taken(&mut bench);
    let toasts = bench.toasts().unwrap();
    assert!(toasts.iter().any(|toast| toast.title == "Priya joined at 10:42."), "{toasts:?}");
    let requester = bench.wants(Intent::Join { session: chat(5) });
    taken(&mut bench);
    assert_eq!(bench.failed(requester), "Priya joined at 10:42.");
}

#[test]
fn a_join_in_flight_is_answered_after_the_connection_is_back() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    let requester = bench.wants(Intent::Join { session: chat(5) });
    let id = bench.sent()[0].intent().unwrap();
    bench.lose();
    bench.connect();
    assert_eq!(bench.answers(requester), []);
    bench.ok(id);
    assert!(matches!(bench.answer(requester), Answer::Done { .. }));
    bench.lose();
    let requester = bench.wants(Intent::Join { session: chat(5) });
    assert!(bench.failed(requester).starts_with("No connection"));
}

#[test]
fn dismiss_silences_it_here_at_once_and_it_stays_in_the_menu() {
    // C3
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    let requester = bench.wants(Intent::Dismiss { session: chat(5) });
    let effects = bench.effects();
    assert!(effects.contains(&Effect::Toasts(vec![])));
    let id = effects.iter().find_map(|effect| match effect {
        Effect::Link(Order::Send(up)) => up.intent(),
        _ => None,
    });
    bench.ok(id.unwrap());
    let note = Some("Silenced for you; still waiting in the menu.".into());
    assert_eq!(bench.answer(requester), Answer::Done { note });
    assert!(bench.view().waiting[0].dismissed);
}

#[test]
fn a_request_dismissed_on_its_toast_leaves_a_silent_word() {
    // C3
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Request(chat(5)), ToastAction::Dismiss)));
    let id = bench.sent()[0].intent().unwrap();
    bench.ok(id);
    let toasts = bench.toasts().unwrap();
    let said: Vec<_> = toasts.iter().map(|toast| (toast.title.as_str(), toast.ring, toast.stays)).collect();
    assert_eq!(said, [("Silenced for you; still waiting in the menu.", None, false)]);
}

#[test]
fn a_late_dismiss_says_what_became_of_the_request() {
    // C10
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.session(5, 2, &json!({ "status": "handled", "participants": joined_by("Sam Hill", NOON) }));
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Request(chat(5)), ToastAction::Dismiss)));
    let id = bench.sent()[0].intent().unwrap();
    bench.json(json!({ "type": "error", "re": id, "code": "not_found", "message": "…" }));
    assert_eq!(bench.toasts().unwrap()[0].title, "Sam joined at 12:00.");
}

#[test]
fn what_is_clicked_in_the_tray_is_answered_by_a_toast_where_there_is_something_to_say() {
    // C10
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    let said = |bench: &mut Bench| bench.toasts().map(|toasts| toasts.last().unwrap().title.clone());
    bench.on(Input::Clicked(Intent::Silent { minutes: 30 }));
    assert_eq!(said(&mut bench).unwrap(), "Requests ring silently until 12:30.");
    bench.on(Input::Clicked(Intent::Online));
    let id = bench.sent()[0].intent().unwrap();
    bench.ok(id);
    assert_eq!(bench.toasts(), None, "the menu shows it");
    bench.on(Input::Clicked(Intent::Join { session: chat(5) }));
    let id = bench.sent()[0].intent().unwrap();
    bench.json(
        json!({ "type": "error", "re": id, "code": "taken", "message": "…", "by": "Sam Hill", "at": NOON }),
    );
    assert_eq!(said(&mut bench).unwrap(), "Sam joined at 12:00.");
    bench.lose();
    bench.effects();
    bench.on(Input::Clicked(Intent::Away { until: crate::view::AwayUntil::Cleared }));
    let kept = "No connection. This will be sent when the connection is back.";
    assert_eq!(said(&mut bench).unwrap(), kept);
}

#[test]
fn closing_the_toast_decides_nothing() {
    // C3
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Closed(ToastKey::Request(chat(5)))));
    assert_eq!(bench.sent(), []);
    bench.pass(secs(20));
    assert_eq!(bench.toasts().unwrap()[0].ring, Some(2));
}

#[test]
fn a_click_opens_the_chat_and_says_when_it_is_over() {
    // C10
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Clicked(ToastKey::Request(chat(5)))));
    let page = Page::Portal { chat: Some(chat(5)) };
    assert!(bench.effects().contains(&Effect::StartWindow { page, minimised: false }));
    bench.session(5, 2, &json!({ "status": "handled", "participants": joined_by("Sam Hill", NOON) }));
    bench.on(Input::Toast(ToastEvent::Clicked(ToastKey::Request(chat(5)))));
    assert_eq!(bench.toasts().unwrap()[0].title, "Sam joined at 12:00.");
    bench.on(Input::Toast(ToastEvent::Clicked(ToastKey::Request(chat(99)))));
    assert_eq!(bench.toasts().unwrap()[1].title, "This chat is over.");
}

#[test]
fn a_request_that_nobody_joined_leaves_a_word() {
    // C5
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.rings_for(6);
    bench.effects();
    bench.session(5, 2, &json!({ "status": "abandoned", "waiting_since": NOON, "ended": NOON + 130_000 }));
    let callback = json!({ "phone": "+64 21 555 01" });
    bench.session(6, 2, &json!({ "status": "callback", "callback": callback }));
    let toasts = bench.toasts().unwrap();
    let titles: Vec<_> = toasts.iter().map(|toast| toast.title.as_str()).collect();
    assert_eq!(titles, ["Dana left after 2:10; nobody joined.", "Dana asks to be called: +64 21 555 01"]);
    assert!(toasts.iter().all(|toast| !toast.stays));
}

#[test]
fn what_a_snapshot_tells_is_no_news_and_what_it_does_not_tell_is_gone() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.rings_for(6);
    bench.lose();
    bench.effects();
    bench.greet();
    bench.session(5, 2, &json!({ "status": "abandoned", "ended": NOON }));
    assert_eq!(bench.toasts(), None, "a half-told snapshot withdraws nothing");
    bench.down(Down::Synced { more: 0 });
    assert_eq!(bench.toasts(), Some(vec![]));
    assert_eq!(bench.view().waiting, []);
}

#[test]
fn while_the_connection_is_lost_toasts_stay_without_sound_and_go_with_the_grace() {
    // P10, C2
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.lose();
    bench.effects();
    bench.pass(secs(44));
    assert_eq!(bench.toasts(), None);
    bench.pass(secs(1));
    assert_eq!(bench.toasts(), Some(vec![]));
}

#[test]
fn rings_silently_for_a_while() {
    // C11
    let mut bench = Bench::technician();
    bench.effects();
    let requester = bench.wants(Intent::Silent { minutes: 30 });
    let note = Some("Requests ring silently until 12:30.".into());
    assert_eq!(bench.answer(requester), Answer::Done { note });
    bench.rings_for(5);
    assert_eq!(bench.toasts().unwrap()[0].ring, None);
    bench.wants(Intent::Silent { minutes: 0 });
    assert_eq!(bench.toasts(), None, "the end of silence is no sound by itself");
    bench.pass(secs(20));
    assert_eq!(bench.toasts().unwrap()[0].ring, Some(1));
    assert_eq!(bench.view().silent_until, None);
}

#[test]
fn a_new_message_is_a_toast_unless_the_chat_is_in_front_of_the_reader() {
    // C8, C10
    let mut bench = Bench::technician();
    let me_in = json!([{ "person": ME, "name": "Priya Shah", "state": "online", "joined": NOON }]);
    let handled = |messages: u64| json!({ "status": "handled", "participants": me_in, "messages": messages });
    bench.effects();
    bench.session(5, 2, &handled(0));
    assert!(matches!(bench.sent()[..], [Up::Open { session, after: 0, .. }] if session == chat(5)));
    let message = |bench: &mut Bench, number: u64, from: PersonId| {
        bench.session(5, 2 + number, &handled(number));
        let message = json!({ "number": number, "id": Uuid::from_u128(number.into()), "from": from, "at": NOON, "text": "It smokes" });
        bench.json(json!({ "type": "messages", "session": chat(5), "messages": [message] }));
    };
    message(&mut bench, 1, DANA);
    assert_eq!(line(&bench.toasts().unwrap()[0]), "Dana Reyes (Northwind Dental) / It smokes");
    assert_eq!(bench.view().chats[0].unseen, 1);
    bench.on(Input::Toast(ToastEvent::Clicked(ToastKey::Message(chat(5)))));
    let page = Page::Portal { chat: Some(chat(5)) };
    let effects = bench.effects();
    assert!(effects.contains(&Effect::StartWindow { page, minimised: false }));
    assert!(effects.contains(&Effect::Toasts(vec![])));
    bench.json(json!({ "type": "mine", "session": chat(5), "dismissed": false, "seen": 1, "visible": true, "ring": false }));
    message(&mut bench, 2, DANA);
    message(&mut bench, 3, ME);
    assert_eq!(bench.toasts(), None);
}

// It sounded when the silence ended, long after it had come.
#[test]
fn a_message_that_came_in_silence_stays_silent_when_the_silence_ends_and_the_next_one_sounds() {
    // C8
    let mut bench = Bench::technician();
    let me_in = json!([{ "person": ME, "name": "Priya Shah", "state": "online", "joined": NOON }]);
    let message = |bench: &mut Bench, number: u64| {
        bench.session(
            5,
            2 + number,
            &json!({ "status": "handled", "participants": me_in, "messages": number }),
        );
        let message = json!({ "number": number, "id": Uuid::from_u128(number.into()), "from": DANA, "at": NOON, "text": "It smokes" });
        bench.json(json!({ "type": "messages", "session": chat(5), "messages": [message] }));
    };
    let ring = |bench: &mut Bench| {
        let toasts = bench.toasts()?;
        toasts.iter().find(|toast| toast.key == ToastKey::Message(chat(5))).map(|toast| toast.ring)
    };
    bench.session(5, 2, &json!({ "status": "handled", "participants": me_in, "messages": 0 }));
    bench.wants(Intent::Silent { minutes: 30 });
    bench.effects();
    message(&mut bench, 1);
    assert_eq!(ring(&mut bench), Some(None));
    bench.pass(secs(31 * 60));
    assert_eq!(ring(&mut bench).flatten(), None);
    message(&mut bench, 2);
    assert_eq!(ring(&mut bench), Some(Some(2)));
}

#[test]
fn a_client_is_shown_no_requests() {
    let mut bench = Bench::client();
    bench.session(5, 1, &json!({ "client": ME }));
    assert_eq!(bench.view().waiting, []);
    bench.effects();
    let requester = bench.wants(Intent::Join { session: chat(5) });
    assert_eq!(bench.failed(requester), "Only technicians can do this.");
}

#[test]
fn a_welcome_that_was_held_up_makes_no_ring_late_once_a_beat_has_come() {
    // C3
    let mut bench = Bench::technician();
    bench.lose();
    let said = bench.service_now();
    bench.pass(secs(9));
    bench.greet_at(UnixMillis(said));
    bench.down(Down::Synced { more: 0 });
    bench.session(5, 1, &json!({ "waiting_since": said }));
    bench.mine(5, true);
    bench.toasts();
    // The first beat leaves the service 15 s after the welcome, and comes in time.
    bench.pass(secs(6));
    bench.down(Down::Beat);
    bench.pass(secs(5));
    let rings: Vec<_> = bench.toasts().unwrap().iter().map(|toast| toast.ring).collect();
    assert_eq!(rings, [Some(2)], "it has waited for 20 s");
}

#[test]
fn toasts_come_in_the_order_of_their_time_the_latest_last() {
    let mut bench = Bench::technician();
    // Ids say nothing of time.
    bench.rings_for(9);
    bench.pass(secs(5));
    bench.session(4, 1, &json!({ "status": "handled", "participants": joined_by_me(), "messages": 1 }));
    let at = bench.service_now();
    let message = json!({ "number": 1, "id": Uuid::from_u128(50), "from": DANA, "at": at, "text": "Hello?" });
    bench.json(json!({ "type": "messages", "session": Uuid::from_u128(4), "messages": [message] }));
    bench.pass(secs(5));
    bench.rings_for(2);
    let keys: Vec<_> = bench.toasts().unwrap().into_iter().map(|toast| toast.key).collect();
    assert_eq!(keys, [ToastKey::Request(chat(9)), ToastKey::Message(chat(4)), ToastKey::Request(chat(2))]);
}

#[test]
fn a_message_that_is_a_file_says_what_was_sent() {
    // C8
    for (file, said) in [
        (
            json!({ "name": "a.png", "bytes": 1, "picture": { "format": "png", "width": 1, "height": 1 } }),
            "Sent a picture",
        ),
        (json!({ "name": "rep\u{202e}ort.pdf", "bytes": 1 }), "Sent report.pdf"),
    ] {
        let mut bench = Bench::technician();
        bench.session(4, 1, &json!({ "status": "handled", "participants": joined_by_me(), "messages": 1 }));
        let at = bench.service_now();
        let message = json!({ "number": 1, "id": Uuid::from_u128(50), "from": DANA, "at": at, "text": "", "file": file });
        bench.json(json!({ "type": "messages", "session": Uuid::from_u128(4), "messages": [message] }));
        assert!(line(&bench.toasts().unwrap()[0]).ends_with(&format!(" / {said}")), "{said}");
    }
}

pub(super) fn joined_by_me() -> serde_json::Value {
    json!([{ "person": ME, "name": "Priya", "state": "online", "joined": NOON }])
}

#[test]
fn news_that_no_desktop_could_show_is_dropped_instead_of_shown_hours_later() {
    let mut bench = Bench::technician();
    bench.lose();
    bench.on(Input::Clicked(Intent::Join { session: chat(1) }));
    bench.on(Input::Clicked(Intent::Join { session: chat(2) }));
    let toasts = bench.toasts().unwrap();
    bench.on(Input::Toast(ToastEvent::Shown(toasts[1].key.clone())));
    bench.pass(secs(59));
    assert_eq!(bench.toasts(), None);
    bench.pass(secs(2));
    assert_eq!(
        bench.toasts().unwrap(),
        toasts[1..],
        "the desktop has shown the other one, and ends it by itself"
    );
}

/// The connection is made again to a service whose clock was set back by two hours meanwhile.
fn reconnect_to_a_clock_set_back(bench: &mut Bench) {
    bench.lose();
    bench.greet_at(UnixMillis(bench.service_now() - 2 * 3_600_000));
}

// It had waited for no time at all, for two hours long, and made no sound.
#[test]
fn a_request_goes_on_ringing_when_the_services_clock_is_set_back() {
    // C3
    let mut bench = Bench::technician();
    let since = bench.service_now();
    bench.rings_for(5);
    bench.pass(secs(15));
    reconnect_to_a_clock_set_back(&mut bench);
    bench.session(5, 1, &json!({ "waiting_since": since }));
    bench.mine(5, true);
    bench.down(Down::Synced { more: 0 });
    bench.toasts();
    bench.pass(secs(5));
    assert_eq!(rings(&mut bench), [Some(2)], "it has waited for 20 s");
    bench.pass(secs(10));
    assert_eq!(rings(&mut bench), [Some(3)]);
}

#[test]
fn a_request_that_seems_to_begin_in_the_future_rings_from_when_it_is_seen() {
    let mut bench = Bench::technician();
    bench.session(5, 1, &json!({ "waiting_since": bench.service_now() + 2 * 3_600_000 }));
    bench.mine(5, true);
    assert_eq!(rings(&mut bench), [Some(1)]);
    bench.pass(secs(20));
    assert_eq!(rings(&mut bench), [Some(2)]);
}

/// Joined and left by others while the connection was lost.
fn lose_while_it_waits_again(bench: &mut Bench, id: u128, others: &[(u128, u64)]) {
    bench.lose();
    bench.greet();
    for (other, since) in others {
        bench.session(*other, 1, &json!({ "waiting_since": since }));
        bench.mine(*other, true);
    }
    bench.rings_for(id);
    bench.down(Down::Synced { more: 0 });
}

// Its sounds were counted from the first time that it waited; then their numbers began again, and the desktop, which still had
// the greater ones under the same key, made none of them heard.
#[test]
fn a_request_that_waits_again_rings_from_the_beginning_with_greater_numbers() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.pass(secs(300));
    let before = rings(&mut bench)[0];
    lose_while_it_waits_again(&mut bench, 5, &[]);
    let again = rings(&mut bench)[0];
    assert!(again > before, "{before:?} {again:?}");
    bench.pass(secs(19));
    assert_eq!(bench.toasts(), None);
    bench.pass(secs(1));
    let next = rings(&mut bench)[0];
    assert!(next > again, "{again:?} {next:?}");
}

#[test]
fn one_of_several_that_waits_again_rings_as_a_new_one() {
    let mut bench = Bench::technician();
    let since = bench.service_now();
    for id in [5, 6, 7] {
        bench.rings_for(id);
    }
    bench.pass(secs(25));
    let before = rings(&mut bench)[0];
    lose_while_it_waits_again(&mut bench, 7, &[(5, since), (6, since)]);
    let again = rings(&mut bench);
    assert!(again.len() == 1 && again[0] > before, "{before:?} {again:?}");
}

// Its numbers began again each time that there were several.
#[test]
fn the_toast_for_all_rings_with_greater_numbers_when_it_comes_back() {
    let mut bench = Bench::technician();
    for id in [5, 6, 7] {
        bench.rings_for(id);
    }
    bench.pass(secs(300));
    let before = rings(&mut bench)[0];
    bench.session(7, 2, &json!({ "status": "handled", "participants": joined_by("Sam Hill", NOON) }));
    bench.rings_for(8);
    let again = rings(&mut bench);
    assert!(again.len() == 1 && again[0] > before, "{before:?} {again:?}");
}

// The toast for all was silent until the next one had waited for as long.
#[test]
fn when_the_longest_of_several_is_taken_the_others_go_on_ringing() {
    // C3
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.pass(secs(300));
    for id in [6, 7, 8] {
        bench.rings_for(id);
    }
    bench.session(5, 2, &json!({ "status": "handled", "participants": joined_by("Sam Hill", NOON) }));
    let before = rings(&mut bench)[0];
    bench.pass(secs(20));
    let after = rings(&mut bench)[0];
    assert!(after > before, "{before:?} {after:?}");
}

#[test]
fn silence_lasts_as_long_as_was_asked_also_when_the_services_clock_is_set_back() {
    let mut bench = Bench::technician();
    bench.wants(Intent::Silent { minutes: 30 });
    reconnect_to_a_clock_set_back(&mut bench);
    bench.down(Down::Synced { more: 0 });
    bench.pass(secs(31 * 60));
    assert_eq!(bench.view().silent_until, None);
    bench.rings_for(5);
    assert_eq!(rings(&mut bench), [Some(1)]);
}

// A desktop that could show it only later would have sounded.
#[test]
fn silence_counts_for_what_was_due_to_sound_before() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.wants(Intent::Silent { minutes: 30 });
    assert_eq!(rings(&mut bench), [None]);
}

fn rings(bench: &mut Bench) -> Vec<Option<u64>> {
    bench.toasts().unwrap().iter().map(|toast| toast.ring).collect()
}
