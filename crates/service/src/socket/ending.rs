//! How a connection ends, and the consequences: what its organisation is told, and with which code the socket is closed. Pure;
//! `connection.rs` and the simulated world both act on it.

use crate::org::Ended;
use protocol::Close;

/// The close code of an intended end.
const NORMAL: u16 = 1000;

/// Which end ended a connection that had said hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other end.
    Peer(Ended),
    /// The other end, with `bye`: its device has left already, and the socket is still open.
    Bye,
    /// This end, for this reason.
    Ours(Close),
}

impl End {
    /// What the organisation is told. It is told about every end: until then it keeps the connection's queue.
    #[must_use]
    pub fn told(self) -> Ended {
        match self {
            Self::Peer(how) => how,
            Self::Bye => Ended::Left,
            Self::Ours(_) => Ended::Lost,
        }
    }

    /// The code to close the socket with; `None`: the other end has closed it.
    #[must_use]
    pub fn code(self) -> Option<u16> {
        match self {
            Self::Peer(_) => None,
            Self::Bye => Some(NORMAL),
            Self::Ours(why) => Some(why.code()),
        }
    }
}
