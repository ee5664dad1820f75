//! What `docs/protocol.md` says beside frames: addresses, failures, the `Origin` that is needed, close codes.

use crate::protocol_page::{ANSWERS_WITHIN, Foreign, PAGE, examples, same_form};
use crate::stage::{ACME, Stage};
use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use protocol::{Close, SUBPROTOCOL};
use serde_json::Value;
use std::collections::BTreeSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The numbers in the first column of the table whose head begins so.
fn numbers(head: &str) -> Result<BTreeSet<u16>> {
    let (_, table) =
        PAGE.split_once(&format!("\n| {head} |")).with_context(|| format!("a table of {head}"))?;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let number = row.split('`').nth(1).with_context(|| row.to_owned())?;
        number.parse().with_context(|| row.to_owned())
    })
    .collect()
}

/// One HTTP request, word for word, so that it has no header that a library adds; status, head and body of its answer.
async fn request(address: &str, line: &str, headers: &[&str], body: &str) -> Result<(u16, String, String)> {
    let host = address.strip_prefix("http://").context("the service is on this computer")?;
    let mut stream = TcpStream::connect(host).await?;
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    let mut text = String::new();
    timeout(ANSWERS_WITHIN, stream.read_to_string(&mut text)).await.context("no answer")??;
    let (head, body) = text.split_once("\r\n\r\n").with_context(|| text.clone())?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("a status")?;
    Ok((status, head.to_ascii_lowercase(), body.to_owned()))
}

/// The close code with which a connection ends that sends these frames.
async fn close_code(address: &str, frames: &[String]) -> Result<u16> {
    let mut request = format!("{}/connect", address.replacen("http", "ws", 1)).into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
    let (mut socket, _) = connect_async(request).await?;
    for frame in frames {
        socket.send(Message::text(frame.clone())).await?;
    }
    closed(&mut socket).await
}

async fn closed(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Result<u16> {
    loop {
        match timeout(ANSWERS_WITHIN, socket.next()).await.context("it stays open")? {
            Some(Ok(Message::Close(Some(frame)))) => return Ok(frame.code.into()),
            Some(Ok(_)) => {}
            other => bail!("it ended without a code: {other:?}"),
        }
    }
}

/// The statuses of failures that need a crowd, a slow request or a broken disk; the service's own tests make them.
const TRIED_ELSEWHERE: [u16; 3] = [408, 429, 503];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_is_of_the_pages_form_and_its_status_is_on_the_page() -> Result<()> {
    let stage = Stage::start().await?;
    let address = stage.service.address();
    let failure = &examples("failure")[0].1;
    let redeem = |change: &str, value: Value| -> Result<String> {
        let mut redeem: Value = serde_json::from_str(&examples("redeem")[0].1)?;
        redeem[change] = value;
        Ok(redeem.to_string())
    };
    let evil: &[&str] = &["origin: https://evil.example"];
    let own_origin = format!("origin: {address}");
    let own: &[&str] = &[&own_origin];
    let tries: Vec<(&str, &[&str], String, u16)> = vec![
        ("POST /api/sign-in", &[], "{".to_owned(), 400),
        ("POST /api/sign-in", &[], redeem("token", "AB".repeat(32).into())?, 400),
        ("GET /connect", &[], String::new(), 400),
        ("POST /api/sign-in", evil, redeem("device", "x".into())?, 403),
        ("GET /technician/", evil, String::new(), 403),
        // What proves by a cookie who asks, or sets one, needs the own origin.
        ("POST /api/sign-in", &[], redeem("cookie", true.into())?, 403),
        ("POST /api/portal-code", &[], r#"{"code": "none"}"#.to_owned(), 403),
        ("GET /technician/connect", &[], String::new(), 403),
        ("GET /client/connect", &[], String::new(), 403),
        ("POST /api/sign-in", own, redeem("cookie", true.into())?, 404),
        ("POST /api/portal-code", own, r#"{"code": "none"}"#.to_owned(), 410),
        ("GET /technician/connect", own, String::new(), 400),
        ("POST /api/sign-in", &[], redeem("link", "none".into())?, 404),
        ("GET /no/such/path", &[], String::new(), 404),
        ("GET /api/sign-in", &[], String::new(), 405),
        ("POST /api/sign-in", &[], "x".repeat(16 * 1024 + 1), 413),
    ];
    let on_page = numbers("status")?;
    let mut tried: BTreeSet<u16> = TRIED_ELSEWHERE.into();
    for (line, headers, sent, expected) in tries {
        let (status, head, body) = request(address, line, headers, &sent).await?;
        ensure!(status == expected, "{line} {headers:?}: {head} {body}");
        same_form(failure, &body).with_context(|| format!("{line} {headers:?}"))?;
        tried.insert(status);
        let opened = [headers, &["accept: text/html"]].concat();
        let (status, head, body) = request(address, line, &opened, &sent).await?;
        ensure!(
            status == expected
                && head.contains("content-type: text/html")
                && body.starts_with("<!doctype html>"),
            "{line} {opened:?}: {head} {body}"
        );
    }
    ensure!(tried == on_page, "tried: {tried:?}, on the page: {on_page:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_portal_lies_where_the_page_says_and_its_code_is_changed_there() -> Result<()> {
    let stage = Stage::start().await?;
    let address = stage.service.address().to_owned();
    let link = stage.service.add_technician(ACME, "Priya Shah")?;
    let (_, secret) = link.split_once('#').context("a link has its secret behind #")?;
    let mut redeem: Value = serde_json::from_str(&examples("redeem")[0].1)?;
    redeem["link"] = secret.into();
    redeem["cookie"] = true.into();
    let own: &[&str] = &[&format!("origin: {address}")];
    let (status, head, body) = request(&address, "POST /api/sign-in", own, &redeem.to_string()).await?;
    ensure!(status == 200, "{head} {body}");
    let (answer, example): (Value, Value) =
        (serde_json::from_str(&body)?, serde_json::from_str(&examples("signed-in")[0].1)?);
    ensure!(answer["portal"] == example["portal"], "{answer}");
    let portal = answer["portal"].as_str().context("a path")?;
    ensure!(head.contains(&format!("path={portal};")) && head.contains("httponly"), "{head}");
    let (status, head, _) = request(&address, &format!("GET {portal}/"), &[], "").await?;
    ensure!(status == 200 && head.contains("text/html"), "{head}");
    for spelling in [portal.to_owned(), format!("{portal}//")] {
        let (status, head, _) = request(&address, &format!("GET {spelling}"), &[], "").await?;
        ensure!(
            status == 308 && head.lines().any(|line| line == format!("location: {portal}/")),
            "{spelling}: {head}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_end_with_the_codes_of_the_page() -> Result<()> {
    let codes: BTreeSet<u16> = Close::ALL.map(Close::code).into();
    ensure!(numbers("close")? == codes, "on the page: {:?}, of the service: {codes:?}", numbers("close")?);
    let stage = Stage::start().await?;
    let address = stage.service.address();
    let hello = examples("up hello")[0].1.clone();
    ensure!(close_code(address, &[examples("up beat")[0].1.clone()]).await? == 4400);
    ensure!(
        close_code(address, std::slice::from_ref(&hello)).await? == 4401,
        "nobody has redeemed its token"
    );
    let link = stage.service.add_technician(ACME, "Priya Shah")?;
    let mut hello: Value = serde_json::from_str(&hello)?;
    let token = hello["token"].as_str().context("the example has a token")?;
    let mut first = Foreign::join(address, &link, token, None).await?;
    // The same instance comes once more.
    hello["attempt"] = 2.into();
    let mut second = Foreign::connect(address, &hello).await?;
    ensure!(closed(&mut first.socket).await? == 4409);
    second
        .say(r#"{"type": "device.sign_out", "id": "5d0c7b0a-3f57-4d5e-9a0e-0a4b8b5f0077"}"#.to_owned())
        .await?;
    ensure!(closed(&mut second.socket).await? == 4401);
    Ok(())
}
