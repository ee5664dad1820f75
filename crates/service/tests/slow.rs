//! Those who send or take slowly: each ends after a time that is known, and beside them everybody is served at once. On a paused
//! clock, so that minutes take no time.
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
/// How long the service waits for the answer to its close, and a timer or two.
const SLACK: Duration = Duration::from_secs(3);

/// Somebody beside them, who asks each second until this is done, and is answered at once.
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

/// A device that has said hello, as its bytes.
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

/// Sends these one a second for as long as they are taken, and reads whatever comes to its end; the last of it.
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
        // However it ends: what it was told is what counts.
        _ = read.read_to_end(&mut told) => {}
    }
    told
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_comes_slowly_is_no_sign_of_life_and_delays_nobody() {
    let service = TestService::start();
    let (slow, other) = (service.person(ORG, "Eve", Some("Contoso")), service.person(ORG, "Priya", None));
    let (mut priya, _) = service.app(&other).await;
    // Asked anew each time: what came while she waited for answers is left out.
    let watch = json!({"type": "people.watch"});
    let beat = json!({"type": "beat", "activity": "active", "padding": "x".repeat(50_000)}).to_string();
    let byte_by_byte: Vec<Vec<u8>> =
        frame(TEXT, beat.as_bytes()).into_iter().map(|byte| vec![byte]).collect();
    // Parts of a frame, each whole, and a ping after each: both are taken, and are no frame.
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
async fn a_page_that_is_taken_slowly_is_given_up_and_delays_nobody() {
    let service = TestService::start();
    let token = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&token).await;
    let page = "GET /technician/ HTTP/1.1\r\nhost: localhost\r\n\r\n";

    // One who takes nothing at all, and asks for more and more.
    let mut stream = service.stream_of(64).await;
    let asking = async { while stream.write_all(page.as_bytes()).await.is_ok() {} };
    let ((), took) = served_meanwhile(&mut priya, asking).await;
    assert!((HTTP_FOR - SLACK..HTTP_FOR + SLACK).contains(&took), "{took:?}");

    // One who takes a byte a second, and asks for a page as often.
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
    // What was on its way when it was given up is taken as slowly.
    assert!(took < HTTP_FOR + Duration::from_secs(64) + SLACK, "{took:?}");
}
