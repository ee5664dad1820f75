//! Somebody who floods without ever signing in, and what that costs the service: one socket at a time, from one address.

use crate::server::{Kind, Server};
use anyhow::{Context, Result, ensure};
use mio::{Events, Poll};
use serde::Serialize;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// An address by which a proxy on this machine would call it: what comes from the machine itself has no address.
const FROM: &str = "192.0.2.7";
/// Bytes that are written at once.
const AT_ONCE: usize = 64 * 1024;
/// How long the service may take nothing before the flood looks whether it is closed.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// An empty ping, masked.
const PING: [u8; 6] = [0x89, 0x80, 0, 0, 0, 0];
/// A text that begins.
const BEGINS: [u8; 6] = [0x01, 0x80, 0, 0, 0, 0];
/// Its next part, which is not its last one.
const GOES_ON: [u8; 6] = [0x00, 0x80, 0, 0, 0, 0];

/// Processor time of the service, in hundredths of one core.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Measured {
    /// One socket that sends pings, or parts of a message, as fast as they are taken, until it is closed: the dearer one.
    pub(crate) flood_percent: f64,
    /// The same, coming again at once whenever it is closed.
    pub(crate) flood_again_percent: Option<f64>,
}

/// Measures a service. `again`: how long one comes again, too.
pub(crate) fn measure(server: &Server, once: Duration, again: Option<Duration>) -> Result<Measured> {
    ensure!(server.kind == Kind::Ours, "a bare server has no limits to measure");
    let mut measured = Measured::default();
    for (what, first, rest) in [("pings", PING, PING), ("parts", BEGINS, GOES_ON)] {
        let (percent, _) = flood(server, once, false, &first, &rest)?;
        eprintln!("  {percent:.2} % of a core for a socket that sends {what}");
        measured.flood_percent = measured.flood_percent.max(percent);
    }
    if let Some(time) = again {
        let (percent, times) = flood(server, time, true, &BEGINS, &GOES_ON)?;
        eprintln!("  {percent:.2} % of a core for one that comes again, {times} times");
        measured.flood_again_percent = Some(percent);
    }
    Ok(measured)
}

/// What flooding for so long costs, and how many connections it took.
fn flood(server: &Server, time: Duration, again: bool, first: &[u8], rest: &[u8]) -> Result<(f64, usize)> {
    let rest = rest.repeat(AT_ONCE / rest.len());
    let before = server.used()?;
    let began = Instant::now();
    let mut connections = 0;
    while began.elapsed() < time && (again || connections == 0) {
        connections += 1;
        let Some(mut stream) = upgraded(server, began + time)? else { continue };
        if stream.write_all(first).is_ok() {
            let mut sent = 0;
            while began.elapsed() < time && is_taken(&mut stream, &rest[sent % first.len()..], &mut sent) {}
        }
    }
    pass(time.saturating_sub(began.elapsed()))?;
    let used = server.used()?.since(&before)?;
    Ok((used.as_secs_f64() / began.elapsed().as_secs_f64() * 100.0, connections))
}

/// Lets the rest of a span pass: one that is closed at once costs what it costs for all of it.
fn pass(time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    let mut poll = Poll::new().context("asking the system for its events")?;
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        match poll.poll(&mut Events::with_capacity(1), Some(left)) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error).context("waiting"),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Writes as much of it as is taken, and counts that; `false`: the connection is closed.
fn is_taken(stream: &mut TcpStream, bytes: &[u8], sent: &mut usize) -> bool {
    match stream.write(bytes) {
        Ok(taken) => {
            *sent += taken;
            true
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            // Nothing is taken any more: then the close is there to be read.
            let mut said = [0; 1024];
            stream.read(&mut said).is_err()
        }
        Err(_) => false,
    }
}

/// A WebSocket that has said nothing; `None`: the service did not let it in.
fn upgraded(server: &Server, until: Instant) -> Result<Option<TcpStream>> {
    let mut stream = TcpStream::connect(server.address).context("connecting")?;
    stream.set_nodelay(true).context("asking for no delay")?;
    let asks = format!(
        "GET /connect HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Forwarded-For: {FROM}\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZGVza2JlbGwgZGV2aWNlcw==\r\nSec-WebSocket-Protocol: deskbell.v1+json\r\n\r\n"
    );
    stream.write_all(asks.as_bytes()).context("asking for a WebSocket")?;
    let left = until.saturating_duration_since(Instant::now()).max(LOOK_EVERY);
    stream.set_read_timeout(Some(left)).context("setting a limit")?;
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return Ok(None),
            Ok(read) => head.extend_from_slice(&part[..read]),
        }
    }
    stream.set_read_timeout(Some(LOOK_EVERY)).context("setting a limit")?;
    stream.set_write_timeout(Some(LOOK_EVERY)).context("setting a limit")?;
    Ok(head.starts_with(b"HTTP/1.1 101 ").then_some(stream))
}
