//! The built service as a process on a real folder and a real port, and devices that connect to it.

use super::hello;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

const PROGRAM: &str = env!("CARGO_BIN_EXE_deskbell-service");
/// Longer than any of it takes on a machine that does other things too.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
/// A free port, as the service's `--listen` takes it.
const ANY_PORT: &str = "127.0.0.1:0";
/// What a user calls "at once".
pub(crate) const AT_ONCE: Duration = Duration::from_secs(1);

/// A test's own folder, removed after the test; the service's is `data` in it.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// A command that starts the program elsewhere or as another user; usually empty.
    pub(crate) by: Vec<String>,
    program: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self::within(Path::new(env!("CARGO_TARGET_TMPDIR")), PROGRAM.into())
    }

    /// A folder that every user can reach, with a copy of the program in it.
    pub(crate) fn for_everybody() -> Self {
        let mut folder = Self::within(&std::env::temp_dir(), PathBuf::new());
        folder.program = folder.path.join("deskbell-service");
        std::fs::copy(PROGRAM, &folder.program).unwrap();
        folder
    }

    fn within(parent: &Path, program: PathBuf) -> Self {
        let path = parent.join(Uuid::new_v4().to_string());
        std::fs::create_dir_all(&path).unwrap();
        Self { path, by: Vec::new(), program }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    fn command(&self) -> Command {
        let mut words = self.by.iter().map(OsStr::new).chain([self.program.as_os_str()]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).env("XDG_CONFIG_HOME", self.path.join("config"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).arg("--data").arg(self.data()).output().unwrap()
    }

    /// The same with a text on standard input.
    pub(crate) fn run_reading(&self, arguments: &[&str], text: &str) -> Output {
        let mut command = self.command();
        command.args(arguments).arg("--data").arg(self.data());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The program may have read enough before it has read all.
        let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
        child.wait_with_output().unwrap()
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

    /// Starts the service and waits until it listens.
    pub(crate) fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    /// The same, with these arguments.
    pub(crate) fn serve_with(&self, arguments: &[&str]) -> Serving {
        self.start(arguments, &[]).listening()
    }

    /// The same, with these variables in its environment.
    pub(crate) fn serve_among(&self, environment: &[(&str, &str)]) -> Serving {
        self.start(&[], environment).listening()
    }

    /// Starts the service; it has no address yet. Its log goes to the file `log` in the folder.
    pub(crate) fn start(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Serving {
        let log = File::options().create(true).append(true).open(self.path.join("log")).unwrap();
        self.start_to(log.into(), ANY_PORT, arguments, environment)
    }

    /// The same, at this address.
    pub(crate) fn start_at(&self, address: &str, environment: &[(&str, &str)]) -> Serving {
        let log = File::options().create(true).append(true).open(self.path.join("log")).unwrap();
        self.start_to(log.into(), address, &[], environment)
    }

    /// Starts the service and waits until it listens; nobody reads its log.
    pub(crate) fn serve_unread(&self) -> Serving {
        self.start_to(unread(), ANY_PORT, &[], &[]).listening()
    }

    /// The exit status of a command whose output nobody reads.
    pub(crate) fn run_unread(&self, arguments: &[&str]) -> ExitStatus {
        let mut command = self.command();
        command.args(arguments).arg("--data").arg(self.data());
        command.stdout(unread()).stderr(unread()).status().unwrap()
    }

    /// The same, where standard output is a disk without room.
    pub(crate) fn run_full(&self, arguments: &[&str]) -> Output {
        let full = File::options().write(true).open("/dev/full").unwrap();
        self.command().args(arguments).arg("--data").arg(self.data()).stdout(full).output().unwrap()
    }

    fn start_to(
        &self,
        log: Stdio,
        address: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Serving {
        let child = self
            .command()
            .args(["serve", "--listen", address, "--data"])
            .arg(self.data())
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        Serving { child, address: String::new(), metrics: None, log: self.path.join("log") }
    }

    /// What was logged until now.
    pub(crate) fn log(&self) -> String {
        read(&self.path.join("log"))
    }

    /// Adds somebody at a running service; the secret of their link.
    pub(crate) fn link(&self, serving: &Serving, arguments: &[&str]) -> String {
        let mut all = vec!["person", "add", "--new", "--org", "Acme"];
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
        if std::thread::panicking() {
            eprintln!("the service's log:\n{}", self.log());
        }
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// A new token, as an app makes it.
pub(crate) fn token() -> String {
    format!("{:032x}{:032x}", Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128())
}

/// A pipe whose reader is gone.
fn unread() -> Stdio {
    let (_reader, writer) = std::io::pipe().unwrap();
    writer.into()
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

/// A service that runs; killed with the test.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) address: String,
    /// Where it serves metrics.
    pub(crate) metrics: Option<String>,
    log: PathBuf,
}

impl Serving {
    /// Waits until it prints where it listens.
    pub(crate) fn listening(mut self) -> Self {
        for line in BufReader::new(self.child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("listening on http://") {
                self.address = address.to_owned();
                return self;
            }
            let address = line.strip_prefix("metrics on http://").and_then(|it| it.strip_suffix("/metrics"));
            self.metrics = Some(address.unwrap_or_else(|| panic!("{line:?}")).to_owned());
        }
        panic!("the service ended before it listened: {}", self.log())
    }

    pub(crate) fn log(&self) -> String {
        read(&self.log)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> String {
        let body = body.to_string();
        let length = body.len();
        http(&self.address, &format!("POST {path} HTTP/1.1\r\ncontent-length: {length}"), &body)
    }

    pub(crate) fn get(&self, path: &str) -> String {
        http(&self.address, &format!("GET {path} HTTP/1.1"), "")
    }

    pub(crate) fn redeem(&self, link: &str, token: &str) -> String {
        self.post("/api/sign-in", &json!({"link": link, "token": token, "device": "test"}))
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for its end; at the deadline it is killed, and its status says so.
    pub(crate) fn wait(&mut self) -> ExitStatus {
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

    /// A number of `/proc/PID/status`, such as `VmRSS`; in KiB if it is about memory.
    pub(crate) fn status(&self, what: &str) -> u64 {
        let status = read(&PathBuf::from(format!("/proc/{}/status", self.child.id())));
        let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':')).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// The number of files that it has open, including connections.
    pub(crate) fn files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// A WebSocket without a hello yet, opened with these headers.
    pub(crate) async fn open(&self, path: &str, headers: &[(&'static str, &str)]) -> Socket {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "deskbell.v1+json".parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = tokio::net::TcpStream::connect(&self.address).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        Socket { socket, closed: None }
    }

    /// A device with this token that has said hello.
    pub(crate) async fn connect(&self, token: &str, instance: Uuid) -> Socket {
        let mut socket = self.open("/connect", &[]).await;
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

/// One connection of a device.
pub(crate) struct Socket {
    pub(crate) socket: WebSocketStream<tokio::net::TcpStream>,
    pub(crate) closed: Option<u16>,
}

impl Socket {
    pub(crate) async fn send(&mut self, frame: Value) {
        let _ = self.socket.send(Message::text(frame.to_string())).await;
    }

    /// The next frame, `None` at the end; beats are answered.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        // Beats never stop, so the limit is for the next frame that is not a beat.
        let within = tokio::time::Instant::now() + DEADLINE;
        loop {
            let message = tokio::time::timeout_at(within, self.socket.next()).await.expect("in time");
            match message {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if frame["type"] != "beat" {
                        return Some(frame);
                    }
                    self.send(json!({"type": "beat", "activity": "active"})).await;
                }
                Some(Ok(Message::Close(frame))) => self.closed = frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// All frames up to one of this type; `None` if the connection ends before.
    pub(crate) async fn until(&mut self, kind: &str) -> Option<Vec<Value>> {
        let mut seen = Vec::new();
        loop {
            let frame = self.next().await?;
            let found = frame["type"] == kind;
            seen.push(frame);
            if found {
                return Some(seen);
            }
        }
    }

    /// The first frame for which this holds; those before it are skipped.
    pub(crate) async fn wait(&mut self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        loop {
            let Some(frame) = self.next().await else {
                panic!("ended ({:?}) before {what}; seen {seen:#?}", self.closed)
            };
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

    /// The close code, if there was one.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        while self.next().await.is_some() {}
        self.closed
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

/// A technician and a client who behave while others do not: whatever happens, they are served as usual.
pub(crate) struct Bystanders {
    pub(crate) technician: Socket,
    pub(crate) client: Socket,
}

impl Bystanders {
    /// Adds both, connects them, and waits until they see each other.
    pub(crate) async fn join(folder: &Folder, serving: &Serving) -> Self {
        let priya = folder.sign_in(serving, &["--role", "technician", "--name", "Priya"]);
        let dana = folder.sign_in(serving, &["--role", "client", "--name", "Dana", "--company", "Northwind"]);
        let mut technician = serving.connect(&priya, Uuid::new_v4()).await;
        let mut client = serving.connect(&dana, Uuid::new_v4()).await;
        technician.until("synced").await.unwrap();
        client.until("synced").await.unwrap();
        technician.send(json!({"type": "people.watch"})).await;
        technician.sees_online(&["Priya", "Dana"]).await;
        Self { technician, client }
    }

    /// The client asks, the technician joins and writes, and the chat ends; each step reaches the other at once. Returns how
    /// long the slowest took.
    pub(crate) async fn are_served(&mut self) -> Duration {
        let id = json!(Uuid::new_v4());
        let ask = json!({"type": "chat.request", "id": id, "subject": "Printer"});
        self.client.send(ask).await;
        let is = |status: &'static str| {
            let id = id.clone();
            move |frame: &Value| frame["session"]["id"] == id && frame["session"]["status"] == status
        };
        let mut slowest = Duration::ZERO;
        slowest = slowest.max(promptly(self.technician.wait("the request", is("waiting"))).await);
        self.technician.send(json!({"type": "chat.join", "id": Uuid::new_v4(), "session": id})).await;
        slowest = slowest.max(promptly(self.client.wait("somebody", is("handled"))).await);
        let say = json!({"type": "chat.message", "id": Uuid::new_v4(), "session": id, "text": "Hello"});
        self.technician.send(say).await;
        slowest =
            slowest.max(promptly(self.client.wait("a message", |frame| frame["type"] == "messages")).await);
        self.technician.send(json!({"type": "chat.complete", "id": Uuid::new_v4(), "session": id})).await;
        slowest.max(promptly(self.client.wait("the end", is("completed"))).await)
    }
}

/// How long it took; fails if that was longer than [`AT_ONCE`].
pub(crate) async fn promptly<T>(done: impl Future<Output = T>) -> Duration {
    let begun = Instant::now();
    done.await;
    let took = begun.elapsed();
    assert!(took <= AT_ONCE, "it took {took:?}");
    took
}

/// Waits until this holds.
pub(crate) async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < DEADLINE, "not within {DEADLINE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
