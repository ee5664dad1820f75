//! What arrives over the local socket, with a way to answer its sender.
//!
//! Only queues messages for a reader; `connection` writes them.

use crate::FromAgent;
use agent::view::{Answer, Intent, RequestId, ToWindow, WindowReport};
use std::sync::Arc;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc};

/// What the requester reads if the agent ends, or fails, before it answers.
const NOT_ANSWERED: &str = "Deskbell quit before it answered. Try again.";

/// What arrives.
#[derive(Debug)]
pub enum Request {
    /// Somebody sends an intent; the reply can be used once.
    Intent {
        /// What.
        intent: Intent,
        /// Answers the sender.
        reply: Reply,
    },
    /// From the window process.
    Window {
        /// The report.
        report: WindowReport,
        /// Answers the sender.
        window: WindowHandle,
    },
    /// The connection over which a window reported has ended.
    WindowGone(ConnectionId),
}

/// Identifies a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub(super) u64);

/// Answers one intent. If it is dropped unused, it tells the sender that there will be no answer, so that nobody is left waiting.
#[derive(Debug)]
pub struct Reply {
    id: RequestId,
    outbox: Outbox,
    is_used: bool,
    /// Makes room for another intent of this connection when it is dropped.
    _permit: OwnedSemaphorePermit,
}

impl Reply {
    pub(super) fn new(id: RequestId, outbox: Outbox, permit: OwnedSemaphorePermit) -> Self {
        Self { id, outbox, is_used: false, _permit: permit }
    }

    /// Sends the answer; nothing happens if the requester has gone.
    pub fn send(mut self, answer: Answer) {
        self.is_used = true;
        self.outbox.push(FromAgent::Answer { id: self.id, answer });
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if !self.is_used {
            let answer = Answer::Failed { message: NOT_ANSWERED.to_owned() };
            self.outbox.push(FromAgent::Answer { id: self.id, answer });
        }
    }
}

/// Sends orders to the window process.
#[derive(Clone, Debug)]
pub struct WindowHandle {
    connection: ConnectionId,
    outbox: Outbox,
}

impl WindowHandle {
    pub(super) fn new(connection: ConnectionId, outbox: Outbox) -> Self {
        Self { connection, outbox }
    }

    /// The connection's id.
    #[must_use]
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Sends an order; nothing happens if the window has gone.
    pub fn send(&self, order: ToWindow) {
        self.outbox.push(FromAgent::Window(order));
    }
}

/// Messages that wait for one reader.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    waiting: mpsc::Sender<FromAgent>,
    /// Notified when the reader has to be cut off.
    cut: Arc<Notify>,
}

impl Outbox {
    pub(super) fn new(waiting: mpsc::Sender<FromAgent>, cut: Arc<Notify>) -> Self {
        Self { waiting, cut }
    }

    /// A line that does not fit ends the connection: the reader notices that, but would never notice a missing line.
    pub(super) fn push(&self, line: FromAgent) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.waiting.try_send(line) {
            self.cut.notify_one();
        }
    }
}
