//! Typing and read marks over the wire: real service, in-memory connections, paused clock.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, TestService};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const ORG: &str = "Acme IT";
/// Later than anything before the restart.
const START_MS: u64 = 1_900_000_000_000;

async fn open(device: &mut Device, chat: &str) {
    let opened = device.ask(json!({"type": "chat.open", "session": chat})).await;
    assert_eq!(opened["type"], "ok", "{opened}");
}

fn is_typing(frame: &Value) -> bool {
    frame["type"] == "typing"
}

#[tokio::test(start_paused = true)]
async fn typing_reaches_those_in_the_chat_ends_by_itself_and_is_not_kept() {
    // C8
    let service = TestService::start();
    let tokens = ["Priya", "Tom"].map(|name| service.person(ORG, name, None));
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut priya, _) = service.app(&tokens[0]).await;
    let (mut tom, _) = service.app(&tokens[1]).await;
    let (mut dana, _) = service.app(&client).await;
    let asked = dana.ask(json!({"type": "chat.request", "subject": "Printer"})).await;
    let chat = asked["session"].as_str().unwrap().to_owned();
    priya.ask(json!({"type": "chat.join", "session": chat})).await;
    open(&mut priya, &chat).await;
    open(&mut dana, &chat).await;
    dana.send(json!({"type": "chat.typing", "session": chat, "typing": true})).await;
    let told = priya.wait("typing", is_typing).await;
    assert_eq!((&told["session"], told["people"].as_array().unwrap().len()), (&json!(chat), 1));
    let begun = tokio::time::Instant::now();
    let over = priya.wait("its end", is_typing).await;
    assert_eq!(over["people"], json!([]));
    let after = begun.elapsed();
    assert!((Duration::from_secs(5)..Duration::from_secs(7)).contains(&after), "{after:?}");
    // Tom may see the chat, but is not in it; and a frame about a chat that does not exist is ignored.
    tom.send(json!({"type": "chat.typing", "session": chat, "typing": true})).await;
    tom.send(json!({"type": "chat.typing", "session": Uuid::new_v4(), "typing": true})).await;
    for device in [&mut dana, &mut tom] {
        let id = json!(Uuid::new_v4());
        device.send(json!({"type": "device.list", "id": id})).await;
        let seen = device.until("ok").await;
        assert!(!seen.iter().any(|frame| is_typing(frame) || frame["type"] == "error"), "{seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_mark_is_told_and_stated_again_after_a_restart() {
    // C8
    let service = TestService::start();
    let (priya, dana) = (service.person(ORG, "Priya", None), service.person(ORG, "Dana", Some("Northwind")));
    let (mut at_desk, _) = service.app(&priya).await;
    let (mut at_home, _) = service.app(&dana).await;
    let asked = at_home.ask(json!({"type": "chat.request", "subject": "Printer"})).await;
    let chat = asked["session"].as_str().unwrap().to_owned();
    at_desk.ask(json!({"type": "chat.join", "session": chat})).await;
    at_desk.ask(json!({"type": "chat.message", "session": chat, "text": "Which one?"})).await;
    at_home.send(json!({"type": "chat.seen", "session": chat, "number": 1})).await;
    let read = at_desk.wait("the mark", |frame| frame["type"] == "mine" && frame["read"] == 1).await;
    assert_eq!(read["session"], json!(chat));
    // Saved within a second.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let store = service.stop().await;
    let service = TestService::on(store, service::Clock::from_tokio(START_MS), service::Config::default());
    let (_again, told) = service.app(&priya).await;
    assert!(told.iter().any(|frame| frame["type"] == "mine" && frame["read"] == 1), "{told:?}");
}
