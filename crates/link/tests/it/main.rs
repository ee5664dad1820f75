//! The real dialer and the real loop, over sockets of this machine.

#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up has failed")]

mod hostile;
mod peer;
mod race;

use link::{Address, Dial, Dialer, Event, Order, Target, TokioClock, drive, redeem};
use peer::{Certificate, DEADLINE, Peer};
use protocol::{App, Token};
use std::net::TcpListener as StdListener;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::timeout;
use uuid::Uuid;

fn address(scheme: &str, port: u16) -> Address {
    Address::parse(&format!("{scheme}://localhost:{port}")).unwrap()
}

/// What the first attempt to connect ends with.
async fn first_event(dialer: Dialer, address: Address) -> Event {
    let (orders, to_do) = mpsc::channel(8);
    let (tell, mut events) = mpsc::channel(8);
    let driving = tokio::spawn(drive(
        Arc::new(dialer) as Arc<dyn Dial>,
        Arc::new(TokioClock::default()),
        1,
        to_do,
        tell,
    ));
    let target = Target {
        address,
        token: Token("secret".to_owned()),
        instance: Uuid::from_u128(7),
        app: App { name: "deskbell".to_owned(), version: "0".to_owned(), device: "desk".to_owned() },
        can_ring: true,
    };
    orders.send(Order::Connect(target)).await.unwrap();
    // The report of the activity in `hello` comes before it is told that the connection is up.
    let told = timeout(DEADLINE, async {
        loop {
            match events.recv().await.expect("the loop lives") {
                Event::Sent { text } => assert!(!text.contains("secret")),
                event => break event,
            }
        }
    });
    let event = told.await.expect("it is told in time");
    driving.abort();
    event
}

async fn why_lost(dialer: Dialer, address: Address) -> String {
    match first_event(dialer, address).await {
        Event::Lost { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn connects_in_plain_text_to_this_machine() {
    let peer = Peer::websocket(None).await;
    assert_eq!(first_event(Dialer::new(), address("http", peer.port)).await, Event::Up);
    assert!(peer.hello().await.contains(r#""token":"secret""#));
}

#[tokio::test]
async fn connects_encrypted_to_whom_it_trusts() {
    let certificate = Certificate::of("localhost");
    let dialer = Dialer::trusting(vec![certificate.issuer()]);
    let peer = Peer::websocket(Some(&certificate)).await;
    assert_eq!(first_event(dialer, address("https", peer.port)).await, Event::Up);
    assert!(peer.hello().await.contains(r#""token":"secret""#));
}

#[tokio::test]
async fn says_nothing_to_whom_it_does_not_trust_and_says_why() {
    let (ours, theirs) = (Certificate::of("localhost"), Certificate::of("localhost"));
    let elsewhere = Certificate::of("help.example");
    let old = Certificate::expired("localhost");
    for (shown, trusted, why) in [
        (&theirs, &ours, "this computer does not trust the issuer of its certificate"),
        (&elsewhere, &elsewhere, "its certificate is for another name"),
        (&old, &old, "its certificate has expired, or this computer's clock is wrong"),
    ] {
        let peer = Peer::websocket(Some(shown)).await;
        let said = why_lost(Dialer::trusting(vec![trusted.issuer()]), address("https", peer.port)).await;
        assert_eq!(said, format!("localhost did not prove who it is ({why})"));
        assert!(!peer.has_heard(), "no hello, and no token, went out");
    }
}

#[tokio::test]
async fn a_service_that_does_not_encrypt_is_told_in_words() {
    let certificate = Certificate::of("localhost");
    let peer = Peer::http("200 OK", "<html>").await;
    let said = why_lost(Dialer::trusting(vec![certificate.issuer()]), address("https", peer.port)).await;
    assert_eq!(said, "localhost did not prove who it is (its answer is not encrypted)");
}

#[tokio::test]
async fn an_empty_list_of_trusted_issuers_trusts_nobody() {
    let peer = Peer::websocket(Some(&Certificate::of("localhost"))).await;
    let said = why_lost(Dialer::trusting(Vec::new()), address("https", peer.port)).await;
    assert_eq!(said, "this computer's list of trusted certificates is empty");
}

#[tokio::test]
async fn a_closed_port_is_told_in_words() {
    let closed = StdListener::bind(("127.0.0.1", 0)).unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let said = why_lost(Dialer::new(), Address::parse(&format!("http://127.0.0.1:{port}")).unwrap()).await;
    assert_eq!(said, "127.0.0.1 cannot be reached (nothing is listening on this port)");
}

#[tokio::test]
async fn a_web_page_instead_of_the_service_is_told_in_words() {
    for status in ["200 OK", "404 Not Found"] {
        let peer = Peer::http(status, "<html>Welcome to the airport</html>").await;
        let said = why_lost(Dialer::new(), address("http", peer.port)).await;
        assert!(said.starts_with("what answers at this address is not Deskbell"), "{said}");
        assert!(said.ends_with(status), "{said}");
    }
}

#[tokio::test]
async fn a_service_that_is_full_or_restarts_behind_its_proxy_is_not_taken_for_a_stranger() {
    for status in ["502 Bad Gateway", "503 Service Unavailable"] {
        let peer = Peer::http(status, "").await;
        let said = why_lost(Dialer::new(), address("http", peer.port)).await;
        assert_eq!(said, format!("the service cannot take this computer in just now ({status})"));
    }
}

#[tokio::test]
async fn what_hangs_up_is_told_in_words() {
    let peer = Peer::mute().await;
    let said = why_lost(Dialer::new(), address("http", peer.port)).await;
    assert!(said == "the connection was cut" || said.starts_with("the connection broke"), "{said}");
}

#[tokio::test]
async fn a_link_is_redeemed_encrypted_and_not_shown_to_a_stranger() {
    let certificate = Certificate::of("localhost");
    let body = r#"{"name":"Priya","role":"technician","organisation":"Acme","portal":"/technician"}"#;
    let peer = Peer::https(&certificate, "200 OK", body).await;
    let ask = protocol::http::Redeem {
        link: "one-time".to_owned(),
        token: Token("00".to_owned()),
        device: "desk".to_owned(),
        cookie: false,
    };
    let at = address("https", peer.port);
    let stranger = Dialer::trusting(vec![Certificate::of("localhost").issuer()]);
    let refused = redeem(&stranger, &at, &ask, "en").await.unwrap_err();
    assert!(!refused.is_retryable());
    let words = refused.to_string();
    assert!(
        words.contains("does not trust the issuer") && words.ends_with("Ask your administrator."),
        "{words}"
    );
    assert!(!peer.has_heard());
    let known = Dialer::trusting(vec![certificate.issuer()]);
    let signed_in = timeout(DEADLINE, redeem(&known, &at, &ask, "en")).await.unwrap().unwrap();
    assert_eq!(signed_in.name, "Priya");
}
