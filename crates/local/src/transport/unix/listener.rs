//! Accepts connections of this user's programs.

use std::io;
use tokio::net::{UnixListener, UnixStream};

/// The open socket.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: UnixListener,
    us: u32,
}

impl Listener {
    pub(super) fn new(socket: UnixListener) -> Self {
        Self { socket, us: rustix::process::geteuid().as_raw() }
    }

    /// The next connection; `None` if it was another user's, which is refused. Cancel safe.
    pub(crate) async fn accept(&mut self) -> io::Result<Option<UnixStream>> {
        let (stream, _) = self.socket.accept().await?;
        Ok(stream.peer_cred().is_ok_and(|peer| peer.uid() == self.us).then_some(stream))
    }
}
