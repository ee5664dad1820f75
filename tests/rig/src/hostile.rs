//! A hostile service: it signs everybody in and greets, and then says word for word what a test makes it say. It
//! can also stop being a service, and answer as something in between does; or stand before a real one, and be well.

use crate::wait::eventually;
use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use protocol::SUBPROTOCOL;
use protocol::http::REDEEM_PATH;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use uuid::Uuid;

/// Frames that may wait to be said.
const FRAMES: usize = 64;
/// How long a request's head may take on a loaded machine.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Longest request that it reads, in bytes.
const REQUEST_BYTES: usize = 16 * 1024;

/// How it treats the next connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As a service: it greets, and tells that this is all.
    Greets,
    /// It answers each request with these bytes.
    Says(String),
    /// It hangs up.
    HangsUp,
    /// It is well: the service that listens on this port of this machine answers for it.
    Passes(u16),
}

/// The running service; it ends when it is dropped.
#[derive(Debug)]
pub struct Hostile {
    port: u16,
    manner: Arc<Mutex<Manner>>,
    connections: Arc<AtomicU32>,
    frames: broadcast::Sender<String>,
    cut: broadcast::Sender<()>,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Behaviour {
    name: String,
    manner: Arc<Mutex<Manner>>,
    connections: Arc<AtomicU32>,
    frames: broadcast::Sender<String>,
    cut: broadcast::Sender<()>,
}

impl Hostile {
    /// Starts it; everybody is called `name` by it, and so is their organisation.
    ///
    /// # Errors
    /// When it cannot listen.
    pub async fn start(name: &str) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("listening as a hostile service")?;
        let port = listener.local_addr()?.port();
        let behaviour = Behaviour {
            name: name.to_owned(),
            manner: Arc::new(Mutex::new(Manner::Greets)),
            connections: Arc::default(),
            frames: broadcast::Sender::new(FRAMES),
            cut: broadcast::Sender::new(1),
        };
        let Behaviour { manner, connections, frames, cut, .. } = behaviour.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up does not matter.
                tokio::spawn(answer(stream, behaviour.clone()));
            }
        });
        Ok(Self { port, manner, connections, frames, cut, task })
    }

    /// Where it listens, as a link to it begins.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A one-time link to it.
    #[must_use]
    pub fn link(&self) -> String {
        format!("{}/sign-in#hostile", self.address())
    }

    /// Behaves so from the next connection on, and cuts those that there are.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
        // Nobody may be connected.
        drop(self.cut.send(()));
    }

    /// How many have connected so far.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Says this frame to everybody who is connected, once somebody is.
    ///
    /// # Errors
    /// When nobody is at the deadline.
    pub async fn say(&self, frame: &Value, within: Duration) -> Result<()> {
        eventually("somebody listens to the hostile service", within, async || {
            self.frames.send(frame.to_string()).map(drop)
        })
        .await
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
        drop(self.cut.send(()));
    }
}

async fn answer(mut stream: TcpStream, behaviour: Behaviour) -> Result<()> {
    let head = head(&stream).await?;
    behaviour.connections.fetch_add(1, Ordering::Relaxed);
    let mut cut = behaviour.cut.subscribe();
    let manner = behaviour.manner.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match manner {
        Manner::HangsUp => Ok(()),
        Manner::Says(bytes) => say(&mut stream, &bytes).await,
        Manner::Passes(port) => {
            let mut service = TcpStream::connect(("127.0.0.1", port)).await?;
            tokio::select! {
                passed = copy_bidirectional(&mut stream, &mut service) => { passed?; }
                _ = cut.recv() => {}
            }
            Ok(())
        }
        Manner::Greets if head.starts_with(&format!("POST {REDEEM_PATH} ")) => {
            let name = &behaviour.name;
            let who =
                json!({ "name": name, "role": "technician", "organisation": name, "portal": "/technician" });
            let who = who.to_string();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{who}",
                who.len()
            );
            say(&mut stream, &answer).await
        }
        Manner::Greets => converse(stream, behaviour, cut).await,
    }
}

/// Looks at a request without taking it, up to the end of its head.
async fn head(stream: &TcpStream) -> Result<String> {
    let mut seen = vec![0; REQUEST_BYTES];
    let look = async {
        loop {
            let count = stream.peek(&mut seen).await?;
            ensure!(count > 0, "the app hangs up before its request is whole");
            let head = String::from_utf8_lossy(&seen[..count]);
            if head.contains("\r\n\r\n") {
                return Ok(head.into_owned());
            }
            // The rest is under way.
            tokio::task::yield_now().await;
        }
    };
    timeout(HEAD_WITHIN, look).await.context("the head of a request does not come")?
}

async fn say(stream: &mut TcpStream, bytes: &str) -> Result<()> {
    stream.write_all(bytes.as_bytes()).await?;
    stream.shutdown().await?;
    // What is not read when a socket closes becomes a reset, and the answer is lost with it.
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await?;
    Ok(())
}

#[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
async fn converse(stream: TcpStream, behaviour: Behaviour, mut cut: broadcast::Receiver<()>) -> Result<()> {
    let mut frames = behaviour.frames.subscribe();
    let mut socket = accept_hdr_async(stream, |_: &Request, mut response: Response| {
        response.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        Ok(response)
    })
    .await?;
    socket.next().await.context("hello")??;
    let name = &behaviour.name;
    let welcome = json!({
        "type": "welcome", "now": 1_767_268_800_000_u64, "preference": "automatic",
        "policy": protocol::Policy::default(),
        "you": { "id": Uuid::from_u128(1), "name": name, "role": "technician", "organisation": name },
    });
    for frame in [welcome, json!({ "type": "synced" })] {
        socket.send(Message::text(frame.to_string())).await?;
    }
    loop {
        tokio::select! {
            frame = frames.recv() => socket.send(Message::text(frame?)).await?,
            heard = socket.next() => { heard.context("the other end has gone")??; }
            _ = cut.recv() => return Ok(()),
        }
    }
}
