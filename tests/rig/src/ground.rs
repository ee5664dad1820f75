//! Where programs run: a private desktop, or the one that the user sits at.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// A desktop that programs can be started on.
pub trait Ground {
    /// A program that will run there.
    fn command(&self, program: &OsStr) -> Command;

    /// Where the output of programs goes.
    fn logs(&self) -> &Path;
}
