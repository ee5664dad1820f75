//! The loop against a hostile service, on a paused clock: it never spins, never grows, and says why.

use super::*;
use protocol::ErrorCode;
use protocol::limits::FRAME_BYTES;
use tokio::io::AsyncWriteExt;
use tokio::time::{advance, sleep, timeout};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How often the link dials a service within an hour if the service does `to_each` with every connection.
async fn attempts_in_an_hour(to_each: impl AsyncFn(&mut Bench, DuplexStream)) -> u32 {
    let mut bench = Bench::connecting().await;
    let began = Instant::now();
    let mut attempts = 0;
    while began.elapsed() < HOUR {
        let stream = bench.peers.recv().await.unwrap();
        attempts += 1;
        to_each(&mut bench, stream).await;
        bench.until(|event| matches!(event, Event::Lost { .. })).await;
    }
    attempts
}

/// With full jitter up to 30 s there are about 240 attempts an hour, and a few more in the first minute.
fn is_patient(attempts: u32) -> bool {
    (100..400).contains(&attempts)
}

#[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
async fn handshake(stream: DuplexStream) -> Peer {
    let choose = |request: &Request, mut response: Response| {
        let version = request.headers()["sec-websocket-protocol"].clone();
        response.headers_mut().insert("sec-websocket-protocol", version);
        Ok(response)
    };
    accept_hdr_async(stream, choose).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_service_that_closes_at_once_for_ever_is_dialled_ever_more_rarely() {
    let attempts = attempts_in_an_hour(async |_, stream| drop(stream)).await;
    assert!(is_patient(attempts), "{attempts} attempts in an hour");
}

#[tokio::test(start_paused = true)]
async fn one_that_takes_hello_and_closes_for_ever_is_too() {
    let attempts = attempts_in_an_hour(async |_, stream| {
        let mut peer = handshake(stream).await;
        assert!(matches!(heard(&mut peer).await, Some(Up::Hello(_))));
    })
    .await;
    assert!(is_patient(attempts), "{attempts} attempts in an hour");
}

#[tokio::test(start_paused = true)]
async fn one_that_always_asks_to_come_back_at_once_is_too() {
    let attempts = attempts_in_an_hour(async |_, stream| {
        let mut peer = handshake(stream).await;
        peer.send(Message::text(protocol::write(&Down::Reconnect { after_ms: 0 }))).await.unwrap();
    })
    .await;
    assert!(is_patient(attempts), "{attempts} attempts in an hour");
}

async fn why_lost(bench: &mut Bench) -> String {
    match bench.until(|event| matches!(event, Event::Lost { .. })).await {
        Event::Lost { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_pings_and_beats_but_never_greets_is_left_after_two_minutes() {
    let mut bench = Bench::connecting().await;
    let began = Instant::now();
    let mut peer = handshake(bench.peers.recv().await.unwrap()).await;
    let pinging = tokio::spawn(async move {
        for beat in [Message::Ping("".into()), Message::text(protocol::write(&Down::Beat))].iter().cycle() {
            if peer.send(beat.clone()).await.is_err() {
                return;
            }
            sleep(Duration::from_secs(10)).await;
        }
    });
    assert_eq!(why_lost(&mut bench).await, "the service did not send its whole state in time");
    assert_eq!(began.elapsed(), crate::session::SYNCED_WITHIN);
    pinging.abort();
}

#[tokio::test(start_paused = true)]
async fn one_that_never_ends_its_snapshot_is_left_too_and_one_that_does_is_kept() {
    for (ends, lives_s) in [(false, 120), (true, 600)] {
        let mut bench = Bench::connecting().await;
        let began = Instant::now();
        let mut peer = bench.accept().await;
        if ends {
            peer.send(Message::text(protocol::write(&Down::Synced { more: 0 }))).await.unwrap();
        }
        while began.elapsed() < Duration::from_secs(600) {
            sleep(Duration::from_secs(10)).await;
            if peer.send(Message::text(protocol::write(&Down::Beat))).await.is_err() {
                break;
            }
        }
        assert_eq!(began.elapsed().as_secs() / 20 * 20, lives_s);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_drips_is_left_after_ten_seconds() {
    let mut bench = Bench::connecting().await;
    let mut stream = bench.peers.recv().await.unwrap();
    let began = Instant::now();
    let dripping = tokio::spawn(async move {
        for byte in b"HTTP/1.1 101 Switching Protocols\r\nx: ".iter().chain(b"a".iter().cycle()) {
            if stream.write_all(&[*byte]).await.is_err() {
                return;
            }
            sleep(Duration::from_secs(1)).await;
        }
    });
    assert_eq!(why_lost(&mut bench).await, "help.example did not answer");
    assert_eq!(began.elapsed().as_secs(), 10);
    dripping.abort();
}

#[tokio::test(start_paused = true)]
async fn one_that_floods_is_left_before_the_app_does_nothing_else() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    let flooding = tokio::spawn(async move {
        let said = Down::Messages { session: chat_id(), messages: Vec::new() };
        let mut sent = 0_u32;
        while peer.send(Message::text(protocol::write(&said))).await.is_ok() {
            sent += 1;
        }
        sent
    });
    assert_eq!(why_lost(&mut bench).await, "the service says more than any app can take");
    let sent = flooding.await.unwrap();
    assert!(sent < 12_000, "{sent}");
}

fn chat_id() -> chat::SessionId {
    chat::SessionId(Uuid::nil())
}

#[tokio::test(start_paused = true)]
async fn a_frame_over_the_limit_ends_the_connection_in_words() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    // The bytes that the app refuses to read do not fit into the duplex either.
    let sending = tokio::spawn(async move { peer.send(Message::text("x".repeat(FRAME_BYTES + 1))).await });
    assert_eq!(why_lost(&mut bench).await, "the service says more at once than any app can take");
    drop(sending.await);
}

#[tokio::test(start_paused = true)]
async fn lies_about_answers_greetings_and_messages_do_no_harm() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    let unknown = Uuid::from_u128(404);
    let answer = protocol::Answer::default();
    for lie in [
        Down::Ok { re: unknown, answer: answer.clone() },
        Down::Messages { session: chat_id(), messages: Vec::new() },
        Down::Synced { more: 0 },
        Down::Synced { more: 0 },
        Down::Beat,
    ] {
        peer.send(Message::text(protocol::write(&lie))).await.unwrap();
    }
    assert!(matches!(heard(&mut peer).await, Some(Up::Beat { .. })), "it goes on as before");
    bench.orders.send(Order::Send(list(5))).await.unwrap();
    assert_eq!(heard(&mut peer).await, Some(list(5)));
}

#[tokio::test(start_paused = true)]
async fn a_retry_in_the_far_future_is_no_busy_loop_and_no_overflow() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    for (id, retry_after_ms) in [(5, u64::MAX), (6, 0)] {
        bench.orders.send(Order::Send(list(id))).await.unwrap();
        let re = Uuid::from_u128(id);
        let mut tries = 0;
        while let Ok(Some(_)) = timeout(Duration::from_secs(1), heard(&mut peer)).await {
            tries += 1;
            let busy = Down::Error {
                re: Some(re),
                code: ErrorCode::Busy,
                message: "Busy.".to_owned(),
                retry_after_ms: Some(retry_after_ms),
                by: None,
                at: None,
            };
            peer.send(Message::text(protocol::write(&busy))).await.unwrap();
        }
        assert!(tries <= 1 + crate::session::TRIES, "{tries}");
    }
    advance(Duration::from_secs(1)).await;
}
