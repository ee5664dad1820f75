//! Hostile connections: slow ones, crowds from one address, floods, malformed requests. They are closed as `docs/protocol.md` says, and a
//! technician and a client are served as usual meanwhile.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::hello;
use common::program::{AT_ONCE, Bystanders, Folder, Serving, eventually, http, promptly, token};
use common::raw::{PING, Raw, TEXT, closed, frame, upgrade};
use serde_json::json;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use uuid::Uuid;

const EVE: [&str; 6] = ["--role", "client", "--name", "Eve", "--company", "Contoso"];

#[tokio::test]
async fn a_connection_that_sends_its_request_slowly_is_closed() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let begun = Instant::now();
    let mut head = TcpStream::connect(&serving.address).await.unwrap();
    let trickle = async {
        for byte in b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n".iter().cycle() {
            if head.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        begun.elapsed()
    };
    let mut body = TcpStream::connect(&serving.address).await.unwrap();
    body.write_all(b"POST /api/sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{\"link\"")
        .await
        .unwrap();
    let body = async {
        let mut answer = String::new();
        let mut bytes = [0; 4096];
        let read = body.read(&mut bytes).await.unwrap();
        answer.push_str(&String::from_utf8_lossy(&bytes[..read]));
        (answer, begun.elapsed())
    };
    let mut wire = Raw::open(&serving.address, "").await.unwrap();
    // A hello that arrives byte by byte.
    let first = async {
        let text = frame(TEXT, hello(None, Uuid::new_v4(), "active".into()).to_string().as_bytes());
        let (mut read, mut write) = wire.stream.split();
        let sending = async {
            for byte in text {
                if write.write_all(&[byte]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
        };
        let mut answer = vec![0; 64];
        let reading = read.read(&mut answer);
        tokio::select! {
            () = sending => panic!("nobody minded"),
            read = reading => answer.truncate(read.unwrap()),
        }
        (answer, begun.elapsed())
    };
    let served = async {
        for _ in 0..10 {
            bystanders.are_served().await;
            tokio::time::sleep(AT_ONCE).await;
        }
    };
    let (trickled, (answer, answered), (close, closed), ()) = tokio::join!(trickle, body, first, served);
    assert!((9..14).contains(&trickled.as_secs()), "{trickled:?}");
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("The request took too long. Try again."),
        "{answer}"
    );
    assert!((14..20).contains(&answered.as_secs()), "{answered:?}");
    assert!(close.starts_with(&[0x88]) && close[2..4] == 4408_u16.to_be_bytes(), "{close:?}");
    assert!((4..8).contains(&closed.as_secs()), "{closed:?}");
}

#[tokio::test]
async fn one_address_behind_a_proxy_takes_no_place_from_another() {
    let folder = Folder::new();
    let serving = folder.serve();
    let eve = folder.sign_in(&serving, &EVE);
    let from = |address: &str| format!("x-forwarded-for: 10.0.0.1, {address}\r\n");
    let mut elsewhere = Raw::open(&serving.address, &from("198.51.100.1")).await.unwrap();
    let mut crowd = Vec::new();
    // As many as may be pending, and some more; the last ones wait their turn.
    for _ in 0..1_010 {
        crowd.push(Raw::open(&serving.address, &from("192.0.2.7")).await.unwrap().stream);
    }
    // Its oldest connection has made room for its newest; other addresses are not affected.
    promptly(closed(crowd.swap_remove(0))).await;
    elsewhere.say_hello(&eve).await;
    // And somebody who shares the address with the crowd gets in too.
    let mut shared = Raw::open(&serving.address, &from("192.0.2.7")).await.unwrap();
    promptly(shared.say_hello(&eve)).await;
}

/// Processor time that the service has used.
fn used(serving: &Serving) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", serving.child.id())).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    // Fields 14 and 15 in hundredths of a second; these begin at 3.
    let ticks: u64 = [11, 12].iter().map(|field| fields[*field].parse::<u64>().unwrap()).sum();
    Duration::from_millis(10 * ticks)
}

#[tokio::test]
async fn a_service_out_of_files_keeps_serving_says_so_and_lets_newcomers_in() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let eve = folder.sign_in(&serving, &EVE);
    let limit = serving.files() + 30;
    let limited = Command::new("prlimit")
        .args(["--pid", &serving.child.id().to_string(), &format!("--nofile={limit}")])
        .status()
        .unwrap();
    assert!(limited.success());
    let mut crowd = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(&serving.address).await.unwrap();
        stream.write_all(upgrade("").as_bytes()).await.unwrap();
        crowd.push(stream);
    }
    eventually("it says so", || serving.log().contains("Let the service open more files")).await;
    let before = used(&serving);
    bystanders.are_served().await;
    let mut newcomer = serving.connect(&eve, Uuid::new_v4()).await;
    assert!(newcomer.until("synced").await.is_some());
    tokio::time::sleep(2 * AT_ONCE).await;
    let busy = used(&serving) - before;
    assert!(busy < AT_ONCE, "{busy:?} of processor time in two seconds");
    assert_eq!(serving.log().matches("Let the service open more files").count(), 1, "{}", serving.log());
    drop(crowd);
    bystanders.are_served().await;
    folder.ok(&["person", "list"]);
}

#[tokio::test]
async fn at_the_limit_of_files_pending_connections_make_room_for_those_who_authenticate() {
    let mut folder = Folder::new();
    folder.by = ["prlimit", "--nofile=400:400"].map(str::to_owned).to_vec();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let eve = folder.sign_in(&serving, &EVE);
    let mut crowd = Vec::new();
    for _ in 0..600 {
        let mut stream = TcpStream::connect(&serving.address).await.unwrap();
        stream.write_all(upgrade("").as_bytes()).await.unwrap();
        crowd.push(stream);
    }
    let mut newcomer = serving.connect(&eve, Uuid::new_v4()).await;
    promptly(newcomer.until("synced")).await;
    bystanders.are_served().await;
    assert!(
        serving.files() <= 400 - 64,
        "some are left for the database and for commands: {}",
        serving.files()
    );
    assert!(!serving.log().contains("more files"), "{}", serving.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_are_cut_off_and_delay_nobody() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let eve = folder.sign_in(&serving, &EVE);
    let until = Instant::now() + Duration::from_secs(4);
    let mut floods = JoinSet::new();
    for (kind, token) in [("frames", eve.clone()), ("pings", eve), ("hellos", token())] {
        let address = serving.address.clone();
        floods.spawn(async move {
            let (mut connections, mut sent) = (0, 0_u64);
            while Instant::now() < until {
                // On few processors, a flood that never rests would only measure the system's scheduler.
                tokio::time::sleep(Duration::from_millis(10)).await;
                let mut raw = Raw::open(&address, "").await.unwrap();
                connections += 1;
                let hello = hello(Some(&token), Uuid::new_v4(), "active".into()).to_string();
                raw.send(&frame(TEXT, hello.as_bytes())).await;
                let one = match kind {
                    "frames" => frame(TEXT, json!({"type": "people.watch"}).to_string().as_bytes()),
                    "pings" => frame(PING, &[b'x'; 100]),
                    _ => {
                        assert_eq!(raw.end().await, Some(4401));
                        continue;
                    }
                };
                while Instant::now() < until && raw.send(&one.repeat(100)).await {
                    sent += 100;
                }
                if Instant::now() < until {
                    // What it was told before it was cut off may be lost if it keeps sending.
                    assert!(matches!(raw.end().await, Some(4429) | None));
                }
            }
            (kind, connections, sent)
        });
    }
    // Unknown links, as fast as possible.
    let address = serving.address.clone();
    floods.spawn(async move {
        let body = json!({"link": "guess", "token": "0".repeat(64), "device": "d"}).to_string();
        let request = format!(
            "POST /api/sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let (mut sent, mut bytes) = (0_u64, [0; 4096]);
        while Instant::now() < until {
            stream.write_all(request.as_bytes()).await.unwrap();
            let read = stream.read(&mut bytes).await.unwrap();
            let answers: [&[u8]; 2] = [b"HTTP/1.1 404 ", b"HTTP/1.1 429 "];
            assert!(
                answers.iter().any(|answer| bytes[..read].starts_with(answer)),
                "{}",
                String::from_utf8_lossy(&bytes[..read])
            );
            sent += 1;
        }
        ("links", 1, sent)
    });
    let mut slowest = Duration::ZERO;
    let mut others = 0;
    while Instant::now() < until {
        slowest = slowest.max(bystanders.are_served().await);
        // Somebody new signs in meanwhile.
        folder.sign_in(&serving, &["--role", "technician", "--name", &format!("Tom {others}")]);
        others += 1;
        tokio::time::sleep(AT_ONCE).await;
    }
    while let Some(flood) = floods.join_next().await {
        let (kind, connections, sent) = flood.unwrap();
        println!("{kind}: {sent} sent over {connections} connections");
        assert!(sent > 100 || kind == "hellos", "{kind} was not a flood: {sent} sent");
        assert!(connections > 1 || kind == "links", "{kind}: nobody was cut off");
    }
    println!("the slowest step took {slowest:?}; {others} signed in");
    bystanders.are_served().await;
}

/// What no honest client sends before hello: as much as the service takes, as fast as it takes it.
fn floods_without_hello() -> [(&'static str, Vec<u8>); 4] {
    let mut fragments = frame(0x01, b"");
    fragments.extend(frame(0x00, b"").repeat(10_000));
    [
        ("empty pings", frame(PING, b"").repeat(10_000)),
        ("pongs", frame(0x8a, &[b'x'; 125]).repeat(1_000)),
        ("empty fragments", fragments),
        (
            "one endless message",
            frame(0x01, &[b'x'; 1_000])
                .repeat(1)
                .into_iter()
                .chain(frame(0x00, &[b'x'; 1_000]).repeat(100))
                .collect(),
        ),
    ]
}

#[tokio::test]
async fn a_flood_without_hello_is_closed_at_once() {
    let folder = Folder::new();
    let serving = folder.serve();
    for (what, flood) in floods_without_hello() {
        let mut raw = Raw::open(&serving.address, "").await.unwrap();
        let before = used(&serving);
        let mut sent = 0;
        let begun = Instant::now();
        while begun.elapsed() < 3 * AT_ONCE && raw.send(&flood).await {
            sent += flood.len();
        }
        assert!(begun.elapsed() < AT_ONCE, "{what}: {sent} bytes were taken before it was closed");
        let cost = used(&serving) - before;
        assert!(cost <= Duration::from_millis(100), "{what}: {cost:?} of processor time");
        // The close may be lost if the other end keeps sending.
        assert!(matches!(raw.end().await, Some(4429) | None), "{what}");
    }
    // A message in fragments is still accepted.
    let eve = folder.sign_in(&serving, &EVE);
    let mut raw = Raw::open(&serving.address, "").await.unwrap();
    let hello = hello(Some(&eve), Uuid::new_v4(), "active".into()).to_string();
    let (first, rest) = hello.as_bytes().split_at(10);
    raw.send(&frame(0x01, first)).await;
    for part in rest.chunks(10) {
        raw.send(&frame(0x00, part)).await;
    }
    raw.send(&frame(0x80, b"")).await;
    assert_eq!(raw.text().await.unwrap()["type"], "welcome");
    // After signing in, fragments count too.
    let (_, fragments) =
        floods_without_hello().into_iter().find(|(what, _)| *what == "empty fragments").unwrap();
    let before = used(&serving);
    let begun = Instant::now();
    while begun.elapsed() < 3 * AT_ONCE && raw.send(&fragments).await {}
    assert!(begun.elapsed() < AT_ONCE, "nobody minded");
    assert!(used(&serving) - before <= Duration::from_millis(200));
}

#[tokio::test]
async fn too_many_unknown_links_and_codes_are_refused_and_keep_nobody_else_from_signing_in() {
    let folder = Folder::new();
    let serving = folder.serve();
    let unknown = json!({"link": "guess", "token": token(), "device": "d"});
    let head = |address: &str, body: &str| {
        format!("POST /api/sign-in HTTP/1.1\r\nx-forwarded-for: {address}\r\ncontent-length: {}", body.len())
    };
    let try_from = |address: &str, body: &serde_json::Value| {
        let body = body.to_string();
        http(&serving.address, &head(address, &body), &body)
    };
    let answers: Vec<String> = (0..30).map(|_| try_from("192.0.2.7", &unknown)).collect();
    assert!(answers[0].starts_with("HTTP/1.1 404"), "{}", answers[0]);
    let refused = answers.last().unwrap();
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("retry-after: 1\r\n"), "{refused}");
    assert!(try_from("192.0.2.8", &unknown).starts_with("HTTP/1.1 404"), "another address has its own");
    // A good link is not refused at the address of somebody who guesses, either.
    let link = folder.link(&serving, &EVE);
    let good = json!({"link": link, "token": token(), "device": "d"});
    let answer = try_from("192.0.2.7", &good);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn unknown_links_do_not_wait_for_the_writer() {
    let folder = Folder::new();
    let serving = folder.serve();
    folder.link(&serving, &EVE);
    let database = rusqlite::Connection::open(folder.data().join("deskbell.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    // The service waits 5 s for a lock, but this needs no lock.
    promptly(async {
        assert!(serving.redeem("guess", &token()).starts_with("HTTP/1.1 404"));
    })
    .await;
}

#[tokio::test]
async fn malformed_http_is_refused_and_ends() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let host = "host: localhost\r\nconnection: close\r\n";
    let many: String = (0..200).map(|each| format!("x-{each}: y\r\n")).collect();
    let body = json!({"link": "x", "token": "0".repeat(64), "device": "d"}).to_string();
    let post = |lines: &str, body: &str| format!("POST /api/sign-in HTTP/1.1\r\n{host}{lines}\r\n{body}");
    let length = body.len();
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(40), &["400"]),
        ("SSH", b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(), &["400"]),
        ("zeros", vec![0; 4096], &["400"]),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), &["400", "505", ""]),
        ("HTTP/9.9", format!("GET / HTTP/9.9\r\n{host}\r\n").into(), &["400", "505", ""]),
        ("a head too large", format!("GET /healthz HTTP/1.1\r\n{host}x: {}\r\n\r\n", "y".repeat(1_000_000)).into(), &["431"]),
        ("too many lines", format!("GET /healthz HTTP/1.1\r\n{host}{many}\r\n").into(), &["431", "400"]),
        ("a path too long", format!("GET /{} HTTP/1.1\r\n{host}\r\n", "x".repeat(1_000_000)).into(), &["414", "431"]),
        ("two lengths", post(&format!("content-length: {length}\r\ncontent-length: 1\r\n"), &body).into(), &["400"]),
        ("length and chunks", post(&format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"), &body).into(), &["400"]),
        ("a bad length", post("content-length: -1\r\n", &body).into(), &["400"]),
        ("a body too large", post("content-length: 1000000\r\n", &"x".repeat(1_000_000)).into(), &["413"]),
        ("a body that is not JSON", post("content-length: 5\r\n", "<a/>\n").into(), &["400"]),
        ("a deeply nested body", post("content-length: 10000\r\n", &"[".repeat(10_000)).into(), &["400"]),
        ("another method", format!("DELETE /api/sign-in HTTP/1.1\r\n{host}\r\n").into(), &["405"]),
        ("no method", format!("G\x01T /healthz HTTP/1.1\r\n{host}\r\n").into(), &["400"]),
        ("a way out", format!("GET /assets/..%2f..%2fetc/passwd HTTP/1.1\r\n{host}\r\n").into(), &["404"]),
        ("an upgrade without a key", "GET /connect HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: deskbell.v1+json\r\n\r\n".into(), &["400"]),
        ("another version's upgrade", upgrade("").replace("version: 13", "version: 8").into(), &["400"]),
        ("a tunnel", format!("CONNECT evil.example:443 HTTP/1.1\r\n{host}\r\n").into(), &["404", "405", "400"]),
    ];
    for (what, bytes, statuses) in cases {
        let mut stream = TcpStream::connect(&serving.address).await.unwrap();
        let (mut read, mut write) = stream.split();
        let mut answer = Vec::new();
        let mut part = [0; 4096];
        promptly(async {
            // A service that refuses to read on may cut off what is still being sent.
            let (_, first) = tokio::join!(write.write_all(&bytes), read.read(&mut part));
            answer.extend(&part[..first.unwrap_or(0)]);
            let _ = write.shutdown().await;
            while let Ok(more @ 1..) = read.read(&mut part).await {
                answer.extend(&part[..more]);
            }
        })
        .await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(statuses.contains(&status), "{what}: {answer:?}");
    }
    bystanders.are_served().await;
}
