//! All text for users of the app: the one catalogue (product.md, "Words").
//!
//! Constants and small functions from values to words; no decision is made here. Times are the service's, shown in the
//! zone of the machine. Users never read "push", "session" or "handled".

use crate::toast::{Button, Toast, ToastAction, ToastKey};
use crate::view::{Here, PreferenceView, PresenceView};
use chat::{Message, PersonId};
use presence::{AwayReason, State, UnixMillis, Until};
use protocol::limits::NAME_CHARS;
use protocol::{SessionView, display_text};
use std::time::Duration;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Longest message text in a toast, in characters: about three lines.
const TOAST_TEXT_CHARS: usize = 160;

/// Shown for a person whose name cannot be shown.
const SOMEBODY: &str = "Somebody";
pub(crate) const SOURCE_NOT_YET: &str = "Looking for a way to see input on this computer.";
pub(crate) const SIGN_IN_FIRST: &str =
    "Nobody is signed in on this computer. Sign in with the link from your administrator first.";
pub(crate) const CLIENTS_ARE_AUTOMATIC: &str =
    "Presence is automatic for clients; it follows your use of this computer, and there is nothing to set.";
pub(crate) const ROLE_NOT_KNOWN: &str =
    "The service has not said yet who is signed in here. Try again when the connection is back.";
pub(crate) const CHANGED_SINCE: &str = "Another setting has replaced it.";
pub(crate) const TECHNICIANS_ONLY: &str = "Only technicians can do this.";
pub(crate) const CLIENTS_ONLY: &str = "Only clients can do this.";
pub(crate) const KEPT: &str = "No connection. This will be sent when the connection is back.";
pub(crate) const NO_CONNECTION_TO_ASK: &str = "No connection, so Deskbell cannot tell whether this request is still waiting. Try again when the connection is back.";
pub(crate) const LEFT: &str = "The connection ended before the service answered.";
pub(crate) const QUITTING: &str = "Deskbell quit before the service answered.";
pub(crate) const REPLACED_TITLE: &str = "Requests no longer ring here";
pub(crate) const REPLACED: &str = "Another running copy of this app, perhaps on a copy of this computer, has taken over the connection. Quit one of them and start Deskbell again.";
pub(crate) const ADDRESS_LOST: &str =
    "The settings no longer name a service, so the sign-in cannot be used. Sign in again with a new link.";
pub(crate) const LINK_WITHOUT_SECRET: &str =
    "This link is incomplete: the part behind # is missing. Copy the whole link from your administrator.";
pub(crate) const NOT_A_LINK: &str = "This is not a sign-in link. A sign-in link looks like https://…/sign-in#… and comes from your administrator.";
/// A link of the scheme `deskbell:` that names nothing that Deskbell can open.
pub const NOT_A_DEEP_LINK: &str =
    "Deskbell cannot follow this link. Links can open the portal, a chat or the status, or sign in.";
pub(crate) const SIGNING_IN_ALREADY: &str = "A sign-in is already in progress. Wait until it has finished.";
pub(crate) const ANSWER_FIRST: &str = "A window is waiting for your answer about another sign-in link, so this one was not followed. Answer there first, then open this link again.";
pub(crate) const JUST_REFUSED: &str = "A sign-in link was refused a moment ago, so this one was not followed. Open it again in ten seconds if you want to \
     sign in.";
pub(crate) const QUESTION_OVER: &str =
    "This question is over, and nothing was done. Open the sign-in link again if you want to sign in.";
pub(crate) const SIGNED_OUT: &str = "Signed out on this computer.";
pub(crate) const SIGNED_OUT_ALREADY: &str = "Nobody was signed in on this computer.";
pub(crate) const SIGNED_OUT_HERE_ONLY: &str = "Signed out on this computer. The service could not be told, so it keeps the sign-in until an administrator ends it.";
pub(crate) const SIGNED_OUT_TITLE: &str = "Signed out";
pub(crate) const SIGN_IN_ENDED: &str =
    "The sign-in of this computer was ended, by you or by an administrator. Sign in again with a new link.";
pub(crate) const JOINED: &str = "Joined.";
pub(crate) const DISMISSED: &str = "Silenced for you; still waiting in the menu.";
pub(crate) const OVER: &str = "This chat is over.";
pub(crate) const INVITATION_OVER: &str = "This invitation is over.";
pub(crate) const RINGS_AGAIN: &str = "Requests ring again.";
/// Why requests make no sound although the user did not ask for silence (C11).
pub const DO_NOT_DISTURB: &str = "Requests ring silently while your desktop is in do-not-disturb.";
pub(crate) const NO_DISPLAY: &str =
    "Deskbell cannot open a window, because there is no display. Log in to a desktop, or use a browser.";
pub(crate) const NO_CODE: &str =
    "The service did not send a code for the portal. Close the window and open it again.";
/// What a lost connection means for others.
pub const MAY_SEE_OFFLINE: &str = "Others may see you as Offline.";
pub(crate) const CLOSED_TITLE: &str = "You are Offline now";
pub(crate) const CLOSING: &str = "Closing makes you Offline. Minimise to stay reachable.";
pub(crate) const CRASHED_TITLE: &str = "The Deskbell window closed unexpectedly";
pub(crate) const CRASHED_ONCE: &str = "It was opened again.";
pub(crate) const CRASHED_FOR_GOOD: &str = "It stays closed. Open it from the tray or with “deskbell open”.";

pub(crate) const NAMES_HIDDEN: &str = "Toasts and the tray no longer show names and subjects.";
pub(crate) const NAMES_SHOWN: &str = "Toasts and the tray show names and subjects again.";

/// Whether words say who and about what: not while the user shares the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Shown,
    Hidden,
}

impl Names {
    /// The first name of somebody.
    fn first(self, name: &str) -> String {
        match self {
            Self::Shown => first_name(name),
            Self::Hidden => SOMEBODY.to_owned(),
        }
    }
}

/// The state in words: one line, and a second one if there is more to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// The line.
    pub headline: String,
    /// The second line.
    pub detail: Option<String>,
}

fn headline(headline: impl Into<String>, detail: Option<&str>) -> Headline {
    Headline { headline: headline.into(), detail: detail.map(str::to_owned) }
}

pub(crate) fn signed_out(why: Option<&str>) -> Headline {
    headline("Signed out", Some(why.unwrap_or("Sign in with the link from your administrator.")))
}

pub(crate) fn portal_closed() -> Headline {
    headline("Offline", Some("The portal is closed. Open it to be reachable."))
}

pub(crate) fn replaced() -> Headline {
    headline("Offline", Some(REPLACED))
}

pub(crate) fn connecting() -> Headline {
    headline("Connecting…", None)
}

pub(crate) fn no_connection(retry_in: Duration) -> Headline {
    let retrying = match seconds_up(retry_in) {
        0 => "Retrying now.".to_owned(),
        seconds => format!("Retrying in {seconds} s."),
    };
    headline("No connection", Some(&format!("{MAY_SEE_OFFLINE} {retrying}")))
}

/// Online, or away and why.
pub(crate) fn state(shown: &PresenceView, preference: PreferenceView, here: &Here, times: Times) -> Headline {
    let since = times.when(shown.since);
    match (shown.state, shown.reason) {
        (State::Offline, _) => headline("Offline", None),
        (State::Online, _) | (State::Away, None) => {
            // Active on another device.
            let elsewhere = match here.activity {
                presence::Activity::Active => None,
                presence::Activity::Idle { reason, .. } => {
                    Some(format!("This computer: {}.", idle(reason.into(), &times.when(here.since))))
                }
            };
            headline("Online", elsewhere.as_deref())
        }
        (State::Away, Some(AwayReason::Manual)) => {
            headline(set_by_you(preference, times), Some("You still get requests."))
        }
        (State::Away, Some(reason @ (AwayReason::Idle | AwayReason::Locked | AwayReason::Asleep))) => {
            headline(format!("Away, {}", idle(reason, &since)), None)
        }
    }
}

fn idle(reason: AwayReason, since: &str) -> String {
    match reason {
        AwayReason::Idle => format!("no input since {since}"),
        AwayReason::Locked => format!("screen locked since {since}"),
        AwayReason::Asleep => format!("asleep since {since}"),
        AwayReason::Manual => format!("set by you at {since}"),
    }
}

fn set_by_you(preference: PreferenceView, times: Times) -> String {
    match preference {
        PreferenceView::Away { until: Until::Time(end), .. } => {
            format!("Away, set by you until {}", times.when(end))
        }
        PreferenceView::Away { until: Until::Back, .. } => "Away, set by you until you are back".to_owned(),
        PreferenceView::Away { until: Until::Cleared, .. }
        | PreferenceView::Automatic
        | PreferenceView::None => "Away, set by you".to_owned(),
    }
}

/// Why only the app's own window counts (P12).
pub(crate) fn no_source(why: &str) -> String {
    let why = why.trim_end_matches('.');
    format!(
        "Deskbell cannot see whether you are at this computer ({why}). Only use of its own window counts."
    )
}

pub(crate) fn no_portal(why: &str) -> String {
    format!("No connection: {why}. The portal opens when the connection is back.")
}

pub(crate) fn signed_in_as(name: &str) -> String {
    format!("Signed in as {name}.")
}

/// A link was opened, and a window asks about it.
pub(crate) fn asks_in_a_window(host: &str) -> String {
    format!(
        "Deskbell asks in a window whether to sign in to {host}. Nothing is sent to that service until you press “Sign in” there."
    )
}

/// A link was opened, and no window can ask about it.
pub(crate) fn cannot_ask(host: &str) -> String {
    format!(
        "A link wants to sign in to {host}. It was not followed, because Deskbell cannot open the window that asks you first. If your \
         administrator gave it to you, run “deskbell sign-in” in a terminal and paste the https:// link there."
    )
}

pub(crate) fn signed_in_already(name: &str) -> String {
    let who = who(name, None);
    format!("{who} is already signed in on this computer. Sign out first.")
}

/// Until when the user wants silence (C11).
#[must_use]
pub fn rings_silently(until: &str) -> String {
    format!("Requests ring silently until {until}.")
}

pub(crate) fn joined(name: &str, at: &str, names: Names) -> String {
    format!("{} joined at {at}.", names.first(name))
}

/// A waiting request's toast (C3).
pub(crate) fn request_toast(
    session: &SessionView,
    waited: Duration,
    ring: Option<u64>,
    names: Names,
) -> Toast {
    let client = who(&session.client_name, session.company.as_deref());
    let offer = session.open_offer();
    let (title, body) = match (offer, names) {
        // C3
        (None, Names::Shown) if session.rings_for_answer() => {
            (format!("{client} is waiting for your answer"), about(session))
        }
        (None, Names::Hidden) if session.rings_for_answer() => {
            ("A client is waiting for your answer".to_owned(), String::new())
        }
        (None, Names::Shown) => (
            format!("{client} needs help"),
            format!("{}{} · waiting {}", about(session), was_with(session), minutes(waited)),
        ),
        (None, Names::Hidden) => ("A request waits".to_owned(), format!("Waiting {}", minutes(waited))),
        // C9
        (Some(offer), Names::Shown) => (
            format!("{} hands over {client}", first_name(technician(session, offer.by))),
            offer.note.clone().unwrap_or_else(|| about(session)),
        ),
        (Some(_), Names::Hidden) => ("A chat is offered to you".to_owned(), String::new()),
    };
    let join = if session.rings_for_answer() { "Open" } else { "Join" };
    let is_for_this_user = offer.is_some_and(|offer| offer.to.is_some());
    let dismiss = if is_for_this_user { "Not now" } else { "Dismiss" };
    Toast {
        key: ToastKey::Request(session.id),
        title,
        body,
        buttons: vec![button(ToastAction::Join, join), button(ToastAction::Dismiss, dismiss)],
        ring,
        stays: true,
        is_critical: true,
    }
}

/// With whom a chat that waits again was before (C9): " · was with Priya, 42 messages".
fn was_with(session: &SessionView) -> String {
    let Some(last) = session.participants.last() else { return String::new() };
    let messages = match session.messages {
        0 => String::new(),
        1 => ", 1 message".to_owned(),
        count => format!(", {count} messages"),
    };
    format!(" · was with {}{messages}", first_name(&last.name))
}

/// The toast that stands for all waiting requests (C3).
pub(crate) fn several_toast(count: usize, longest: Duration, ring: Option<u64>) -> Toast {
    Toast {
        key: ToastKey::Several,
        title: format!("{count} waiting, longest {}", minutes(longest)),
        body: "They are all in the menu.".to_owned(),
        buttons: vec![button(ToastAction::Join, "Join the longest")],
        ring,
        stays: true,
        is_critical: true,
    }
}

/// An invitation's toast at its client (C7).
pub(crate) fn invitation_toast(
    session: &SessionView,
    organisation: Option<&str>,
    ring: Option<u64>,
    names: Names,
) -> Toast {
    let inviter =
        first_name(session.inviter.as_ref().map(|inviter| inviter.name.as_str()).unwrap_or_default());
    let from = organisation.map(|organisation| format!(" from {organisation}")).unwrap_or_default();
    let (title, body) = match names {
        Names::Shown => (format!("{inviter}{from} would like to chat"), about(session)),
        Names::Hidden => ("You are invited to a chat".to_owned(), String::new()),
    };
    Toast {
        key: ToastKey::Invitation(session.id),
        title,
        body,
        buttons: vec![button(ToastAction::Accept, "Accept"), button(ToastAction::Decline, "Not now")],
        ring,
        stays: true,
        is_critical: true,
    }
}

/// A client has accepted this user's invitation (C7).
pub(crate) fn accepted(session: &SessionView, names: Names) -> String {
    format!("{} accepted your invitation.", names.first(&session.client_name))
}

/// How this user's invitation ended without a chat (C7); `None` if the user took it back.
pub(crate) fn not_accepted(session: &SessionView, names: Names) -> Option<String> {
    let client = names.first(&session.client_name);
    match session.completed_by {
        Some(by) if by == session.client => Some(format!("{client} answered: not now.")),
        Some(_) => None,
        None => Some(format!("{client} did not answer your invitation.")),
    }
}

/// Another technician has taken over this user's chat (C9).
pub(crate) fn taken_over(session: &SessionView, names: Names) -> String {
    if names == Names::Hidden {
        return "A colleague has taken over a chat from you.".to_owned();
    }
    let last = session.participants.iter().rev().find(|each| each.left.is_none());
    let by = last.map(|each| each.name.as_str()).unwrap_or_default();
    format!("{} has taken over the chat with {}.", first_name(by), first_name(&session.client_name))
}

/// Nobody has taken over a chat that this user offered, and nobody is left who could (C9).
pub(crate) fn not_taken_over(session: &SessionView, names: Names) -> String {
    if names == Names::Hidden {
        return "Nobody took over a chat from you. You still have it.".to_owned();
    }
    let client = first_name(&session.client_name);
    match session.hand_over.as_ref().and_then(|offer| offer.to_name.as_deref()) {
        Some(to) => {
            format!("{} did not take over the chat with {client}. You still have it.", first_name(to))
        }
        None => format!("Nobody took over the chat with {client}. You still have it."),
    }
}

fn technician(session: &SessionView, person: PersonId) -> &str {
    session
        .participants
        .iter()
        .find(|each| each.person == person)
        .map(|each| each.name.as_str())
        .unwrap_or_default()
}

/// A new message's toast (C8).
pub(crate) fn message_toast(
    session: &SessionView,
    message: &Message,
    ring: Option<u64>,
    names: Names,
) -> Toast {
    let from = session.participants.iter().find(|each| each.person == message.from);
    let (title, body) = match (names, from) {
        (Names::Hidden, _) => ("A new message".to_owned(), String::new()),
        (Names::Shown, from) => {
            let title = match from {
                Some(technician) => who(&technician.name, None),
                None => who(&session.client_name, session.company.as_deref()),
            };
            (title, display_text::lines(&message.text, TOAST_TEXT_CHARS))
        }
    };
    let (key, buttons) = (ToastKey::Message(session.id), Vec::new());
    Toast { key, title, body, buttons, ring, stays: false, is_critical: false }
}

/// What became of a request that nobody joined (C5).
pub(crate) fn left(session: &SessionView, names: Names) -> String {
    let waited = session.ended.unwrap_or(session.waiting_since).since(session.waiting_since);
    format!("{} left after {}; nobody joined.", names.first(&session.client_name), minutes(waited))
}

/// What a client wants instead of waiting (C5).
pub(crate) fn asks_to_be_called(session: &SessionView, names: Names) -> String {
    let name = names.first(&session.client_name);
    match &session.callback {
        Some(callback) if names == Names::Shown => format!("{name} asks to be called: {}", callback.phone),
        Some(_) | None => format!("{name} asks to be called."),
    }
}

/// What a session is about: "Printer offline · #48213".
pub(crate) fn about(session: &SessionView) -> String {
    match &session.reference {
        Some(reference) => format!("{} · #{}", session.subject, reference.trim_start_matches('#')),
        None => session.subject.clone(),
    }
}

/// "Dana Reyes (Northwind Dental)".
pub(crate) fn who(name: &str, company: Option<&str>) -> String {
    let name = if name.trim().is_empty() { SOMEBODY } else { name };
    company.map_or_else(|| name.to_owned(), |company| format!("{name} ({company})"))
}

fn button(action: ToastAction, label: &str) -> Button {
    Button { action, label: label.to_owned() }
}

/// A text from outside, cut to at most this many columns on the screen; a text that was cut ends with `…`.
pub(crate) fn narrow(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut wide = 0;
    let fits = text.chars().take_while(|c| {
        wide += c.width().unwrap_or(0);
        wide < columns
    });
    let kept: String = fits.collect();
    // Part of an isolated text has to be isolated again.
    display_text::line(&format!("{}…", kept.trim_end()), usize::MAX)
}

/// Part of an isolated name is isolated again.
fn first_name(name: &str) -> String {
    display_text::line(name.split_whitespace().next().unwrap_or(SOMEBODY), NAME_CHARS)
}

/// Minutes and seconds: "0:40", "62:05".
pub(crate) fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// From when and where times are put into words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// The service's clock now.
    pub(crate) now: UnixMillis,
    /// The machine's zone, in seconds east of UTC.
    pub(crate) utc_offset_s: i32,
}

impl Times {
    /// The time of day, with the day where it is not today: "12:04", "yesterday 12:04", "tomorrow 13:00", "12 Nov 12:04".
    pub(crate) fn when(self, time: UnixMillis) -> String {
        let clock = clock(time, self.utc_offset_s);
        let (day, today) = (self.day(time), self.day(self.now));
        match day - today {
            0 => clock,
            -1 => format!("yesterday {clock}"),
            1 => format!("tomorrow {clock}"),
            _ => format!("{} {clock}", date(day)),
        }
    }

    /// The same with its second.
    pub(crate) fn when_s(self, time: UnixMillis) -> String {
        let second = local_seconds(time, self.utc_offset_s).rem_euclid(60);
        format!("{}:{second:02}", self.when(time))
    }

    /// Days of the zone since 1970-01-01.
    fn day(self, time: UnixMillis) -> i64 {
        local_seconds(time, self.utc_offset_s).div_euclid(SECONDS_A_DAY)
    }
}

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

fn local_seconds(time: UnixMillis, utc_offset_s: i32) -> i64 {
    i64::try_from(time.0 / 1000).unwrap_or(i64::MAX).saturating_add(i64::from(utc_offset_s))
}

/// Day and month of a day since 1970-01-01: "12 Nov".
fn date(days: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // Years are counted from March, so that a leap day is the last one.
    let of_era = days.saturating_add(719_468).rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let name = MONTHS[usize::try_from((month + 2) % 12).unwrap_or_default()];
    format!("{day} {name}")
}

/// The time of day in the machine's zone: "12:04".
pub(crate) fn clock(time: UnixMillis, utc_offset_s: i32) -> String {
    let minute_of_day = local_seconds(time, utc_offset_s).rem_euclid(SECONDS_A_DAY) / 60;
    format!("{:02}:{:02}", minute_of_day / 60, minute_of_day % 60)
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_millis() > 0)
}

pub(crate) mod menu;
pub(crate) mod records;
pub(crate) mod toast_test;

#[cfg(test)]
mod tests;
