//! The loop against a peer in memory, on a paused clock.

use super::*;
use crate::dial::{DialError, Dialled};
use crate::{Address, End, Target, TokioClock};
use futures_util::{SinkExt, StreamExt};
use presence::{Activity, Moment};
use protocol::{App, Down, Hello, Token, Up};
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use uuid::Uuid;

type Peer = WebSocketStream<DuplexStream>;

/// Gives the other end of each dial to the test; refuses while the network is cut.
struct Net {
    peers: mpsc::UnboundedSender<DuplexStream>,
    cut: Mutex<bool>,
}

impl Dial for Net {
    fn dial<'a>(&'a self, address: &'a Address) -> Pin<Box<dyn Future<Output = Dialled> + Send + 'a>> {
        Box::pin(async move {
            if *self.cut.lock().unwrap() {
                let why = std::io::ErrorKind::NetworkUnreachable.into();
                return Err(DialError::Unreachable { host: address.host().to_owned(), why });
            }
            let (ours, theirs) = tokio::io::duplex(64 * 1024);
            self.peers.send(theirs).unwrap();
            Ok(Box::new(ours) as Box<dyn crate::dial::Stream>)
        })
    }
}

/// A machine's clock: tokio's, plus the time for which the test let the machine sleep, during which tokio's stops.
#[derive(Default)]
struct Machine {
    awake: TokioClock,
    slept: Arc<Mutex<(Duration, Vec<Waker>)>>,
}

impl Machine {
    /// Sleeps for this long, then wakes.
    fn sleeps(&self, time: Duration) {
        let mut slept = self.slept.lock().unwrap();
        slept.0 += time;
        slept.1.drain(..).for_each(Waker::wake);
    }
}

impl Clock for Machine {
    fn now(&self) -> Moment {
        self.awake.now().plus(self.slept.lock().unwrap().0)
    }

    fn timer(&self) -> Box<dyn Timer> {
        Box::new(MachineTimer(self.awake.timer(), Arc::clone(&self.slept)))
    }
}

struct MachineTimer(Box<dyn Timer>, Arc<Mutex<(Duration, Vec<Waker>)>>);

impl Timer for MachineTimer {
    fn poll_until(&mut self, until: Moment, context: &mut Context<'_>) -> Poll<()> {
        let mut slept = self.1.lock().unwrap();
        slept.1.push(context.waker().clone());
        self.0.poll_until(until.minus(slept.0), context)
    }
}

struct Bench {
    net: Arc<Net>,
    machine: Arc<Machine>,
    peers: mpsc::UnboundedReceiver<DuplexStream>,
    orders: mpsc::Sender<Order>,
    events: mpsc::Receiver<Event>,
}

fn target() -> Target {
    Target {
        address: Address::parse("https://help.example").unwrap(),
        token: Token("secret".to_owned()),
        instance: Uuid::from_u128(7),
        app: App { name: "deskbell".to_owned(), version: "0".to_owned(), device: "desk".to_owned() },
        can_ring: true,
    }
}

impl Bench {
    async fn connecting() -> Self {
        let (peers_in, peers) = mpsc::unbounded_channel();
        let net = Arc::new(Net { peers: peers_in, cut: Mutex::new(false) });
        let (orders, orders_out) = mpsc::channel(64);
        let (events_in, events) = mpsc::channel(64);
        let machine = Arc::new(Machine::default());
        let clock = Arc::clone(&machine) as Arc<dyn Clock>;
        tokio::spawn(drive(Arc::clone(&net) as Arc<dyn Dial>, clock, 1, orders_out, events_in));
        orders.send(Order::Connect(target())).await.unwrap();
        Self { net, machine, peers, orders, events }
    }

    /// Accepts the next connection, including hello and welcome.
    async fn accept(&mut self) -> Peer {
        self.accept_hello().await.0
    }

    /// The same, and returns its hello.
    #[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
    async fn accept_hello(&mut self) -> (Peer, Hello) {
        let stream = self.peers.recv().await.unwrap();
        let mut peer = accept_hdr_async(stream, |request: &Request, mut response: Response| {
            // The request to the service names the version and has no Origin.
            let header = &request.headers()["sec-websocket-protocol"];
            assert_eq!(
                (header, request.uri().path()),
                (&HeaderValue::from_static("deskbell.v1+json"), "/connect")
            );
            assert!(!request.headers().contains_key("origin"));
            response.headers_mut().insert("sec-websocket-protocol", header.clone());
            Ok(response)
        })
        .await
        .unwrap();
        let Some(Up::Hello(hello)) = heard(&mut peer).await else { panic!("hello comes first") };
        assert!(hello.token.is_some());
        let welcome = serde_json::json!({
            "type": "welcome", "now": 1, "policy": protocol::Policy::default(), "preference": "automatic",
            "you": { "id": Uuid::nil(), "name": "Priya", "role": "technician", "organisation": "Acme" },
        });
        peer.send(Message::text(welcome.to_string())).await.unwrap();
        self.until(|event| matches!(event, Event::Down(down) if matches!(**down, Down::Welcome(_)))).await;
        (peer, hello)
    }

    async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.events.recv().await.unwrap();
            if wanted(&event) {
                return event;
            }
        }
    }
}

async fn heard(peer: &mut Peer) -> Option<Up> {
    match peer.next().await {
        Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).unwrap()),
        _ => None,
    }
}

fn list(id: u128) -> Up {
    Up::ListDevices { id: Uuid::from_u128(id) }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_again_on_the_next_connection() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    bench.orders.send(Order::Send(list(5))).await.unwrap();
    assert_eq!(heard(&mut peer).await, Some(list(5)));
    drop(peer);
    assert!(matches!(bench.until(|event| matches!(event, Event::Lost { .. })).await, Event::Lost { .. }));
    let mut peer = bench.accept().await;
    assert_eq!(heard(&mut peer).await, Some(list(5)));
}

#[tokio::test(start_paused = true)]
async fn silence_loses_the_connection_after_35_seconds_and_beats_keep_it() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    let began = Instant::now();
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_secs(15)).await;
        peer.send(Message::text(protocol::write(&Down::Beat))).await.unwrap();
        assert!(matches!(heard(&mut peer).await, Some(Up::Beat { .. })));
    }
    bench.until(|event| matches!(event, Event::Lost { .. })).await;
    assert_eq!(began.elapsed().as_secs(), 60 + 35);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_network_drops_the_old_socket_without_a_close_and_dials_at_once() {
    let mut bench = Bench::connecting().await;
    let mut old = bench.accept().await;
    let before = Instant::now();
    bench.orders.send(Order::RetryNow).await.unwrap();
    let _new = bench.accept().await;
    assert!(before.elapsed() < Duration::from_millis(100));
    // P10: a close frame would mean leaving.
    assert!(!matches!(old.next().await, Some(Ok(Message::Close(_)))));
}

#[tokio::test(start_paused = true)]
async fn an_order_to_retry_ends_the_wait_of_an_outage() {
    let mut bench = Bench::connecting().await;
    let peer = bench.accept().await;
    *bench.net.cut.lock().unwrap() = true;
    drop(peer);
    for _ in 0..20 {
        bench.until(|event| matches!(event, Event::Lost { .. })).await;
    }
    *bench.net.cut.lock().unwrap() = false;
    let before = Instant::now();
    bench.orders.send(Order::RetryNow).await.unwrap();
    bench.accept().await;
    assert!(before.elapsed() < Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn leaving_says_bye_and_closes() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    bench.orders.send(Order::Disconnect { bye: true }).await.unwrap();
    assert_eq!(heard(&mut peer).await, Some(Up::Bye));
    assert!(matches!(peer.next().await, Some(Ok(Message::Close(_)))));
    let (nobody, _) = (tokio::time::timeout(Duration::from_secs(600), bench.peers.recv()).await, ());
    assert!(nobody.is_err(), "it stays away");
}

#[tokio::test(start_paused = true)]
async fn close_codes_say_what_is_next() {
    for (code, closes, end) in [(4401, 1, End::SignIn), (4409, 2, End::Replaced)] {
        let mut bench = Bench::connecting().await;
        for _ in 0..closes {
            let mut peer = bench.accept().await;
            peer.close(Some(CloseFrame { code: code.into(), reason: "".into() })).await.unwrap();
        }
        bench.until(|event| *event == Event::Ended(end)).await;
        let nobody = tokio::time::timeout(Duration::from_secs(600), bench.peers.recv()).await;
        assert!(nobody.is_err(), "{code} is not tried again");
        bench.orders.send(Order::Connect(target())).await.unwrap();
        bench.accept().await;
    }
}

#[tokio::test(start_paused = true)]
async fn comes_back_with_a_higher_number_when_it_is_replaced_once() {
    // The service may have taken the late hello of a connection that this app gave up for a newer one.
    let mut bench = Bench::connecting().await;
    for attempt in 1..4 {
        let (mut peer, hello) = bench.accept_hello().await;
        assert_eq!(hello.attempt, Some(attempt));
        for _ in 0..6 {
            peer.send(Message::text(protocol::write(&Down::Beat))).await.unwrap();
            assert!(matches!(heard(&mut peer).await, Some(Up::Beat { .. })));
            tokio::time::advance(Duration::from_secs(11)).await;
        }
        peer.close(Some(CloseFrame { code: 4409.into(), reason: "".into() })).await.unwrap();
    }
    bench.accept().await;
}

#[tokio::test(start_paused = true)]
async fn comes_back_when_a_draining_service_says() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    peer.send(Message::text(protocol::write(&Down::Reconnect { after_ms: 7_000 }))).await.unwrap();
    let lost = bench.until(|event| matches!(event, Event::Lost { .. })).await;
    assert!(matches!(lost, Event::Lost { retry_in, .. } if retry_in == Duration::from_secs(7)));
    let before = Instant::now();
    bench.accept().await;
    assert_eq!(before.elapsed().as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn survives_frames_it_does_not_know() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    for text in [r#"{"type":"weather","sun":true}"#, "no json", r#"{"type":"synced","sun":true}"#] {
        peer.send(Message::text(text)).await.unwrap();
    }
    bench.until(|event| *event == Event::Down(Box::new(Down::Synced { more: 0 }))).await;
}

#[tokio::test(start_paused = true)]
async fn a_change_of_activity_is_out_at_once() {
    let mut bench = Bench::connecting().await;
    let mut peer = bench.accept().await;
    let id = Uuid::from_u128(9);
    bench.orders.send(Order::Activity { id, activity: Activity::Active }).await.unwrap();
    assert_eq!(heard(&mut peer).await, Some(Up::Activity { id, activity: Activity::Active }));
}

mod asleep;
mod hostile;
