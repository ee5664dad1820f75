//! Hostile frames of people who are signed in: malformed ones, attempts on what belongs to others, ended sign-ins. Each is answered or
//! closed as `docs/protocol.md` says, and a technician and a client are served as usual meanwhile.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::hello;
use common::program::{Bystanders, Folder, http, promptly, token};
use common::raw::{PING, Raw, TEXT, frame};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

const EVE: [&str; 6] = ["--role", "client", "--name", "Eve", "--company", "Contoso"];

/// What happens after a frame.
#[derive(Debug)]
enum Becomes {
    /// An error with this code, and the connection stays open.
    Error(&'static str),
    /// Nothing, or an `ok`: the connection stays open.
    Taken,
    /// The connection is closed with this code.
    Closed(u16),
    /// The connection just ends.
    Ends,
}

fn hostile_frames() -> Vec<(&'static str, Vec<u8>, Becomes)> {
    use Becomes::{Closed, Ends, Error, Taken};
    let text = |text: String| frame(TEXT, text.as_bytes());
    let id = Uuid::new_v4();
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(5_000), close.repeat(5_000));
    let chat =
        |rest: &str| text(format!(r#"{{"type":"chat.open","id":"{id}","session":"{id}","after":{rest}}}"#));
    let idle = |ms: &str| {
        text(format!(
            r#"{{"type":"activity","id":"{id}","activity":{{"idle":{{"reason":"idle","idle_for_ms":{ms}}}}}}}"#
        ))
    };
    let mut unmasked = frame(TEXT, b"{}");
    unmasked.drain(2..6);
    unmasked[1] &= 0x7f;
    let mut parts = frame(0x01, &[b'x'; 1024]);
    for _ in 0..200 {
        parts.extend(frame(0x00, &[b'x'; 1024]));
    }
    let mut truncated = frame(TEXT, &[b'x'; 1000]);
    truncated.truncate(500);
    let mut endless = vec![TEXT, 0xff];
    endless.extend(u64::MAX.to_be_bytes());
    endless.extend([0; 4]);
    vec![
        ("no UTF-8", frame(TEXT, &[b'"', 0xc3, 0x28, 0xff, b'"']), Closed(4400)),
        ("half a character", frame(TEXT, &[b'"', 0xe2, 0x82]), Closed(4400)),
        ("an encoded surrogate", frame(TEXT, b"\"\xed\xa0\x80\""), Closed(4400)),
        ("without a mask", unmasked, Closed(4400)),
        ("a reserved kind", frame(0x83, b"x"), Closed(4400)),
        ("reserved bits", frame(0xf1, b"x"), Closed(4400)),
        ("a ping in parts", frame(0x09, b"x"), Closed(4400)),
        ("a ping too large", frame(PING, &[0; 126]), Closed(4400)),
        ("the middle of nothing", frame(0x80, b"x"), Closed(4400)),
        ("binary", frame(0x82, b"{}"), Closed(4400)),
        ("larger than there is memory", endless, Closed(4400)),
        ("too large in small parts", parts, Closed(4400)),
        ("cut in the middle", truncated, Ends),
        ("nothing", frame(TEXT, b""), Error("invalid")),
        ("zeros", frame(TEXT, &[0; 100]), Error("invalid")),
        ("deep lists", text(nested("[", "]")), Error("invalid")),
        ("deep objects", text(nested(r#"{"a":"#, "}")), Error("invalid")),
        (
            "deep in a field",
            text(format!(r#"{{"type":"beat","activity":{}}}"#, nested("[", "]"))),
            Error("invalid"),
        ),
        ("never closed", text("[{\"a\":".repeat(9_000)), Error("invalid")),
        ("a lone surrogate", text(r#"{"type":"\ud800"}"#.to_owned()), Error("invalid")),
        ("twice the type", text(r#"{"type":"bye","type":"beat"}"#.to_owned()), Error("invalid")),
        ("a type of 60 KB", text(format!(r#"{{"type":"{}"}}"#, "t".repeat(60_000))), Error("unknown")),
        ("a number as its type", text(r#"{"type":1e999}"#.to_owned()), Error("invalid")),
        ("a prototype", text(r#"{"type":"__proto__","constructor":{}}"#.to_owned()), Error("unknown")),
        ("from the largest number on", chat(&u64::MAX.to_string()), Error("not_found")),
        ("beyond the largest number", chat("18446744073709551616"), Error("invalid")),
        ("a number below zero", chat("-1"), Error("invalid")),
        ("half a number", chat("0.5"), Error("invalid")),
        ("more than there are digits for", chat("1e400"), Error("invalid")),
        ("idle since before there was time", idle(&u64::MAX.to_string()), Taken),
        ("idle for no number", idle("NaN"), Error("invalid")),
        ("frames of the other direction", text(r#"{"type":"welcome","now":1}"#.to_owned()), Error("unknown")),
        ("a second hello", text(hello(None, Uuid::nil(), "active".into()).to_string()), Error("invalid")),
    ]
}

#[tokio::test]
async fn malformed_frames_are_answered_or_end_only_their_own_connection() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let eve = folder.sign_in(&serving, &EVE);
    for (what, bytes, becomes) in hostile_frames() {
        let mut device = Raw::device(&serving, &eve).await;
        device.send(&bytes).await;
        match becomes {
            Becomes::Error(code) => {
                let answer = device.text().await.unwrap_or_else(|| panic!("{what}: ended"));
                assert_eq!(
                    (&answer["type"], &answer["code"]),
                    (&json!("error"), &json!(code)),
                    "{what}: {answer}"
                );
                assert!(answer["message"].as_str().unwrap().ends_with('.'), "{what}: {answer}");
            }
            Becomes::Taken => {}
            Becomes::Closed(code) => assert_eq!(device.end().await, Some(code), "{what}"),
            Becomes::Ends => {
                device.stream.shutdown().await.unwrap();
                assert_eq!(device.end().await, None, "{what}");
            }
        }
        if matches!(becomes, Becomes::Error(_) | Becomes::Taken) {
            let id = Uuid::new_v4();
            let list = json!({"type": "device.list", "id": id}).to_string();
            device.send(&frame(TEXT, list.as_bytes())).await;
            let answered = async {
                while device.text().await.unwrap_or_else(|| panic!("{what}: ended"))["re"] != json!(id) {}
            };
            promptly(answered).await;
        }
        // Without hello, they are not answered.
        let mut stranger = Raw::open(&serving.address, "").await.unwrap();
        stranger.send(&bytes).await;
        stranger.stream.shutdown().await.unwrap();
        let end = stranger.end_without_a_word().await;
        assert!(matches!(end, Some(4400 | 4401 | 4429) | None), "{what}: {end:?}");
    }
    bystanders.are_served().await;
    assert!(!serving.log().contains("panicked"), "{}", serving.log());
}

#[tokio::test]
async fn what_belongs_to_others_looks_as_if_it_did_not_exist() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let session = Uuid::new_v4();
    let request = json!({"type": "chat.request", "id": session, "subject": "Printer"});
    assert_eq!(bystanders.client.ask(request).await["type"], "ok");
    let join = json!({"type": "chat.join", "session": session});
    assert_eq!(bystanders.technician.ask(join).await["type"], "ok");
    let said = bystanders
        .client
        .ask(json!({"type": "chat.message", "session": session, "text": "My password is hunter2"}))
        .await;
    assert_eq!(said["number"], 1);
    let dana = bystanders.client.ask(json!({"type": "device.list"})).await;
    assert_eq!(dana["type"], "ok");
    let devices = bystanders.client.until("devices").await.unwrap().pop().unwrap();
    let theirs = devices["devices"][0]["id"].clone();

    let colleague = ["--role", "client", "--name", "Dan", "--company", "Northwind"];
    let stranger = ["--role", "client", "--name", "Eve", "--company", "Contoso"];
    let olga = ["--new", "--org", "Other MSP", "--role", "technician", "--name", "Olga"];
    let link = folder.ok(&[&["person", "add"][..], &olga].concat());
    let olga = token();
    assert!(serving.redeem(link.split_once('#').unwrap().1, &olga).starts_with("HTTP/1.1 200"));
    let tokens = [
        ("a client of the same company", folder.sign_in(&serving, &colleague)),
        ("a client of another company", folder.sign_in(&serving, &stranger)),
        ("a technician of another organisation", olga),
    ];
    let intents = |session: Uuid| {
        [
            json!({"type": "chat.join", "session": session}),
            json!({"type": "chat.dismiss", "session": session}),
            json!({"type": "chat.assist", "session": session}),
            json!({"type": "chat.hand_over", "session": session, "note": "x"}),
            json!({"type": "chat.keep", "session": session}),
            json!({"type": "chat.accept", "session": session}),
            json!({"type": "chat.decline", "session": session}),
            json!({"type": "chat.message", "session": session, "text": "Hello"}),
            json!({"type": "chat.leave", "session": session}),
            json!({"type": "chat.callback", "session": session, "phone": "+64 9"}),
            json!({"type": "chat.cancel_callback", "session": session}),
            json!({"type": "chat.complete", "session": session, "note": "x"}),
            json!({"type": "chat.reopen", "session": session}),
            json!({"type": "chat.note", "session": session, "text": "x"}),
            json!({"type": "chat.notes", "session": session}),
            json!({"type": "chat.open", "session": session, "after": 0}),
        ]
    };
    let silent = [
        json!({"type": "chat.seen", "session": session, "number": 1}),
        json!({"type": "chat.visible", "session": session}),
        json!({"type": "ring.shown", "session": session}),
    ];
    for (who, token) in tokens {
        let mut them = serving.connect(&token, Uuid::new_v4()).await;
        let told = them.until("synced").await.unwrap();
        assert!(!told.iter().any(|frame| frame["type"] == "session"), "{who}: {told:?}");
        let nowhere = intents(Uuid::new_v4());
        for (intent, nowhere) in intents(session).into_iter().zip(nowhere) {
            let kind = intent["type"].clone();
            let (real, none) = (them.ask(intent).await, them.ask(nowhere).await);
            assert_eq!(real["code"], "not_found", "{who}, {kind}: {real}");
            assert_eq!((&real["code"], &real["message"]), (&none["code"], &none["message"]), "{who}, {kind}");
        }
        for device in [theirs.clone(), json!(Uuid::new_v4())] {
            let refused = them.ask(json!({"type": "device.sign_out", "device": device})).await;
            assert_eq!(refused["code"], "not_found", "{who}: {refused}");
        }
        for frame in &silent {
            them.send(frame.clone()).await;
        }
        them.send(json!({"type": "device.list", "id": Uuid::new_v4()})).await;
        let next = them.next().await.unwrap();
        assert_eq!(next["type"], "ok", "{who}: a frame without an answer got one: {next}");
    }
    // A client can neither join, dismiss nor hand over, not even their own chat.
    let [join, dismiss, assist, hand_over, ..] = intents(session);
    for intent in [join, dismiss, assist, hand_over] {
        let refused = bystanders.client.ask(intent).await;
        assert_eq!(refused["code"], "not_allowed", "{refused}");
    }
    let still = bystanders
        .technician
        .ask(json!({"type": "chat.message", "session": session, "text": "Who was that?"}))
        .await;
    assert_eq!(still["number"], 2, "nobody else has written in it");
    assert_eq!(
        bystanders.technician.ask(json!({"type": "chat.complete", "session": session})).await["type"],
        "ok"
    );
    bystanders.are_served().await;
}

#[tokio::test]
async fn an_ended_sign_in_is_closed_at_once_and_stays_out() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let eve = folder.sign_in(&serving, &EVE);
    let mut devices = Vec::new();
    for _ in 0..3 {
        let mut device = serving.connect(&eve, Uuid::new_v4()).await;
        device.until("synced").await.unwrap();
        devices.push(device);
    }
    let list: Value =
        serde_json::from_str(&folder.ok(&["sign-in", "list", "--name", "Eve", "--json"])).unwrap();
    folder.ok(&["sign-in", "revoke", list[0]["id"].as_str().unwrap()]);
    for device in &mut devices {
        promptly(async { assert_eq!(device.end().await, Some(4401)) }).await;
    }
    for forged in [eve.as_str(), &token(), &eve.to_uppercase()] {
        let mut again = serving.connect(forged, Uuid::new_v4()).await;
        assert_eq!(again.end().await, Some(4401));
    }
    bystanders.are_served().await;
}

#[tokio::test]
async fn one_person_cannot_take_all_places() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let eve = folder.sign_in(&serving, &EVE);
    let mut app = serving.connect(&eve, Uuid::new_v4()).await;
    app.until("synced").await.unwrap();
    let code = app.ask(json!({"type": "portal.code"})).await["code"].clone();
    let origin = format!("http://{}", serving.address);
    let body = json!({"code": code}).to_string();
    let head =
        format!("POST /api/portal-code HTTP/1.1\r\norigin: {origin}\r\ncontent-length: {}", body.len());
    let answer = http(&serving.address, &head, &body);
    let cookie = answer.split_once("set-cookie: ").unwrap().1.split_once(';').unwrap().0.to_owned();
    // Windows and devices are limited separately.
    let mut kept = Vec::new();
    for (is_window, most) in [(true, 64), (false, 63)] {
        let mut let_in = 0;
        for _ in 0..70 {
            let mut socket = if is_window {
                let headers = [("origin", origin.as_str()), ("cookie", cookie.as_str())];
                let mut socket = serving.open("/client/connect", &headers).await;
                socket.send(hello(None, Uuid::new_v4(), "active".into())).await;
                socket
            } else {
                serving.connect(&eve, Uuid::new_v4()).await
            };
            if socket.until("synced").await.is_some() {
                let_in += 1;
            } else {
                assert_eq!(socket.closed, Some(4429));
            }
            kept.push(socket);
        }
        assert_eq!(let_in, most, "windows: {is_window}");
    }
    bystanders.are_served().await;
}
