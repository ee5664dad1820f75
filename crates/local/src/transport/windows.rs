//! A named pipe that lets in this user only.

mod access;
mod claim;
mod listener;

pub(crate) use claim::{Claim, Guard};
pub(crate) use listener::Listener;

use crate::socket_path::SocketPath;
use std::io;
use std::time::Duration;
use tokio::io::{ReadHalf, WriteHalf};
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer};
use tokio::time::{Instant, sleep};
use windows_sys::Win32::Foundation::ERROR_PIPE_BUSY;

/// The agent's end of a connection.
pub(crate) type ServerStream = NamedPipeServer;
pub(crate) type ServerReader = ReadHalf<NamedPipeServer>;
pub(crate) type ServerWriter = WriteHalf<NamedPipeServer>;
/// The other end.
pub(crate) type ClientReader = ReadHalf<NamedPipeClient>;
pub(crate) type ClientWriter = WriteHalf<NamedPipeClient>;

/// Pause before trying a pipe again whose instances are all in use: the agent makes the next one at once.
const BUSY_PAUSE: Duration = Duration::from_millis(20);
/// How long to try: an agent that accepts no connection for so long hangs.
const BUSY_WITHIN: Duration = Duration::from_secs(10);

/// Divides the agent's end.
pub(crate) fn split(stream: ServerStream) -> (ServerReader, ServerWriter) {
    tokio::io::split(stream)
}

/// Connects to the agent at `socket_path`.
pub(crate) async fn connect(socket_path: &SocketPath) -> io::Result<(ClientReader, ClientWriter)> {
    let began = Instant::now();
    loop {
        match ClientOptions::new().open(socket_path.socket()) {
            Ok(client) => return Ok(tokio::io::split(client)),
            Err(error) if is_busy(&error) && began.elapsed() < BUSY_WITHIN => sleep(BUSY_PAUSE).await,
            Err(error) => return Err(error),
        }
    }
}

fn is_busy(error: &io::Error) -> bool {
    error.raw_os_error().and_then(|code| u32::try_from(code).ok()) == Some(ERROR_PIPE_BUSY)
}
