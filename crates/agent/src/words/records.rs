//! What became of a request on this computer, for the status window.

use super::fill;

texts! {
    /// In the place of who asks.
    pub(crate) fn request = say("record-request");
    pub(crate) fn elsewhere = say("record-elsewhere");
    pub(crate) fn not_here = say("record-not-here");
    pub(crate) fn over_first = say("record-over-first");
    pub(crate) fn not_yet = say("record-not-yet");
    pub(crate) fn do_not_disturb = say("record-do-not-disturb");
    pub(crate) fn silent_do_not_disturb = say("record-silent-do-not-disturb");
    pub(crate) fn silent_by_user = say("record-silent-by-user");
    pub(crate) fn sound_off = say("record-sound-off");
    pub(crate) fn dismissed = say("record-dismissed");
    pub(crate) fn dismissed_before = say("record-dismissed-before");
}

/// When its toast was on the screen.
pub(crate) fn shown(at: &str) -> String {
    fill("record-shown", &[("at", at.into())])
}

/// Why its toast was not on the screen.
pub(crate) fn not_shown(why: &str) -> String {
    fill("record-not-shown", &[("why", why.into())])
}

/// How often it sounded.
pub(crate) fn sounded(times: u32) -> String {
    fill("record-sounded", &[("times", times.into())])
}

/// Why no sound was heard.
pub(crate) fn not_heard(why: &str) -> String {
    fill("record-not-heard", &[("why", why.into())])
}
