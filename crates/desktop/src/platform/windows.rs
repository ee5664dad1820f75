//! Windows. Tray, toasts and sounds are not written yet.

use crate::words;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::MetadataExt;
use std::path::Path;
use std::process::Stdio;
use tokio::signal::windows::{CtrlC, CtrlClose, CtrlShutdown, ctrl_c, ctrl_close, ctrl_shutdown};

pub(crate) use super::not_linux::{Display, idle_helper, is_stderr_journal, pass_activation, timer};
pub(crate) use super::not_yet::show;

/// Deskbell has no player on Windows yet, and tells the user.
pub(crate) const PLAYERS: &[(&str, &[&str])] = &[];

/// Nothing yet: a program that was started in a console ends with it.
pub(crate) fn detach() {}

/// What people call this computer.
pub(crate) fn device_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| words::system().to_owned())
}

/// The system or the user at a console wants the program to end.
#[derive(Debug)]
pub(crate) struct EndSignals {
    interrupt: CtrlC,
    close: CtrlClose,
    shutdown: CtrlShutdown,
}

impl EndSignals {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: ctrl_c()?, close: ctrl_close()?, shutdown: ctrl_shutdown()? })
    }

    /// Waits for the next one. Cancel safe.
    pub(crate) async fn recv(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}

/// Makes a folder with those above it. It is in the user's profile, whose access rules it inherits.
///
/// # Errors
///
/// What the system says.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// How to open files; one that is made inherits the access rules of its folder.
pub(crate) fn private_file() -> OpenOptions {
    File::options()
}

/// The file has its folder's access rules.
///
/// # Errors
///
/// Never.
pub(crate) fn make_private(_: &File) -> io::Result<()> {
    Ok(())
}

/// Windows has no such call for folders.
///
/// # Errors
///
/// Never.
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether both are of the same file, as far as its age and length tell: a new file may be given the age of one that was
/// renamed just before.
pub(crate) fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.creation_time(), one.len()) == (other.creation_time(), other.len())
}

/// Deskbell cannot read the standard error of a process on Windows yet, so nobody makes one of these.
#[derive(Debug)]
pub(crate) enum ChildSocket {}

impl ChildSocket {
    /// Fails.
    ///
    /// # Errors
    ///
    /// Always, in words.
    pub(crate) fn pair() -> io::Result<(Self, Stdio)> {
        Err(io::Error::new(io::ErrorKind::Unsupported, words::no_child_lines_yet(words::system())))
    }

    pub(crate) async fn recv(&self, _: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }

    pub(crate) fn try_recv(&self, _: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }
}
