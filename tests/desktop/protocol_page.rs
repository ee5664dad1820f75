//! `docs/protocol.md` is enough to write a client: its own examples, word for word, are a conversation with a live service.

use crate::stage::{ACME, Stage};
use anyhow::{Context, Result, bail, ensure};
use chat::PersonId;
use futures_util::{SinkExt, StreamExt};
use protocol::{Down, ErrorCode, SUBPROTOCOL, read_down};
use rig::post::post;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub(crate) const PAGE: &str = include_str!("../../docs/protocol.md");
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// The texts of the examples whose heading begins so, with the rest of their heading.
pub(crate) fn examples(kind: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        let Some(about) = line.strip_prefix("```json ") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some(rest) = about.strip_prefix(kind) {
            found.push((rest.trim(), text.join("\n")));
        }
    }
    found
}

/// Whether an answer has the fields of the page's example, and no others.
pub(crate) fn same_form(example: &str, answer: &str) -> Result<()> {
    let fields = |text: &str| -> Result<BTreeSet<String>> {
        let value: Value = serde_json::from_str(text).with_context(|| text.to_owned())?;
        Ok(value.as_object().context("an object")?.keys().cloned().collect())
    };
    ensure!(fields(example)? == fields(answer)?, "the page shows {example}, and the service says {answer}");
    Ok(())
}

/// A client that knows nothing but the page.
pub(crate) struct Foreign {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    heard: BTreeSet<String>,
    /// Who the service says it is.
    me: Option<PersonId>,
}

impl Foreign {
    /// Redeems a link with the page's own request and says the page's own hello, both but for what must be one's own.
    pub(crate) async fn join(address: &str, link: &str, token: &str, instance: Option<&str>) -> Result<Self> {
        let (_, secret) = link.split_once('#').context("a link has its secret behind #")?;
        let mut redeem: Value = serde_json::from_str(&examples("redeem")[0].1)?;
        redeem["link"] = secret.into();
        redeem["token"] = token.into();
        let (status, body) = post(&format!("{address}/api/sign-in"), &redeem.to_string()).await?;
        ensure!(status == 200, "{status}: {body}");
        same_form(&examples("signed-in")[0].1, &body)?;
        let mut hello: Value = serde_json::from_str(&examples("up hello")[0].1)?;
        hello["token"] = token.into();
        if let Some(instance) = instance {
            hello["instance"] = instance.into();
        }
        Self::connect(address, &hello).await
    }

    /// Connects with this hello.
    pub(crate) async fn connect(address: &str, hello: &Value) -> Result<Self> {
        let mut request = format!("{}/connect", address.replacen("http", "ws", 1)).into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        let (socket, _) = connect_async(request).await?;
        let mut foreign = Self { socket, heard: BTreeSet::new(), me: None };
        foreign.say(hello.to_string()).await?;
        foreign.until(|frame| matches!(frame, Down::Synced { .. })).await?;
        Ok(foreign)
    }

    pub(crate) async fn say(&mut self, text: String) -> Result<()> {
        self.socket.send(Message::text(text)).await.context("sending")
    }

    /// Reads until a frame is as wanted; every frame on the way has to be one that the page describes.
    async fn until(&mut self, wanted: impl Fn(&Down) -> bool) -> Result<Down> {
        loop {
            let message = timeout(ANSWERS_WITHIN, self.socket.next()).await.context("no answer")?;
            let Some(Ok(Message::Text(text))) = message else { bail!("the connection ended: {message:?}") };
            let kind: Value = serde_json::from_str(&text)?;
            self.heard.insert(kind["type"].as_str().context("frames have a type")?.to_owned());
            let frame = read_down(&text).with_context(|| text.to_string())?;
            if let Down::Welcome(welcome) = &frame {
                self.me = Some(welcome.you.id);
            }
            if wanted(&frame) {
                return Ok(frame);
            }
        }
    }

    /// Sends an example and gives its answer, if it is of those that are answered.
    async fn try_example(&mut self, text: String) -> Result<Option<Down>> {
        let frame: Value = serde_json::from_str(&text)?;
        self.say(text).await?;
        let Some(id) = frame["id"].as_str().map(str::to_owned) else { return Ok(None) };
        let answer = self
            .until(|frame| match frame {
                Down::Ok { re, .. } => re.to_string() == id,
                Down::Error { re, .. } => re.is_some_and(|re| re.to_string() == id),
                _ => false,
            })
            .await?;
        Ok(Some(answer))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_of_the_page_are_a_conversation_with_a_live_service() -> Result<()> {
    let stage = Stage::start().await?;
    let address = stage.service.address().to_owned();
    let priyas = stage.service.add_technician(ACME, "Priya Shah")?;
    let danas = stage.service.add_client(ACME, "Dana Reyes", "Northwind Dental")?;
    let token: Value = serde_json::from_str(&examples("redeem")[0].1)?;
    let token = token["token"].as_str().context("the example has a token")?;
    let mut technician = Foreign::join(&address, &priyas, token, None).await?;
    let danas_instance = "6f0c1f4e-6d0a-4f6e-9a51-0d6b1c9f3c99";
    let mut client = Foreign::join(&address, &danas, &token.replace('9', "8"), Some(danas_instance)).await?;

    for (about, mut text) in examples("up") {
        let (kind, role) = about.split_once(' ').unwrap_or((about, ""));
        if kind == "hello" {
            continue;
        }
        if kind == "chat.callback" {
            // It is for a chat that waits; the page's first one is in progress by then.
            let mut second: Value = serde_json::from_str(&text)?;
            second["type"] = "chat.request".into();
            second["id"] = second["session"].clone();
            second["subject"] = "Scanner offline".into();
            let waits = client.try_example(second.to_string()).await?;
            ensure!(matches!(waits, Some(Down::Ok { .. })), "the second request: {waits:?}");
        }
        if kind == "chat.invite" {
            let mut invite: Value = serde_json::from_str(&text)?;
            invite["client"] = client.me.context("the client was welcomed")?.0.to_string().into();
            text = invite.to_string();
        }
        // What both may say is said by the client in a chat, and by the technician elsewhere.
        let speaks_client = role == "client" || role.is_empty() && kind.starts_with("chat.");
        let speaker = if speaks_client { &mut client } else { &mut technician };
        let answer = speaker.try_example(text).await.with_context(|| about.to_owned())?;
        match (kind, answer) {
            // The page's own device: its sign-in is over, and with it the connection.
            ("device.sign_out", Some(Down::Ok { .. })) => break,
            (_, Some(Down::Ok { .. }) | None) => {}
            (_, answer) => {
                bail!("{about}: {answer:?}; the examples are one conversation, in the order of the page")
            }
        }
    }
    // Nobody said anything that the service did not understand: such frames have no id to answer.
    client.say(examples("up beat")[0].1.clone()).await?;
    client.say(r#"{"type": "device.list", "id": "5d0c7b0a-3f57-4d5e-9a0e-0a4b8b5f0099"}"#.to_owned()).await?;
    client.until(|frame| matches!(frame, Down::Ok { .. })).await?;
    for (who, foreign) in [("technician", &technician), ("client", &client)] {
        for described in &foreign.heard {
            let on_page = PAGE.contains(&format!("```json down {described}"));
            ensure!(on_page, "the {who} heard {described}, which the page does not show");
        }
    }
    ensure!(client.heard.contains("desk") && client.heard.contains("messages"), "{:?}", client.heard);
    ensure!(
        technician.heard.contains("people") && technician.heard.contains("mine"),
        "{:?}",
        technician.heard
    );
    client.say(examples("up bye")[0].1.clone()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_page_does_not_know_is_answered_and_never_closed() -> Result<()> {
    let stage = Stage::start().await?;
    let link = stage.service.add_technician(ACME, "Priya Shah")?;
    let token = "ab".repeat(32);
    let mut foreign = Foreign::join(stage.service.address(), &link, &token, None).await?;
    let id = "5d0c7b0a-3f57-4d5e-9a0e-0a4b8b5f0042";
    let tries = [
        (format!(r#"{{"type": "teleport", "id": "{id}"}}"#), ErrorCode::Unknown),
        (format!(r#"{{"type": "chat.join", "id": "{id}"}}"#), ErrorCode::Invalid),
        ("[1, 2, 3]".to_owned(), ErrorCode::Invalid),
        ("no json at all".to_owned(), ErrorCode::Invalid),
    ];
    for (text, expected) in tries {
        foreign.say(text.clone()).await?;
        let answer = foreign.until(|frame| matches!(frame, Down::Error { .. })).await?;
        let Down::Error { code, message, .. } = &answer else { bail!("{answer:?}") };
        ensure!(*code == expected && !message.is_empty(), "{text}: {answer:?}");
    }
    // It is still there.
    foreign.say(format!(r#"{{"type": "device.list", "id": "{id}"}}"#)).await?;
    foreign.until(|frame| matches!(frame, Down::Ok { .. })).await?;
    Ok(())
}
