//! The path of the socket: one for each profile and login session.
//!
//! Both ends call [`SocketPath::find`], so there is one rule, with one file for each system. It opens nothing.

mod error;
mod profile;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub use error::{SOCKET_PATH_BYTES, SocketPathError};
pub use profile::{DEFAULT_PROFILE, PROFILE_BYTES, Profile, ProfileError};

use std::path::{Path, PathBuf};
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// Where the socket of one agent is, and the lock that shows whether the agent is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketPath {
    socket: PathBuf,
    /// The agent's other files have the same name, with other extensions.
    files: PathBuf,
}

impl SocketPath {
    /// The path for `profile` in this login session.
    ///
    /// # Errors
    ///
    /// When no folder is known for it, or its path is too long for a socket.
    pub fn find(profile: &Profile) -> Result<Self, SocketPathError> {
        let (socket, files) = system::find(profile)?;
        Ok(Self { socket, files })
    }

    /// A path that is already known, for instance from a command line.
    #[must_use]
    pub fn at(socket: PathBuf) -> Self {
        Self { files: socket.clone(), socket }
    }

    /// The socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The folder of the agent's files, which only this user may enter.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.files.parent().unwrap_or(Path::new("."))
    }

    /// The file whose lock a running agent holds.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.file("lock")
    }

    /// A file of this agent, by its extension.
    #[must_use]
    pub fn file(&self, extension: &str) -> PathBuf {
        self.files.with_extension(extension)
    }
}
