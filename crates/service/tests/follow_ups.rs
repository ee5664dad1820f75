//! Clients who leave chats behind on purpose cost their technicians nothing: neither a connection nor time.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, TestService, sign_in};
use presence::UnixMillis;
use serde_json::{Value, json};
use service::store::{Sqlite, Store};
use service::{Clock, Config};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use uuid::Uuid;

const ORG: &str = "Acme IT";
/// Clients who have left chats behind before, and those who do so during the test.
const CLIENTS: [usize; 2] = [50, 50];
/// Chats that one client may leave behind (`chat::limits`); all of them together are as many as an organisation may have.
const OF_EACH: usize = 20;
/// Follow-ups in a technician's first view (`protocol::limits`).
const FIRST_VIEW: usize = 100;
/// Frames in ten seconds at which the app leaves a service (`link`): a first view has to stay far below.
const FLOOD: usize = 10_000;
/// Bytes that may wait for one reader (`outbox`).
const QUEUE: usize = 8 * 1024 * 1024;
/// From `hello` to `synced`, and from an intent to its answer: many times what either takes during the flood in an unoptimised build, for
/// machines that are busy with other tests.
const WITHIN: Duration = Duration::from_secs(5);

fn clients(store: &dyn Store, from: usize, count: usize) -> Vec<String> {
    (from..from + count)
        .map(|number| sign_in(store, ORG, &format!("Client {number}"), Some("Northwind Dental")))
        .collect()
}

fn longest_subject() -> String {
    "\u{1F5A8}".repeat(chat::limits::SUBJECT_CHARS)
}

/// Stores abandoned chats of all clients so far.
fn left_behind_before(store: &dyn Store) {
    let organisation = store.organisations().unwrap()[0].id;
    let people = store.load(organisation).unwrap().unwrap().people;
    let clients = people.iter().filter(|person| person.affiliation.company().is_some());
    for (at, client) in clients.enumerate() {
        for number in 0..OF_EACH {
            let now = UnixMillis(common::START - 1_000_000 + (at * OF_EACH + number) as u64);
            let new = chat::NewRequest {
                id: chat::SessionId(Uuid::new_v4()),
                client: client.id,
                subject: longest_subject(),
                reference: Some(format!("{number}")),
            };
            let request = chat::request(new, now);
            store.create_session(organisation, &request, usize::MAX).unwrap();
            let left = chat::abandon(&request, now).unwrap();
            store.put_session(organisation, &left, request.rev).unwrap();
        }
    }
}

/// Requests a chat and leaves it at once, again and again, as fast as the service answers.
async fn leave_behind(mut client: Device) {
    for number in 0..OF_EACH {
        let (request, leave) = (json!(Uuid::new_v4()), json!(Uuid::new_v4()));
        let reference = number.to_string();
        let asks = json!({"type": "chat.request", "id": request, "subject": longest_subject(), "reference": reference});
        client.send(asks).await;
        client.send(json!({"type": "chat.leave", "id": leave, "session": request})).await;
        let left = client.wait("the answer", |frame| frame["re"] == leave).await;
        assert_eq!(left["type"], "ok", "{left}");
    }
}

/// Sends an intent that has to be stored and waits for its answer. Returns how many frames came, and how long it took.
async fn set_preference(technician: &mut Device) -> (usize, Duration) {
    let (id, begun) = (json!(Uuid::new_v4()), Instant::now());
    technician.send(json!({"type": "prefer", "id": id, "preference": "automatic"})).await;
    let mut frames = 0;
    loop {
        let frame = technician.next().await;
        let frame = frame.unwrap_or_else(|| panic!("the service closed it: {:?}", technician.closed));
        frames += 1;
        if frame["re"] == id {
            assert_eq!(frame["type"], "ok", "{frame}");
            return (frames, begun.elapsed());
        }
    }
}

fn sessions(told: &[Value]) -> usize {
    told.iter().filter(|frame| frame["type"] == "session").count()
}

/// Half of the 2,000 chats are in the store before, since an unoptimised build takes its time: the other half comes over the wire.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_that_clients_leave_behind_on_purpose_neither_disconnect_nor_slow_a_technician() {
    let store: Arc<dyn Store> = Arc::new(Sqlite::in_memory().unwrap());
    let [priya, tom] = ["Priya", "Tom"].map(|name| sign_in(&*store, ORG, name, None));
    clients(&*store, 0, CLIENTS[0]);
    left_behind_before(&*store);
    let tokens = clients(&*store, CLIENTS[0], CLIENTS[1]);
    let service = TestService::on(store, Clock::from_tokio(common::START), Config::default());

    let (mut priya, _) = service.app(&priya).await;
    let mut leaving = JoinSet::new();
    for token in &tokens {
        let (client, _) = service.app(token).await;
        leaving.spawn(leave_behind(client));
    }
    let (mut frames, mut answers, mut views) = (0, Vec::new(), Vec::new());
    while !leaving.is_empty() {
        let (came, took) = set_preference(&mut priya).await;
        frames += came;
        answers.push(took);
        let begun = Instant::now();
        drop(service.app(&tom).await);
        views.push(begun.elapsed());
        while let Some(left) = leaving.try_join_next() {
            left.unwrap();
        }
    }
    assert!(frames < FLOOD, "{frames} frames: the app would leave");

    // A technician who connects afterwards gets the newest at once, and the others on request.
    let begun = Instant::now();
    let (mut tom, told) = service.app(&tom).await;
    views.push(begun.elapsed());
    let bytes: usize = told.iter().map(|frame| frame.to_string().len()).sum();
    assert!(told.len() < FLOOD / 10 && bytes < QUEUE / 10, "{} frames, {bytes} bytes", told.len());
    let all = CLIENTS.iter().sum::<usize>() * OF_EACH;
    let mut known = sessions(&told);
    let mut more = told.last().unwrap()["more"].as_u64().unwrap();
    assert_eq!((known, more), (FIRST_VIEW, (all - FIRST_VIEW) as u64));
    while more > 0 {
        let (id, begun) = (json!(Uuid::new_v4()), Instant::now());
        tom.send(json!({"type": "chat.more", "id": id})).await;
        let page = tom.until("ok").await;
        answers.push(begun.elapsed());
        known += sessions(&page);
        let answer = page.last().unwrap();
        assert_eq!(answer["re"], id);
        more = answer["more"].as_u64().unwrap();
    }
    assert_eq!(known, all);
    // A request reaches both technicians as usual.
    let dana = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut dana, _) = service.app(&dana).await;
    let asked = dana.ask(json!({"type": "chat.request", "subject": "Printer"})).await;
    for technician in [&mut priya, &mut tom] {
        technician.wait("the request", |frame| frame["session"]["id"] == asked["session"]).await;
    }
    println!("{frames} frames for the technician who stayed; answers: {answers:?}; first views: {views:?}");
    assert!(
        answers.iter().chain(&views).all(|took| *took <= WITHIN),
        "answers: {answers:?}; first views: {views:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_who_asks_and_leaves_over_and_over_leaves_only_20_behind() {
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
