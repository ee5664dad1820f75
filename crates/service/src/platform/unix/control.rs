//! The administrator's socket in the data folder. Only the folder's owner can connect.

use anyhow::Context;
use std::fs::{File, Permissions};
use std::io::ErrorKind;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as Connection;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};

/// Where a running service listens for commands.
const SOCKET: &str = "control.sock";
/// Longest path of a socket that every Unix accepts, in bytes.
const SOCKET_PATH_BYTES: usize = 100;

/// Accepts commands. Its file is removed when it is dropped.
pub(crate) struct ControlListener {
    listener: UnixListener,
    path: PathBuf,
    /// Kept open because the path may lead through it.
    _folder: File,
}

impl ControlListener {
    /// Listens in a folder that this process holds.
    ///
    /// # Errors
    /// If the system refuses.
    pub(crate) fn bind(folder: &Path) -> anyhow::Result<Self> {
        let open = File::open(folder).context("could not open the data folder")?;
        let path = socket_path(folder, &open);
        // A socket that exists was left by a service that was killed: this process holds the folder.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("could not remove {}", path.display()));
            }
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&path)
            .with_context(|| format!("could not listen for commands at {}", path.display()))?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))
            .with_context(|| format!("could not close {} to others", path.display()))?;
        Ok(Self { listener, path, _folder: open })
    }

    /// The next command's connection.
    ///
    /// # Errors
    /// Most likely if the system has no files left.
    pub(crate) async fn accept(&self) -> std::io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

impl Drop for ControlListener {
    fn drop(&mut self) {
        // If it stays, the next service removes it.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A connection to the service that runs on the folder, with a limit for each read. `None`: no service runs there.
///
/// # Errors
/// If a service may run there but cannot be reached.
pub(crate) fn connect(folder: &Path, read_within: Duration) -> std::io::Result<Option<Connection>> {
    let open = match File::open(folder) {
        Ok(open) => open,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(error),
        // Taking the folder reports what is wrong with it.
        Err(_) => return Ok(None),
    };
    match Connection::connect(socket_path(folder, &open)) {
        Ok(stream) => {
            stream.set_read_timeout(Some(read_within))?;
            Ok(Some(stream))
        }
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::ConnectionRefused
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The path of the socket: if the folder's own is too long for a socket, one that leads through its open directory.
fn socket_path(folder: &Path, open: &File) -> PathBuf {
    let path = folder.join(SOCKET);
    if path.as_os_str().len() <= SOCKET_PATH_BYTES {
        return path;
    }
    PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", open.as_raw_fd()))
}
