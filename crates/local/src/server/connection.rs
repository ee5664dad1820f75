//! One connection of the local socket: lines in become requests, answers, orders and the latest view go out.

use super::Request;
use crate::lines::{self, LineReader};
use crate::{FromAgent, LineError, ToAgent};
use agent::view::{Answer, RequestId, ToWindow, View};
use std::sync::Arc;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};

/// Answers and orders that wait for one reader; who lets more pile up is cut off.
pub const MAX_QUEUED_LINES: usize = 64;

/// Tells connections apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub(super) u64);

/// Answers one intent.
#[derive(Debug)]
pub struct Reply {
    id: RequestId,
    lines: mpsc::Sender<FromAgent>,
}

impl Reply {
    /// Sends the answer; nothing happens if the asker has gone.
    pub fn send(self, answer: Answer) {
        push(&self.lines, FromAgent::Answer { id: self.id, answer });
    }
}

/// Tells the window process something.
#[derive(Clone, Debug)]
pub struct WindowLine {
    connection: ConnectionId,
    lines: mpsc::Sender<FromAgent>,
}

impl WindowLine {
    /// Which connection it is.
    #[must_use]
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Sends it; nothing happens if the window has gone.
    pub fn send(&self, order: ToWindow) {
        push(&self.lines, FromAgent::Window(order));
    }
}

fn push(lines: &mpsc::Sender<FromAgent>, line: FromAgent) {
    if let Err(mpsc::error::TrySendError::Full(_)) = lines.try_send(line) {
        tracing::warn!(
            limit = MAX_QUEUED_LINES,
            "a reader of the local socket does not read; a line is lost"
        );
    }
}

/// One connection.
pub(super) struct Connection {
    pub(super) id: ConnectionId,
    pub(super) view: watch::Receiver<Option<Arc<View>>>,
    pub(super) closing: watch::Receiver<bool>,
    pub(super) requests: mpsc::Sender<Request>,
    /// It has reported as the window.
    pub(super) is_window: bool,
}

impl Connection {
    /// Serves it until either end closes.
    pub(super) async fn run(mut self, stream: UnixStream) {
        match self.serve(stream).await {
            Ok(()) => {}
            Err(LineError::Io(error)) => tracing::debug!(%error, "a local connection broke"),
            Err(error @ (LineError::TooLong | LineError::Unknown(_))) => {
                tracing::warn!(%error, "a local connection was ended");
            }
        }
        if self.is_window {
            tokio::select! {
                _sent = self.requests.send(Request::WindowGone(self.id)) => {}
                () = closed(&mut self.closing) => {}
            }
        }
    }

    async fn serve(&mut self, stream: UnixStream) -> Result<(), LineError> {
        let (up, mut down) = stream.into_split();
        let mut up = LineReader::new(up);
        let (lines, mut to_send) = mpsc::channel(MAX_QUEUED_LINES);
        let mut watches = false;
        loop {
            tokio::select! {
                // An answer goes out before the view that follows it.
                biased;
                Some(line) = to_send.recv() => lines::write(&mut down, &line).await?,
                () = closed(&mut self.closing) => return Ok(()),
                changed = self.view.changed(), if watches => {
                    if changed.is_err() { return Ok(()); }
                    let view = self.view.borrow_and_update().clone();
                    if let Some(view) = view {
                        lines::write(&mut down, &FromAgent::View(Box::new(View::clone(&view)))).await?;
                    }
                }
                line = up.next::<ToAgent>() => {
                    let Some(line) = line? else { return Ok(()) };
                    let request = match line {
                        ToAgent::Intent { id, intent } => {
                            Request::Intent { intent, reply: Reply { id, lines: lines.clone() } }
                        }
                        ToAgent::Watch => {
                            watches = true;
                            self.view.mark_changed();
                            continue;
                        }
                        ToAgent::Window(report) => {
                            self.is_window = true;
                            let window = WindowLine { connection: self.id, lines: lines.clone() };
                            Request::Window { report, window }
                        }
                    };
                    if self.requests.send(request).await.is_err() { return Ok(()); }
                }
            }
        }
    }
}

/// Waits until the server closes.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that the server has been dropped, which is closing too.
    let _dropped = closing.wait_for(|closing| *closing).await;
}
