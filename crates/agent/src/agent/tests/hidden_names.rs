//! While names are hidden, no toast says who or about what, and the setting is kept.

use super::*;
use crate::tray::tray;

/// All that must not be read on a shared screen.
const SECRETS: [&str; 9] = ["Dana", "Reyes", "Northwind", "Printer", "48213", "Priya", "Tom", "+64", "Hello"];

/// All toasts since the last look, as text. It says nothing secret.
fn discreet(bench: &mut Bench) -> Vec<String> {
    let lines: Vec<String> = bench.toasts().unwrap_or_default().iter().map(line).collect();
    for secret in SECRETS {
        assert!(!lines.iter().any(|line| line.contains(secret)), "{secret}: {lines:?}");
    }
    lines
}

fn hidden(role: Role) -> Bench {
    let mut bench = if role == Role::Technician { Bench::technician() } else { Bench::client() };
    bench.wants(Intent::HideNames { hide: true });
    bench.effects();
    bench
}

#[test]
fn a_request_waits_and_nothing_else_is_said_until_names_are_shown_again() {
    let mut bench = hidden(Role::Technician);
    bench.rings_for(5);
    assert_eq!(discreet(&mut bench), ["A request waits / Waiting 0:00"]);
    bench.on(Input::Clicked(Intent::HideNames { hide: false }));
    let toasts = bench.toasts().unwrap();
    assert!(line(&toasts[0]).starts_with("Dana Reyes (Northwind Dental) needs help"), "{toasts:?}");
    assert_eq!(toasts[1].title, "Toasts and the tray show names and subjects again.");
}

#[test]
fn what_is_on_the_screen_already_is_hidden_at_once_and_makes_no_new_sound() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    let before = bench.toasts().unwrap().remove(0);
    bench.wants(Intent::HideNames { hide: true });
    let after = bench.toasts().unwrap().remove(0);
    assert_eq!((after.title.as_str(), after.ring), ("A request waits", before.ring));
}

#[test]
fn an_offered_chat_and_a_message_do_not_say_whose() {
    // C8, C9
    let mut bench = hidden(Role::Technician);
    super::hand_over::offered(&mut bench, Some(ME));
    assert_eq!(discreet(&mut bench), ["A chat is offered to you / "]);
    let me_in = json!([{ "person": ME, "name": "Priya Shah", "state": "online", "joined": NOON }]);
    bench.session(6, 1, &json!({ "status": "handled", "participants": me_in, "messages": 1 }));
    let message =
        json!({ "number": 1, "id": Uuid::from_u128(50), "from": DANA, "at": NOON, "text": "Hello?" });
    bench.json(json!({ "type": "messages", "session": chat(6), "messages": [message] }));
    let lines = discreet(&mut bench);
    assert!(lines.contains(&"A new message / ".to_owned()), "{lines:?}");
}

#[test]
fn a_reminder_to_answer_and_a_request_that_waits_again_do_not_say_of_whom() {
    // C3, C9
    let mut bench = hidden(Role::Technician);
    let me_in = json!([{ "person": ME, "name": "Priya Shah", "state": "online", "joined": NOON }]);
    let due = json!({ "status": "handled", "participants": me_in, "answer_due": bench.service_now() });
    bench.session(5, 1, &due);
    bench.mine(5, true);
    assert_eq!(discreet(&mut bench), ["A client is waiting for your answer / "]);
    let mut bench = hidden(Role::Technician);
    bench.session(5, 1, &json!({ "participants": joined_by("Tom Berg", NOON), "messages": 42 }));
    bench.mine(5, true);
    assert_eq!(discreet(&mut bench), ["A request waits / Waiting 0:00"]);
}

#[test]
fn an_invitation_does_not_say_from_whom() {
    // C7
    let mut bench = hidden(Role::Client);
    super::invitations::invited(&mut bench);
    assert_eq!(discreet(&mut bench), ["You are invited to a chat / "]);
}

#[test]
fn how_requests_invitations_and_offers_ended_is_told_without_names() {
    // C5, C7, C9
    let invited =
        json!({ "kind": "push", "status": "invited", "inviter": { "person": ME, "name": "Priya Shah" } });
    let ended = |status| json!({ "status": status, "ended": NOON, "callback": { "phone": "+64 1" } });
    let mine = json!([{ "person": ME, "name": "Priya Shah", "state": "online", "joined": NOON }]);
    let offer = |declined: bool| {
        let mut offer = json!({ "by": ME, "to": DANA, "to_name": "Tom Berg", "at": NOON });
        if declined {
            offer["declined"] = json!(NOON);
        }
        json!({ "status": "handled", "participants": mine, "hand_over": offer })
    };
    let mut left = mine.clone();
    left[0]["left"] = json!(NOON);
    let toms = json!([left[0], { "person": DANA, "name": "Tom Berg", "state": "online", "joined": NOON }]);
    for (before, after, told) in [
        (json!({}), ended("abandoned"), "Somebody left after"),
        (json!({}), ended("callback"), "Somebody asks to be called. /"),
        (
            invited.clone(),
            json!({ "kind": "push", "status": "completed", "completed_by": DANA, "inviter": invited["inviter"] }),
            "Somebody answered: not now.",
        ),
        (offer(false), offer(true), "Nobody took over a chat from you."),
        (
            offer(false),
            json!({ "status": "handled", "participants": toms, "hand_over": null }),
            "A colleague has taken over a chat from you.",
        ),
    ] {
        let mut bench = hidden(Role::Technician);
        bench.session(5, 1, &before);
        bench.session(5, 2, &after);
        let lines = discreet(&mut bench);
        assert!(lines.iter().any(|line| line.starts_with(told)), "{told}: {lines:?}");
        // It is known, and said again where it may be.
        bench.wants(Intent::HideNames { hide: false });
        let shown: Vec<String> = bench.toasts().unwrap().iter().map(line).collect();
        assert!(shown.iter().any(|line| line.contains("Dana") || line.contains("Tom")), "{shown:?}");
    }
}

#[test]
fn a_late_click_is_answered_without_a_name_and_an_answer_with_one_goes_when_names_are_hidden() {
    // C10
    for is_hidden_before in [true, false] {
        let mut bench = if is_hidden_before { hidden(Role::Technician) } else { Bench::technician() };
        bench.session(5, 1, &json!({}));
        bench.session(5, 2, &json!({ "status": "handled", "participants": joined_by("Priya Shah", NOON) }));
        bench.effects();
        bench.on(Input::Toast(ToastEvent::Clicked(ToastKey::Request(chat(5)))));
        if is_hidden_before {
            assert_eq!(discreet(&mut bench), ["Somebody joined at 12:00. / "]);
        } else {
            assert_eq!(bench.toasts().unwrap()[0].title, "Priya joined at 12:00.");
            bench.wants(Intent::HideNames { hide: true });
            assert_eq!(bench.toasts(), Some(Vec::new()));
        }
    }
}

#[test]
fn the_tray_says_neither() {
    let mut bench = hidden(Role::Technician);
    bench.rings_for(5);
    let me_in = json!([{ "person": ME, "name": "Priya Shah", "state": "online", "joined": NOON }]);
    bench.session(6, 1, &json!({ "status": "handled", "participants": me_in, "messages": 2 }));
    let tray = tray(&bench.view(), 0);
    let all = format!("{} {:?}", tray.tooltip, tray.menu);
    for secret in SECRETS.iter().filter(|secret| **secret != "Priya") {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    assert!(all.contains("A request, waiting since 12:00: Join") && all.contains("A chat (2 new)"), "{all}");
    assert!(all.contains("Names and subjects (hidden)"), "{all}");
}

#[test]
fn the_setting_is_saved_once_kept_over_a_restart_and_outlives_the_sign_in() {
    let mut bench = Bench::technician();
    bench.effects();
    for _ in 0..2 {
        bench.wants(Intent::HideNames { hide: true });
    }
    let saved: Vec<Settings> = bench.effects().into_iter().filter_map(saved).collect();
    assert_eq!(saved.len(), 1);
    let kept = Settings::read(&saved[0].write()).unwrap();
    let mut restarted =
        Bench::with(Start { settings: kept, ..start(Some(Role::Technician)) }, Role::Technician);
    restarted.fact(Fact::Active);
    restarted.connect();
    restarted.toasts();
    restarted.rings_for(5);
    assert_eq!(discreet(&mut restarted).len(), 1);
    restarted.wants(Intent::SignOut);
    let sent = restarted.sent();
    let [Up::SignOut { id, device: None }] = sent[..] else { panic!("{sent:?}") };
    restarted.ok(id);
    assert!(restarted.view().hides_names, "it is this computer's");
}

fn saved(effect: Effect) -> Option<Settings> {
    match effect {
        Effect::SaveSettings(settings) => Some(settings),
        _ => None,
    }
}
