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
    /// More bytes than whole messages explain.
    Flood,
    /// The end of the socket.
    Lost,
}

/// What came of writing a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The socket took it.
    Taken {
        /// Whether the queue has just become short again.
        short: bool,
    },
    /// The socket is broken.
    Failed,
    /// The other end took nothing for [`WRITE_WITHIN`].
    TooSlow,
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
            (Received::Flood, _) => Step::End(End::Ours(Close::TooMany)),
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

    /// Takes in what came of writing a frame.
    #[must_use]
    pub fn written(&self, written: Written) -> Step {
        match (written, self.conn) {
            (Written::Taken { short: true }, Some(conn)) => Step::Tell(Event::Room(conn)),
            (Written::Taken { .. }, _) => Step::Wait,
            // Its device may come back within the grace.
            (Written::Failed, _) => Step::End(End::Peer(Ended::Lost)),
            (Written::TooSlow, _) => Step::End(End::Ours(Close::TooSlow)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined() -> Conversation {
        let mut conversation = Conversation::new(&Config::default(), Instant::now());
        conversation.joins(ConnId(1));
        conversation
    }

    #[test]
    fn a_write_that_fails_ends_the_connection_as_lost_and_one_that_takes_too_long_closes_it() {
        let end = |written| match joined().written(written) {
            Step::End(end) => Some((end.told(), end.code())),
            Step::Wait | Step::Hello(_) | Step::Tell(_) | Step::TellAndEnd(..) => None,
        };
        // P10: lost, so that its device counts for the grace.
        assert_eq!(end(Written::Failed), Some((Ended::Lost, None)));
        assert_eq!(end(Written::TooSlow), Some((Ended::Lost, Some(Close::TooSlow.code()))));
        assert_eq!(end(Written::Taken { short: false }), None);
    }

    #[test]
    fn the_organisation_is_told_once_that_there_is_room_again() {
        assert!(matches!(
            joined().written(Written::Taken { short: true }),
            Step::Tell(Event::Room(ConnId(1)))
        ));
        assert!(matches!(joined().written(Written::Taken { short: false }), Step::Wait));
    }
}
