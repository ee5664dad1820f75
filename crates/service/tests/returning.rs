//! Clients come back to what they left: chats that are over, and callbacks of their own (C5, C8).
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, TestService, sign_in};
use serde_json::{Value, json};
use service::store::{Sqlite, Store};
use service::{Clock, Config};
use std::sync::Arc;
use uuid::Uuid;

const ORG: &str = "Acme IT";
/// Completed chats that come at once (`protocol::limits`).
const PART: usize = 20;

/// A service on this store; one person may send many frames at once.
fn service(store: &Arc<dyn Store>) -> TestService {
    let config = Config { frames_burst: 1_000, ..Config::default() };
    TestService::on(store.clone(), Clock::from_tokio(common::START), config)
}

/// A chat in which Priya writes this and which she then completes.
async fn helped(dana: &mut Device, priya: &mut Device, subject: &str, solution: &str) -> Value {
    let asked = dana.ask(json!({"type": "chat.request", "subject": subject})).await;
    let id = asked["session"].clone();
    for intent in [
        json!({"type": "chat.join", "session": id}),
        json!({"type": "chat.message", "session": id, "text": solution}),
        json!({"type": "chat.complete", "session": id, "note": "New driver."}),
    ] {
        let answer = priya.ask(intent).await;
        assert_eq!(answer["type"], "ok", "{answer}");
    }
    id
}

/// The next older chats, and how many are left.
async fn more(device: &mut Device) -> (Vec<Value>, Value) {
    let id = json!(Uuid::new_v4());
    device.send(json!({"type": "chat.more", "id": id})).await;
    let mut told = device.until("ok").await;
    let answer = told.pop().unwrap();
    assert_eq!(answer["re"], id);
    let sessions = told.into_iter().filter(|frame| frame["type"] == "session");
    (sessions.map(|frame| frame["session"].clone()).collect(), answer["more"].clone())
}

#[tokio::test(start_paused = true)]
async fn a_client_who_was_gone_reads_the_answer_on_another_device_and_after_a_restart() {
    // C8
    let store: Arc<dyn Store> = Arc::new(Sqlite::in_memory().unwrap());
    let [priya, tom] = ["Priya", "Tom"].map(|name| sign_in(&*store, ORG, name, None));
    let [dana, lee] = ["Dana", "Lee"].map(|name| sign_in(&*store, ORG, name, Some("Northwind Dental")));
    {
        let service = service(&store);
        let (mut priya, _) = service.app(&priya).await;
        let (mut dana, _) = service.app(&dana).await;
        helped(&mut dana, &mut priya, "Printer offline", "Press the green button.").await;
    }
    let service = service(&store);
    let (mut dana, told) = service.app(&dana).await;
    assert!(!told.iter().any(|frame| frame["type"] == "session"), "only on request: {told:?}");
    let (sessions, left) = more(&mut dana).await;
    assert_eq!((sessions.len(), left), (1, json!(0)));
    let chat = &sessions[0];
    assert_eq!((&chat["status"], &chat["subject"]), (&json!("completed"), &json!("Printer offline")));
    assert_eq!(chat["participants"][0]["name"], "Priya");
    assert_eq!((&chat["note"], &chat["company"]), (&Value::Null, &Value::Null), "for technicians");
    dana.send(json!({"type": "chat.open", "id": Uuid::new_v4(), "session": chat["id"]})).await;
    let said = dana.until("messages").await.pop().unwrap();
    assert_eq!(said["messages"][0]["text"], "Press the green button.");

    // Nobody else finds it here.
    for token in [lee, tom] {
        let (mut other, _) = service.app(&token).await;
        let (sessions, left) = more(&mut other).await;
        assert_eq!((sessions.len(), left), (0, json!(0)));
    }
}

#[tokio::test(start_paused = true)]
async fn completed_chats_come_by_page_the_newest_first_and_never_by_themselves() {
    // C8
    let store: Arc<dyn Store> = Arc::new(Sqlite::in_memory().unwrap());
    let priya = sign_in(&*store, ORG, "Priya", None);
    let token = sign_in(&*store, ORG, "Dana", Some("Northwind Dental"));
    let service = service(&store);
    let (mut priya, _) = service.app(&priya).await;
    let (mut dana, _) = service.app(&token).await;
    let you = dana.ask(json!({"type": "device.list"})).await;
    assert_eq!(you["type"], "ok");
    for number in 0..PART + 3 {
        helped(&mut dana, &mut priya, &format!("{number}"), "Done.").await;
    }
    // An invitation that nobody accepted was no chat.
    let people = store.people(None).unwrap();
    let client = people.iter().find(|each| each.person.name == "Dana").unwrap().person.id.0;
    let invited = priya.ask(json!({"type": "chat.invite", "client": client})).await;
    let declined = dana.ask(json!({"type": "chat.decline", "session": invited["session"]})).await;
    assert_eq!(declined["type"], "ok", "{declined}");

    let (mut dana, told) = service.app(&token).await;
    assert!(!told.iter().any(|frame| frame["type"] == "session"), "{told:?}");
    let mut found = Vec::new();
    for (count, left) in [(PART, 3), (3, 0), (0, 0)] {
        let (sessions, more) = more(&mut dana).await;
        assert_eq!((sessions.len(), more), (count, json!(left)));
        found.extend(sessions.iter().map(|each| each["subject"].as_str().unwrap().to_owned()));
    }
    let newest_first: Vec<String> = (0..PART + 3).rev().map(|number| number.to_string()).collect();
    assert_eq!(found, newest_first);
}

#[tokio::test(start_paused = true)]
async fn a_callback_stays_with_its_client_who_changes_and_cancels_it() {
    // C5
    let store: Arc<dyn Store> = Arc::new(Sqlite::in_memory().unwrap());
    let priya = sign_in(&*store, ORG, "Priya", None);
    let token = sign_in(&*store, ORG, "Dana", Some("Northwind Dental"));
    let service = service(&store);
    let (mut priya, _) = service.app(&priya).await;
    let (mut dana, _) = service.app(&token).await;
    let asked = dana.ask(json!({"type": "chat.request", "subject": "Printer offline"})).await;
    let id = asked["session"].clone();
    let call =
        |phone: &str| json!({"type": "chat.callback", "session": id, "phone": phone, "note": "After two."});
    for words in ["abc", "my mobile", "   "] {
        let refused = dana.ask(call(words)).await;
        assert_eq!(refused["code"], "invalid", "{words}");
        assert!(refused["message"].as_str().unwrap().contains("has digits"), "{refused}");
    }
    assert_eq!(dana.ask(call("+64 9 555 0100")).await["type"], "ok");
    let left = dana.ask(json!({"type": "chat.request", "subject": "Scanner", "reference": "7"})).await;
    dana.ask(json!({"type": "chat.leave", "session": left["session"]})).await;

    // After a reload, or on another device.
    let (mut dana, told) = service.app(&token).await;
    let sessions: Vec<&Value> =
        told.iter().map(|frame| &frame["session"]).filter(|each| each.is_object()).collect();
    let of = |status: &str| sessions.iter().find(|each| each["status"] == status).unwrap();
    assert_eq!(of("callback")["callback"], json!({"phone": "+64 9 555 0100", "note": "After two."}));
    assert_eq!(of("abandoned")["subject"], "Scanner");

    assert_eq!(dana.ask(call("ext. 7")).await["type"], "ok");
    let changed =
        priya.wait("the new number", |frame| frame["session"]["callback"]["phone"] == "ext. 7").await;
    assert_eq!(changed["session"]["status"], "callback");
    assert_eq!(dana.ask(call("none")).await["code"], "invalid");
    let cancel = json!({"type": "chat.cancel_callback", "session": id});
    assert_eq!(priya.ask(cancel.clone()).await["code"], "not_allowed");
    assert_eq!(dana.ask(cancel.clone()).await["type"], "ok");
    let over = priya
        .wait("the end", |frame| frame["session"]["id"] == id && frame["session"]["status"] == "completed");
    let over = over.await["session"].clone();
    assert_eq!(over["completed_by"], over["client"]);
    assert_eq!(dana.ask(cancel).await["type"], "ok", "again");
    let late = priya.ask(json!({"type": "chat.complete", "session": id, "note": "Called."})).await;
    assert_eq!(late["code"], "over");
    assert_eq!(dana.ask(call("1")).await["code"], "over");
}
