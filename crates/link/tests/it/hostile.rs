//! What answers over a real socket is not the service: a web page, a redirect, another program, noise without end.

use crate::peer::{DEADLINE, Peer};
use crate::{address, why_lost};
use link::{Dialer, redeem};
use protocol::Token;
use protocol::http::Redeem;
use tokio::time::timeout;

fn link() -> Redeem {
    Redeem {
        link: "one-time".to_owned(),
        token: Token("00".to_owned()),
        device: "desk".to_owned(),
        cookie: false,
    }
}

/// What signing in there ends with.
async fn refused(peer: &Peer) -> String {
    let asked = timeout(DEADLINE, redeem(&Dialer::new(), &address("http", peer.port), &link(), "en")).await;
    asked.expect("it ends in time").expect_err("it is no service").to_string()
}

/// A listener to which others lead, and which must never be asked anything.
async fn elsewhere() -> (Peer, &'static str) {
    let peer = Peer::http("200 OK", "{}").await;
    let location = format!("302 Found\r\nlocation: http://127.0.0.1:{}/login", peer.port);
    (peer, Box::leak(location.into_boxed_str()))
}

#[tokio::test]
async fn a_redirect_is_followed_neither_with_a_token_nor_with_a_link() {
    let (other, redirect) = elsewhere().await;
    let peer = Peer::http(redirect, "<html>Log in to the guest network</html>").await;
    let said = why_lost(Dialer::new(), address("http", peer.port)).await;
    assert!(said.contains("log in first in a browser") && said.ends_with("302 Found"), "{said}");
    let said = refused(&peer).await;
    let expected = format!(
        "What answers at http://localhost:{} is not Deskbell (it answers 302 Found, and not as the service does). If this \
         network wants you to log in first, do so in a browser and use the same link again; otherwise ask your administrator \
         for the right link.",
        peer.port
    );
    assert_eq!(said, expected);
    assert!(!other.has_heard(), "nobody was asked where it leads to");
}

#[tokio::test]
async fn a_redirect_with_words_is_no_refusal_of_the_service() {
    let peer = Peer::http("307 Temporary Redirect", r#"{"message":"Send it to me."}"#).await;
    assert!(refused(&peer).await.contains("is not Deskbell"));
}

#[tokio::test]
async fn a_page_or_another_program_takes_no_sign_in() {
    for (status, body) in [
        ("200 OK", "<html>Welcome to the airport</html>"),
        ("200 OK", "{}"),
        ("200 OK", "[[[[[[[["),
        ("404 Not Found", "<html>"),
        ("204 No Content", ""),
    ] {
        let peer = Peer::http(status, body).await;
        let said = refused(&peer).await;
        assert!(said.contains("is not Deskbell") && said.contains(status), "{said}");
    }
}

#[tokio::test]
async fn words_of_a_service_reach_nobody_with_controls_in_them() {
    let body = r#"{"message":"Gone\u001b[2J\u202e <b>now</b>\nroot#"}"#;
    let peer = Peer::http("410 Gone", body).await;
    assert_eq!(refused(&peer).await, "Gone[2J <b>now</b> root#");
    let body =
        r#"{"name":"Pri\u001b]0;x\u0007ya\n","role":"technician","organisation":"A\u202eB","portal":"/x"}"#;
    let peer = Peer::http("200 OK", body).await;
    let who = redeem(&Dialer::new(), &address("http", peer.port), &link(), "en").await.expect("it is one");
    assert_eq!((who.name.as_str(), who.organisation.as_str()), ("Pri]0;xya ", "AB"));
}

#[tokio::test]
async fn headers_and_bodies_without_end_are_cut_off() {
    for (first, then) in [
        ("HTTP/1.1 101 Switching Protocols\r\n", "x-padding: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
        ("HTTP/1.1 200 OK\r\nx: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n", "<html><html><html><html><html><html>"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "4\r\naaaa\r\n"),
        ("\0\u{1}\u{2}SSH-2.0", "\u{7f}\0\0\0"),
    ] {
        let peer = Peer::raw(first, then).await;
        let said = why_lost(Dialer::new(), address("http", peer.port)).await;
        assert!(!said.is_empty() && said.chars().count() <= 500, "{said}");
        let said = refused(&peer).await;
        assert!(
            said.starts_with("The service could not be asked") || said.contains("not Deskbell"),
            "{said}"
        );
    }
}
