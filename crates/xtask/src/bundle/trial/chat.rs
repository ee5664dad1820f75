//! A client who asks for a callback, over the protocol as `docs/protocol.md` has it: something that an upgrade must keep.

use super::installed::Trial;
use super::service::{self, Service};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::net::TcpStream;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

/// Who asks.
const CLIENT: &str = "Dana Reyes";
/// A token of 256 bits as an app makes it; this one is good in a service that is gone with the trial.
const TOKEN: &str = "5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed";
/// Ids of this run and of what it asks for.
const INSTANCE: &str = "7b0f3a52-64c6-4d42-9d0f-0f1a5f0f6a01";
const REQUEST: &str = "7b0f3a52-64c6-4d42-9d0f-0f1a5f0f6a02";
const CALLBACK: &str = "7b0f3a52-64c6-4d42-9d0f-0f1a5f0f6a03";

/// Signs a client in, who asks for help, and then to be called back.
pub(super) fn ask_for_callback(trial: &Trial, service: &Service) -> Result<()> {
    let link = service::add_person(trial, CLIENT, Some("Northwind Dental"))?;
    let secret = link.split_once('#').context("a link has its secret at its end")?.1;
    let redeem = json!({"link": secret, "token": TOKEN, "device": "trial"});
    service::http(&service.address, "POST /api/sign-in", &redeem.to_string())?;
    let mut request = format!("ws://{}/connect", service.address).into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "deskbell.v1+json".parse()?);
    let (mut socket, _) = tungstenite::client(request, service::dial(&service.address)?)
        .map_err(|error| anyhow::anyhow!("the service opens no WebSocket: {error}"))?;
    let app = json!({"name": "trial", "version": "1", "device": "trial"});
    say(
        &mut socket,
        &json!({"type": "hello", "token": TOKEN, "instance": INSTANCE, "app": app, "can_ring": false, "activity": "active"}),
    )?;
    say(&mut socket, &json!({"type": "chat.request", "id": REQUEST, "subject": "Printer offline"}))?;
    answered(&mut socket, REQUEST)?;
    let callback =
        json!({"type": "chat.callback", "id": CALLBACK, "session": REQUEST, "phone": "+64 555 0199"});
    say(&mut socket, &callback)?;
    answered(&mut socket, CALLBACK)?;
    trial.saw("deskbell-service: a client asked to be called back");
    Ok(())
}

fn say(socket: &mut WebSocket<TcpStream>, frame: &Value) -> Result<()> {
    socket.send(Message::text(frame.to_string())).context("sending a frame")
}

/// Waits until this intent was answered with ok.
fn answered(socket: &mut WebSocket<TcpStream>, intent: &str) -> Result<()> {
    loop {
        let Message::Text(text) = socket.read().context("reading frames")? else { continue };
        let frame: Value = serde_json::from_str(&text).context("the service sends JSON")?;
        if frame["re"] == intent {
            ensure!(frame["type"] == "ok", "the service refuses: {frame}");
            return Ok(());
        }
        if frame["type"] == "reconnect" {
            bail!("the service goes down");
        }
    }
}
