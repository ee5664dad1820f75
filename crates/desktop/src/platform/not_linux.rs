//! What macOS and Windows have in common and Linux does not.

use anyhow::Result;
use link::Timer;
use tokio::process::Command;

/// A program in a login session has a display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Display;

impl Display {
    pub(crate) fn named() -> Option<Self> {
        Some(Self)
    }

    pub(crate) async fn is_there(&self) -> bool {
        true
    }

    pub(crate) async fn back(&self) {}
}

/// No source of input needs one.
pub(crate) fn idle_helper() -> Result<Option<idle::Helper>> {
    Ok(None)
}

/// No token is given: the system lets a program that its user has clicked come to the front.
pub(crate) fn pass_activation(_: &str, _: &mut Command) {}

/// Only Linux has a journal.
pub(crate) fn is_stderr_journal() -> bool {
    false
}

/// tokio has no timer that counts sleep, so the clock is looked at.
pub(crate) fn timer() -> Option<Box<dyn Timer>> {
    None
}
