//! What became of the last requests on this computer, in words.

use super::*;

/// What is said of the latest request.
fn told(bench: &Bench) -> Vec<String> {
    bench.view().requests[0].lines.clone()
}

fn shown(bench: &mut Bench) {
    bench.on(Input::Toast(ToastEvent::Shown(ToastKey::Request(chat(5)))));
}

fn others(bench: &mut Bench, connected: bool) {
    let device = |this: bool, connected: bool| {
        json!({
            "id": Uuid::from_u128(if this { 1 } else { 2 }), "name": "laptop", "activity": "active", "since": NOON,
            "this": this, "connected": connected,
        })
    };
    bench.json(json!({ "type": "devices", "devices": [device(true, true), device(false, connected)] }));
}

fn is_joined(bench: &mut Bench) {
    bench.session(5, 2, &json!({ "status": "handled", "participants": joined_by("Tom Berg", NOON) }));
}

#[test]
fn a_request_that_was_shown_and_heard_says_so_and_how_it_ended() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    assert_eq!(told(&bench)[0], "Your desktop has not shown its toast yet.");
    bench.pass(secs(1));
    shown(&mut bench);
    bench.pass(secs(29));
    is_joined(&mut bench);
    let record = &bench.view().requests[0];
    assert_eq!(
        (record.title.as_str(), record.about.as_str()),
        ("Dana Reyes (Northwind Dental)", "Printer offline · #48213")
    );
    assert_eq!(
        record.lines,
        ["Its toast was on the screen at 12:00:01.", "It sounded 3 times.", "Tom joined at 12:00."]
    );
}

#[test]
fn a_record_says_its_day_from_the_next_day_on_and_its_names_from_when_they_are_no_longer_hidden() {
    let mut bench = Bench::technician();
    bench.wants(Intent::HideNames { hide: true });
    bench.rings_for(5);
    shown(&mut bench);
    is_joined(&mut bench);
    assert_eq!(
        told(&bench),
        ["Its toast was on the screen at 12:00:00.", "It sounded once.", "Somebody joined at 12:00."]
    );
    bench.pass(secs(12 * 3_600));
    bench.wants(Intent::HideNames { hide: false });
    assert_eq!(bench.view().requests[0].title, "Dana Reyes (Northwind Dental)");
    assert_eq!(told(&bench)[0], "Its toast was on the screen at yesterday 12:00:00.");
}

#[test]
fn as_long_as_nothing_changes_all_views_have_the_same_list() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    let before = bench.view().requests;
    bench.pass(secs(1));
    assert!(std::sync::Arc::ptr_eq(&bench.view().requests, &before));
    shown(&mut bench);
    assert!(!std::sync::Arc::ptr_eq(&bench.view().requests, &before));
}

#[test]
fn one_that_did_not_ring_here_says_why() {
    for (connected, dismissed, after, expected) in [
        (true, false, 10, "Another of your devices rang. Requests ring where you were active last."),
        (false, false, 10, "It did not ring here."),
        (true, true, 10, "You had silenced it already."),
        (true, false, 0, "It was over before it could be shown."),
    ] {
        let mut bench = Bench::technician();
        others(&mut bench, connected);
        if dismissed {
            bench.json(json!({
                "type": "mine", "session": chat(5), "dismissed": true, "seen": 0, "visible": false, "ring": false,
            }));
        }
        bench.session(5, 1, &json!({}));
        bench.pass(secs(after));
        is_joined(&mut bench);
        assert_eq!(told(&bench), [expected, "Tom joined at 12:00."]);
    }
}

#[test]
fn one_that_was_over_before_it_could_be_shown_says_so() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    is_joined(&mut bench);
    assert_eq!(told(&bench)[0], "It was over before it could be shown.");
}

#[test]
fn one_whose_toast_could_not_be_shown_says_why() {
    let mut bench = Bench::technician();
    let words = "No notification daemon runs.";
    bench.on(Input::Notice { about: Problem::Notifications, words: Some(words.into()) });
    bench.rings_for(5);
    assert_eq!(told(&bench)[0], "Its toast could not be shown: No notification daemon runs.");
    bench.on(Input::Notice { about: Problem::Notifications, words: None });
    shown(&mut bench);
    assert_eq!(told(&bench)[0], "Its toast was on the screen at 12:00:00.");
}

#[test]
fn one_that_rang_silently_says_why() {
    // C11
    let mut bench = Bench::technician();
    bench.wants(Intent::Silent { minutes: 30 });
    bench.rings_for(5);
    shown(&mut bench);
    assert_eq!(
        told(&bench),
        ["Its toast was on the screen at 12:00:00.", "It rang silently, as you had set."]
    );

    let mut bench = Bench::technician();
    bench.on(Input::DoNotDisturb(true));
    bench.rings_for(5);
    shown(&mut bench);
    let expected = [
        "Your desktop was in do-not-disturb: it took the toast, and may not have shown it.",
        "It rang silently, since your desktop was in do-not-disturb.",
    ];
    assert_eq!(told(&bench), expected);
}

#[test]
fn one_whose_sound_could_not_be_played_says_why() {
    let mut bench = Bench::technician();
    bench.on(Input::Notice { about: Problem::Sound, words: Some("Nothing can play sounds.".into()) });
    bench.rings_for(5);
    shown(&mut bench);
    assert_eq!(told(&bench)[1], "Its sound could not be played: Nothing can play sounds.");
}

#[test]
fn one_that_was_part_of_the_toast_for_several_is_told_like_others() {
    // C3
    let mut bench = Bench::technician();
    for id in [5, 6, 7] {
        bench.rings_for(id);
    }
    bench.on(Input::Toast(ToastEvent::Shown(ToastKey::Several)));
    for record in bench.view().requests.iter() {
        assert_eq!(record.lines[0], "Its toast was on the screen at 12:00:00.", "{record:?}");
        assert!(record.lines[1].starts_with("It sounded"), "{record:?}");
    }
}

#[test]
fn one_that_waits_again_has_another_record() {
    // C9
    let mut bench = Bench::technician();
    bench.rings_for(5);
    is_joined(&mut bench);
    bench.pass(secs(60));
    bench.session(5, 3, &json!({ "waiting_since": bench.service_now() }));
    let records = bench.view().requests;
    assert_eq!(records.len(), 2);
    assert!(records[0].since > records[1].since, "the latest comes first");
}

#[test]
fn while_the_connection_is_lost_nothing_is_taken_for_its_end() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    shown(&mut bench);
    let before = told(&bench);
    bench.lose();
    bench.greet();
    assert_eq!(told(&bench), before);
}

#[test]
fn fifty_are_kept_without_their_names_where_names_are_hidden_and_they_end_with_the_sign_in() {
    let mut bench = Bench::technician();
    for id in 100..160 {
        bench.session(id, 1, &json!({ "subject": format!("number {id}") }));
        bench.session(id, 2, &json!({ "status": "abandoned", "ended": NOON }));
    }
    let records = bench.view().requests;
    assert_eq!((records.len(), records[0].about.as_str()), (50, "number 159 · #48213"));
    bench.wants(Intent::HideNames { hide: true });
    let records = serde_json::to_string(&bench.view().requests).unwrap();
    for secret in ["Dana", "Northwind", "number", "48213"] {
        assert!(!records.contains(secret), "{secret}: {records}");
    }
    bench.effects();
    bench.wants(Intent::SignOut);
    let sent = bench.sent();
    let [Up::SignOut { id, device: None }] = sent[..] else { panic!("{sent:?}") };
    bench.ok(id);
    assert!(bench.view().requests.is_empty());
}

#[test]
fn what_still_waits_keeps_its_record_however_many_wait() {
    let mut bench = Bench::technician();
    for id in 100..160 {
        bench.session(id, 1, &json!({ "subject": format!("number {id}") }));
    }
    bench.pass(secs(30));
    let records = bench.view().requests;
    let first = records.last().map(|record| record.about.as_str());
    assert_eq!((records.len(), first), (50, Some("number 100 · #48213")));
}

#[test]
fn a_client_has_none() {
    let mut bench = Bench::client();
    bench.session(5, 1, &json!({ "client": ME }));
    assert!(bench.view().requests.is_empty());
}
