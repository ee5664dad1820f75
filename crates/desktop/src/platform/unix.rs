//! Linux and macOS: signals, access rights and sockets of Unix.

use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::Stdio;
use tokio::net::UnixDatagram;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Begins a session of its own, so that closing the terminal that the program came from does not end it.
pub(crate) fn detach() {
    // It fails only for the leader of a session, which needs no other.
    let _leader = rustix::process::setsid();
}

/// What people call this computer.
pub(crate) fn device_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The system or the user at a terminal wants the program to end.
#[derive(Debug)]
pub(crate) struct EndSignals {
    terminate: Signal,
    interrupt: Signal,
    /// The terminal that it was started from is closed; `None` where that is to be ignored (`nohup`).
    hang_up: Option<Signal>,
}

impl EndSignals {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: if ignores_hang_up() { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    /// Waits for the next one. Cancel safe.
    pub(crate) async fn recv(&mut self) {
        let hang_up = async {
            match &mut self.hang_up {
                Some(hang_up) => _ = hang_up.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = hang_up => {}
        }
    }
}

/// Whether the program that started us wants a hang-up ignored, as `nohup` does. Where there is no `/proc` to say it, no:
/// asking the system takes unsafe code.
fn ignores_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The first signal is SIGHUP.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// Makes a folder that only this user can look into, with those above it.
///
/// # Errors
///
/// What the system says.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// How to open files; one that is made by it is only for this user.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = File::options();
    options.mode(0o600);
    options
}

/// Takes a file that exists away from others.
///
/// # Errors
///
/// What the system says.
pub(crate) fn make_private(file: &File) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(0o600))
}

/// Waits until the names in a folder are on the disk.
///
/// # Errors
///
/// What the system says.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Whether both are of the same file.
pub(crate) fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Our end of a process's standard error.
///
/// It is a datagram socket. With a pipe or a stream, the processes that WebKit starts would be killed by SIGPIPE if they said
/// something after the agent had crashed; here what they say is lost.
#[derive(Debug)]
pub(crate) struct ChildSocket(UnixDatagram);

impl ChildSocket {
    /// Both ends.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn pair() -> io::Result<(Self, Stdio)> {
        let (ours, theirs) = std::os::unix::net::UnixDatagram::pair()?;
        Ok((Self::over(ours)?, Stdio::from(OwnedFd::from(theirs))))
    }

    /// Over this end of a pair.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn over(ours: std::os::unix::net::UnixDatagram) -> io::Result<Self> {
        ours.set_nonblocking(true)?;
        Ok(Self(UnixDatagram::from_std(ours)?))
    }

    /// What is written next. Cancel safe.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) async fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.recv(buffer).await
    }

    /// What is there already.
    ///
    /// # Errors
    ///
    /// What the system says; also if there is nothing.
    pub(crate) fn try_recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_recv(buffer)
    }

    /// Waits until something is there.
    #[cfg(test)]
    pub(crate) async fn readable(&self) -> io::Result<()> {
        self.0.readable().await
    }
}
