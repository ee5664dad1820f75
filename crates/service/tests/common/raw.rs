//! A WebSocket without a library, for frames that no library sends.

use super::hello;
use super::program::Serving;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

/// Longer than the service waits for a raw connection to do anything.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) const TEXT: u8 = 0x81;
pub(crate) const PING: u8 = 0x89;
const CLOSE: u8 = 0x88;

/// A connection that has been upgraded.
pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
    unread: Vec<u8>,
}

/// The request for a device's WebSocket, with these lines in it.
pub(crate) fn upgrade(lines: &str) -> String {
    format!(
        "GET /connect HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-protocol: deskbell.v1+json\r\n{lines}\r\n"
    )
}

/// A frame as a client sends it, masked with zeros.
pub(crate) fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![head];
    match payload.len() {
        short @ 0..126 => bytes.push(0x80 | u8::try_from(short).unwrap()),
        middle @ 126..65_536 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(middle).unwrap().to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// Waits until the other end has closed it.
pub(crate) async fn closed(mut stream: TcpStream) {
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
}

impl Raw {
    /// Connects and upgrades.
    pub(crate) async fn open(address: &str, lines: &str) -> std::io::Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(upgrade(lines).as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        Ok(Self { stream, unread: Vec::new() })
    }

    /// The device with this token.
    pub(crate) async fn device(serving: &Serving, token: &str) -> Self {
        let mut raw = Self::open(&serving.address, "").await.unwrap();
        raw.say_hello(token).await;
        raw
    }

    /// Says hello and waits until it is synced.
    pub(crate) async fn say_hello(&mut self, token: &str) {
        let hello = hello(Some(token), Uuid::new_v4(), "active".into()).to_string();
        self.send(&frame(TEXT, hello.as_bytes())).await;
        while self.text().await.expect("welcome")["type"] != "synced" {}
    }

    /// Sends bytes; ignores an end that is gone.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// The next frame: its first byte and its payload. `None` at the end.
    async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((head, from, to)) = parse(&self.unread) {
                let payload = self.unread[from..to].to_vec();
                self.unread.drain(..to);
                return Some((head, payload));
            }
            let mut more = vec![0; 64 * 1024];
            let read = tokio::time::timeout(DEADLINE, self.stream.read(&mut more)).await.expect("in time");
            match read {
                Ok(0) | Err(_) => return None,
                Ok(read) => self.unread.extend(&more[..read]),
            }
        }
    }

    /// The next text; beats are skipped.
    pub(crate) async fn text(&mut self) -> Option<Value> {
        while let Some((head, payload)) = self.next().await {
            if head == TEXT {
                let value: Value = serde_json::from_slice(&payload).unwrap();
                if value["type"] != "beat" {
                    return Some(value);
                }
            }
        }
        None
    }

    /// The same, and fails if any frame comes before it.
    pub(crate) async fn end_without_a_word(&mut self) -> Option<u16> {
        match self.next().await {
            Some((head, payload)) if head == CLOSE => Some(u16::from_be_bytes([payload[0], payload[1]])),
            Some((_, payload)) => panic!("was told {}", String::from_utf8_lossy(&payload)),
            None => None,
        }
    }

    /// The code with which it is closed; `None` if it just ends.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        while let Some((head, payload)) = self.next().await {
            if head == CLOSE {
                return Some(u16::from_be_bytes([payload[0], payload[1]]));
            }
        }
        None
    }
}

/// The range of the first complete frame's payload.
fn parse(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (head, length) = (*bytes.first()?, *bytes.get(1)?);
    let (from, length) = match length {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().unwrap()))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().unwrap())).unwrap()),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= from + length).then_some((head, from, from + length))
}
