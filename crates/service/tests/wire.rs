//! The wire itself: snapshots of frames, limits, origins, cookies, tokens.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{START, TestService, hello};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const ORG: &str = "Acme IT";
const OWN: Option<&str> = Some("http://localhost");

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
}

fn body(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn cookie_of(answer: &str) -> Option<String> {
    let line = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie: "))?;
    Some(line["set-cookie: ".len()..].to_owned())
}

/// The refused upgrade's status.
async fn refused(service: &TestService, path: &str, headers: &[(&'static str, &str)]) -> u16 {
    match service.open(path, headers).await.map(drop) {
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => response.status().as_u16(),
        other => panic!("{path} {headers:?}: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_frames_are_these() {
    let service = TestService::start();
    let token = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut dana, told) = service.app(&token).await;
    let id = told[0]["you"]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        told[0].to_string(),
        json!({
            "type": "welcome",
            "now": START,
            "you": {"id": id, "name": "Dana", "role": "client", "organisation": ORG, "company": "Northwind Dental"},
            "policy": {
                "idle_after_ms": 300_000, "beat_ms": 15_000, "grace_ms": 45_000, "invitation_ms": 60_000,
                "ring": {"again_after_ms": 20_000, "every_ms": 10_000, "pressing_until_ms": 90_000, "later_every_ms": 60_000},
                "file_bytes": 0, "typing": true, "read_marks": true,
            },
            "preference": "automatic",
        })
        .to_string()
    );
    let rest: Vec<String> = told[1..].iter().map(Value::to_string).collect();
    assert_eq!(rest, [r#"{"staffed":false,"type":"desk"}"#, r#"{"type":"synced"}"#]);
    let intent = "00000000-0000-4000-8000-000000000001";
    dana.send(json!({"type": "chat.request", "id": intent, "subject": "Printer"})).await;
    assert_eq!(
        dana.next_text().await.unwrap(),
        format!(
            "{{\"type\":\"session\",\"session\":{{\"id\":\"{intent}\",\"rev\":1,\"kind\":\"request\",\"status\":\"waiting\",\
             \"client\":\"{id}\",\"client_name\":\"Dana\",\"subject\":\"Printer\",\"created\":{START},\
             \"waiting_since\":{START},\"participants\":[],\"ahead\":0,\"callback_offered\":true,\"messages\":0}}}}"
        )
    );
    assert_eq!(
        dana.next_text().await.unwrap(),
        format!(r#"{{"type":"ok","re":"{intent}","session":"{intent}"}}"#)
    );
    dana.send(json!({"type": "chat.join", "id": intent, "session": intent})).await;
    assert_eq!(
        dana.next_text().await.unwrap(),
        format!(
            r#"{{"type":"error","re":"{intent}","code":"not_allowed","message":"You cannot do this in this chat."}}"#
        )
    );
}

#[tokio::test(start_paused = true)]
async fn bad_frames_are_answered_and_never_close_the_connection() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    let id = Uuid::new_v4();
    let cases = [
        (format!(r#"{{"type":"chat.sing","id":"{id}"}}"#), "unknown", json!(id)),
        (format!(r#"{{"type":"chat.join","id":"{id}","session":7}}"#), "invalid", json!(id)),
        (r#"{"type":"beat"}"#.to_owned(), "invalid", Value::Null),
        ("not json".to_owned(), "invalid", Value::Null),
        (hello(None, Uuid::new_v4(), "active".into()).to_string(), "invalid", Value::Null),
    ];
    for (frame, code, re) in cases {
        priya.send_text(&frame).await;
        let answer = priya.next().await.unwrap();
        assert_eq!((&answer["code"], &answer["re"]), (&json!(code), &re), "{frame}");
    }
    assert_eq!(priya.ask(json!({"type": "device.list"})).await["type"], "ok");
}

#[tokio::test(start_paused = true)]
async fn too_many_frames_are_refused_and_far_too_many_close_with_4429() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    let list = || json!({"type": "device.list", "id": Uuid::new_v4()});
    for _ in 0..51 {
        priya.send(list()).await;
    }
    let refused = priya.until("error").await.pop().unwrap();
    assert_eq!(refused["code"], "rate_limited");
    assert!(refused["re"].is_string() && refused["retry_after_ms"].as_u64().unwrap() <= 200);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(priya.ask(list()).await["type"], "ok");
    for _ in 0..200 {
        priya.send(list()).await;
    }
    assert_eq!(priya.end().await, Some(4429));
}

#[tokio::test(start_paused = true)]
async fn a_frame_beyond_the_limit_or_without_text_closes() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    let padding = "x".repeat(protocol::limits::FRAME_BYTES - r#"{"type":"chat.visible","pad":""}"#.len());
    priya.send_text(&format!(r#"{{"type":"chat.visible","pad":"{padding}"}}"#)).await;
    assert_eq!(priya.ask(json!({"type": "device.list"})).await["type"], "ok", "64 KiB are allowed");
    for bytes in [protocol::limits::FRAME_BYTES + 1, 8 * protocol::limits::FRAME_BYTES] {
        let (mut priya, _) = service.app(&token).await;
        priya.send_text(&"x".repeat(bytes)).await;
        assert_eq!(priya.end().await, Some(4400), "{bytes}");
    }
    let (mut binary, _) = service.app(&token).await;
    binary.send_binary().await;
    assert_eq!(binary.end().await, Some(4400));
}

#[tokio::test(start_paused = true)]
async fn hello_has_5_seconds_and_must_come_first() {
    let service = TestService::start();
    let begun = tokio::time::Instant::now();
    let mut silent = service.open("/connect", &[]).await.unwrap();
    assert_eq!(silent.end().await, Some(4408));
    assert_eq!(begun.elapsed().as_secs(), 5);
    let mut rude = service.open("/connect", &[]).await.unwrap();
    rude.send(json!({"type": "people.watch"})).await;
    assert_eq!(rude.end().await, Some(4400));
}

#[tokio::test(start_paused = true)]
async fn forged_tokens_and_cookies_are_closed_with_4401() {
    let service = TestService::start();
    let token = service.person(ORG, "Dana", Some("Northwind Dental"));
    let forged = "0".repeat(64);
    for bad in [None, Some(forged.as_str()), Some(""), Some("' OR 1=1"), Some(&token[1..])] {
        let mut device = service.open("/connect", &[]).await.unwrap();
        device.send(hello(bad, Uuid::new_v4(), "active".into())).await;
        assert_eq!(device.end().await, Some(4401), "{bad:?}");
    }
    let good = format!("other=1; deskbell={token}");
    let bad = format!("deskbell={forged}");
    // The right cookie at the other role's portal is unknown; a token in a page's hello is ignored.
    for (path, cookie) in [("/technician/connect", &good), ("/client/connect", &bad)] {
        let headers = [("origin", "http://localhost"), ("cookie", cookie.as_str())];
        let mut device = service.open(path, &headers).await.unwrap();
        device.send(hello(Some(&token), Uuid::new_v4(), "active".into())).await;
        assert_eq!(device.end().await, Some(4401), "{path}");
    }
    let headers = [("origin", "http://localhost"), ("cookie", good.as_str())];
    let mut page = service.open("/client/connect", &headers).await.unwrap();
    page.send(hello(None, Uuid::new_v4(), "active".into())).await;
    page.until("synced").await;
}

#[tokio::test(start_paused = true)]
async fn foreign_pages_get_403_and_a_page_must_say_where_it_comes_from() {
    let config = service::Config {
        allowed_origins: vec!["https://portal.example".to_owned()],
        ..service::Config::default()
    };
    let service = TestService::with(config);
    let evil = [("origin", "https://evil.example")];
    assert_eq!(refused(&service, "/connect", &evil).await, 403);
    assert_eq!(refused(&service, "/client/connect", &evil).await, 403);
    assert_eq!(refused(&service, "/client/connect", &[]).await, 403);
    assert!(service.open("/client/connect", &[("origin", "https://portal.example")]).await.is_ok());
    assert!(service.open("/connect", &[]).await.is_ok());
    let redeem = json!({"link": "x", "token": "0".repeat(64), "device": "d"});
    assert_eq!(status(&service.post("/api/sign-in", Some("https://evil.example"), &redeem).await), 403);
    let no_protocol = [("sec-websocket-protocol", "deskbell.v9+json")];
    assert_eq!(refused(&service, "/connect", &no_protocol).await, 400);
}

#[tokio::test(start_paused = true)]
async fn a_link_signs_in_once_and_a_lost_answer_is_harmless() {
    let service = TestService::start();
    service.person(ORG, "Priya", None);
    let link = "abc";
    service.add_link("Priya", link);
    let token = "ab".repeat(32);
    let redeem = |token: &str, cookie: bool| json!({"link": link, "token": token, "device": "Browser", "cookie": cookie});
    assert_eq!(
        status(&service.post("/api/sign-in", None, &redeem(&token, true)).await),
        403,
        "a cookie needs an origin"
    );
    assert_eq!(status(&service.post("/api/sign-in", OWN, &redeem("short", true)).await), 400);
    let first = service.post("/api/sign-in", OWN, &redeem(&token, true)).await;
    let expected =
        json!({"name": "Priya", "role": "technician", "organisation": ORG, "portal": "/technician"});
    assert_eq!((status(&first), body(&first)), (200, expected));
    assert_eq!(
        cookie_of(&first).unwrap(),
        format!("deskbell={token}; Path=/technician; Max-Age=34560000; HttpOnly; SameSite=Strict")
    );
    let again = service.post("/api/sign-in", OWN, &redeem(&token, false)).await;
    assert_eq!((status(&again), body(&again), cookie_of(&again)), (200, body(&first), None));
    let other = service.post("/api/sign-in", OWN, &redeem(&"cd".repeat(32), false)).await;
    assert_eq!(status(&other), 410);
    assert!(body(&other)["message"].as_str().unwrap().contains("already been used"));
    let (_page, told) = service.page("/technician", &token, Uuid::new_v4(), "active".into()).await;
    assert_eq!(told[0]["you"]["name"], "Priya");
    let unknown = json!({"link": "no", "token": token, "device": "d"});
    assert_eq!(status(&service.post("/api/sign-in", None, &unknown).await), 404);
    let get = service.http("GET /api/sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    assert_eq!(status(&get), 405, "no link is ever redeemed by GET");
}

#[tokio::test(start_paused = true)]
async fn the_cookie_is_secure_if_the_service_is_reached_by_https() {
    let config = service::Config {
        public_address: Some("https://chat.example".to_owned()),
        ..service::Config::default()
    };
    let service = TestService::with(config);
    service.person(ORG, "Priya", None);
    service.add_link("Priya", "abc");
    let redeem = json!({"link": "abc", "token": "ab".repeat(32), "device": "d", "cookie": true});
    let answer = service.post("/api/sign-in", Some("https://chat.example"), &redeem).await;
    assert!(cookie_of(&answer).unwrap().ends_with("; Secure"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn the_apps_window_is_not_a_device_and_ends_with_the_apps_sign_in() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut app, _) = service.app(&token).await;
    let code = app.ask(json!({"type": "portal.code"})).await["code"].clone();
    let answer = service.post("/api/portal-code", OWN, &json!({"code": code})).await;
    let cookie = cookie_of(&answer).unwrap();
    let window = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    assert_ne!(window, token);
    let twice = service.post("/api/portal-code", OWN, &json!({"code": code})).await;
    assert_eq!(status(&twice), 410, "good once");
    let (mut page, told) = service.page("/technician", &window, Uuid::new_v4(), "active".into()).await;
    assert_eq!(told[0]["you"]["name"], "Priya");
    page.ask(json!({"type": "device.list"})).await;
    let devices = page.until("devices").await.pop().unwrap();
    let devices = devices["devices"].as_array().unwrap();
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0]["this"], true, "it belongs to the app's device");
    // Its activity does not count, but is still answered.
    page.ask(json!({"type": "activity", "activity": common::idle("locked", 0)})).await;
    page.send(json!({"type": "people.watch"})).await;
    page.sees("Priya", "online").await;
    assert_eq!(page.ask(json!({"type": "portal.code"})).await["code"], "not_allowed");
    // The window's cookie is not a token for an app.
    let mut forged = service.open("/connect", &[]).await.unwrap();
    forged.send(hello(Some(&window), Uuid::new_v4(), "active".into())).await;
    assert_eq!(forged.end().await, Some(4401));
    assert_eq!(app.ask(json!({"type": "device.sign_out"})).await["type"], "ok");
    assert_eq!(page.end().await, Some(4401));
}

#[tokio::test(start_paused = true)]
async fn http_answers_isolate_their_page() {
    let service = TestService::start();
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let health = service.http(&get("/healthz")).await;
    assert_eq!((status(&health), health.ends_with("\r\n\r\nok")), (200, true));
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
    ] {
        assert!(health.contains(header), "{health}");
    }
    let redirect = service.http(&get("/client")).await;
    assert_eq!(status(&redirect), 308);
    assert!(redirect.contains("location: /client/"), "{redirect}");
    assert_eq!(status(&service.http(&get("/assets/../Cargo.toml")).await), 404);
    for path in ["/technician/", "/client/", "/sign-in"] {
        let page = service.http(&get(path)).await;
        // The page is there if the portal was built before this program, and says how to build it if not.
        assert!(
            status(&page) == 200 && page.contains("text/html") || page.contains("cargo xtask run"),
            "{page}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_does_not_speak_http_for_ever() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let service = TestService::start();
    let begun = tokio::time::Instant::now();
    let mut stream = service.stream().await;
    let mut answer = [0; 4096];
    let asked = loop {
        if stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.is_err() {
            break begun.elapsed();
        }
        match stream.read(&mut answer).await {
            Ok(0) | Err(_) => break begun.elapsed(),
            Ok(read) => assert!(answer[..read].starts_with(b"HTTP/1.1 200 ")),
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    };
    assert!((120..=125).contains(&asked.as_secs()), "{asked:?}");
    // It does not stay silent for 10 s either.
    let mut idle = service.stream().await;
    let begun = tokio::time::Instant::now();
    assert_eq!(idle.read(&mut answer).await.unwrap(), 0);
    assert_eq!(begun.elapsed().as_secs(), 10);
}
