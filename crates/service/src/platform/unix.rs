//! Unix systems.

mod control;
mod service_manager;

pub(crate) use control::{ControlListener, connect};
pub(crate) use service_manager::{tell_alive, tell_ready, tell_stopping, watchdog};

use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;
use tokio::net::TcpSocket;
use tokio::signal::unix::{SignalKind, signal};

/// Raises the limit of open files as far as the system allows, and returns it.
pub(crate) fn allowed_files() -> usize {
    let limit = getrlimit(Resource::Nofile);
    // Shells start programs with a limit of 1,024, for the sake of very old ones.
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let limit = if setrlimit(Resource::Nofile, raised).is_ok() { raised } else { limit };
    limit.current.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX)
}

/// Lets a restarted service use its address even if old connections linger.
pub(crate) fn reuse_address(socket: &TcpSocket) -> std::io::Result<()> {
    socket.set_reuseaddr(true)
}

/// Done when the service is told to end. Signals are noticed from this call on.
pub(crate) fn terminated() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen for Ctrl-C")?;
    // There is nothing to reload: a terminal that closes also ends the service in good order.
    let mut hangup = signal(SignalKind::hangup()).context("could not listen for SIGHUP")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

/// Creates a folder, and those above it, for this user only. An existing folder stays as it is.
pub(crate) fn private_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Restricts a file that is created with these options to this user.
pub(crate) fn private_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Gives a file to the owner of its folder: a file of root's would lock out the service, which runs as that owner.
pub(crate) fn give_to_owner_of(path: &Path, file: &File) -> std::io::Result<()> {
    let (owner, ours) = (path.metadata()?, file.metadata()?);
    if owner.uid() == ours.uid() {
        return Ok(());
    }
    fchown(file, Some(owner.uid()), Some(owner.gid()))
}

/// Makes sure that the names in a folder are on the disk.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}
