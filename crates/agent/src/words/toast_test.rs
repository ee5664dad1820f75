//! The toast that a user asked for to see whether toasts and sounds work here, and what became of it.

use super::{fill, say};
use std::time::Duration;

texts! {
    pub(crate) fn title = say("toast-test-title");
    pub(crate) fn body = say("toast-test-body");
    pub(crate) fn late_body = say("toast-test-late-body");
    pub(crate) fn running = say("toast-test-running");
    /// Why it makes no sound.
    pub(crate) fn do_not_disturb = say("toast-test-do-not-disturb");
    /// Why it makes no sound.
    pub(crate) fn sound_off = say("toast-test-sound-off");
}

/// Why it makes no sound: the user wants silence until then.
pub(crate) fn silent(until: &str) -> String {
    fill("toast-test-silent", &[("until", until.into())])
}

/// The desktop has it; `but` says what keeps it from being seen or heard.
pub(crate) fn shown(but: Option<&str>) -> String {
    let but = but.map_or_else(|| say("toast-test-not-heard"), str::to_owned);
    fill("toast-test-shown", &[("but", but.into())])
}

/// The desktop does not have it.
pub(crate) fn not_shown(within: Duration, why: Option<&str>) -> String {
    let why = why.map_or_else(|| say("toast-test-log-in-again"), str::to_owned);
    fill("toast-test-not-shown", &[("seconds", within.as_secs().into()), ("why", why.into())])
}
