//! Systems on which Deskbell cannot watch input, lock and sleep yet: it says so once, and only use of its own window counts.
//!
//! A system gets its own file, with the same names as this one, when the first of these works there.

#![cfg_attr(
    all(test, target_os = "linux"),
    expect(dead_code, unreachable_pub, reason = "only what is said is tested here")
)]

use crate::seen::{Helper, SourceKind};
use crate::session::Said;
use crate::source::{Attempt, Unavailable};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// What has to be known about the session: nothing yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionEnv;

impl SessionEnv {
    /// The session of this process.
    #[must_use]
    pub fn read() -> Self {
        Self
    }
}

/// Deskbell cannot watch input on this system yet, so the probe need not look again.
pub(crate) async fn attempt(
    _env: SessionEnv,
    _helper: Option<Helper>,
    _only: Option<SourceKind>,
    _lost_at: Option<Instant>,
) -> Attempt {
    Err(Unavailable::Never(not_watched(system())))
}

/// Reports nothing: the missing source already tells the user that lock and sleep are not seen.
pub(crate) async fn watch_session(
    _env: SessionEnv,
    _say: mpsc::Sender<Said>,
    _releases: watch::Receiver<u64>,
) {
    std::future::pending::<()>().await;
}

/// No source here needs a process of its own.
#[derive(Debug, thiserror::Error)]
#[error("no source of input needs this process on {}", system())]
pub struct HelperError;

/// Refuses.
///
/// # Errors
/// Always.
pub fn run_helper() -> Result<(), HelperError> {
    Err(HelperError)
}

/// Why Deskbell has no source of input: a clause.
fn not_watched(system: &str) -> String {
    format!("it can't watch mouse, keyboard, screen lock and sleep on {system} yet")
}

/// As people call this system.
fn system() -> &'static str {
    match std::env::consts::OS {
        "windows" => "Windows",
        "macos" => "macOS",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn says_that_it_cannot_see_input_lock_or_sleep_on_this_system() {
        let Err(Unavailable::Never(why)) = attempt(SessionEnv::read(), None, None, None).await else {
            panic!("Deskbell never has a source on this system")
        };
        assert_eq!(why, not_watched(system()));
        assert_eq!(
            not_watched("Windows"),
            "it can't watch mouse, keyboard, screen lock and sleep on Windows yet"
        );
        assert!(
            run_helper().unwrap_err().to_string().starts_with("no source of input needs this process on ")
        );
    }
}
