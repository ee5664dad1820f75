//! Connections that send or read slowly: each ends after a known time, and everybody else is served at once meanwhile. On a paused clock,
//! so that minutes take no time.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(unix)]

mod common;

use common::raw::{PING, TEXT, frame, upgrade};
use common::{Device, TestService, hello};
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const ORG: &str = "Acme IT";
/// How long a device may be silent (P10).
const GRACE: Duration = Duration::from_secs(45);
/// How long a connection may speak HTTP, and after that finish its last answer.
const HTTP_FOR: Duration = Duration::from_secs(120 + 15);
/// How long the service waits for the answer to its close, and for a timer or two.
const SLACK: Duration = Duration::from_secs(3);

/// Until this is done, a bystander sends an intent each second and is answered at once.
async fn served_meanwhile<T>(bystander: &mut Device, done: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    let mut done = std::pin::pin!(done);
    loop {
        tokio::select! {
            done = &mut done => return (done, begun.elapsed()),
            () = sleep(Duration::from_secs(1)) => {
                let asked = Instant::now();
                assert_eq!(bystander.ask(json!({"type": "device.list"})).await["type"], "ok");
                assert_eq!(asked.elapsed(), Duration::ZERO, "it had to wait");
            }
        }
    }
}

/// The raw stream of a device that has said hello.
async fn device(service: &TestService, token: &str) -> DuplexStream {
    let mut stream = service.stream().await;
    stream.write_all(upgrade("").as_bytes()).await.unwrap();
    let hello = hello(Some(token), Uuid::new_v4(), "active".into()).to_string();
    stream.write_all(&frame(TEXT, hello.as_bytes())).await.unwrap();
    let mut told = Vec::new();
    while !told.windows(8).any(|bytes| bytes == b"\"synced\"") {
        told.push(stream.read_u8().await.unwrap());
    }
    stream
}

/// Sends one of these per second until the other end stops accepting them, and reads to the end; returns what it read.
async fn trickle(stream: DuplexStream, pieces: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let (mut read, mut write) = tokio::io::split(stream);
    let sending = async {
        for piece in pieces {
            if write.write_all(&piece).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut told = Vec::new();
    tokio::select! {
        () = sending => {}
        // It may end in any way: only what it was told counts.
        _ = read.read_to_end(&mut told) => {}
    }
    told
}

#[tokio::test(start_paused = true)]
async fn a_slow_frame_is_not_a_sign_of_life_and_delays_nobody() {
    let service = TestService::start();
    let (slow, other) = (service.person(ORG, "Eve", Some("Contoso")), service.person(ORG, "Priya", None));
    let (mut priya, _) = service.app(&other).await;
    // Sent again each time: frames that came while she waited for answers were skipped.
    let watch = json!({"type": "people.watch"});
    let beat = json!({"type": "beat", "activity": "active", "padding": "x".repeat(50_000)}).to_string();
    let byte_by_byte: Vec<Vec<u8>> =
        frame(TEXT, beat.as_bytes()).into_iter().map(|byte| vec![byte]).collect();
    // Whole fragments of a message, with a ping after each: both are accepted, but neither is a frame.
    let in_parts: Vec<Vec<u8>> = std::iter::once([frame(0x01, b"{"), frame(PING, b"x")].concat())
        .chain((0..50_000).map(|_| [frame(0x00, b" "), frame(PING, b"x")].concat()))
        .collect();
    for (how, pieces) in [("byte by byte", byte_by_byte), ("in parts", in_parts)] {
        let stream = device(&service, &slow).await;
        priya.send(watch.clone()).await;
        priya.sees("Eve", "online").await;
        let (told, took) = served_meanwhile(&mut priya, trickle(stream, pieces.into_iter())).await;
        assert!((GRACE..GRACE + SLACK).contains(&took), "{how}: {took:?}");
        let close = 4408_u16.to_be_bytes();
        assert!(told.windows(2).any(|bytes| bytes == close), "{how}: it is told why");
        priya.send(watch.clone()).await;
        priya.sees("Eve", "offline").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_read_slowly_is_abandoned_and_delays_nobody() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    let page = "GET /technician/ HTTP/1.1\r\nhost: localhost\r\n\r\n";

    // A connection that reads nothing, and asks for more and more.
    let mut stream = service.stream_of(64).await;
    let asking = async { while stream.write_all(page.as_bytes()).await.is_ok() {} };
    let ((), took) = served_meanwhile(&mut priya, asking).await;
    assert!((HTTP_FOR - SLACK..HTTP_FOR + SLACK).contains(&took), "{took:?}");

    // A connection that reads a byte a second, and keeps asking for the page.
    let stream = service.stream_of(64).await;
    let (mut read, mut write) = tokio::io::split(stream);
    let sipping = async {
        let mut taken = 0;
        while read.read_u8().await.is_ok() {
            taken += 1;
            sleep(Duration::from_secs(1)).await;
        }
        taken
    };
    let both = async {
        let asking = async {
            while write.write_all(page.as_bytes()).await.is_ok() {}
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = asking => unreachable!("it waits"),
            taken = sipping => taken,
        }
    };
    let (taken, took) = served_meanwhile(&mut priya, both).await;
    assert!(taken > 100, "{taken} bytes: it was being answered");
    // What was already on its way is read just as slowly.
    assert!(took < HTTP_FOR + Duration::from_secs(64) + SLACK, "{took:?}");
}
