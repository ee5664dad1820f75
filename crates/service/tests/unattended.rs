//! Clients whom nobody attends to: the offer of a callback (C6), and a chat whose technicians are all gone (C9).
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, START, TestService, idle};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

const ORG: &str = "Acme IT";

async fn request(client: &mut Device) -> Value {
    let id = json!(Uuid::new_v4());
    client.send(json!({"type": "chat.request", "id": id, "subject": "Printer"})).await;
    let session = client.wait("the session", |frame| frame["session"]["id"] == id).await;
    client.wait("the answer", |frame| frame["re"] == id).await;
    session["session"].clone()
}

/// The next frame of this client's session.
async fn next(client: &mut Device) -> Value {
    client.until("session").await.pop().unwrap()["session"].clone()
}

/// Dana, in a chat whose only technician has just closed the app; with the tokens of both.
async fn left_alone() -> (TestService, [String; 2], Device) {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut priya, _) = service.app(&token).await;
    let (mut dana, _) = service.app(&client).await;
    let id = request(&mut dana).await["id"].clone();
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    priya.close().await;
    dana.wait("offline", |frame| frame["session"]["participants"][0]["state"] == "offline").await;
    (service, [token, client], dana)
}

/// These devices answer beats until the first of them gets the frame that is wanted.
async fn while_awake(devices: &mut [&mut Device], wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        for device in devices.iter_mut() {
            device.send(json!({"type": "beat", "activity": "active"})).await;
        }
        let until = Instant::now() + Duration::from_secs(10);
        while let Ok(frame) = tokio::time::timeout_at(until, devices[0].next()).await {
            let frame = frame.expect("still connected");
            if wanted(&frame) {
                return frame;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_callback_is_offered_while_nobody_is_online() {
    // C6
    let service = TestService::start();
    let priya = service.person(ORG, "Priya", None);
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut priya, _) = service.app_as(&priya, Uuid::new_v4(), idle("idle", 300_000)).await;
    let (mut dana, _) = service.app(&client).await;
    let waiting = request(&mut dana).await;
    assert_eq!((&waiting["status"], &waiting["callback_offered"]), (&json!("waiting"), &json!(true)));
    assert_eq!(priya.until("mine").await.pop().unwrap()["ring"], true, "away technicians hear it too");
    let told = priya.ask(json!({"type": "activity", "activity": "active"})).await;
    assert_eq!(told["type"], "ok");
    assert_eq!(next(&mut dana).await["callback_offered"], Value::Null);
    priya.close().await;
    assert_eq!(next(&mut dana).await["callback_offered"], true);
}

#[tokio::test(start_paused = true)]
async fn a_callback_is_offered_when_everybody_who_could_join_has_dismissed_it() {
    // C6
    let service = TestService::start();
    let [priya, tom] = ["Priya", "Tom"].map(|name| service.person(ORG, name, None));
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut priya, _) = service.app(&priya).await;
    let (mut tom, _) = service.app_as(&tom, Uuid::new_v4(), idle("locked", 0)).await;
    let (mut dana, _) = service.app(&client).await;
    let id = request(&mut dana).await["id"].clone();
    priya.ask(json!({"type": "chat.dismiss", "session": id})).await;
    assert_eq!(next(&mut dana).await["callback_offered"], Value::Null, "an away technician may still join");
    tom.ask(json!({"type": "chat.dismiss", "session": id})).await;
    assert_eq!(next(&mut dana).await["callback_offered"], true);
    let shown = priya.wait("it", |frame| frame["session"]["rev"] == 3).await;
    assert_eq!(shown["session"]["callback_offered"], Value::Null, "it is for the client");
    tom.ask(json!({"type": "chat.join", "session": id})).await;
    let handled = next(&mut dana).await;
    assert_eq!((&handled["status"], &handled["callback_offered"]), (&json!("handled"), &Value::Null));
}

#[tokio::test(start_paused = true)]
async fn a_chat_whose_technicians_are_all_gone_for_2_minutes_waits_again_and_rings_the_others() {
    // C9
    let service = TestService::start();
    let [priya, tom] = ["Priya", "Tom"].map(|name| service.person(ORG, name, None));
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut priya, _) = service.app(&priya).await;
    let (mut tom, _) = service.app(&tom).await;
    let (mut dana, _) = service.app(&client).await;
    let id = request(&mut dana).await["id"].clone();
    tom.ask(json!({"type": "chat.dismiss", "session": id})).await;
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    priya.close().await;
    let begun = Instant::now();
    let again = |frame: &Value| {
        frame["session"]["status"] == "waiting" && frame["session"]["participants"][0]["left"].is_u64()
    };
    let waits = while_awake(&mut [&mut dana, &mut tom], again).await;
    assert_eq!(begun.elapsed().as_secs(), 120);
    let waits = &waits["session"];
    assert_eq!(waits["waiting_since"].as_u64().unwrap(), START + 120_000);
    assert_eq!(waits["participants"][0]["left"], waits["waiting_since"]);
    let ring = while_awake(&mut [&mut tom, &mut dana], |frame| frame["ring"] == true).await;
    assert_eq!((&ring["session"], &ring["dismissed"]), (&id, &json!(false)));
    assert_eq!(tom.ask(json!({"type": "chat.join", "session": id})).await["type"], "ok");
    let handled = dana.wait("handled", |frame| frame["session"]["status"] == "handled").await;
    assert_eq!(handled["session"]["participants"][1]["name"], "Tom");
}

#[tokio::test(start_paused = true)]
async fn a_technician_who_is_back_in_time_keeps_the_chat() {
    // C9
    let (service, [token, _], mut dana) = left_alone().await;
    let begun = Instant::now();
    let mut priya = None;
    while begun.elapsed() < Duration::from_secs(200) {
        if priya.is_none() && begun.elapsed() > Duration::from_secs(110) {
            priya = Some(service.app(&token).await.0);
        }
        dana.send(json!({"type": "beat", "activity": "active"})).await;
        if let Some(priya) = &mut priya {
            priya.send(json!({"type": "beat", "activity": "active"})).await;
        }
        if let Some(frame) = dana.quiet_for(Duration::from_secs(5)).await
            && frame["type"] == "session"
        {
            assert_eq!(frame["session"]["status"], "handled", "{frame}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_does_not_forget_a_chat_whose_technicians_are_gone() {
    // C9
    let (service, [_, client], _dana) = left_alone().await;
    let store = service.stop().await;
    let service =
        TestService::on(store, service::Clock::from_tokio(START + 30_000), service::Config::default());
    let (mut dana, _) = service.app(&client).await;
    let begun = Instant::now();
    while_awake(&mut [&mut dana], |frame| frame["session"]["status"] == "waiting").await;
    assert_eq!(begun.elapsed().as_secs(), 120, "from the service's start");
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_both_sides_have_left_is_abandoned_and_rings_for_nobody() {
    // C5, C9
    let service = TestService::start();
    let [priya, tom] = ["Priya", "Tom"].map(|name| service.person(ORG, name, None));
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut priya, _) = service.app(&priya).await;
    let (mut tom, _) = service.app(&tom).await;
    let (mut dana, _) = service.app(&client).await;
    let id = request(&mut dana).await["id"].clone();
    priya.ask(json!({"type": "chat.join", "session": id})).await;
    priya.close().await;
    dana.close().await;
    let begun = Instant::now();
    while_awake(&mut [&mut tom], |frame| frame["session"]["status"] == "abandoned").await;
    assert_eq!(begun.elapsed().as_secs(), 120);
}
