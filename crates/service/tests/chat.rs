//! Chats over the wire: real service, in-memory connections, paused clock.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, START, TestService, idle, sign_in_again};
use serde_json::{Value, json};
use service::{Clock, Config};
use std::time::Duration;
use uuid::Uuid;

const ORG: &str = "Acme IT";

struct Desk {
    service: TestService,
    priya: Device,
    tom: Device,
    dana: Device,
}

/// Two technicians and a client, all connected.
async fn desk() -> Desk {
    let service = TestService::start();
    let tokens = ["Priya", "Tom"].map(|name| service.person(ORG, name, None));
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (priya, _) = service.app(&tokens[0]).await;
    let (tom, _) = service.app(&tokens[1]).await;
    let (dana, _) = service.app(&client).await;
    Desk { service, priya, tom, dana }
}

async fn request(client: &mut Device, subject: &str) -> String {
    let ok = client.ask(json!({"type": "chat.request", "subject": subject})).await;
    assert_eq!(ok["type"], "ok", "{ok}");
    ok["session"].as_str().unwrap().to_owned()
}

/// A chat whose technician has read a message of its client and completed it.
async fn read_and_completed(client: &mut Device, technician: &mut Device) -> String {
    let id = request(client, "Printer").await;
    technician.ask(json!({"type": "chat.join", "session": id})).await;
    client.ask(json!({"type": "chat.message", "session": id, "text": "It hums."})).await;
    technician.send(json!({"type": "chat.seen", "session": id, "number": 1})).await;
    technician.wait("seen", |frame| frame["type"] == "mine" && frame["seen"] == 1).await;
    assert_eq!(technician.ask(json!({"type": "chat.complete", "session": id})).await["type"], "ok");
    id
}

async fn session(device: &mut Device, id: &str, status: &str) -> Value {
    device
        .wait(status, |frame| frame["session"]["id"] == id && frame["session"]["status"] == status)
        .await["session"]
        .clone()
}

#[tokio::test(start_paused = true)]
async fn a_request_rings_at_both_technicians_and_exactly_one_wins_the_join() {
    // C2, C3, C4
    let Desk { mut priya, mut tom, mut dana, service: _service } = desk().await;
    let id = request(&mut dana, "  Printer\noffline  ").await;
    for technician in [&mut priya, &mut tom] {
        let seen = session(technician, &id, "waiting").await;
        assert_eq!(seen["subject"], "Printer offline");
        assert_eq!(seen["company"], "Northwind Dental");
        let mine = technician.until("mine").await.pop().unwrap();
        assert_eq!((&mine["session"], &mine["ring"]), (&json!(id), &json!(true)));
    }
    let join = json!({"type": "chat.join", "id": Uuid::new_v4(), "session": id});
    assert_eq!(tom.ask(join.clone()).await["type"], "ok");
    assert_eq!(tom.ask(join).await["type"], "ok", "the same Join again");
    assert_eq!(session(&mut priya, &id, "handled").await["participants"][0]["name"], "Tom");
    assert_eq!(priya.until("mine").await.pop().unwrap()["ring"], false);
    let late = priya.ask(json!({"type": "chat.join", "session": id})).await;
    assert_eq!((&late["code"], &late["by"]), (&json!("taken"), &json!("Tom")));
    assert!(late["at"].is_u64());
    let handled = session(&mut dana, &id, "handled").await;
    assert_eq!(handled["participants"][0]["name"], "Tom");
    assert_eq!(handled["company"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_repeated_request_is_one_session_and_another_one_is_refused() {
    // C1
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let ask = json!({"type": "chat.request", "id": Uuid::new_v4(), "subject": "Printer"});
    let first = dana.ask(ask.clone()).await;
    assert_eq!(first, dana.ask(ask).await);
    let other = dana.ask(json!({"type": "chat.request", "subject": "Scanner"})).await;
    assert_eq!(other["code"], "already_active");
    let ticket = dana.ask(json!({"type": "chat.request", "subject": "Scanner", "reference": "#48213"})).await;
    assert_eq!(ticket["type"], "ok", "one for each reference");
    session(&mut priya, ticket["session"].as_str().unwrap(), "waiting").await;
    for (subject, why) in [("   ", "empty"), ("x".repeat(201).as_str(), "long")] {
        let refused = dana.ask(json!({"type": "chat.request", "subject": subject})).await;
        assert_eq!(refused["code"], "invalid", "{why}");
    }
    let by_technician = priya.ask(json!({"type": "chat.request", "subject": "Mine"})).await;
    assert_eq!(by_technician["code"], "not_allowed");
}

#[tokio::test(start_paused = true)]
async fn messages_are_numbered_repeats_are_harmless_and_outsiders_do_not_read() {
    // C8
    let Desk { mut priya, mut tom, mut dana, service: _service } = desk().await;
    let id = request(&mut dana, "Printer").await;
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    let hi = json!({"type": "chat.message", "id": Uuid::new_v4(), "session": id, "text": "Hi\u{0007}!\nIt is off."});
    assert_eq!(dana.ask(hi.clone()).await["number"], 1);
    assert_eq!(dana.ask(hi.clone()).await["number"], 1);
    let told = priya.until("messages").await.pop().unwrap();
    assert_eq!(told["messages"][0]["text"], "Hi!\nIt is off.");
    assert_eq!(priya.ask(json!({"type": "chat.message", "session": id, "text": "On it"})).await["number"], 2);
    dana.wait("the answer", |frame| frame["messages"][0]["text"] == "On it").await;
    assert_eq!(tom.ask(json!({"type": "chat.open", "session": id})).await["code"], "not_allowed");
    assert_eq!(
        tom.ask(json!({"type": "chat.message", "session": id, "text": "x"})).await["code"],
        "not_allowed"
    );
    // Everything again from the start, then new messages.
    dana.send(json!({"type": "chat.open", "id": Uuid::new_v4(), "session": id, "after": 0})).await;
    let all = dana.wait("all", |frame| frame["messages"].as_array().is_some_and(|m| m.len() == 2)).await;
    assert_eq!(all["messages"][1]["number"], 2);
    priya.send(json!({"type": "chat.seen", "session": id, "number": 99})).await;
    assert_eq!(priya.ask(json!({"type": "chat.complete", "session": id})).await["type"], "ok");
    session(&mut dana, &id, "completed").await;
    assert_eq!(dana.ask(hi).await["number"], 1, "a repeat of a stored message, after the end");
    let late = dana.ask(json!({"type": "chat.message", "session": id, "text": "Wait"})).await;
    assert_eq!(late["code"], "over");
}

#[tokio::test(start_paused = true)]
async fn a_completion_is_undone_within_eight_seconds_and_both_have_the_chat_again() {
    // C9
    let Desk { mut priya, mut dana, mut tom, service: _service } = desk().await;
    let id = read_and_completed(&mut dana, &mut priya).await;
    session(&mut dana, &id, "completed").await;
    let undo = json!({"type": "chat.reopen", "session": id});
    assert_eq!(tom.ask(undo.clone()).await["code"], "not_allowed", "it was not theirs");
    tokio::time::advance(Duration::from_secs(8)).await;
    let mut first = undo.clone();
    first["id"] = json!(Uuid::new_v4());
    priya.send(first).await;
    let told = priya.until("ok").await;
    let forgotten = |frame: &Value| frame["type"] == "mine" && frame["seen"] != 1;
    assert!(!told.iter().any(forgotten), "what was read stays read: {told:?}");
    let again = session(&mut dana, &id, "handled").await;
    assert_eq!((&again["ended"], &again["completed_by"]), (&Value::Null, &Value::Null));
    assert_eq!(dana.ask(json!({"type": "chat.message", "session": id, "text": "Oh!"})).await["number"], 2);
    assert_eq!(priya.ask(json!({"type": "chat.complete", "session": id})).await["type"], "ok");
    tokio::time::advance(Duration::from_secs(11)).await;
    assert_eq!(priya.ask(undo).await["code"], "too_late");
}

// What had been read was unread after it.
#[tokio::test(start_paused = true)]
async fn a_completion_that_is_undone_after_a_restart_leaves_what_was_read() {
    // C8, C9
    let Desk { mut priya, mut dana, service, tom } = desk().await;
    let id = read_and_completed(&mut dana, &mut priya).await;
    drop((priya, dana, tom));
    let store = service.stop().await;
    let clock = Clock::from_tokio(START + 2_000);
    let service = TestService::on(store, clock, Config::default());
    let (mut priya, _) = service.app(&sign_in_again(&*service.store, ORG, "Priya")).await;
    priya.send(json!({"type": "chat.reopen", "id": Uuid::new_v4(), "session": id})).await;
    let told = priya.until("ok").await;
    let mine: Vec<_> = told.iter().filter(|frame| frame["type"] == "mine").collect();
    assert!(mine.iter().all(|frame| frame["seen"] == 1) && !mine.is_empty(), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_completion_stays_when_its_client_has_asked_again() {
    // C1, C9
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let id = request(&mut dana, "Printer").await;
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    priya.ask(json!({"type": "chat.complete", "session": id})).await;
    session(&mut dana, &id, "completed").await;
    let next = request(&mut dana, "Still the printer").await;
    assert_eq!(priya.ask(json!({"type": "chat.reopen", "session": id})).await["code"], "already_active");
    assert_eq!(priya.ask(json!({"type": "chat.join", "session": next})).await["type"], "ok");
}

#[tokio::test(start_paused = true)]
async fn who_joins_and_does_not_answer_for_a_minute_is_reminded() {
    // C3
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let id = request(&mut dana, "Printer").await;
    priya.send(json!({"type": "chat.join", "id": Uuid::new_v4(), "session": id})).await;
    let joined = session(&mut priya, &id, "handled").await;
    let since = joined["participants"][0]["joined"].as_u64().unwrap();
    assert_eq!(joined["answer_due"].as_u64(), Some(since + 60_000));
    assert_eq!(session(&mut dana, &id, "handled").await["answer_due"], Value::Null, "it is not for clients");
    let begun = tokio::time::Instant::now();
    let reminded = |frame: &Value| frame["type"] == "mine" && frame["ring"] == true;
    let mut rings = None;
    while rings.is_none() {
        priya.send(json!({"type": "beat", "activity": "active"})).await;
        rings = priya.quiet_for(Duration::from_secs(10)).await.filter(reminded);
    }
    assert_eq!(begun.elapsed().as_secs(), 60);
    // In front of the reader it does not ring, and elsewhere it does.
    priya.send(json!({"type": "chat.visible", "session": id})).await;
    priya.wait("quiet", |frame| frame["type"] == "mine" && frame["ring"] == false).await;
    // Somebody who has gone reads nothing, whatever is on the screen.
    let gone = json!({"idle": {"reason": "idle", "idle_for_ms": 300_000}});
    priya.send(json!({"type": "activity", "id": Uuid::new_v4(), "activity": gone})).await;
    priya.wait("it rings again", reminded).await;
    let answer = json!({"type": "chat.message", "id": Uuid::new_v4(), "session": id, "text": "On it."});
    priya.send(answer).await;
    priya.wait("answered", |frame| frame["type"] == "mine" && frame["ring"] == false).await;
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_waits_again_goes_before_newcomers() {
    // C9
    let Desk { service, mut priya, mut dana, .. } = desk().await;
    let token = service.person(ORG, "Lee", Some("Contoso Farms"));
    let (mut lee, _) = service.app(&token).await;
    let first = request(&mut dana, "Printer").await;
    priya.ask(json!({"type": "chat.join", "session": first})).await;
    let second = request(&mut lee, "Mail").await;
    priya.send(json!({"type": "bye"})).await;
    let before = |frame: &Value| frame["session"]["id"] == second.as_str() && frame["session"]["ahead"] == 1;
    let mut behind = None;
    while behind.is_none() {
        lee.send(json!({"type": "beat", "activity": "active"})).await;
        dana.send(json!({"type": "beat", "activity": "active"})).await;
        behind = lee.quiet_for(Duration::from_secs(10)).await.filter(before);
    }
    let again = session(&mut dana, &first, "waiting").await;
    assert_eq!((&again["ahead"], &again["participants"][0]["name"]), (&json!(0), &json!("Priya")));
}

#[tokio::test(start_paused = true)]
async fn technicians_write_private_notes_and_the_client_hears_nothing_of_them() {
    let Desk { mut priya, mut tom, mut dana, service: _service } = desk().await;
    let id = request(&mut dana, "Printer").await;
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    let before = session(&mut dana, &id, "handled").await["rev"].as_u64().unwrap();
    assert_eq!(tom.ask(json!({"type": "chat.notes", "session": id})).await["type"], "ok");
    let note = json!({
        "type": "chat.note", "id": Uuid::new_v4(), "session": id, "text": "  Has two printers.\u{202e}\n",
    });
    assert_eq!(priya.ask(note.clone()).await["number"], 1);
    assert_eq!(priya.ask(note).await["number"], 1, "a repeat");
    let shown = tom.wait("the note", |frame| frame["type"] == "notes").await;
    assert_eq!(shown["notes"][0]["text"], "Has two printers.");
    tom.send(json!({"type": "chat.notes", "id": Uuid::new_v4(), "session": id})).await;
    let all = tom.wait("all notes", |frame| frame["type"] == "notes").await;
    assert_eq!(all["notes"].as_array().unwrap().len(), 1);
    for asked in [
        json!({"type": "chat.note", "session": id, "text": "x"}),
        json!({"type": "chat.notes", "session": id}),
    ] {
        assert_eq!(dana.ask(asked).await["code"], "not_allowed");
    }
    assert_eq!(dana.quiet_for(Duration::from_secs(1)).await, None, "nothing has reached the client");
    assert_eq!(priya.ask(json!({"type": "chat.message", "session": id, "text": "Hello"})).await["number"], 1);
    let told = dana.wait("the message", |frame| frame["type"] == "session").await;
    assert_eq!(told["session"]["notes"], Value::Null, "not even how many there are");
    assert_eq!(told["session"]["rev"].as_u64(), Some(before + 1), "not even by a gap");
    priya.ask(json!({"type": "chat.complete", "session": id})).await;
    let late = tom.ask(json!({"type": "chat.note", "session": id, "text": "Too late"})).await;
    assert_eq!(late["code"], "over");
}

#[tokio::test(start_paused = true)]
async fn seen_and_visible_apply_to_all_devices() {
    // C8
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut one, _) = service.app(&token).await;
    let (mut two, _) = service.app(&token).await;
    let (mut dana, _) = service.app(&client).await;
    let id = request(&mut dana, "Printer").await;
    one.ask(json!({"type": "chat.join", "session": id})).await;
    dana.ask(json!({"type": "chat.message", "session": id, "text": "Hello?"})).await;
    one.send(json!({"type": "chat.visible", "session": id})).await;
    two.wait("visible", |frame| frame["type"] == "mine" && frame["visible"] == true).await;
    one.send(json!({"type": "chat.seen", "session": id, "number": 1})).await;
    two.wait("seen", |frame| frame["type"] == "mine" && frame["seen"] == 1).await;
    one.send(json!({"type": "bye"})).await;
    two.wait("gone", |frame| frame["type"] == "mine" && frame["visible"] == false).await;
}

#[tokio::test(start_paused = true)]
async fn a_client_of_another_company_gets_not_found_for_every_intent_on_it() {
    let Desk { service, mut dana, .. } = desk().await;
    let id = request(&mut dana, "Printer").await;
    let strangers = [
        (ORG, "Lee", Some("Contoso Farms")),
        (ORG, "Colleague", Some("Northwind Dental")),
        ("Other MSP", "Sam", None),
    ];
    for (org, name, company) in strangers {
        let token = service.person(org, name, company);
        let (mut stranger, told) = service.app(&token).await;
        assert!(!told.iter().any(|frame| frame["type"] == "session"), "{told:?}");
        for intent in [
            "chat.join",
            "chat.assist",
            "chat.hand_over",
            "chat.keep",
            "chat.dismiss",
            "chat.accept",
            "chat.decline",
            "chat.leave",
            "chat.cancel_callback",
            "chat.open",
            "chat.complete",
            "chat.reopen",
            "chat.notes",
        ] {
            let answer = stranger.ask(json!({"type": intent, "session": id})).await;
            assert_eq!(answer["code"], "not_found", "{name} {intent}");
        }
        for mut frame in [
            json!({"type": "chat.message", "text": "x"}),
            json!({"type": "chat.note", "text": "x"}),
            json!({"type": "chat.callback", "phone": "1"}),
        ] {
            frame["session"] = json!(id);
            assert_eq!(stranger.ask(frame).await["code"], "not_found", "{name}");
        }
        stranger.send(json!({"type": "chat.visible", "session": id})).await;
        stranger.send(json!({"type": "chat.seen", "session": id, "number": 1})).await;
        stranger.send(json!({"type": "ring.shown", "session": id})).await;
        assert_eq!(stranger.quiet_for(Duration::from_secs(1)).await, None, "{name}");
        if company.is_some() {
            let stolen = stranger.ask(json!({"type": "chat.request", "id": id, "subject": "x"})).await;
            assert_eq!(stolen["code"], "invalid", "the id of somebody else's session");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_who_is_gone_for_a_minute_abandons_the_request() {
    // C5
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let id = request(&mut dana, "Printer").await;
    session(&mut priya, &id, "waiting").await;
    dana.close().await;
    let begun = tokio::time::Instant::now();
    let mut ended = None;
    while ended.is_none() {
        priya.send(json!({"type": "beat", "activity": "active"})).await;
        let frame = priya.quiet_for(Duration::from_secs(10)).await;
        ended = frame.filter(|frame| frame["session"]["status"] == "abandoned");
    }
    assert_eq!(begun.elapsed().as_secs(), 60);
    let note = json!({"type": "chat.complete", "session": id});
    assert_eq!(priya.ask(note).await["code"], "note_needed");
    let note = json!({"type": "chat.complete", "session": id, "note": "Called, works."});
    assert_eq!(priya.ask(note).await["type"], "ok");
}

#[tokio::test(start_paused = true)]
async fn a_callback_ends_the_waiting_and_technicians_get_the_number() {
    // C5
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let id = request(&mut dana, "Printer").await;
    let callback = json!({"type": "chat.callback", "session": id, "phone": "+64 9 123"});
    assert_eq!(dana.ask(callback).await["type"], "ok");
    assert_eq!(session(&mut priya, &id, "callback").await["callback"]["phone"], "+64 9 123");
}

#[tokio::test(start_paused = true)]
async fn the_queue_tells_its_clients_how_many_are_before_them() {
    let Desk { service, mut priya, mut dana, .. } = desk().await;
    let token = service.person(ORG, "Lee", Some("Contoso Farms"));
    let (mut lee, _) = service.app(&token).await;
    let first = request(&mut dana, "Printer").await;
    tokio::time::advance(Duration::from_secs(1)).await;
    let ask = json!({"type": "chat.request", "id": Uuid::new_v4(), "subject": "Mail"});
    lee.send(ask).await;
    let waiting = lee.until("session").await.pop().unwrap();
    assert_eq!(waiting["session"]["ahead"], 1);
    priya.ask(json!({"type": "chat.join", "session": first})).await;
    lee.wait("the first place", |frame| frame["session"]["ahead"] == 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_client_sees_the_bare_state_of_the_technician_of_their_chat_change() {
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let id = request(&mut dana, "Printer").await;
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    let handled = session(&mut dana, &id, "handled").await;
    assert_eq!(handled["participants"][0]["state"], "online");
    priya.ask(json!({"type": "activity", "activity": idle("locked", 0)})).await;
    let away = session(&mut dana, &id, "handled").await;
    assert_eq!((&away["participants"][0]["state"], &away["rev"]), (&json!("away"), &handled["rev"]));
}

#[tokio::test(start_paused = true)]
async fn an_away_technician_hears_a_ring_and_a_returning_one_finds_waiting_requests() {
    // C2: away is a signal to others, not a mute
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut priya, _) = service.app(&token).await;
    priya.ask(json!({"type": "prefer", "preference": {"away": {}}})).await;
    let (mut dana, _) = service.app(&client).await;
    let id = request(&mut dana, "Printer").await;
    assert_eq!(priya.until("mine").await.pop().unwrap()["ring"], true);
    priya.ask(json!({"type": "chat.dismiss", "session": id})).await;
    priya.close().await;
    let (_priya, told) = service.app(&token).await;
    let kinds: Vec<_> = told.iter().map(|frame| frame["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["welcome", "session", "mine", "synced"]);
    assert_eq!((&told[2]["dismissed"], &told[2]["ring"]), (&json!(true), &json!(false)));
}

#[tokio::test(start_paused = true)]
async fn the_device_that_was_active_last_rings_and_after_2_silent_seconds_all_do() {
    // C3
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut desktop, _) = service.app(&token).await;
    tokio::time::advance(Duration::from_secs(1)).await;
    let (mut laptop, _) = service.app(&token).await;
    let (mut dana, _) = service.app(&client).await;
    let first = request(&mut dana, "Printer").await;
    assert_eq!(laptop.until("mine").await.pop().unwrap()["ring"], true);
    laptop.send(json!({"type": "ring.shown", "session": first})).await;
    desktop.until("session").await;
    assert_eq!(desktop.quiet_for(Duration::from_secs(3)).await, None, "the laptop has confirmed");
    laptop.ask(json!({"type": "activity", "activity": idle("locked", 0)})).await;
    assert_eq!(desktop.until("mine").await.pop().unwrap()["ring"], true, "the laptop is locked");
    // The desktop does not confirm: all devices that can ring do.
    let begun = tokio::time::Instant::now();
    laptop.wait("all", |frame| frame["type"] == "mine" && frame["ring"] == true).await;
    assert_eq!(begun.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_may_have_three_waiting_requests_and_the_next_is_refused() {
    // C1
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let ask = |reference: &str| json!({"type": "chat.request", "subject": "Printer", "reference": reference});
    let first = dana.ask(ask("1")).await["session"].clone();
    dana.ask(ask("2")).await;
    let third = json!({"type": "chat.request", "id": Uuid::new_v4(), "subject": "Printer", "reference": "3"});
    assert_eq!(dana.ask(third.clone()).await["type"], "ok");
    let fourth = dana.ask(ask("4")).await;
    assert_eq!(fourth["code"], "too_many");
    assert!(fourth["message"].as_str().unwrap().contains("3 requests"), "{fourth}");
    assert_eq!(dana.ask(third).await["type"], "ok", "a repeat does not count as another");
    assert_eq!(priya.ask(json!({"type": "chat.join", "session": first})).await["type"], "ok");
    assert_eq!(dana.ask(ask("4")).await["type"], "ok");
}

#[tokio::test(start_paused = true)]
async fn a_repeat_gets_the_same_answer_even_if_the_chat_has_changed() {
    // C4
    let Desk { mut priya, mut tom, mut dana, service: _service } = desk().await;
    let intent = |kind: &str, session: &str| json!({"type": kind, "id": Uuid::new_v4(), "session": session});
    let ask = json!({"type": "chat.request", "id": Uuid::new_v4(), "subject": "Printer"});
    let id = dana.ask(ask.clone()).await["session"].as_str().unwrap().to_owned();
    let (dismiss, join) = (intent("chat.dismiss", &id), intent("chat.join", &id));
    let (second, leave, complete) =
        (intent("chat.join", &id), intent("chat.leave", &id), intent("chat.complete", &id));
    assert_eq!(tom.ask(dismiss.clone()).await["type"], "ok");
    assert_eq!(priya.ask(join.clone()).await["type"], "ok");
    assert_eq!(tom.ask(second).await["code"], "taken");
    let leaving = intent("chat.leave", &id);
    assert_eq!(priya.ask(leaving).await["code"], "nobody_stays");
    assert_eq!(priya.ask(complete.clone()).await["type"], "ok");
    assert_eq!(dana.ask(ask).await["type"], "ok");
    assert_eq!(tom.ask(dismiss).await["type"], "ok");
    for frame in [join, complete] {
        assert_eq!(priya.ask(frame.clone()).await["type"], "ok", "{frame}");
    }
    assert_eq!(tom.ask(leave).await["type"], "ok", "a person who is not in it has left already");
    let id = request(&mut dana, "Scanner").await;
    let mut callback = intent("chat.callback", &id);
    callback["phone"] = json!("+64 9 555 0100");
    assert_eq!(dana.ask(callback.clone()).await["type"], "ok");
    let complete = json!({"type": "chat.complete", "session": id, "note": "Called."});
    assert_eq!(priya.ask(complete).await["type"], "ok");
    assert_eq!(dana.ask(callback).await["type"], "ok");
    assert_eq!(priya.ask(intent("chat.join", &id)).await["code"], "over", "another Join is another intent");
}

#[tokio::test(start_paused = true)]
async fn a_callback_request_just_after_a_join_is_told_who_joined() {
    // C5
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let id = request(&mut dana, "Printer").await;
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    let late = dana.ask(json!({"type": "chat.callback", "session": id, "phone": "1"})).await;
    assert_eq!((&late["code"], &late["by"]), (&json!("taken"), &json!("Priya")), "{late}");
    assert!(late["at"].is_u64());
}

#[tokio::test(start_paused = true)]
async fn the_id_of_somebody_elses_message_is_refused_and_no_text_is_lost_silently() {
    // C8
    let Desk { mut priya, mut dana, service: _service, tom: _tom } = desk().await;
    let id = request(&mut dana, "Printer").await;
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    let message = |text: &str, message: Uuid| json!({"type": "chat.message", "id": message, "session": id, "text": text});
    let used = Uuid::new_v4();
    assert_eq!(dana.ask(message("It is off.", used)).await["number"], 1);
    let refused = priya.ask(message("On it.", used)).await;
    assert_eq!(refused["code"], "invalid", "{refused}");
    assert!(refused["message"].as_str().unwrap().contains("new one"), "{refused}");
    assert_eq!(priya.ask(message("On it.\rNow.", Uuid::new_v4())).await["number"], 2);
    let told = dana.wait("the answer", |frame| frame["messages"][0]["number"] == 2).await;
    assert_eq!(told["messages"][0]["text"], "On it.\nNow.");
}

#[tokio::test(start_paused = true)]
async fn a_subject_of_invisible_characters_is_empty() {
    let Desk { mut dana, service: _service, tom: _tom, priya: _priya } = desk().await;
    let refused = dana.ask(json!({"type": "chat.request", "subject": "\u{e0041}"})).await;
    assert_eq!(refused["code"], "invalid");
}
