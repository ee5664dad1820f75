//! A file that somebody sends over HTTP, with all tries to send it, and one that the service is storing.

use crate::net::ConnId;
use crate::node::Contents;
use chat::SessionId;
use presence::Role;
use protocol::{Down, IntentId};
use service::store::FileId;
use tokio::sync::oneshot;

/// Where the ids of senders begin: those of devices count up from 0.
pub(crate) const SENDERS: ConnId = 1 << 63;

/// A file that somebody sends.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The page.
    pub(crate) page: usize,
    pub(crate) person: usize,
    pub(crate) org: usize,
    pub(crate) role: Role,
    pub(crate) session: SessionId,
    /// The same for all tries.
    pub(crate) id: IntentId,
    pub(crate) bytes: u64,
    /// Tries so far.
    pub(crate) tries: u32,
    /// The service has answered, and its user does not try again.
    pub(crate) is_over: bool,
    /// Somebody else's message has this id.
    pub(crate) is_of_another: bool,
}

/// A file that the organisation was told of and has not answered.
pub(crate) struct Sending {
    pub(crate) upload: usize,
    pub(crate) stored: FileId,
    pub(crate) answer: oneshot::Receiver<Down>,
}

impl Upload {
    /// What is in it.
    pub(crate) fn contents(&self, changed_ms: u64) -> Contents {
        Contents { of: self.id, from: self.person, bytes: self.bytes, changed_ms, is_complete: true }
    }
}
