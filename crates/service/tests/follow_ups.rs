//! Clients who leave chats behind on purpose cost their technicians nothing: neither a connection nor time.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{TestService, sign_in};
use presence::UnixMillis;
use serde_json::json;
use service::store::{Sqlite, Store};
use service::{Clock, Config};
use std::sync::Arc;
use uuid::Uuid;

const ORG: &str = "Acme IT";
/// Frames in ten seconds at which the app leaves a service (`link`): a first view has to stay far below.
const FLOOD: usize = 10_000;
/// Bytes that may wait for one reader (`outbox`).
const QUEUE: usize = 8 * 1024 * 1024;

/// Abandoned chats with the longest texts, as many of each client as asked for.
fn leave_behind(store: &dyn Store, clients: usize, each: usize) {
    for client in 0..clients {
        sign_in(store, ORG, &format!("Client {client}"), Some("Northwind Dental"));
    }
    let organisation = store.organisations().unwrap()[0].id;
    let people = store.load(organisation).unwrap().unwrap().people;
    let clients = people.iter().filter(|person| person.affiliation.company().is_some());
    for (at, client) in clients.enumerate() {
        for number in 0..each {
            let now = UnixMillis(common::START - 1_000_000 + (at * each + number) as u64);
            let new = chat::NewRequest {
                id: chat::SessionId(Uuid::new_v4()),
                client: client.id,
                subject: "\u{1F5A8}".repeat(200),
                reference: Some(format!("{number}")),
            };
            let request = chat::request(new, now);
            store.create_session(organisation, &request, usize::MAX).unwrap();
            let left = chat::abandon(&request, now).unwrap();
            store.put_session(organisation, &left, request.rev).unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_thousand_that_stay_open_neither_disconnect_nor_slow_a_technician() {
    let store: Arc<dyn Store> = Arc::new(Sqlite::in_memory().unwrap());
    let tokens = ["Priya", "Tom"].map(|name| sign_in(&*store, ORG, name, None));
    leave_behind(&*store, 100, 20);
    let service = TestService::on(store, Clock::from_tokio(common::START), Config::default());
    let (mut priya, told) = service.app(&tokens[0]).await;
    let sessions = told.iter().filter(|frame| frame["type"] == "session").count();
    let bytes: usize = told.iter().map(|frame| frame.to_string().len()).sum();
    assert_eq!((sessions, &told.last().unwrap()["more"]), (100, &json!(1_900)));
    assert!(told.len() < FLOOD / 10 && bytes < QUEUE / 10, "{} frames, {bytes} bytes", told.len());
    let (mut known, mut more) = (sessions, 1_900);
    while more > 0 {
        let id = Uuid::new_v4();
        priya.send(json!({"type": "chat.more", "id": id})).await;
        let page = priya.until("ok").await;
        known += page.iter().filter(|frame| frame["type"] == "session").count();
        let answer = page.last().unwrap();
        assert_eq!(answer["re"], json!(id));
        more = answer["more"].as_u64().unwrap();
    }
    assert_eq!(known, 2_000);
    // Who comes later, and what happens then, waits for none of it.
    let (mut tom, _) = service.app(&tokens[1]).await;
    let dana = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut dana, _) = service.app(&dana).await;
    let asked = dana.ask(json!({"type": "chat.request", "subject": "Printer"})).await;
    for technician in [&mut priya, &mut tom] {
        technician.wait("the request", |frame| frame["session"]["id"] == asked["session"]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_who_asks_and_leaves_over_and_over_leaves_20_behind() {
    let service = TestService::with(Config { frames_burst: 1_000, ..Config::default() });
    let priya = service.person(ORG, "Priya", None);
    let dana = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut dana, _) = service.app(&dana).await;
    let (mut watcher, _) = service.app(&priya).await;
    for number in 0..30 {
        let asked = dana.ask(json!({"type": "chat.request", "subject": format!("{number}")})).await;
        assert_eq!(asked["type"], "ok", "{asked}");
        dana.ask(json!({"type": "chat.leave", "session": asked["session"]})).await;
    }
    for _ in 0..10 {
        watcher.wait("one that is completed", |frame| frame["session"]["status"] == "completed").await;
    }
    let (_priya, told) = service.app(&priya).await;
    let mut open: Vec<u32> = told
        .iter()
        .filter(|frame| frame["session"]["status"] == "abandoned")
        .map(|frame| frame["session"]["subject"].as_str().unwrap().parse().unwrap())
        .collect();
    open.sort_unstable();
    assert_eq!(open, (10..30).collect::<Vec<_>>(), "the newest");
}
