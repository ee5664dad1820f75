//! What comes in over the local socket, with the way back to its sender.
//!
//! Only queues messages for a reader; `connection` writes them.

use crate::FromAgent;
use agent::view::{Answer, Intent, RequestId, ToWindow, WindowReport};
use std::sync::Arc;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc};

/// What the requester reads if the agent ends, or fails, before it answers.
const NOT_ANSWERED: &str = "Deskbell quit before it answered. Try again.";

/// What comes in.
#[derive(Debug)]
pub enum Request {
    /// Somebody wants something; the reply is to be used once.
    Intent {
        /// What.
        intent: Intent,
        /// The way back.
        reply: Reply,
    },
    /// From the window process.
    Window {
        /// What it says.
        report: WindowReport,
        /// The way back.
        window: WindowHandle,
    },
    /// The connection over which a window reported has ended.
    WindowGone(ConnectionId),
}

/// Tells connections apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub(super) u64);

/// Answers one intent. Dropped unused, it answers that there will be no answer: nobody is left waiting.
#[derive(Debug)]
pub struct Reply {
    id: RequestId,
    outbox: Outbox,
    is_used: bool,
    /// Makes room for another intent of this connection when it goes.
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

/// Tells the window process something.
#[derive(Clone, Debug)]
pub struct WindowHandle {
    connection: ConnectionId,
    outbox: Outbox,
}

impl WindowHandle {
    pub(super) fn new(connection: ConnectionId, outbox: Outbox) -> Self {
        Self { connection, outbox }
    }

    /// Which connection it is.
    #[must_use]
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Sends it; nothing happens if the window has gone.
    pub fn send(&self, order: ToWindow) {
        self.outbox.push(FromAgent::Window(order));
    }
}

/// Messages that wait for one reader.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    waiting: mpsc::Sender<FromAgent>,
    /// Told when the reader is to be cut off.
    cut: Arc<Notify>,
}

impl Outbox {
    pub(super) fn new(waiting: mpsc::Sender<FromAgent>, cut: Arc<Notify>) -> Self {
        Self { waiting, cut }
    }

    /// A line that finds no room ends the connection: the reader sees that, and would never see that a line is missing.
    pub(super) fn push(&self, line: FromAgent) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.waiting.try_send(line) {
            self.cut.notify_one();
        }
    }
}
