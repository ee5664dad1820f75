//! A real service over in-memory connections on a paused clock, and devices that speak the protocol's text to it.

#![allow(dead_code, reason = "each test file uses its part")]

#[cfg(target_os = "linux")]
pub(crate) mod disk;
#[cfg(unix)]
pub(crate) mod program;
#[cfg(unix)]
pub(crate) mod raw;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use service::admin::{self, Command, Reply, Who};
use service::store::{Hash, SignInId, Sqlite, Store};
use service::{Clock, Config};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

/// The time on the clock at the start.
pub(crate) const START: u64 = 1_800_000_000_000;
/// In virtual time: longer than anything that is waited for.
const DEADLINE: Duration = Duration::from_secs(600);

struct Net(mpsc::Receiver<DuplexStream>);

impl axum::serve::Listener for Net {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.recv().await {
            Some(stream) => (stream, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A running service.
pub(crate) struct TestService {
    pub(crate) store: Arc<dyn Store>,
    dial: mpsc::Sender<DuplexStream>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl TestService {
    pub(crate) fn start() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        Self::on(Arc::new(Sqlite::in_memory().unwrap()), Clock::from_tokio(START), config)
    }

    pub(crate) fn on(store: Arc<dyn Store>, clock: Clock, config: Config) -> Self {
        let (dial, incoming) = mpsc::channel(8);
        let (stop, stopped) = oneshot::channel::<()>();
        let on = store.clone();
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            service::run(Net(incoming), on, config, clock, stopped).await.unwrap();
        });
        Self { store, dial, stop, task }
    }

    /// Drains it and waits for its end.
    pub(crate) async fn stop(self) -> Arc<dyn Store> {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
        self.store
    }

    pub(crate) async fn stream(&self) -> DuplexStream {
        self.stream_of(1024 * 1024).await
    }

    /// A connection with a buffer of this many bytes each way.
    pub(crate) async fn stream_of(&self, bytes: usize) -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(bytes);
        self.dial.send(theirs).await.unwrap();
        ours
    }

    /// Adds somebody and signs them in; the token.
    pub(crate) fn person(&self, org: &str, name: &str, company: Option<&str>) -> String {
        sign_in(&*self.store, org, name, company)
    }

    /// Adds a link with this secret for an existing person.
    pub(crate) fn add_link(&self, name: &str, secret: &str) {
        let people = self.store.people(None).unwrap();
        let person = people.into_iter().find(|each| each.person.name == name).unwrap().person.id;
        self.store.add_link(person, Hash::of(secret), presence::UnixMillis(START)).unwrap();
    }

    /// Sends an HTTP request and reads all of the answer.
    pub(crate) async fn http(&self, request: &str) -> String {
        let mut stream = self.stream().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) async fn post(&self, path: &str, origin: Option<&str>, body: &Value) -> String {
        let body = body.to_string();
        let origin = origin.map(|origin| format!("origin: {origin}\r\n")).unwrap_or_default();
        self.http(&format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{origin}content-length: {}\r\n\r\n{body}",
            body.len()
        ))
        .await
    }

    /// Opens a WebSocket; headers as `(name, value)`.
    pub(crate) async fn open(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Device, tokio_tungstenite::tungstenite::Error> {
        let mut request = format!("ws://localhost{path}").into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "deskbell.v1+json".parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::client_async(request, self.stream().await).await?;
        Ok(Device { socket, closed: None })
    }

    /// The app with this token, connected and synced, and the frames it got until then.
    pub(crate) async fn app(&self, token: &str) -> (Device, Vec<Value>) {
        self.app_as(token, Uuid::new_v4(), "active".into()).await
    }

    pub(crate) async fn app_as(&self, token: &str, instance: Uuid, activity: Value) -> (Device, Vec<Value>) {
        let mut device = self.open("/connect", &[]).await.unwrap();
        device.send(hello(Some(token), instance, activity)).await;
        let told = device.until("synced").await;
        (device, told)
    }

    /// A portal page in a browser that has this token as its cookie.
    pub(crate) async fn page(
        &self,
        portal: &str,
        token: &str,
        instance: Uuid,
        activity: Value,
    ) -> (Device, Vec<Value>) {
        let cookie = format!("deskbell={token}");
        let headers = [("origin", "http://localhost"), ("cookie", cookie.as_str())];
        let mut device = self.open(&format!("{portal}/connect"), &headers).await.unwrap();
        device.send(hello(None, instance, activity)).await;
        let told = device.until("synced").await;
        (device, told)
    }
}

pub(crate) fn sign_in(store: &dyn Store, org: &str, name: &str, company: Option<&str>) -> String {
    let (org, name, company) = (Some(org.to_owned()), name.to_owned(), company.map(str::to_owned));
    redeemed(store, Command::AddPerson { org, name, company, new: true })
}

/// Another sign-in of somebody; its token.
pub(crate) fn sign_in_again(store: &dyn Store, org: &str, name: &str) -> String {
    let who = Who { org: Some(org.to_owned()), name: name.to_owned(), company: None };
    redeemed(store, Command::Link(who))
}

fn redeemed(store: &dyn Store, command: Command) -> String {
    let now = presence::UnixMillis(START);
    let Reply::Link { link, .. } = admin::run(store, command, None, now).unwrap() else { panic!("a link") };
    let token = format!("{:032x}{:032x}", Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128());
    let secret = Hash::of(link.split_once('#').unwrap().1);
    let sign_in = SignInId(Uuid::new_v4());
    store.redeem(secret, Hash::of(&token), sign_in, "test", now, presence::UnixMillis(0)).unwrap();
    token
}

pub(crate) fn hello(token: Option<&str>, instance: Uuid, activity: Value) -> Value {
    let app = json!({"name": "test", "version": "1", "device": "desk"});
    let mut hello = json!({"type": "hello", "instance": instance, "app": app, "can_ring": true});
    hello["activity"] = activity;
    if let Some(token) = token {
        hello["token"] = token.into();
    }
    hello
}

pub(crate) fn idle(reason: &str, idle_for_ms: u64) -> Value {
    json!({"idle": {"reason": reason, "idle_for_ms": idle_for_ms}})
}

/// One connection.
pub(crate) struct Device {
    socket: WebSocketStream<DuplexStream>,
    pub(crate) closed: Option<u16>,
}

impl Device {
    pub(crate) async fn send(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn send_binary(&mut self) {
        self.socket.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    }

    /// The next frame as text, or `None` at the end; beats are skipped and not answered.
    pub(crate) async fn next_text(&mut self) -> Option<String> {
        loop {
            let message =
                tokio::time::timeout(DEADLINE, self.socket.next()).await.expect("a frame or the end");
            match message {
                Some(Ok(Message::Text(text))) if text.contains(r#""type":"beat""#) => {}
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(frame))) => self.closed = frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    pub(crate) async fn next(&mut self) -> Option<Value> {
        self.next_text().await.map(|text| serde_json::from_str(&text).unwrap())
    }

    /// All frames up to the first of this type, it included.
    pub(crate) async fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            let Some(frame) = self.next().await else {
                panic!("the connection ended ({:?}) before {kind}; seen {seen:#?}", self.closed)
            };
            let found = frame["type"] == kind;
            seen.push(frame);
            if found {
                return seen;
            }
        }
    }

    /// The first frame for which this holds; those before it are skipped.
    pub(crate) async fn wait(&mut self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        loop {
            let Some(frame) = self.next().await else { panic!("ended before {what}; seen {seen:#?}") };
            if holds(&frame) {
                return frame;
            }
            seen.push(frame);
        }
    }

    /// Sends an intent and waits for its answer.
    pub(crate) async fn ask(&mut self, mut frame: Value) -> Value {
        if frame["id"].is_null() {
            frame["id"] = json!(Uuid::new_v4());
        }
        let id = frame["id"].clone();
        self.send(frame).await;
        self.wait("an answer", |frame| frame["re"] == id).await
    }

    /// The state of a person in the next frames about people.
    pub(crate) async fn sees(&mut self, name: &str, state: &str) -> Value {
        loop {
            let frame = self.wait("people", |frame| frame["type"] == "people").await;
            let people = frame["people"].as_array().unwrap();
            if let Some(person) = people.iter().find(|each| each["name"] == name)
                && person["presence"]["state"] == state
            {
                return person["presence"].clone();
            }
        }
    }

    /// Whether nothing comes for this (virtual) time, beats apart.
    pub(crate) async fn quiet_for(&mut self, time: Duration) -> Option<Value> {
        tokio::time::timeout(time, self.next()).await.ok().flatten()
    }

    /// The close code.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        while self.next_text().await.is_some() {}
        self.closed
    }

    /// Closes with a close frame.
    pub(crate) async fn close(mut self) {
        let _ = self.socket.close(None).await;
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// Cuts the line.
    pub(crate) fn cut(self) {
        drop(self);
    }
}
