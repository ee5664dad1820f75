//! The words of the tray's menu.

use super::toasts::in_our_direction;
use super::{Names, fill, narrow, say, text};

/// Widest line of the menu, in columns: panels make the menu as wide as its widest line, and cut off what does not fit on the
/// screen.
pub(crate) const LINE_COLUMNS: usize = 64;
/// Widest name of a person or a company in such a line, in columns, so that the verb behind it stays in sight.
const NAME_COLUMNS: usize = 24;
/// Widest subject, in columns.
const SUBJECT_COLUMNS: usize = 32;

texts! {
    pub(crate) fn online = say("menu-online");
    pub(crate) fn away = say("menu-away");
    pub(crate) fn away_for = say("menu-away-for");
    pub(crate) fn until_back = say("menu-until-back");
    pub(crate) fn ring_silently = say("menu-ring-silently");
    /// In its place while the desktop is in do-not-disturb.
    pub(crate) fn rings_silently = say("menu-rings-silently");
    pub(crate) fn ring_again = say("menu-ring-again");
    pub(crate) fn show_names = say("menu-show-names");
    pub(crate) fn hide_names = say("menu-hide-names");
    pub(crate) fn open_portal = say("menu-open-portal");
    pub(crate) fn status = say("menu-status");
    pub(crate) fn sign_out_here = say("menu-sign-out");
    pub(crate) fn sign_out_means = say("menu-sign-out-means");
    pub(crate) fn quit = say("menu-quit");
}

/// In its place while the user has chosen it.
pub(crate) fn rings_silently_until(until: &str) -> String {
    fill("menu-rings-silently-until", &[("until", until.into())])
}

/// The choice whether toasts and this menu say who and about what.
pub(crate) fn names(names: Names) -> &'static str {
    match names {
        Names::Shown => text("menu-names"),
        Names::Hidden => text("menu-names-hidden"),
    }
}

/// "15 minutes", "1 hour".
pub(crate) fn span(minutes: u32) -> String {
    fill("menu-span", &[("minutes", minutes.into())])
}

pub(crate) use super::may_see_offline;

/// Asked before: clicking signs out.
pub(crate) fn sign_out(name: &str) -> String {
    match name.trim() {
        "" => say("menu-sign-out-now"),
        name => fill("menu-sign-out-whom", &[("name", narrow(name, NAME_COLUMNS).into())]),
    }
}

/// How many requests wait.
pub(crate) fn waiting(count: usize) -> String {
    match count {
        0 => say("menu-nobody-waits"),
        count => fill("menu-waiting", &[("count", count.into())]),
    }
}

/// How many chats are in progress.
pub(crate) fn chats(count: usize, unseen: u64, long: usize) -> String {
    if count == 0 {
        return say("menu-no-chats");
    }
    let (count, new, lasting) = (("count", count.into()), ("unseen", unseen.into()), ("long", long.into()));
    // C9
    match (unseen, long) {
        (0, 0) => fill("menu-chats", &[count]),
        (_, 0) => fill("menu-chats-new", &[count, new]),
        (0, _) => fill("menu-chats-long", &[count, lasting]),
        (_, _) => fill("menu-chats-new-long", &[count, new, lasting]),
    }
}

/// A waiting request: clicking joins it.
pub(crate) fn join(
    client: &str,
    company: Option<&str>,
    since: &str,
    is_silenced: bool,
    names: Names,
) -> String {
    let company = company.map(|company| narrow(company, NAME_COLUMNS));
    let who = match names {
        Names::Shown => super::who(&narrow(client, NAME_COLUMNS), company.as_deref()),
        Names::Hidden => say("menu-a-request"),
    };
    let values = [("who", who.into()), ("since", since.into())];
    in_our_direction(if is_silenced {
        fill("menu-join-silenced", &values)
    } else {
        fill("menu-join", &values)
    })
}

/// Requests that the menu has no room for.
pub(crate) fn more_waiting(count: usize) -> String {
    fill("menu-more-waiting", &[("count", count.into())])
}

/// Chats that the menu has no room for.
pub(crate) fn more_chats(count: usize) -> String {
    fill("menu-more-chats", &[("count", count.into())])
}

/// An open chat: clicking opens it. `since` is when a long one began.
pub(crate) fn chat(with: &str, subject: &str, unseen: u64, since: Option<&str>, names: Names) -> String {
    let chat = match names {
        Names::Shown => fill(
            "menu-chat",
            &[
                ("with", narrow(with, NAME_COLUMNS).into()),
                ("subject", narrow(subject, SUBJECT_COLUMNS).into()),
            ],
        ),
        Names::Hidden => say("menu-a-chat"),
    };
    let new = ("unseen", unseen.into());
    in_our_direction(match (unseen, since) {
        (0, None) => chat,
        (_, None) => fill("menu-chat-new", &[("chat", chat.into()), new]),
        (0, Some(since)) => fill("menu-chat-since", &[("chat", chat.into()), ("since", since.into())]),
        (_, Some(since)) => {
            fill("menu-chat-new-since", &[("chat", chat.into()), new, ("since", since.into())])
        }
    })
}
