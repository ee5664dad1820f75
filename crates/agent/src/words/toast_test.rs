//! The toast that a user asked for to see whether toasts and sounds work here, and what became of it.

use std::time::Duration;

pub(crate) const TITLE: &str = "This is a test";
pub(crate) const BODY: &str = "Requests look and sound like this.";
pub(crate) const RUNNING: &str = "A test is under way already.";
/// Why it makes no sound.
pub(crate) const DO_NOT_DISTURB: &str =
    "It makes no sound, and your desktop may not show it, since it is in do-not-disturb.";

/// Why it makes no sound: the user wants silence until then.
pub(crate) fn silent(until: &str) -> String {
    format!("It makes no sound, since you have requests ring silently until {until}.")
}

/// The desktop has it; `but` says what keeps it from being seen or heard.
pub(crate) fn shown(but: Option<&str>) -> String {
    let but = but.unwrap_or("If you did not hear it, check this computer's volume.");
    format!("Your desktop has taken the test toast. {but}")
}

/// The desktop does not have it.
pub(crate) fn not_shown(within: Duration, why: Option<&str>) -> String {
    let why = why.unwrap_or("Log out and in again; if that does not help, tell your administrator.");
    format!("Your desktop did not show the test toast within {} s. {why}", within.as_secs())
}
