//! A running agent's claim on its socket: the lock that shows that it is alive, and the pipe.

use super::listener::Listener;
use crate::bind_error::BindError;
use crate::socket_path::SocketPath;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The claim on the socket, held by this process.
#[derive(Debug)]
pub(crate) struct Claim {
    socket_path: SocketPath,
    /// `None` once another agent may claim the socket.
    lock: Mutex<Option<File>>,
}

impl Claim {
    /// Claims the socket; a dead agent leaves nothing behind that prevents it.
    ///
    /// # Errors
    ///
    /// See [`BindError`].
    pub(crate) fn acquire(socket_path: SocketPath) -> Result<(Self, Listener), BindError> {
        // It is in the user's profile, whose access rules it inherits.
        std::fs::create_dir_all(socket_path.folder()).map_err(failed(socket_path.folder()))?;
        let path = socket_path.lock();
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = opened.map_err(failed(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BindError::AlreadyRunning),
            Err(TryLockError::Error(error)) => return Err(BindError::Io { path, error }),
        }
        let listener = Listener::open(socket_path.socket()).map_err(failed(socket_path.socket()))?;
        Ok((Self { socket_path, lock: Mutex::new(Some(lock)) }, listener))
    }

    pub(crate) fn socket_path(&self) -> &SocketPath {
        &self.socket_path
    }

    /// Gives up the claim, so that another agent can start.
    pub(crate) fn free(&self) {
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> BindError {
    let path = path.to_owned();
    move |error| BindError::Io { path, error }
}

/// There is nothing to guard: a pipe is not a file that somebody could remove.
pub(crate) struct Guard;

impl Guard {
    pub(crate) fn new(_: Arc<Claim>) -> Self {
        Self
    }

    /// Never ends.
    pub(crate) async fn restored(&mut self) -> Listener {
        std::future::pending().await
    }
}
