//! Redeeming at a service that always gives the same answer.

use super::*;
use crate::dial::{Dialled, Stream};
use presence::Role;
use protocol::Token;
use std::future::Future;
use std::pin::Pin;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A service that gives every POST the same answer and checks the request.
struct Answers(&'static str, &'static str);

impl Dial for Answers {
    fn dial<'a>(&'a self, _: &'a Address) -> Pin<Box<dyn Future<Output = Dialled> + Send + 'a>> {
        let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
        let answer = format!("HTTP/1.1 {}\r\ncontent-length: {}\r\n\r\n{}", self.0, self.1.len(), self.1);
        tokio::spawn(async move {
            let mut asked = Vec::new();
            while !asked.ends_with(b"}") {
                let mut part = [0; 1024];
                let read = theirs.read(&mut part).await.unwrap();
                asked.extend_from_slice(&part[..read]);
            }
            let asked = String::from_utf8(asked).unwrap();
            assert!(asked.starts_with("POST /api/sign-in HTTP/1.1\r\nhost: help.example\r\n"), "{asked}");
            assert!(asked.contains("\r\naccept-language: de\r\n"), "{asked}");
            assert!(asked.contains(r#""link":"one-time""#), "{asked}");
            theirs.write_all(answer.as_bytes()).await.unwrap();
        });
        Box::pin(async move { Ok(Box::new(ours) as Box<dyn Stream>) })
    }
}

async fn ask(status: &'static str, body: &'static str) -> Result<SignedIn, RedeemError> {
    let address = Address::parse("https://help.example").unwrap();
    let ask = Redeem {
        link: "one-time".to_owned(),
        token: Token("00".to_owned()),
        device: "desk".to_owned(),
        cookie: false,
    };
    redeem(&Answers(status, body), &address, &ask, "de").await
}

#[tokio::test(start_paused = true)]
async fn a_link_gives_the_account() {
    let body = r#"{"name":"Priya","role":"technician","organisation":"Acme","portal":"/technician"}"#;
    let signed_in = ask("200 OK", body).await.unwrap();
    assert_eq!((signed_in.name.as_str(), signed_in.role), ("Priya", Role::Technician));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_in_the_services_words_and_not_repeated() {
    let error =
        ask("410 Gone", r#"{"message":"This link was used already. Ask for a new one."}"#).await.unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.is_retryable()),
        ("This link was used already. Ask for a new one.", false)
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_that_cannot_now_is_asked_again_and_another_program_is_not() {
    assert!(ask("503 Service Unavailable", "").await.unwrap_err().is_retryable());
    let error = ask("404 Not Found", "<html>").await.unwrap_err();
    assert!(error.to_string().contains("is not Deskbell") && !error.is_retryable());
}
