//! Presence over the wire: real service, in-memory connections, paused clock.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{START, TestService, idle};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const ORG: &str = "Acme IT";

async fn watcher(service: &TestService) -> common::Device {
    let token = service.person(ORG, "Wanda", None);
    let (mut device, _) = service.app(&token).await;
    device.send(json!({"type": "people.watch"})).await;
    // What follows from its own arrival is over.
    device.sees("Wanda", "online").await;
    device
}

async fn answer_beats(device: &mut common::Device, activity: Value) {
    device.send(json!({"type": "beat", "activity": activity})).await;
}

#[tokio::test(start_paused = true)]
async fn online_away_with_the_time_of_the_last_input_and_online_again() {
    // P1, P5, P6, P9
    let service = TestService::start();
    let started = tokio::time::Instant::now();
    let token = service.person(ORG, "Priya", None);
    let mut watcher = watcher(&service).await;
    let (mut priya, _) = service.app(&token).await;
    assert_eq!(watcher.sees("Priya", "online").await["since"], START);
    tokio::time::advance(Duration::from_secs(10) - started.elapsed()).await;
    let answer = priya.ask(json!({"type": "activity", "activity": idle("idle", 5_000)})).await;
    assert_eq!(answer["type"], "ok");
    let away = watcher.sees("Priya", "away").await;
    assert_eq!((&away["reason"], &away["since"]), (&json!("idle"), &json!(START + 5_000)));
    tokio::time::advance(Duration::from_secs(10)).await;
    priya.send(json!({"type": "activity", "id": Uuid::new_v4(), "activity": "active"})).await;
    let begun = tokio::time::Instant::now();
    watcher.sees("Priya", "online").await;
    assert!(begun.elapsed() <= Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn bye_and_a_closed_app_leave_at_once() {
    // P10
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let mut watcher = watcher(&service).await;
    for closes in [true, false] {
        let (mut priya, _) = service.app(&token).await;
        watcher.sees("Priya", "online").await;
        let begun = tokio::time::Instant::now();
        if closes {
            priya.close().await;
        } else {
            priya.send(json!({"type": "bye"})).await;
        }
        watcher.sees("Priya", "offline").await;
        assert!(begun.elapsed() < Duration::from_millis(200), "{:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_keeps_its_activity_until_45_seconds_after_its_last_frame() {
    // P10
    let service = TestService::start();
    let started = tokio::time::Instant::now();
    let token = service.person(ORG, "Priya", None);
    let mut watcher = watcher(&service).await;
    let (mut priya, _) = service.app(&token).await;
    watcher.sees("Priya", "online").await;
    tokio::time::advance(Duration::from_secs(10)).await;
    answer_beats(&mut priya, "active".into()).await;
    let last_frame = started.elapsed();
    tokio::time::sleep(Duration::from_secs(1)).await;
    priya.cut();
    let begun = tokio::time::Instant::now();
    // The watcher would be dropped too if it stayed silent.
    let wait = async {
        loop {
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
    };
    let gone = async {
        answer_beats(&mut watcher, "active".into()).await;
        watcher.sees("Priya", "offline").await
    };
    let offline = tokio::select! { offline = gone => offline, () = wait => unreachable!() };
    assert_eq!(offline["since"], START + u64::try_from(last_frame.as_millis()).unwrap());
    let after = begun.elapsed();
    assert!((Duration::from_millis(43_900)..Duration::from_millis(44_200)).contains(&after), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_within_the_grace_is_invisible_and_replaces_the_old_socket() {
    // P10
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let mut watcher = watcher(&service).await;
    let instance = Uuid::new_v4();
    let (mut old, _) = service.app_as(&token, instance, "active".into()).await;
    watcher.sees("Priya", "online").await;
    tokio::time::advance(Duration::from_secs(5)).await;
    let (second, _) = service.app_as(&token, instance, "active".into()).await;
    assert_eq!(old.end().await, Some(4409));
    second.cut();
    tokio::time::advance(Duration::from_secs(20)).await;
    let (_third, _) = service.app_as(&token, instance, "active".into()).await;
    assert_eq!(watcher.quiet_for(Duration::from_secs(10)).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_reloaded_page_does_not_blink_and_a_closed_one_leaves_after_5_seconds() {
    // P10
    let service = TestService::start();
    let token = service.person(ORG, "Dana", Some("Northwind Dental"));
    let mut watcher = watcher(&service).await;
    let (page, _) = service.page("/client", &token, Uuid::new_v4(), "active".into()).await;
    let since = watcher.sees("Dana", "online").await["since"].clone();
    page.close().await;
    tokio::time::advance(Duration::from_secs(4)).await;
    let (page, _) = service.page("/client", &token, Uuid::new_v4(), "active".into()).await;
    assert_eq!(watcher.quiet_for(Duration::from_secs(10)).await, None);
    watcher.send(json!({"type": "people.watch"})).await;
    assert_eq!(watcher.sees("Dana", "online").await["since"], since);
    page.close().await;
    let begun = tokio::time::Instant::now();
    watcher.sees("Dana", "offline").await;
    assert_eq!(begun.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_pages_bye_counts_like_its_close() {
    // P10
    let service = TestService::start();
    let token = service.person(ORG, "Dana", Some("Northwind Dental"));
    let mut watcher = watcher(&service).await;
    let (mut page, _) = service.page("/client", &token, Uuid::new_v4(), "active".into()).await;
    watcher.sees("Dana", "online").await;
    page.send(json!({"type": "bye"})).await;
    assert_eq!(page.end().await, Some(1000));
    tokio::time::advance(Duration::from_secs(4)).await;
    let (mut page, _) = service.page("/client", &token, Uuid::new_v4(), "active".into()).await;
    assert_eq!(watcher.quiet_for(Duration::from_secs(10)).await, None);
    page.send(json!({"type": "bye"})).await;
    let begun = tokio::time::Instant::now();
    watcher.sees("Dana", "offline").await;
    assert_eq!(begun.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_technicians_preference_applies_to_all_devices_and_later_settings_win() {
    // P7
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let mut watcher = watcher(&service).await;
    let (mut one, _) = service.app(&token).await;
    let (mut two, _) = service.app(&token).await;
    tokio::time::advance(Duration::from_secs(30)).await;
    let away = json!({"type": "prefer", "preference": {"away": {}}, "set_ago_ms": 2_000});
    assert_eq!(one.ask(away).await["type"], "ok");
    let manual = watcher.wait("manual", |frame| frame.to_string().contains("manual")).await;
    assert_eq!(manual["people"][0]["presence"]["since"], START + 28_000);
    two.until("preference").await;
    // An older setting arrives late: accepted, ignored, and its sender is told the current one.
    let old = json!({"type": "prefer", "preference": "automatic", "set_ago_ms": 20_000});
    assert_eq!(one.ask(old).await["type"], "ok");
    let known = one.until("preference").await.pop().unwrap();
    assert_eq!(known["preference"]["away"]["set"], START + 28_000);
    assert_eq!(two.ask(json!({"type": "prefer", "preference": "automatic"})).await["type"], "ok");
    assert_eq!(one.until("preference").await.pop().unwrap()["preference"], "automatic");
    watcher.sees("Priya", "online").await;
}

#[tokio::test(start_paused = true)]
async fn a_preference_with_an_end_ends_by_itself_and_survives_a_restart() {
    // P7
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    let away = json!({"type": "prefer", "preference": {"away": {"for_ms": 30_000}}});
    assert_eq!(priya.ask(away).await["type"], "ok");
    let clock = service::Clock::from_tokio(START + 10_000);
    let store = service.stop().await;
    let service = TestService::on(store, clock, service::Config::default());
    let (mut priya, told) = service.app(&token).await;
    assert_eq!(told[0]["preference"]["away"]["until"]["time"], START + 30_000);
    let begun = tokio::time::Instant::now();
    assert_eq!(priya.until("preference").await.pop().unwrap()["preference"], "automatic");
    assert!(begun.elapsed() <= Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_client_has_no_preference_and_sees_no_people_but_whether_the_desk_is_staffed() {
    // P8, and who sees what
    let service = TestService::start();
    let client = service.person(ORG, "Dana", Some("Northwind Dental"));
    let technician = service.person(ORG, "Priya", None);
    let (mut dana, told) = service.app(&client).await;
    assert_eq!(told[1], json!({"type": "desk", "staffed": false}));
    let refused = dana.ask(json!({"type": "prefer", "preference": {"away": {}}})).await;
    assert_eq!(refused["code"], "not_allowed");
    dana.send(json!({"type": "people.watch"})).await;
    assert_eq!(dana.until("error").await.pop().unwrap()["code"], "not_allowed");
    let (priya, _) = service.app(&technician).await;
    assert_eq!(dana.until("desk").await.pop().unwrap()["staffed"], true);
    priya.close().await;
    assert_eq!(dana.until("desk").await.pop().unwrap()["staffed"], false);
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_everybody_is_as_they_were_until_45_seconds_after_it() {
    // P10
    let service = TestService::start();
    let priya = service.person(ORG, "Priya", None);
    let gone = service.person(ORG, "Gone", None);
    let wanda = service.person(ORG, "Wanda", None);
    let instance = Uuid::new_v4();
    let (_a, _) = service.app_as(&priya, instance, "active".into()).await;
    let (_b, _) = service.app_as(&gone, Uuid::new_v4(), "active".into()).await;
    let store = service.stop().await;
    let service =
        TestService::on(store, service::Clock::from_tokio(START + 3_600_000), service::Config::default());
    let (mut watcher, _) = service.app(&wanda).await;
    watcher.send(json!({"type": "people.watch"})).await;
    let all = watcher.until("people").await.pop().unwrap();
    let online = |name: &str| {
        all["people"]
            .as_array()
            .unwrap()
            .iter()
            .any(|p| p["name"] == name && p["presence"]["state"] == "online")
    };
    assert!(online("Priya") && online("Gone"), "{all}");
    tokio::time::advance(Duration::from_secs(30)).await;
    let (_a, _) = service.app_as(&priya, instance, "active".into()).await;
    answer_beats(&mut watcher, "active".into()).await;
    // Apart from the watcher's own arrival, nothing changes before that.
    let others =
        |frame: &Value| frame["people"].as_array().is_some_and(|people| people[0]["name"] != "Wanda");
    let batch = watcher.wait("people", others).await;
    let changed: Vec<_> = batch["people"].as_array().unwrap().iter().map(|each| &each["name"]).collect();
    assert_eq!(changed, ["Gone"]);
    assert_eq!(batch["people"][0]["presence"]["state"], "offline");
}

#[tokio::test(start_paused = true)]
async fn a_drained_service_says_when_to_return_and_closes_with_1001() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    let stopping = tokio::spawn(service.stop());
    let told = priya.until("reconnect").await.pop().unwrap();
    assert!(told["after_ms"].as_u64().unwrap() < 45_000);
    assert_eq!(priya.end().await, Some(1001));
    stopping.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_devices_silence_ends_it_45_seconds_after_its_last_frame() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(priya.end().await, Some(4408));
    assert_eq!(begun.elapsed().as_secs(), 45);
}

#[tokio::test(start_paused = true)]
async fn signing_a_device_out_ends_its_sign_in_and_closes_it_with_4401() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    assert_eq!(priya.ask(json!({"type": "device.list"})).await["type"], "ok");
    let devices = priya.until("devices").await.pop().unwrap();
    assert_eq!(devices["devices"][0]["this"], true);
    assert_eq!(priya.ask(json!({"type": "device.sign_out"})).await["type"], "ok");
    assert_eq!(priya.end().await, Some(4401));
    let mut again = service.open("/connect", &[]).await.unwrap();
    again.send(common::hello(Some(&token), Uuid::new_v4(), "active".into())).await;
    assert_eq!(again.end().await, Some(4401));
}

#[tokio::test(start_paused = true)]
async fn online_keeps_its_since_when_the_device_that_was_active_first_has_left() {
    // P9
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let mut watcher = watcher(&service).await;
    let (first, _) = service.app(&token).await;
    let since = watcher.sees("Priya", "online").await["since"].clone();
    tokio::time::advance(Duration::from_secs(10)).await;
    let (mut second, _) = service.app(&token).await;
    first.close().await;
    // The store has removed the first one before it does anything for the second.
    assert_eq!(second.ask(json!({"type": "activity", "activity": "active"})).await["type"], "ok");
    assert_eq!(second.ask(json!({"type": "prefer", "preference": "automatic"})).await["type"], "ok");
    watcher.send(json!({"type": "people.watch"})).await;
    assert_eq!(watcher.sees("Priya", "online").await["since"], since);
    let clock = service::Clock::from_tokio(START + 20_000);
    let service = TestService::on(service.stop().await, clock, service::Config::default());
    let token = service.person(ORG, "Wim", None);
    let (mut wim, _) = service.app(&token).await;
    wim.send(json!({"type": "people.watch"})).await;
    assert_eq!(wim.sees("Priya", "online").await["since"], since, "after a restart");
}

#[tokio::test(start_paused = true)]
async fn a_watcher_sees_themselves_as_others_do() {
    let service = TestService::start();
    let token = service.person(ORG, "Wanda", None);
    let mut device = service.open("/connect", &[]).await.unwrap();
    device.send(common::hello(Some(&token), Uuid::new_v4(), "active".into())).await;
    device.send(json!({"type": "people.watch"})).await;
    let first = device.until("people").await.pop().unwrap();
    assert_eq!(first["first"], true);
    assert_eq!(first["people"][0]["presence"]["state"], "online", "{first}");
}

#[tokio::test(start_paused = true)]
async fn an_absurd_age_counts_as_a_year_and_not_as_a_time_before_the_epoch() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let mut watcher = watcher(&service).await;
    let activity = json!({"idle": {"reason": "idle", "idle_for_ms": u64::MAX}});
    let (_priya, _) = service.app_as(&token, Uuid::new_v4(), activity).await;
    let since = watcher.sees("Priya", "away").await["since"].as_u64().unwrap();
    let year = 365 * 24 * 60 * 60 * 1_000;
    assert!(since >= START - year && since <= START - year + 60_000, "{since}");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_sign_out_of_a_device_gets_the_same_answer() {
    // C4
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let page = common::sign_in_again(&*service.store, ORG, "Priya");
    let (mut priya, _) = service.app(&token).await;
    let other = Uuid::new_v4();
    let (_other, _) = service.app_as(&page, other, "active".into()).await;
    let out = json!({"type": "device.sign_out", "id": Uuid::new_v4(), "device": other});
    assert_eq!(priya.ask(out.clone()).await["type"], "ok");
    assert_eq!(priya.ask(out).await["type"], "ok");
}
