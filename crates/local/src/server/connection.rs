//! One connection of the local socket: lines in become requests, answers, orders and the latest view go out.

use super::request::{ConnectionId, Outbox, Reply, Request, WindowHandle};
use crate::lines::{self, LineReader};
use crate::transport::{self, ServerStream, ServerWriter};
use crate::{FromAgent, LineError, ToAgent};
use agent::view::View;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio::time::timeout;

/// Most answers and orders that may wait for one reader; a reader with more than that is cut off.
pub const MAX_QUEUED_LINES: usize = 64;

/// Most intents of one connection that may wait for their answers; no more are read until then. A window has a handful.
pub const MAX_UNANSWERED: usize = 32;

/// How long a reader may take for one line before it is cut off: a live one reads at once, and a window that was suspended
/// reconnects when it continues.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);

/// One connection.
pub(super) struct Connection {
    pub(super) id: ConnectionId,
    pub(super) view: watch::Receiver<Option<Arc<View>>>,
    pub(super) closing: watch::Receiver<bool>,
    pub(super) requests: mpsc::Sender<Request>,
    /// Whether it has sent a report as the window.
    pub(super) is_window: bool,
}

impl Connection {
    /// Serves the connection until either end closes it.
    pub(super) async fn run(mut self, stream: ServerStream) {
        match self.serve(stream).await {
            Ok(()) => {}
            Err(LineError::Io(error)) => tracing::debug!(%error, "a local connection broke"),
            Err(error @ (LineError::TooLong | LineError::Unknown(_) | LineError::NotRead)) => {
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

    async fn serve(&mut self, stream: ServerStream) -> Result<(), LineError> {
        let (up, down) = transport::split(stream);
        let mut up = LineReader::new(up);
        let (waiting, mut to_send) = mpsc::channel(MAX_QUEUED_LINES);
        let cut = Arc::new(Notify::new());
        let outbox = Outbox::new(waiting, Arc::clone(&cut));
        let mut out = Out { down, cut };
        let unanswered = Arc::new(Semaphore::new(MAX_UNANSWERED));
        let mut watches = false;
        loop {
            tokio::select! {
                // An answer goes out before the view that follows it.
                biased;
                () = out.cut.notified() => return Err(LineError::NotRead),
                Some(line) = to_send.recv() => out.write(&line).await?,
                () = closed(&mut self.closing) => return Ok(()),
                changed = self.view.changed(), if watches => {
                    if changed.is_err() { return Ok(()); }
                    let view = self.view.borrow_and_update().clone();
                    if let Some(view) = view {
                        out.write(&FromAgent::View(Box::new(View::clone(&view)))).await?;
                    }
                }
                line = up.next::<ToAgent>(), if unanswered.available_permits() > 0 => {
                    let Some(line) = line? else { return Ok(()) };
                    let Some(request) = self.request(line, &outbox, &unanswered) else {
                        watches = true;
                        self.view.mark_changed();
                        continue;
                    };
                    if self.requests.send(request).await.is_err() { return Ok(()); }
                }
            }
        }
    }

    /// What a line requests from the agent; `None` if it asks for the view.
    fn request(&mut self, line: ToAgent, outbox: &Outbox, unanswered: &Arc<Semaphore>) -> Option<Request> {
        let outbox = outbox.clone();
        match line {
            ToAgent::Intent { id, intent } => {
                let permit =
                    Arc::clone(unanswered).try_acquire_owned().expect("only read while there is one");
                Some(Request::Intent { intent, reply: Reply::new(id, outbox, permit) })
            }
            ToAgent::Watch => None,
            ToAgent::Window(report) => {
                self.is_window = true;
                Some(Request::Window { report, window: WindowHandle::new(self.id, outbox) })
            }
        }
    }
}

/// The way to the reader.
struct Out {
    down: ServerWriter,
    cut: Arc<Notify>,
}

impl Out {
    /// Writes a line, unless the reader does not read.
    async fn write<T: Serialize + Sync>(&mut self, line: &T) -> Result<(), LineError> {
        tokio::select! {
            written = timeout(TAKEN_WITHIN, lines::write(&mut self.down, line)) => match written {
                Ok(written) => Ok(written?),
                Err(_elapsed) => Err(LineError::NotRead),
            },
            () = self.cut.notified() => Err(LineError::NotRead),
        }
    }
}

/// Waits until the server closes.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that the server has been dropped, which also closes it.
    let _dropped = closing.wait_for(|closing| *closing).await;
}
