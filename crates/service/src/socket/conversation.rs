//! What one connection may say from its first frame on, and what follows from it: what its organisation is told, and whether it
//! ends. Pure: it knows no socket and is told what time it is. `connection` reads and writes for the service, the simulated world for its
//! devices.

use crate::config::Config;
use crate::org::{ConnId, Ended, Event};
use crate::socket::allowance::{Allowance, Read};
use crate::socket::ending::End;
use crate::socket::frame;
use protocol::limits::FRAME_BYTES;
use protocol::{Close, Hello, Up};
use std::time::Duration;
use tokio::time::Instant;

/// How long the reader's end may take nothing while a frame is being written.
pub const WRITE_WITHIN: Duration = Duration::from_secs(10);

/// One connection's conversation.
#[derive(Debug)]
pub struct Conversation {
    /// Which it is, once its organisation knows of it.
    conn: Option<ConnId>,
    /// Pings and fragments count from the first byte.
    allowance: Allowance,
}

/// What came on the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// A text frame.
    Text(&'a str),
    /// A ping or a pong; the answer is the socket's.
    Ping,
    /// A binary frame.
    Binary,
    /// A close frame.
    Close,
    /// No WebSocket, no text, or too large.
    Malformed,
    /// The end of the socket.
    Lost,
}

/// What follows.
#[derive(Debug)]
pub enum Step {
    /// Nothing.
    Wait,
    /// It has said who it is: look the account up, and call [`Conversation::joins`].
    Hello(Box<Hello>),
    /// The organisation is told.
    Tell(Event),
    /// The organisation is told this first, and then of the end.
    TellAndEnd(Event, End),
    /// It ends.
    End(End),
}

impl Conversation {
    /// A connection that is new at `now`.
    #[must_use]
    pub fn new(config: &Config, now: Instant) -> Self {
        Self { conn: None, allowance: Allowance::new(config.frames_burst, config.frames_per_second, now) }
    }

    /// Its organisation knows of it from now on, by this number.
    pub fn joins(&mut self, conn: ConnId) {
        self.conn = Some(conn);
    }

    /// Takes in what came at `now`.
    pub fn received(&mut self, received: Received<'_>, now: Instant) -> Step {
        match (received, self.conn) {
            (Received::Ping, _) if self.allowance.ping(now) => Step::Wait,
            (Received::Ping, _) => Step::End(End::Ours(Close::TooMany)),
            (Received::Binary | Received::Malformed, _) => Step::End(End::Ours(Close::Protocol)),
            (Received::Close, _) => Step::End(End::Peer(Ended::Left)),
            (Received::Lost, _) => Step::End(End::Peer(Ended::Lost)),
            (Received::Text(text), _) if text.len() > FRAME_BYTES => Step::End(End::Ours(Close::Protocol)),
            (Received::Text(text), None) => match frame::read(text) {
                Ok(Up::Hello(hello)) => Step::Hello(Box::new(hello)),
                Ok(_) | Err(_) => Step::End(End::Ours(Close::Protocol)),
            },
            (Received::Text(text), Some(conn)) => match self.allowance.read(text, now) {
                Read::Frame(Up::Bye) => Step::TellAndEnd(Event::Frame(conn, Up::Bye), End::Bye),
                Read::Frame(up) => Step::Tell(Event::Frame(conn, up)),
                Read::Refused(error) => Step::Tell(Event::Refused(conn, error)),
                Read::TooMany => Step::End(End::Ours(Close::TooMany)),
            },
        }
    }

    /// A frame was written after which the queue is short again (`is_short`), or it was not.
    #[must_use]
    pub fn written(&self, is_short: bool) -> Step {
        match self.conn {
            Some(conn) if is_short => Step::Tell(Event::Room(conn)),
            Some(_) | None => Step::Wait,
        }
    }
}
