//! Windows.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpSocket;

/// Accepts no commands: this system has no counterpart of the Unix socket yet, and commands work while the service does not run.
pub(crate) struct ControlListener;

impl ControlListener {
    /// Says that commands need the service to be stopped.
    ///
    /// # Errors
    /// Never.
    pub(crate) fn bind(_: &Path) -> anyhow::Result<Self> {
        tracing::warn!(target: "service", "{}", crate::words::NO_CONTROL_SOCKET);
        Ok(Self)
    }

    /// Never returns.
    ///
    /// # Errors
    /// Never.
    pub(crate) async fn accept(&self) -> std::io::Result<tokio::io::Empty> {
        std::future::pending().await
    }
}

/// No service can be reached.
///
/// # Errors
/// Never.
pub(crate) fn connect(_: &Path, _: Duration) -> std::io::Result<Option<std::io::Empty>> {
    Ok(None)
}

/// Windows has no such limit.
pub(crate) fn allowed_files() -> usize {
    usize::MAX
}

/// On Windows, the option with this name lets several programs use one address; lingering connections do no harm there.
pub(crate) fn reuse_address(_: &TcpSocket) -> std::io::Result<()> {
    Ok(())
}

/// Done when the service is told to end.
///
/// # Errors
/// Never.
pub(crate) fn terminated() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Creates a folder, and those above it. The folder above determines who may read it.
pub(crate) fn private_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// The folder of a file determines who may read it.
pub(crate) fn private_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Windows gives files to the folder's owner by itself.
pub(crate) fn give_to_owner_of(_: &Path, _: &File) -> std::io::Result<()> {
    Ok(())
}

/// Windows cannot sync folders.
pub(crate) fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Nobody waits for it.
pub(crate) fn tell_ready() {}

/// Nobody waits for it.
pub(crate) fn tell_alive() {}

/// Nobody waits for it.
pub(crate) fn tell_stopping() {}

/// Nobody watches.
pub(crate) fn watchdog() -> Option<Duration> {
    None
}
