//! Signing in over HTTP as a foreign client does it: a one-time link for a token of its own.

use anyhow::{Context, Result, bail, ensure};
use chat::SessionId;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use protocol::http::{CHATS_PATH, COOKIE, REDEEM_PATH, Redeem, SignedIn};
use protocol::{Token, write};
use uuid::Uuid;

/// A sign-in of a foreign client.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The service's address, for instance `http://127.0.0.1:40000`.
    pub address: String,
    /// The secret.
    pub token: Token,
    /// Who is signed in.
    pub who: SignedIn,
}

/// Redeems a one-time link.
///
/// # Errors
/// When the service refuses it, with its answer.
pub async fn sign_in(link: &str) -> Result<SignIn> {
    let (page, secret) = link.split_once('#').context("a link has its secret behind #")?;
    let address =
        page.strip_suffix(protocol::http::SIGN_IN_PATH).context("a link leads to the sign-in page")?;
    // Two random UUIDs: 256 bits, of which 244 are random; enough for a test.
    let token = Token(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()));
    let redeem =
        Redeem { link: secret.to_owned(), token: token.clone(), device: "rig".to_owned(), cookie: false };
    let (status, body) = post(&format!("{address}{REDEEM_PATH}"), &write(&redeem)).await?;
    if status != StatusCode::OK {
        bail!("the link was refused with {status}: {body}");
    }
    let who = serde_json::from_str(&body).context("reading the answer to the sign-in")?;
    Ok(SignIn { address: address.to_owned(), token, who })
}

/// Sends a file in a chat, as a page of a portal does.
///
/// # Errors
/// When the service refuses it, with its answer.
pub async fn send_file(sign_in: &SignIn, session: SessionId, name: &str, content: &[u8]) -> Result<()> {
    let SignIn { address, token, who } = sign_in;
    let path = format!("{}{CHATS_PATH}/{}/files/{}?name={name}", who.portal, session.0, Uuid::new_v4());
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{address}{path}"))
        .header("origin", address)
        .header("cookie", format!("{COOKIE}={}", token.0))
        .body(Full::new(Bytes::copy_from_slice(content)))?;
    let response = client.request(request).await.context("sending a file")?;
    let status = response.status();
    let body = response.into_body().collect().await.context("reading the answer")?.to_bytes();
    ensure!(
        status == StatusCode::OK,
        "the file was refused with {status}: {}",
        String::from_utf8_lossy(&body)
    );
    Ok(())
}

/// Posts JSON and gives status and body.
///
/// # Errors
/// When nobody answers.
pub async fn post(url: &str, body: &str) -> Result<(StatusCode, String)> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let request = Request::builder()
        .method(Method::POST)
        .uri(url)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.to_owned())))?;
    let response = client.request(request).await.with_context(|| format!("posting to {url}"))?;
    let status = response.status();
    let body = response.into_body().collect().await.context("reading the answer")?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}
