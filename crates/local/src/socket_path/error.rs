//! Why no path for the socket can be found.

use std::path::PathBuf;
use thiserror::Error;

/// Longest path of a socket, in bytes: `sun_path` holds 104 on macOS and 108 on Linux, one of them for the end.
pub const SOCKET_PATH_BYTES: usize = 103;

/// Why no path for the socket can be found.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SocketPathError {
    /// Neither runtime nor home folder.
    #[error(
        "There is no folder for Deskbell's socket: neither XDG_RUNTIME_DIR nor HOME names one. Set one of them."
    )]
    NoFolder,
    /// The path does not fit a socket's address.
    #[error(
        "Deskbell's socket would have a path of {bytes} bytes, and the system allows {SOCKET_PATH_BYTES}. \
         Set XDG_RUNTIME_DIR to a shorter folder than {}.",
        folder.display()
    )]
    TooLong {
        /// The folder where it should have been.
        folder: PathBuf,
        /// The length of its shortest path.
        bytes: usize,
    },
    /// Windows names neither the user nor their folder.
    #[cfg(windows)]
    #[error(
        "Deskbell cannot open its local pipe, since {why}. Log out of Windows and in again, then start Deskbell again."
    )]
    NoUser {
        /// Why: a clause.
        why: String,
    },
}
