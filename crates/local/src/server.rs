//! The agent's end of the local socket.
//!
//! Intents and window reports go into one channel, in order; answers go back to the sender; the view goes to all who watch,
//! and only its latest state, so that a slow reader costs nothing. It does not know what an intent does.

mod connection;
mod request;

pub use crate::bind_error::BindError;
pub use connection::{MAX_QUEUED_LINES, MAX_UNANSWERED};
pub use request::{ConnectionId, Reply, Request, WindowHandle};

use crate::FromAgent;
use crate::socket_path::SocketPath;
use crate::transport::{Claim, Guard, Listener, ServerStream};
use agent::view::View;
use connection::{Connection, closed};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;

/// Most connections at a time: a window, a terminal or two, and room for a script that forgets to close them.
pub const MAX_CONNECTIONS: usize = 32;

/// Requests that wait for the agent, over all connections; a full queue makes their senders wait.
pub const MAX_QUEUED_REQUESTS: usize = 64;

/// How long the last answers may take to be written: a live reader reads them at once.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// Pause after a connection could not be accepted, for instance because file descriptors have run out: trying at once would spin.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// The open socket. It is removed when this is dropped; if its file is removed before that, it is made again.
#[derive(Debug)]
pub struct Server {
    claim: Arc<Claim>,
    view: watch::Sender<Option<Arc<View>>>,
    closing: watch::Sender<bool>,
    accepting: JoinSet<()>,
}

impl Server {
    /// Opens the socket at `socket_path`, replacing one that a dead agent left behind.
    ///
    /// # Errors
    ///
    /// See [`BindError`].
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with IO.
    pub fn bind(socket_path: SocketPath) -> Result<(Self, mpsc::Receiver<Request>), BindError> {
        let (claim, listener) = Claim::acquire(socket_path)?;
        let claim = Arc::new(claim);
        let (requests, receiver) = mpsc::channel(MAX_QUEUED_REQUESTS);
        let view = watch::Sender::new(None);
        let mut accepting = JoinSet::new();
        let closing = watch::Sender::new(false);
        let share = Share { view: view.clone(), closing: closing.subscribe(), requests };
        accepting.spawn(accept(listener, Guard::new(Arc::clone(&claim)), share));
        Ok((Self { claim, view, closing, accepting }, receiver))
    }

    /// Sends the new view to all who watch.
    pub fn publish(&self, view: Arc<View>) {
        self.view.send_replace(Some(view));
    }

    /// Gives up the claim, then ends all connections once their last lines are written: a program that sees its connection
    /// end can start another agent at once.
    pub async fn close(mut self) {
        self.claim.free();
        self.closing.send_replace(true);
        let ended = tokio::time::timeout(CLOSE_WITHIN, self.accepting.join_next()).await;
        if ended.is_err() {
            tracing::debug!("a local connection does not read, and was cut");
        }
    }

    /// The socket's path.
    #[must_use]
    pub fn socket_path(&self) -> &SocketPath {
        self.claim.socket_path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.claim.free();
    }
}

/// What every connection shares.
struct Share {
    view: watch::Sender<Option<Arc<View>>>,
    closing: watch::Receiver<bool>,
    requests: mpsc::Sender<Request>,
}

/// Accepts connections until the server closes, and then ends them.
async fn accept(mut listener: Listener, mut guard: Guard, mut share: Share) {
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    let mut next = 0;
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(Some(stream)) => stream,
                Ok(None) => {
                    tracing::warn!("another user tried the local socket and was refused");
                    continue;
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection to the local socket could not be taken");
                    tokio::select! {
                        () = tokio::time::sleep(ACCEPT_PAUSE) => continue,
                        () = closed(&mut share.closing) => break,
                    }
                }
            },
            again = guard.restored() => {
                listener = again;
                continue;
            }
            Some(_) = connections.join_next() => continue,
            () = closed(&mut share.closing) => break,
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            tracing::debug!(
                limit = MAX_CONNECTIONS,
                "a further connection to the local socket is not served"
            );
            turn_away(&stream);
            continue;
        };
        next += 1;
        let connection = Connection {
            id: ConnectionId(next),
            view: share.view.subscribe(),
            closing: share.closing.clone(),
            requests: share.requests.clone(),
            is_window: false,
        };
        connections.spawn(async move {
            connection.run(stream).await;
            drop(permit);
        });
    }
    while connections.join_next().await.is_some() {}
}

/// Tells a client that it is not served. A new socket has room for a line, so this does not wait.
fn turn_away(stream: &ServerStream) {
    let line = serde_json::to_vec(&FromAgent::Full).map(|line| [&line[..], b"\n"].concat());
    if let Ok(line) = line
        && let Err(error) = stream.try_write(&line)
    {
        tracing::debug!(%error, "it could not be told so");
    }
}

#[cfg(test)]
mod tests;
