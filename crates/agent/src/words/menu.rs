//! The words of the tray's menu.

use super::{Names, narrow};

/// Widest line of the menu, in columns: panels make the menu as wide as its widest line, and cut off what does not fit on the
/// screen.
pub(crate) const LINE_COLUMNS: usize = 64;
/// Widest name of a person or a company in such a line, in columns, so that the verb behind it stays in sight.
const NAME_COLUMNS: usize = 24;
/// Widest subject, in columns.
const SUBJECT_COLUMNS: usize = 32;

pub(crate) const ONLINE: &str = "Online (automatic)";
pub(crate) const AWAY: &str = "Away";
pub(crate) const AWAY_FOR: &str = "Away for…";
pub(crate) const UNTIL_BACK: &str = "Until I am back";
pub(crate) const RING_SILENTLY: &str = "Ring silently";
/// In its place while the desktop is in do-not-disturb.
pub(crate) const RINGS_SILENTLY: &str = "Ring silently (desktop in do-not-disturb)";
pub(crate) const RING_AGAIN: &str = "Ring again";
pub(crate) const SHOW_NAMES: &str = "Shown";
pub(crate) const HIDE_NAMES: &str = "Hidden";
pub(crate) const OPEN_PORTAL: &str = "Open portal";
pub(crate) const STATUS: &str = "Status…";
pub(crate) const SIGN_OUT: &str = "Sign out on this computer";
pub(crate) const SIGN_OUT_MEANS: &str = "You need a new link to sign in again.";
pub(crate) const QUIT: &str = "Quit";

/// The choice whether toasts and this menu say who and about what.
pub(crate) fn names(names: Names) -> &'static str {
    match names {
        Names::Shown => "Names and subjects",
        Names::Hidden => "Names and subjects (hidden)",
    }
}

/// "15 minutes", "1 hour".
pub(crate) fn span(minutes: u32) -> String {
    match minutes {
        60 => "1 hour".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

pub(crate) const MAY_SEE_OFFLINE: &str = super::MAY_SEE_OFFLINE;

/// Asked before: clicking signs out.
pub(crate) fn sign_out(name: &str) -> String {
    match name.trim() {
        "" => "Sign out now".to_owned(),
        name => format!("Sign out {} now", narrow(name, NAME_COLUMNS)),
    }
}

/// How many requests wait.
pub(crate) fn waiting(count: usize) -> String {
    match count {
        0 => "Nobody is waiting".to_owned(),
        count => format!("Waiting requests ({count})"),
    }
}

/// How many chats are in progress.
pub(crate) fn chats(count: usize, unseen: u64, long: usize) -> String {
    if count == 0 {
        return "No chats in progress".to_owned();
    }
    let new = if unseen == 0 { String::new() } else { format!(", {unseen} new") };
    // C9
    let long = if long == 0 { String::new() } else { format!(", {long} for over an hour") };
    format!("Chats in progress ({count}){new}{long}")
}

/// A waiting request: clicking joins it.
pub(crate) fn join(
    client: &str,
    company: Option<&str>,
    since: &str,
    is_silenced: bool,
    names: Names,
) -> String {
    let silenced = if is_silenced { ", silenced" } else { "" };
    let company = company.map(|company| narrow(company, NAME_COLUMNS));
    let who = match names {
        Names::Shown => super::who(&narrow(client, NAME_COLUMNS), company.as_deref()),
        Names::Hidden => "A request".to_owned(),
    };
    left_to_right(format!("{who}, waiting since {since}{silenced}: Join"))
}

/// Makes our words run from left to right even after a name that does not: panels take a line's direction from its first letter.
fn left_to_right(line: String) -> String {
    if line.contains('\u{2068}') { format!("\u{200e}{line}") } else { line }
}

/// Requests that the menu has no room for.
pub(crate) fn more_waiting(count: usize) -> String {
    format!("{count} more {} waiting: see the portal", are(count))
}

/// Chats that the menu has no room for.
pub(crate) fn more_chats(count: usize) -> String {
    format!("{count} more {} in progress: see the portal", are(count))
}

fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// An open chat: clicking opens it. `since` is when a long one began.
pub(crate) fn chat(with: &str, subject: &str, unseen: u64, since: Option<&str>, names: Names) -> String {
    let chat = match names {
        Names::Shown => format!("{}: {}", narrow(with, NAME_COLUMNS), narrow(subject, SUBJECT_COLUMNS)),
        Names::Hidden => "A chat".to_owned(),
    };
    let new = if unseen == 0 { None } else { Some(format!("{unseen} new")) };
    let additions: Vec<String> = new.into_iter().chain(since.map(|since| format!("since {since}"))).collect();
    let additions = if additions.is_empty() { String::new() } else { format!(" ({})", additions.join(", ")) };
    left_to_right(format!("{chat}{additions}"))
}
