//! How each operating system reports input, lock and sleep: one file for each, all with the same names.
//!
//! - `attempt` tries the system's sources and takes the first that works.
//! - `watch_session` reports what the system says about lock and sleep.
//! - `SessionEnv` is what has to be known about the session for that.
//! - `run_helper` is a separate process that a source may need.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub use linux::{HelperError, SessionEnv, run_helper};
#[cfg(target_os = "linux")]
pub(crate) use linux::{attempt, watch_session};

#[cfg(any(test, not(target_os = "linux")))]
mod not_yet;
#[cfg(not(target_os = "linux"))]
pub use not_yet::{HelperError, SessionEnv, run_helper};
#[cfg(not(target_os = "linux"))]
pub(crate) use not_yet::{attempt, watch_session};
