//! The loop on a machine that sleeps: its clock keeps running, its timers and its sockets do not.

use super::*;
use protocol::PreferenceChange;
use tokio::io::AsyncReadExt;
use tokio::time::sleep;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Immediately, as precisely as a paused clock can tell.
const AT_ONCE: Duration = Duration::from_millis(100);

impl Bench {
    /// Accepts the next connection, which the link has to open at once.
    async fn accept_at_once(&mut self) -> Peer {
        let awake_again = Instant::now();
        let peer = self.accept().await;
        assert!(awake_again.elapsed() < AT_ONCE, "{:?}", awake_again.elapsed());
        peer
    }
}

#[tokio::test(start_paused = true)]
async fn a_setting_that_was_kept_over_a_sleep_is_as_old_as_it_is() {
    // P7
    let mut bench = Bench::connecting().await;
    let peer = bench.accept().await;
    *bench.net.cut.lock().unwrap() = true;
    drop(peer);
    let two_hours = Some(2 * 60 * 60 * 1000);
    let preference = PreferenceChange::Away { for_ms: two_hours, until_back: false };
    let prefer = Up::Prefer { id: Uuid::from_u128(5), preference, set_ago_ms: 0 };
    bench.orders.send(Order::Send(prefer)).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    bench.machine.sleeps(HOUR);
    *bench.net.cut.lock().unwrap() = false;
    let mut peer = bench.accept_at_once().await;
    let Some(Up::Prefer { preference, set_ago_ms, .. }) = heard(&mut peer).await else {
        panic!("it is sent")
    };
    let PreferenceChange::Away { for_ms: Some(for_ms), .. } = preference else { panic!("{preference:?}") };
    let about_an_hour = 60 * 60 * 1000..=60 * 60 * 1000 + 5_000;
    assert!(about_an_hour.contains(&set_ago_ms), "{set_ago_ms}");
    assert_eq!(set_ago_ms + for_ms, 2 * 60 * 60 * 1000);
}

#[tokio::test(start_paused = true)]
async fn a_socket_from_before_a_sleep_is_left_without_a_close_and_another_one_made_at_once() {
    let mut bench = Bench::connecting().await;
    let mut old = bench.accept().await;
    bench.machine.sleeps(HOUR);
    let _new = bench.accept_at_once().await;
    // P10: a close frame would mean leaving.
    assert!(!matches!(old.next().await, Some(Ok(Message::Close(_)))));
}

#[tokio::test(start_paused = true)]
async fn what_lay_in_a_socket_over_a_sleep_does_not_make_it_trusted() {
    let mut bench = Bench::connecting().await;
    let mut old = bench.accept().await;
    // Shorter than the silence that ends a connection.
    bench.machine.sleeps(Duration::from_secs(20));
    old.send(Message::text(protocol::write(&Down::Beat))).await.unwrap();
    let _new = bench.accept_at_once().await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_an_outage_is_over_after_a_sleep() {
    let mut bench = Bench::connecting().await;
    let peer = bench.accept().await;
    *bench.net.cut.lock().unwrap() = true;
    drop(peer);
    let retry_in = loop {
        match bench.until(|event| matches!(event, Event::Lost { .. })).await {
            Event::Lost { retry_in, .. } if retry_in > Duration::from_secs(10) => break retry_in,
            _ => {}
        }
    };
    *bench.net.cut.lock().unwrap() = false;
    bench.machine.sleeps(retry_in);
    bench.accept_at_once().await;
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_the_machine_slept_through_is_made_again_at_once() {
    let mut bench = Bench::connecting().await;
    let unanswered = bench.peers.recv().await.unwrap();
    bench.machine.sleeps(HOUR);
    let _new = bench.accept_at_once().await;
    drop(unanswered);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_is_awake_keeps_its_connection_however_long() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    peer.send(Message::text(protocol::write(&Down::Synced { more: 0 }))).await.unwrap();
    for _ in 0..100 {
        sleep(Duration::from_secs(30)).await;
        peer.send(Message::text(protocol::write(&Down::Beat))).await.unwrap();
        assert!(matches!(heard(&mut peer).await, Some(Up::Beat { .. })));
        // The agent reads.
        while bench.events.try_recv().is_ok() {}
    }
    assert!(bench.peers.try_recv().is_err(), "one connection is all it needed");
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_takes_nothing_is_left_after_ten_seconds() {
    let mut bench = Bench::connecting().await;
    let peer = bench.accept().await;
    let began = Instant::now();
    let text = "x".repeat(2_000);
    for id in 0..60_u128 {
        let json = serde_json::json!({ "type": "chat.message", "id": Uuid::from_u128(id), "session": Uuid::from_u128(id), "text": text });
        bench.orders.send(Order::Send(serde_json::from_value(json).unwrap())).await.unwrap();
    }
    let lost = bench.until(|event| matches!(event, Event::Lost { .. })).await;
    assert!(matches!(lost, Event::Lost { why, .. } if why == "nothing can be sent any more"));
    assert_eq!(began.elapsed().as_secs(), 10);
    // The service has read nothing since the greeting.
    let mut stream = peer.into_inner();
    assert!(stream.read(&mut [0; 16]).await.unwrap() > 0);
}
