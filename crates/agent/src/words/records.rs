//! What became of a request on this computer, for the status window.

/// In the place of who asks.
pub(crate) const REQUEST: &str = "A request";
pub(crate) const ELSEWHERE: &str = "Another of your devices rang. Requests ring where you were active last.";
pub(crate) const NOT_HERE: &str = "It did not ring here.";
pub(crate) const OVER_FIRST: &str = "It was over before it could be shown.";
pub(crate) const NOT_YET: &str = "Your desktop has not shown its toast yet.";
pub(crate) const DO_NOT_DISTURB: &str =
    "Your desktop was in do-not-disturb: it took the toast, and may not have shown it.";
pub(crate) const SILENT_DO_NOT_DISTURB: &str = "It rang silently, since your desktop was in do-not-disturb.";
pub(crate) const SILENT_BY_USER: &str = "It rang silently, as you had set.";
pub(crate) const DISMISSED: &str = "You silenced it.";
pub(crate) const DISMISSED_BEFORE: &str = "You had silenced it already.";

/// When its toast was on the screen.
pub(crate) fn shown(at: &str) -> String {
    format!("Its toast was on the screen at {at}.")
}

/// Why its toast was not on the screen.
pub(crate) fn not_shown(why: &str) -> String {
    format!("Its toast could not be shown: {why}")
}

/// How often it sounded.
pub(crate) fn sounded(times: u32) -> String {
    match times {
        1 => "It sounded once.".to_owned(),
        times => format!("It sounded {times} times."),
    }
}

/// Why no sound was heard.
pub(crate) fn not_heard(why: &str) -> String {
    format!("Its sound could not be played: {why}")
}
