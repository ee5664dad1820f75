//! A name with several addresses, some of which lead nowhere: real sockets of this machine.

use crate::first_event;
use crate::peer::{Certificate, DEADLINE, Peer};
use link::{Address, Dial, Dialer, Event, redeem};
use protocol::Token;
use protocol::http::Redeem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// Users are promised a second. That is asserted on a paused clock (`src/dial/race/tests.rs`), where a busy processor takes no time:
/// here a handshake may take longer than that. This limit tells a race from none: a silent address alone takes a minute or two.
const SOON: Duration = Duration::from_secs(5);
const NAME: &str = "help.example";

/// An address that answers nothing: nobody takes its connections, and its queue of them is full.
struct Silent {
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Silent {
    async fn at(address: SocketAddr) -> Self {
        let socket = if address.is_ipv6() { TcpSocket::new_v6() } else { TcpSocket::new_v4() }.unwrap();
        socket.bind(address).unwrap();
        let listener = socket.listen(1).unwrap();
        let mut queue = Vec::new();
        while let Ok(Ok(stream)) = timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
            queue.push(stream);
        }
        Self { _listener: listener, _queue: queue }
    }
}

/// Addresses of this machine that are silent, and then the one at which the peer is.
async fn all_but_the_last_are_silent(peer: &Peer) -> (Vec<Silent>, Vec<IpAddr>) {
    let mut all: Vec<IpAddr> = vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::new(127, 0, 0, 2).into()];
    let mut silent = Vec::new();
    for ip in &all {
        silent.push(Silent::at(SocketAddr::new(*ip, peer.port)).await);
    }
    all.push(Ipv4Addr::LOCALHOST.into());
    (silent, all)
}

fn link() -> Redeem {
    Redeem {
        link: "one-time".to_owned(),
        token: Token("00".to_owned()),
        device: "desk".to_owned(),
        cookie: false,
    }
}

fn secure(port: u16) -> Address {
    Address::parse(&format!("https://{NAME}:{port}")).unwrap()
}

#[tokio::test]
async fn a_name_with_silent_addresses_before_the_one_that_answers_is_connected_to_all_the_same() {
    let certificate = Certificate::of(NAME);
    let peer = Peer::websocket(Some(&certificate)).await;
    let (_silent, to) = all_but_the_last_are_silent(&peer).await;
    let dialer = Dialer::trusting(vec![certificate.issuer()]).leading(NAME, to);
    let began = Instant::now();
    assert_eq!(first_event(dialer, secure(peer.port)).await, Event::Up);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    assert!(peer.hello().await.contains("hello"));
}

#[tokio::test]
async fn a_link_is_redeemed_at_the_address_that_answers() {
    let certificate = Certificate::of(NAME);
    let body = r#"{"name":"Priya","role":"technician","organisation":"Acme","portal":"/technician"}"#;
    let peer = Peer::https(&certificate, "200 OK", body).await;
    let (_silent, to) = all_but_the_last_are_silent(&peer).await;
    let dialer = Dialer::trusting(vec![certificate.issuer()]).leading(NAME, to);
    let began = Instant::now();
    let who = timeout(DEADLINE, redeem(&dialer, &secure(peer.port), &link(), "en")).await.unwrap().unwrap();
    assert_eq!(who.name, "Priya");
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

#[tokio::test]
async fn one_address_that_proves_to_be_another_does_not_keep_from_the_right_one() {
    let certificate = Certificate::of(NAME);
    let peer = Peer::websocket(Some(&certificate)).await;
    let wrong = Peer::websocket_at("127.0.0.2", peer.port, Some(&Certificate::of(NAME))).await;
    let to = vec![Ipv4Addr::new(127, 0, 0, 2).into(), Ipv4Addr::LOCALHOST.into()];
    let dialer = Dialer::trusting(vec![certificate.issuer()]).leading(NAME, to);
    assert_eq!(first_event(dialer, secure(peer.port)).await, Event::Up);
    assert!(!wrong.has_heard(), "it was told nothing");
}

#[tokio::test]
async fn an_address_whose_connection_was_of_no_use_comes_last_next_time() {
    let peer = Peer::http("502 Bad Gateway", "").await;
    let _other = Peer::websocket_at("127.0.0.2", peer.port, None).await;
    let address = Address::parse(&format!("http://localhost:{}", peer.port)).unwrap();
    let to = vec![Ipv4Addr::LOCALHOST.into(), Ipv4Addr::new(127, 0, 0, 2).into()];
    let dialer = Dialer::new().leading("localhost", to);
    drop(timeout(DEADLINE, dialer.dial(&address)).await.unwrap().unwrap());
    assert_eq!(first_event(dialer, address).await, Event::Up);
}

#[tokio::test]
async fn where_no_address_is_left_the_words_name_what_somebody_has_to_mend() {
    let peer = Peer::websocket(Some(&Certificate::of(NAME))).await;
    let to = vec![Ipv4Addr::new(127, 0, 0, 2).into(), Ipv4Addr::LOCALHOST.into()];
    let dialer = Dialer::trusting(vec![Certificate::of(NAME).issuer()]).leading(NAME, to);
    let Event::Lost { why, .. } = first_event(dialer, secure(peer.port)).await else {
        panic!("it is nobody")
    };
    assert!(why.contains("does not trust the issuer"), "{why}");
}
