//! Why the local socket could not be opened.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why the socket could not be opened.
#[derive(Debug, Error)]
pub enum BindError {
    /// Another agent of this profile and login session is running.
    #[error("Deskbell is already running here")]
    AlreadyRunning,
    /// The system refuses.
    #[cfg_attr(
        not(windows),
        error(
            "Deskbell cannot open its local socket {} ({error}), so neither window nor terminal could reach it. Make room or \
             correct the folder's permissions, or set XDG_RUNTIME_DIR to another folder of yours; then start Deskbell again.",
            path.display()
        )
    )]
    #[cfg_attr(
        windows,
        error(
            "Deskbell cannot open its local socket {} ({error}), so neither window nor terminal could reach it. Log out and in.",
            path.display()
        )
    )]
    Io {
        /// What could not be opened.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}
