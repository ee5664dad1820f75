//! A Unix socket, in a folder that only this user can read.

mod claim;
mod listener;
mod removal;

pub(crate) use claim::Claim;
pub(crate) use listener::Listener;
pub(crate) use removal::Guard;

use crate::socket_path::SocketPath;
use std::io;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

/// The agent's end of a connection.
pub(crate) type ServerStream = UnixStream;
pub(crate) type ServerReader = OwnedReadHalf;
pub(crate) type ServerWriter = OwnedWriteHalf;
/// The other end.
pub(crate) type ClientReader = OwnedReadHalf;
pub(crate) type ClientWriter = OwnedWriteHalf;

/// Divides the agent's end.
pub(crate) fn split(stream: ServerStream) -> (ServerReader, ServerWriter) {
    stream.into_split()
}

/// Connects to the agent at `socket_path`.
pub(crate) async fn connect(socket_path: &SocketPath) -> io::Result<(ClientReader, ClientWriter)> {
    Ok(UnixStream::connect(socket_path.socket()).await?.into_split())
}
