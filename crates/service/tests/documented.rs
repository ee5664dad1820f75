//! Rules that `docs/protocol.md` states without an example: defaults, limits, spellings, and which frames come unasked.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, TestService};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const ORG: &str = "Acme IT";
const WEEK_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// Connects with this hello; returns the frames until `synced`.
async fn connect(service: &TestService, hello: Value) -> (Device, Vec<Value>) {
    let mut device = service.open("/connect", &[]).await.unwrap();
    device.send(hello).await;
    let told = device.until("synced").await;
    (device, told)
}

fn of_type<'a>(told: &'a [Value], kind: &str) -> Vec<&'a Value> {
    told.iter().filter(|frame| frame["type"] == kind).collect()
}

async fn request(client: &mut Device, subject: &str) -> String {
    client.ask(json!({"type": "chat.request", "subject": subject})).await["session"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The frames that come unasked: everything before the answer to one more intent.
async fn heard(device: &mut Device) -> Vec<Value> {
    let id = json!(Uuid::new_v4());
    device.send(json!({"type": "device.list", "id": id})).await;
    let mut seen = Vec::new();
    loop {
        let frame = device.next().await.unwrap();
        if frame["re"] == id {
            return seen;
        }
        seen.push(frame);
    }
}

#[tokio::test(start_paused = true)]
async fn hello_has_defaults_and_uuids_have_one_spelling_on_the_way_back() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut dana, _) = service.app(&client).await;
    request(&mut dana, "Printer").await;
    let instance = Uuid::new_v4();
    let app = json!({"name": "x", "version": "1", "device": "ü".repeat(150)});
    // Without `can_ring`, and with the instance in another spelling.
    let spelled = instance.braced().to_string().to_uppercase();
    let hello =
        json!({"type": "hello", "token": token, "instance": spelled, "app": app, "activity": "active"});
    let (mut priya, told) = connect(&service, hello.clone()).await;
    assert!(of_type(&told, "mine").is_empty(), "it cannot ring: {told:?}");
    priya.send(json!({"type": "device.list", "id": instance.urn().to_string()})).await;
    let told = priya.until("devices").await;
    let device = &told.last().unwrap()["devices"][0];
    assert_eq!(device["id"], instance.hyphenated().to_string());
    assert_eq!(device["name"], "ü".repeat(100));
    assert_eq!(of_type(&told, "ok")[0]["re"], instance.hyphenated().to_string());
    priya.send(hello).await;
    let again = priya.wait("the answer to a second hello", |frame| frame["type"] == "error").await;
    assert_eq!((&again["code"], &again["re"]), (&json!("invalid"), &Value::Null));
}

#[tokio::test(start_paused = true)]
async fn away_lasts_for_a_week_at_most_and_ends_in_one_way() {
    let service = TestService::start();
    let (mut priya, _) = service.app(&service.person(ORG, "Priya", None)).await;
    for (away, answer) in [
        (json!({"for_ms": WEEK_MS}), "ok"),
        (json!({"for_ms": WEEK_MS + 1}), "error"),
        (json!({"for_ms": 1000, "until_back": true}), "error"),
        (json!({"until_back": true}), "ok"),
        (json!({}), "ok"),
    ] {
        let said = priya.ask(json!({"type": "prefer", "preference": {"away": away}})).await;
        assert_eq!(said["type"], answer, "{away}: {said}");
        assert!(answer == "ok" || said["code"] == "invalid", "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn somebody_who_was_never_there_is_offline_since_0() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    service.person(ORG, "Tom", None);
    let (mut priya, _) = service.app(&token).await;
    priya.send(json!({"type": "people.watch"})).await;
    assert_eq!(priya.sees("Tom", "offline").await, json!({"state": "offline", "since": 0}));
}

#[tokio::test(start_paused = true)]
async fn messages_from_a_cut_come_only_after_chat_open_and_mine_once_it_has_content() {
    let service = TestService::start();
    let (tom, client) = (service.person(ORG, "Tom", None), service.person(ORG, "Dana", Some("Northwind")));
    let (mut dana, _) = service.app(&client).await;
    let (mut tom_in, _) = service.app(&tom).await;
    let chat = request(&mut dana, "Printer").await;
    tom_in.ask(json!({"type": "chat.join", "session": chat})).await;
    assert!(of_type(&heard(&mut dana).await, "mine").is_empty(), "all of it is false and 0");
    // While connected, they come unasked.
    dana.ask(json!({"type": "chat.message", "session": chat, "text": "one"})).await;
    let one = tom_in.until("messages").await.pop().unwrap();
    assert_eq!(one["messages"][0]["text"], "one");
    tom_in.cut();
    dana.ask(json!({"type": "chat.message", "session": chat, "text": "two"})).await;
    let (mut tom_back, told) = service.app(&tom).await;
    let heard_then = heard(&mut tom_back).await;
    assert!(of_type(&told, "messages").is_empty() && of_type(&heard_then, "messages").is_empty());
    tom_back.send(json!({"type": "chat.open", "id": Uuid::new_v4(), "session": chat, "after": 1})).await;
    let two = tom_back.until("messages").await.pop().unwrap();
    assert_eq!(two["messages"].as_array().unwrap().len(), 1);
    assert_eq!(two["messages"][0]["text"], "two");
    // `after` left out: from the beginning.
    tom_back.send(json!({"type": "chat.open", "id": Uuid::new_v4(), "session": chat})).await;
    let all = tom_back.until("messages").await.pop().unwrap();
    assert_eq!(all["messages"].as_array().unwrap().len(), 2);
    tom_back.send(json!({"type": "chat.visible", "session": chat})).await;
    assert_eq!(tom_back.until("mine").await.pop().unwrap()["visible"], true);
    tom_back.send(json!({"type": "chat.visible"})).await;
    assert_eq!(tom_back.until("mine").await.pop().unwrap()["visible"], false, "nothing is in front now");
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_is_over_is_told_once_more_and_can_still_be_read() {
    let service = TestService::start();
    let (tom, client) = (service.person(ORG, "Tom", None), service.person(ORG, "Dana", Some("Northwind")));
    let (mut dana, _) = service.app(&client).await;
    let (mut tom_in, _) = service.app(&tom).await;
    let chat = request(&mut dana, "Printer").await;
    tom_in.ask(json!({"type": "chat.join", "session": chat})).await;
    let (mut priya, _) = service.app(&service.person(ORG, "Priya", None)).await;
    let late = priya.ask(json!({"type": "chat.join", "session": chat})).await;
    assert_eq!((&late["code"], &late["by"]), (&json!("taken"), &json!("Tom")), "one at a time");
    dana.ask(json!({"type": "chat.message", "session": chat, "text": "thanks"})).await;
    tom_in.ask(json!({"type": "chat.complete", "session": chat})).await;
    for device in [&mut dana, &mut priya] {
        device.wait("the end", |frame| frame["session"]["status"] == "completed").await;
    }
    tokio::time::advance(Duration::from_secs(1)).await;
    for token in [&tom, &client] {
        let (mut again, told) = service.app(token).await;
        assert!(of_type(&told, "session").is_empty(), "{told:?}");
        again.send(json!({"type": "chat.open", "id": Uuid::new_v4(), "session": chat})).await;
        assert_eq!(again.until("messages").await.pop().unwrap()["messages"][0]["text"], "thanks");
    }
    // An abandoned one is told to both: nobody has called yet.
    let second = request(&mut dana, "Scanner").await;
    dana.ask(json!({"type": "chat.leave", "session": second})).await;
    for token in [&client, &tom] {
        let (_, told) = service.app(token).await;
        assert_eq!(of_type(&told, "session").len(), 1, "{told:?}");
    }
}
