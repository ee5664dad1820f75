//! All text for users of the app: the one catalogue (product.md, "Words").
//!
//! Small functions from values to words, over the catalogue of the languages; no decision is made here. Times are the service's, shown in the
//! zone of the machine. Users never read "push", "session" or "handled".

use crate::view::{Here, PreferenceView, PresenceView};
pub use catalogue::Language;
use catalogue::{Catalogue, Surface, Value};
use presence::{AwayReason, IdleReason, State, UnixMillis, Until};
use protocol::limits::NAME_CHARS;
use protocol::{SessionView, display_text};
use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::Duration;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Widest name of a person, a company or an organisation in the title of a toast, in columns. MATE's notification daemon never breaks a
/// title: it makes the toast as wide as that, and a toast that is wider than the screen is not on it.
const TITLE_NAME_COLUMNS: usize = 28;

static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();

/// Chooses the language, before the first word is said. A process speaks one: later calls change nothing.
pub fn speak(language: Language) {
    let _already = CATALOGUE.set(Catalogue::new(Surface::Agent, language));
}

/// The language that was chosen.
#[must_use]
pub fn language() -> Language {
    catalogue().language()
}

/// A text of the catalogue.
fn say(id: &'static str) -> String {
    catalogue().say(id).into_owned()
}

/// A text without variables, which lives as long as the catalogue.
fn text(id: &'static str) -> &'static str {
    match catalogue().say(id) {
        Cow::Borrowed(text) => text,
        // It is put together from parts, which needs a value for each.
        Cow::Owned(_) => id,
    }
}

/// A text of the catalogue, with what its variables stand for.
fn fill(id: &'static str, values: &[(&str, Value<'_>)]) -> String {
    catalogue().fill(id, values)
}

fn catalogue() -> &'static Catalogue {
    CATALOGUE.get_or_init(|| Catalogue::new(Surface::Agent, Language::English))
}

/// Functions for texts without variables.
macro_rules! texts {
    ($($(#[$meta:meta])* $visible:vis fn $name:ident = say($id:literal);)+) => {
        $($(#[$meta])* #[must_use] $visible fn $name() -> &'static str { $crate::words::text($id) })+
    };
}

texts! {
    pub(crate) fn source_not_yet = say("agent-source-not-yet");
    pub(crate) fn sign_in_first = say("agent-sign-in-first");
    pub(crate) fn clients_are_automatic = say("agent-clients-are-automatic");
    pub(crate) fn role_not_known = say("agent-role-not-known");
    pub(crate) fn changed_since = say("agent-changed-since");
    pub(crate) fn technicians_only = say("agent-technicians-only");
    pub(crate) fn clients_only = say("agent-clients-only");
    pub(crate) fn kept = say("agent-kept");
    pub(crate) fn no_connection_to_ask = say("agent-no-connection-to-ask");
    pub(crate) fn unanswered = say("agent-unanswered");
    pub(crate) fn quitting = say("agent-quitting");
    pub(crate) fn replaced_title = say("agent-replaced-title");
    pub(crate) fn replaced_why = say("agent-replaced");
    pub(crate) fn address_lost = say("agent-address-lost");
    pub(crate) fn link_without_secret = say("agent-link-without-secret");
    pub(crate) fn not_a_link = say("agent-not-a-link");
    /// A link of the scheme `deskbell:` that names nothing that Deskbell can open.
    pub fn not_a_deep_link = say("agent-not-a-deep-link");
    pub(crate) fn signing_in_already = say("agent-signing-in-already");
    pub(crate) fn answer_first = say("agent-answer-first");
    pub(crate) fn just_refused = say("agent-just-refused");
    pub(crate) fn question_over = say("agent-question-over");
    pub(crate) fn signed_out_here = say("agent-signed-out-here");
    pub(crate) fn signed_out_already = say("agent-signed-out-already");
    pub(crate) fn signed_out_here_only = say("agent-signed-out-here-only");
    pub(crate) fn signed_out_title = say("agent-signed-out-title");
    pub(crate) fn sign_in_ended = say("agent-sign-in-ended");
    pub(crate) fn joined_now = say("agent-joined");
    pub(crate) fn dismissed = say("agent-dismissed");
    pub(crate) fn over = say("late-over");
    pub(crate) fn invitation_over = say("agent-invitation-over");
    pub(crate) fn rings_again = say("agent-rings-again");
    /// Why requests make no sound although the user did not ask for silence (C11).
    pub fn do_not_disturb = say("agent-do-not-disturb");
    pub(crate) fn no_display = say("agent-no-display");
    pub(crate) fn no_code = say("agent-no-code");
    /// What a lost connection means for others.
    pub fn may_see_offline = say("agent-may-see-offline");
    pub(crate) fn closed_title = say("agent-closed-title");
    pub(crate) fn closing = say("agent-closing");
    pub(crate) fn crashed_title = say("agent-crashed-title");
    pub(crate) fn crashed_once = say("agent-crashed-once");
    pub(crate) fn crashed_for_good = say("agent-crashed-for-good");
    /// What a click on a toast does, where it is a button.
    pub fn open = say("agent-open");
    pub(crate) fn names_hidden = say("agent-names-hidden");
    pub(crate) fn names_shown = say("agent-names-shown");
}

/// Shown for a person whose name cannot be shown.
fn somebody() -> String {
    say("agent-somebody")
}

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
            Self::Hidden => somebody(),
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

fn headline(headline: String, detail: Option<String>) -> Headline {
    Headline { headline, detail }
}

pub(crate) fn signed_out(why: Option<&str>) -> Headline {
    let why = why.map_or_else(|| say("agent-sign-in-with-link"), str::to_owned);
    headline(say("agent-signed-out"), Some(why))
}

pub(crate) fn portal_closed() -> Headline {
    headline(say("state-offline"), Some(say("agent-portal-closed")))
}

pub(crate) fn replaced() -> Headline {
    headline(say("state-offline"), Some(replaced_why().to_owned()))
}

pub(crate) fn connecting() -> Headline {
    headline(say("agent-connecting"), None)
}

pub(crate) fn no_connection(retry_in: Duration) -> Headline {
    let retrying = match seconds_up(retry_in) {
        0 => say("retrying-now"),
        seconds => fill("retrying-in", &[("seconds", seconds.into())]),
    };
    let detail = fill("agent-may-see-offline-retrying", &[("retrying", retrying.into())]);
    headline(say("agent-no-connection"), Some(detail))
}

/// Online, or away and why.
pub(crate) fn state(shown: &PresenceView, preference: PreferenceView, here: &Here, times: Times) -> Headline {
    let since = [("since", times.when(shown.since).into())];
    match (shown.state, shown.reason) {
        (State::Offline, _) => headline(say("state-offline"), None),
        (State::Online, _) | (State::Away, None) => {
            headline(say("state-online"), elsewhere(here.activity, &times.when(here.since)))
        }
        (State::Away, Some(AwayReason::Manual)) => {
            headline(set_by_you(preference, times), Some(say("agent-still-requests")))
        }
        (State::Away, Some(AwayReason::Idle)) => headline(fill("presence-idle", &since), None),
        (State::Away, Some(AwayReason::Locked)) => headline(fill("presence-locked", &since), None),
        (State::Away, Some(AwayReason::Asleep)) => headline(fill("agent-away-asleep", &since), None),
    }
}

/// What this computer sees of a user who is active on another device.
fn elsewhere(activity: presence::Activity, since: &str) -> Option<String> {
    let since = [("since", since.into())];
    match activity {
        presence::Activity::Active => None,
        presence::Activity::Idle { reason, .. } => Some(match reason {
            IdleReason::Idle => fill("agent-elsewhere-idle", &since),
            IdleReason::Locked => fill("agent-elsewhere-locked", &since),
            IdleReason::Asleep => fill("agent-elsewhere-asleep", &since),
        }),
    }
}

fn set_by_you(preference: PreferenceView, times: Times) -> String {
    match preference {
        PreferenceView::Away { until: Until::Time(end), .. } => {
            fill("agent-away-set-until", &[("until", times.when(end).into())])
        }
        PreferenceView::Away { until: Until::Back, .. } => say("agent-away-set-back"),
        PreferenceView::Away { until: Until::Cleared, .. }
        | PreferenceView::Automatic
        | PreferenceView::None => say("agent-away-set"),
    }
}

/// Why only the app's own window counts (P12).
pub(crate) fn no_source(why: &str) -> String {
    fill("agent-no-source", &[("why", why.trim_end_matches('.').into())])
}

pub(crate) fn no_portal(why: &str) -> String {
    fill("agent-no-portal", &[("why", why.into())])
}

pub(crate) fn signed_in_as(name: &str) -> String {
    fill("agent-signed-in-as", &[("name", name.into())])
}

/// A link was opened, and a window asks about it.
pub(crate) fn asks_in_a_window(host: &str) -> String {
    fill("agent-asks-in-a-window", &[("host", host.into())])
}

/// A link was opened, and no window can ask about it.
pub(crate) fn cannot_ask(host: &str) -> String {
    fill("agent-cannot-ask", &[("host", host.into())])
}

pub(crate) fn signed_in_already(name: &str) -> String {
    fill("agent-signed-in-already", &[("name", who(name, None).into())])
}

/// Until when the user wants silence (C11).
#[must_use]
pub fn rings_silently(until: &str) -> String {
    fill("agent-rings-silently", &[("until", until.into())])
}

pub(crate) fn joined(name: &str, at: &str, names: Names) -> String {
    fill("joined-at", &[("name", names.first(name).into()), ("at", at.into())])
}

/// A client has accepted this user's invitation (C7).
pub(crate) fn accepted(session: &SessionView, names: Names) -> String {
    fill("invitation-accepted", &[("client", names.first(&session.client_name).into())])
}

/// How this user's invitation ended without a chat (C7); `None` if the user took it back.
pub(crate) fn not_accepted(session: &SessionView, names: Names) -> Option<String> {
    let client = [("client", names.first(&session.client_name).into())];
    match session.completed_by {
        Some(by) if by == session.client => Some(fill("invitation-declined", &client)),
        Some(_) => None,
        None => Some(fill("agent-invitation-unanswered", &client)),
    }
}

/// Another technician has taken over this user's chat (C9).
pub(crate) fn taken_over(session: &SessionView, names: Names) -> String {
    if names == Names::Hidden {
        return say("agent-taken-over-hidden");
    }
    let last = session.participants.iter().rev().find(|each| each.left.is_none());
    let by = last.map(|each| each.name.as_str()).unwrap_or_default();
    fill(
        "agent-taken-over",
        &[("name", first_name(by).into()), ("client", first_name(&session.client_name).into())],
    )
}

/// Nobody has taken over a chat that this user offered, and nobody is left who could (C9).
pub(crate) fn not_taken_over(session: &SessionView, names: Names) -> String {
    if names == Names::Hidden {
        return say("agent-not-taken-over-hidden");
    }
    let client = ("client", first_name(&session.client_name).into());
    match session.hand_over.as_ref().and_then(|offer| offer.to_name.as_deref()) {
        Some(to) => fill("agent-not-taken-over", &[("name", first_name(to).into()), client]),
        None => fill("agent-nobody-took-over", &[client]),
    }
}

/// What became of a request that nobody joined (C5).
pub(crate) fn left(session: &SessionView, names: Names) -> String {
    let waited = session.ended.unwrap_or(session.waiting_since).since(session.waiting_since);
    fill(
        "left-unanswered",
        &[("client", names.first(&session.client_name).into()), ("after", minutes(waited).into())],
    )
}

/// What a client wants instead of waiting (C5).
pub(crate) fn asks_to_be_called(session: &SessionView, names: Names) -> String {
    let client = ("client", names.first(&session.client_name).into());
    match &session.callback {
        Some(callback) if names == Names::Shown => {
            fill("asks-to-be-called-at", &[client, ("phone", callback.phone.as_str().into())])
        }
        Some(_) | None => fill("asks-to-be-called", &[client]),
    }
}

/// What a session is about: "Printer offline · #48213".
pub(crate) fn about(session: &SessionView) -> String {
    match &session.reference {
        Some(reference) => fill(
            "about",
            &[
                ("subject", session.subject.as_str().into()),
                ("reference", reference.trim_start_matches('#').into()),
            ],
        ),
        None => session.subject.clone(),
    }
}

/// "Dana Reyes (Northwind Dental)".
pub(crate) fn who(name: &str, company: Option<&str>) -> String {
    let name = if name.trim().is_empty() { somebody() } else { name.to_owned() };
    match company {
        None => name,
        Some(company) => fill("who", &[("name", name.into()), ("company", company.into())]),
    }
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

/// What a person is called within a sentence: the first name where it comes first, cut so that a title of a toast has room for it.
/// Part of an isolated name is isolated again.
fn first_name(name: &str) -> String {
    let first = if is_whole(name) { Some(name.trim()) } else { name.split_whitespace().next() };
    first.map_or_else(somebody, |first| narrow(&display_text::line(first, NAME_CHARS), TITLE_NAME_COLUMNS))
}

/// Names that stay whole: with a comma, or in Arabic or East Asian script, the family name comes first, or one given name has several
/// parts. The pages have the same rule (`ui/src/words.ts`).
fn is_whole(name: &str) -> bool {
    name.chars().any(|c| {
        matches!(c, ',' | '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}' | '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{323af}')
    })
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
        let (day, today) = (self.day(time), self.today());
        match day - today {
            0 => clock,
            -1 => fill("time-yesterday", &[("time", clock.into())]),
            1 => fill("time-tomorrow", &[("time", clock.into())]),
            _ => fill("time-on", &[("day", date(day).into()), ("time", clock.into())]),
        }
    }

    /// The same with its second.
    pub(crate) fn when_s(self, time: UnixMillis) -> String {
        let second = local_seconds(time, self.utc_offset_s).rem_euclid(60);
        format!("{}:{second:02}", self.when(time))
    }

    /// The day that it is now, in days of the zone since 1970-01-01.
    pub(crate) fn today(self) -> i64 {
        self.day(self.now)
    }

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
    // Years are counted from March, so that a leap day is the last one.
    let of_era = days.saturating_add(719_468).rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = fill("agent-month", &[("number", ((month + 2) % 12 + 1).into())]);
    fill("agent-date", &[("day", day.into()), ("month", month.into())])
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
pub mod sound;
pub(crate) mod toast_test;
pub(crate) mod toasts;

#[cfg(test)]
mod tests;
