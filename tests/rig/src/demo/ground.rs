//! The desktop that the user sits at: programs get its environment as it is.

use rig::Ground;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The user's own desktop.
#[derive(Debug)]
pub(crate) struct UsersDesktop {
    /// Where the output of programs goes.
    pub(crate) logs: PathBuf,
}

impl Ground for UsersDesktop {
    fn command(&self, program: &OsStr) -> Command {
        Command::new(program)
    }

    fn logs(&self) -> &Path {
        &self.logs
    }
}
