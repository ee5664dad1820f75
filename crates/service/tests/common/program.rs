//! The program itself in a folder of its own, and devices that connect to it over TCP.

#![allow(dead_code, reason = "each test file uses its part")]

use crate::common::hello;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

const PROGRAM: &str = env!("CARGO_BIN_EXE_deskbell-service");
/// Longer than any of it takes on a machine that does other things too.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(Uuid::new_v4().to_string());
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .arg("--data")
            .arg(self.0.join("data"))
            .env("XDG_CONFIG_HOME", self.0.join("config"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn error(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} succeeded");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }

    pub(crate) fn serve(&self) -> Serving {
        self.start(&["--log", "warn"], Stdio::inherit())
    }

    /// Serves with these arguments; the log goes to the file `log` in the folder.
    pub(crate) fn serve_with(&self, arguments: &[&str]) -> Serving {
        self.start(arguments, File::create(self.0.join("log")).unwrap().into())
    }

    /// What was logged until now.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.0.join("log")).unwrap()
    }

    fn start(&self, arguments: &[&str], log: Stdio) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let child = command.args(arguments).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut serving = Serving { child, address: String::new(), metrics: None };
        for line in BufReader::new(serving.child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("listening on http://") {
                serving.address = address.to_owned();
                return serving;
            }
            let address = line.strip_prefix("metrics on http://").and_then(|it| it.strip_suffix("/metrics"));
            serving.metrics = Some(address.unwrap_or_else(|| panic!("{line:?}")).to_owned());
        }
        panic!("the service ended before it listened")
    }

    /// Adds somebody at a running service; the secret of their link.
    pub(crate) fn link(&self, serving: &Serving, arguments: &[&str]) -> String {
        let mut all = vec!["person", "add", "--org", "Acme"];
        all.extend(arguments);
        let link = self.ok(&all);
        let secret = link.strip_prefix(&format!("http://{}/sign-in#", serving.address));
        secret.unwrap_or_else(|| panic!("{link}")).to_owned()
    }

    /// Adds somebody and signs them in at a running service; the token.
    pub(crate) fn sign_in(&self, serving: &Serving, arguments: &[&str]) -> String {
        let link = self.link(serving, arguments);
        let token = token();
        let answer = serving.redeem(&link, &token);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        token
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A new token, as an app makes it.
pub(crate) fn token() -> String {
    format!("{:032x}{:032x}", Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128())
}

pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
    /// Where it serves metrics.
    pub(crate) metrics: Option<String>,
}

impl Serving {
    pub(crate) fn post(&self, path: &str, body: &Value) -> String {
        let body = body.to_string();
        let length = body.len();
        http(&self.address, &format!("POST {path} HTTP/1.1\r\ncontent-length: {length}"), &body)
    }

    pub(crate) fn redeem(&self, link: &str, token: &str) -> String {
        self.post("/api/sign-in", &json!({"link": link, "token": token, "device": "test"}))
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for its end; one that does not end is killed at the deadline, and its status says so.
    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        let id = self.child.id().to_string();
        let (ended, end) = mpsc::channel::<()>();
        let watchdog = std::thread::spawn(move || {
            if end.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
                Command::new("kill").args(["-KILL", &id]).status().unwrap();
            }
        });
        let status = self.child.wait().unwrap();
        drop(ended);
        watchdog.join().unwrap();
        status
    }

    pub(crate) async fn connect(&self, token: &str, instance: Uuid) -> Socket {
        let mut request = format!("ws://{}/connect", self.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "deskbell.v1+json".parse().unwrap());
        let stream = tokio::net::TcpStream::connect(&self.address).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        let mut socket = Socket(socket);
        socket.send(hello(Some(token), instance, "active".into())).await;
        socket
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An HTTP request, and all of the answer.
pub(crate) fn http(address: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    write!(stream, "{head}\r\nhost: {address}\r\nconnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub(crate) struct Socket(tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>);

impl Socket {
    pub(crate) async fn send(&mut self, frame: Value) {
        let _ = self.0.send(Message::text(frame.to_string())).await;
    }

    /// All frames up to one of this type; `None` if the connection ends before.
    pub(crate) async fn until(&mut self, kind: &str) -> Option<Vec<Value>> {
        let mut seen = Vec::new();
        loop {
            let message = tokio::time::timeout(DEADLINE, self.0.next()).await.expect("in time");
            let Some(Ok(message)) = message else { return None };
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(&text).unwrap();
            let found = frame["type"] == kind;
            seen.push(frame);
            if found {
                return Some(seen);
            }
        }
    }

    /// Sends an intent and waits for its answer.
    pub(crate) async fn ask(&mut self, mut intent: Value) -> Value {
        let id = json!(Uuid::new_v4());
        intent["id"] = id.clone();
        let kind = intent["type"].clone();
        self.send(intent).await;
        loop {
            let message = tokio::time::timeout(DEADLINE, self.0.next()).await.expect("in time");
            let Some(Ok(message)) = message else {
                panic!("the connection ended before {kind} was answered")
            };
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(&text).unwrap();
            if frame["re"] == id {
                return frame;
            }
        }
    }

    /// Waits until the people of these names are all Online.
    pub(crate) async fn sees_online(&mut self, names: &[&str]) {
        let mut online = std::collections::BTreeSet::new();
        while !names.iter().all(|name| online.contains(*name)) {
            let frame = self.until("people").await.expect("people").pop().unwrap();
            for person in frame["people"].as_array().unwrap() {
                let name = person["name"].as_str().unwrap().to_owned();
                if person["presence"]["state"] == "online" {
                    online.insert(name);
                } else {
                    online.remove(&name);
                }
            }
        }
    }
}
