//! A running agent's claim on its socket: the lock that shows that it is alive, and the socket's file.
//!
//! Both files can be removed while the agent runs, by a clean-up or by hand. [`Claim::restore`] makes them again; `removal`
//! decides when to check.

use super::listener::Listener;
use crate::bind_error::BindError;
use crate::socket_path::SocketPath;
use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tokio::net::UnixListener;

/// Device and inode number of a file: distinguishes it from another one of the same name.
type FileId = (u64, u64);

/// The claim on the socket, held by this process.
#[derive(Debug)]
pub(crate) struct Claim {
    socket_path: SocketPath,
    /// `None` once another agent may claim the socket.
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    lock: File,
    socket: FileId,
}

impl Claim {
    /// Claims the socket, even from an agent that has died.
    ///
    /// # Errors
    ///
    /// See [`BindError`].
    pub(crate) fn acquire(socket_path: SocketPath) -> Result<(Self, Listener), BindError> {
        make_folder(socket_path.folder())?;
        let lock = hold(&socket_path)?;
        let (listener, socket) = listen(&socket_path)?;
        Ok((Self { socket_path, held: Mutex::new(Some(Held { lock, socket })) }, Listener::new(listener)))
    }

    pub(crate) fn socket_path(&self) -> &SocketPath {
        &self.socket_path
    }

    /// Whether both files are still the ones that this agent made. A claim that was given up needs no repair.
    pub(crate) fn is_intact(&self) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().is_none_or(|held| self.has_lock(&held.lock) && self.has_socket(held.socket))
    }

    /// Makes what is missing. Connections that are open are not touched. `None` if the claim was given up meanwhile.
    ///
    /// After an error the claim keeps what it has and is not intact, so this can be called again.
    ///
    /// # Errors
    ///
    /// See [`BindError`]; [`BindError::AlreadyRunning`] if another agent has claimed the socket meanwhile.
    pub(crate) fn restore(&self) -> Result<Option<Listener>, BindError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = held.as_mut() else { return Ok(None) };
        make_folder(self.socket_path.folder())?;
        if !self.has_lock(&held.lock) {
            // Kept even if the socket cannot be made: until it can, no second agent may start.
            held.lock = hold(&self.socket_path)?;
        }
        let (listener, socket) = listen(&self.socket_path)?;
        held.socket = socket;
        Ok(Some(Listener::new(listener)))
    }

    /// Gives up the claim, so that another agent can start.
    pub(crate) fn free(&self) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Another file at this path may be another agent's socket.
        if let Some(held) = held
            && self.has_socket(held.socket)
            && let Err(error) = std::fs::remove_file(self.socket_path.socket())
        {
            tracing::debug!(%error, "the socket could not be removed");
        }
    }

    fn has_lock(&self, lock: &File) -> bool {
        let ours = lock.metadata().ok().map(|metadata| id(&metadata));
        ours.is_some() && ours == id_of(&self.socket_path.lock())
    }

    fn has_socket(&self, socket: FileId) -> bool {
        id_of(self.socket_path.socket()) == Some(socket)
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> BindError {
    let path = path.to_owned();
    move |error| BindError::Io { path, error }
}

fn make_folder(folder: &Path) -> Result<(), BindError> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed(folder))?;
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(folder, private).map_err(failed(folder))
}

/// Opens the socket; the lock is ours, so an agent that made an earlier one is dead.
fn listen(socket_path: &SocketPath) -> Result<(UnixListener, FileId), BindError> {
    let socket = socket_path.socket();
    match std::fs::remove_file(socket) {
        Ok(()) => tracing::debug!("replaced the socket of an agent that has died"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(socket)(error)),
    }
    let listener = UnixListener::bind(socket).map_err(failed(socket))?;
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(socket, private).map_err(failed(socket))?;
    let metadata = std::fs::symlink_metadata(socket).map_err(failed(socket))?;
    Ok((listener, id(&metadata)))
}

/// A lock on a separate file shows without a race whether an agent is running, even if two start at once.
fn hold(socket_path: &SocketPath) -> Result<File, BindError> {
    let path = socket_path.lock();
    let opened = File::options().create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(failed(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(BindError::AlreadyRunning),
        Err(TryLockError::Error(error)) => Err(BindError::Io { path, error }),
    }
}

fn id_of(path: &Path) -> Option<FileId> {
    std::fs::symlink_metadata(path).ok().map(|metadata| id(&metadata))
}

fn id(metadata: &std::fs::Metadata) -> FileId {
    (metadata.dev(), metadata.ino())
}
