//! The tray as a function of the view: icon, tooltip, menu.
//!
//! A menu item carries its intent, so that a platform's tray only draws. It knows no tray library.
//!
//! A panel may show the menu while it changes, so **no line of the menu's first level ever comes, goes or moves** while the
//! same account is signed in: what comes and goes (requests, chats) has a submenu at a fixed place.

use crate::view::{AccountView, AwayUntil, ConnectionView, Intent, Page, PreferenceView, View, Waiting};
use crate::words::{Names, menu as words};
use presence::{Role, State, Until};

/// The tray.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tray {
    /// Its picture.
    pub icon: Icon,
    /// The state in words.
    pub tooltip: String,
    /// Its menu.
    pub menu: Vec<Item>,
}

/// What the picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Icon {
    /// Shape and colour.
    pub mark: Mark,
    /// How many requests wait; 0 shows none.
    pub badge: u32,
}

/// The shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Online.
    Online,
    /// Away.
    Away,
    /// Offline by choice: signed out, or a client whose portal is closed.
    Offline,
    /// The connection is lost.
    Cut,
}

/// A line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Words that cannot be clicked.
    Text(String),
    /// A line between groups.
    Separator,
    /// Does something.
    Action {
        /// What it says.
        label: String,
        /// What it does.
        intent: Intent,
        /// Whether it can be clicked now.
        enabled: bool,
    },
    /// A group of choices of which one is marked.
    Radio {
        /// The choices.
        items: Vec<RadioItem>,
    },
    /// Opens a menu of its own.
    Submenu {
        /// Which.
        menu: Submenu,
        /// What it says.
        label: String,
        /// Whether it can be opened now.
        enabled: bool,
        /// What is in it.
        items: Vec<Item>,
    },
}

/// Identifies a submenu, whatever its label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submenu {
    /// Times to be away for (P7).
    AwayFor,
    /// Requests that wait.
    Waiting,
    /// Chats in progress.
    Chats,
    /// Times to ring silently for (C11).
    RingSilently,
    /// Whether toasts and this menu say who and about what.
    Names,
    /// Asks before it signs out.
    SignOut,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RadioItem {
    /// What it says.
    pub label: String,
    /// What it does.
    pub intent: Intent,
    /// Whether it is marked.
    pub selected: bool,
}

/// Times for which a user can be away, in minutes (P7).
const AWAY_MINUTES: [u32; 3] = [15, 30, 60];
/// Times for which a user can have requests ring silently, in minutes (C11).
const SILENT_MINUTES: [u32; 2] = [30, 60];
/// By how much the end of an absence may differ from a choice that is still marked, in milliseconds: the time to the service and back.
const SAME_SPAN_MS: u64 = 2_000;

/// How many waiting requests, and how many open chats, the menu lists at most: panels draw all lines, even more than fit on a screen.
const LISTED: usize = 20;

/// The tray for a view. Times are shown in the zone that is this many seconds east of UTC, and only times that need no countdown.
#[must_use]
pub fn tray(view: &View, utc_offset_s: i32) -> Tray {
    let menu = match &view.account {
        AccountView::SignedOut { .. } => signed_out(view),
        AccountView::SignedIn { role: Role::Technician, name, .. } => technician(view, name, utc_offset_s),
        AccountView::SignedIn { role: Role::Client, name, .. } => client(view, name),
    };
    let badge = u32::try_from(view.waiting.len()).unwrap_or(u32::MAX);
    let mut tooltip = state(view);
    for why in silence(view, utc_offset_s) {
        tooltip = format!("{}. {why}", tooltip.trim_end_matches('.'));
    }
    Tray { icon: Icon { mark: mark(view), badge }, tooltip, menu }
}

/// The state in words, on one line.
fn state(view: &View) -> String {
    let addition = match (&view.connection, &view.detail) {
        // The time of the next attempt would need a countdown.
        (ConnectionView::Down { .. }, _) => Some(words::may_see_offline()),
        (ConnectionView::Off | ConnectionView::Connecting | ConnectionView::Up { .. }, detail) => {
            detail.as_deref()
        }
    };
    addition.map_or_else(|| view.headline.clone(), |addition| format!("{}. {addition}", view.headline))
}

/// Why requests make no sound, if they make none (C3, C11).
fn silence(view: &View, utc_offset_s: i32) -> impl Iterator<Item = String> {
    let by_desktop = view.do_not_disturb.then(|| crate::words::do_not_disturb().to_owned());
    let by_user = view.silent_until.map(|until| {
        let until = crate::words::clock(until, utc_offset_s);
        crate::words::rings_silently(&until)
    });
    let is_off = (!view.sound.on).then(|| crate::words::sound::off().to_owned());
    by_desktop.into_iter().chain(by_user).chain(is_off)
}

fn mark(view: &View) -> Mark {
    match (&view.account, &view.connection) {
        (AccountView::SignedOut { .. }, _) | (_, ConnectionView::Off) => Mark::Offline,
        (_, ConnectionView::Connecting | ConnectionView::Down { .. }) => Mark::Cut,
        (_, ConnectionView::Up { .. }) => match view.shown.state {
            State::Online => Mark::Online,
            State::Away => Mark::Away,
            State::Offline => Mark::Offline,
        },
    }
}

fn signed_out(view: &View) -> Vec<Item> {
    vec![headline(view), Item::Separator, status(), quit()]
}

fn client(view: &View, name: &str) -> Vec<Item> {
    vec![headline(view), Item::Separator, open_portal(), status(), Item::Separator, sign_out(name), quit()]
}

fn technician(view: &View, name: &str, utc_offset_s: i32) -> Vec<Item> {
    let [online, away] = state_radio(view);
    vec![
        headline(view),
        Item::Radio { items: vec![online, away] },
        away_for(view),
        Item::Separator,
        waiting(view, utc_offset_s),
        chats(view, utc_offset_s),
        Item::Separator,
        ring_silently(view, utc_offset_s),
        names_menu(view),
        open_portal(),
        status(),
        Item::Separator,
        sign_out(name),
        quit(),
    ]
}

/// The state, cut to the width of a menu; the tooltip and the status window show all of it.
fn headline(view: &View) -> Item {
    Item::Text(crate::words::narrow(&state(view), words::LINE_COLUMNS))
}

fn waiting(view: &View, utc_offset_s: i32) -> Item {
    let count = view.waiting.len();
    let lines = view.waiting.iter().take(LISTED).map(|each| join(each, utc_offset_s, names(view)));
    listed(Submenu::Waiting, words::waiting(count), lines.chain(more(count, words::more_waiting)))
}

fn chats(view: &View, utc_offset_s: i32) -> Item {
    let count = view.chats.len();
    let lines = view.chats.iter().take(LISTED).map(|chat| {
        let since = chat.long_since.map(|since| crate::words::clock(since, utc_offset_s));
        let label = words::chat(&chat.with, &chat.subject, chat.unseen, since.as_deref(), names(view));
        action(&label, Intent::Open { page: Page::Portal { chat: Some(chat.session) } })
    });
    let unseen = view.chats.iter().map(|chat| chat.unseen).sum();
    let long = view.chats.iter().filter(|chat| chat.long_since.is_some()).count();
    listed(Submenu::Chats, words::chats(count, unseen, long), lines.chain(more(count, words::more_chats)))
}

/// A submenu for what comes and goes. It keeps its place even while it is empty.
fn listed(menu: Submenu, label: String, lines: impl Iterator<Item = Item>) -> Item {
    let mut items: Vec<Item> = lines.collect();
    let enabled = !items.is_empty();
    if !enabled {
        // Panels treat an empty submenu in different ways.
        items.push(Item::Text(label.clone()));
    }
    Item::Submenu { menu, label, enabled, items }
}

/// Says how many are left out.
fn more(count: usize, words: fn(usize) -> String) -> Option<Item> {
    (count > LISTED).then(|| Item::Text(words(count - LISTED)))
}

fn state_radio(view: &View) -> [RadioItem; 2] {
    let is_away = matches!(view.preference, PreferenceView::Away { until: Until::Cleared, .. });
    [
        radio(words::online(), Intent::Online, view.preference == PreferenceView::Automatic),
        radio(words::away(), Intent::Away { until: AwayUntil::Cleared }, is_away),
    ]
}

fn away_for(view: &View) -> Item {
    let span_ms = |minutes: u32| u64::from(minutes) * 60_000;
    let is_for = |minutes: u32| match view.preference {
        PreferenceView::Away { set, until: Until::Time(end) } => {
            end.0.saturating_sub(set.0).abs_diff(span_ms(minutes)) <= SAME_SPAN_MS
        }
        PreferenceView::Away { until: Until::Cleared | Until::Back, .. }
        | PreferenceView::Automatic
        | PreferenceView::None => false,
    };
    let spans = AWAY_MINUTES.into_iter().map(|minutes| {
        let intent = Intent::Away { until: AwayUntil::For(span_ms(minutes)) };
        radio(&words::span(minutes), intent, is_for(minutes))
    });
    let is_until_back = matches!(view.preference, PreferenceView::Away { until: Until::Back, .. });
    let until_back = radio(words::until_back(), Intent::Away { until: AwayUntil::Back }, is_until_back);
    let items = vec![Item::Radio { items: spans.chain([until_back]).collect() }];
    submenu(Submenu::AwayFor, words::away_for(), items)
}

fn join(waiting: &Waiting, utc_offset_s: i32, names: Names) -> Item {
    let since = crate::words::clock(waiting.since, utc_offset_s);
    let label = words::join(&waiting.client, waiting.company.as_deref(), &since, waiting.dismissed, names);
    action(&label, Intent::Join { session: waiting.session })
}

fn ring_silently(view: &View, utc_offset_s: i32) -> Item {
    let mut items: Vec<Item> = SILENT_MINUTES
        .into_iter()
        .map(|minutes| action(&words::span(minutes), Intent::Silent { minutes }))
        .collect();
    let (label, intent) = (words::ring_again().to_owned(), Intent::Silent { minutes: 0 });
    items.push(Item::Action { label, intent, enabled: view.silent_until.is_some() });
    items.extend(silence(view, utc_offset_s).map(Item::Text));
    let label = match view.silent_until {
        _ if view.do_not_disturb => words::rings_silently().to_owned(),
        Some(until) => words::rings_silently_until(&crate::words::clock(until, utc_offset_s)),
        None => words::ring_silently().to_owned(),
    };
    submenu(Submenu::RingSilently, &label, items)
}

fn names(view: &View) -> Names {
    if view.hides_names { Names::Hidden } else { Names::Shown }
}

/// Whether toasts and this menu say who and about what.
fn names_menu(view: &View) -> Item {
    let choice = |label, hide| radio(label, Intent::HideNames { hide }, view.hides_names == hide);
    let items = vec![choice(words::show_names(), false), choice(words::hide_names(), true)];
    submenu(Submenu::Names, words::names(names(view)), vec![Item::Radio { items }])
}

fn radio(label: &str, intent: Intent, selected: bool) -> RadioItem {
    RadioItem { label: label.to_owned(), intent, selected }
}

fn action(label: &str, intent: Intent) -> Item {
    Item::Action { label: label.to_owned(), intent, enabled: true }
}

fn submenu(menu: Submenu, label: &str, items: Vec<Item>) -> Item {
    Item::Submenu { menu, label: label.to_owned(), enabled: true, items }
}

fn open_portal() -> Item {
    action(words::open_portal(), Intent::Open { page: Page::Portal { chat: None } })
}

fn status() -> Item {
    action(words::status(), Intent::Open { page: Page::Status })
}

/// It asks in a submenu, which works in every panel and without the window program; a click by mistake only opens it.
fn sign_out(name: &str) -> Item {
    let items =
        vec![Item::Text(words::sign_out_means().to_owned()), action(&words::sign_out(name), Intent::SignOut)];
    submenu(Submenu::SignOut, words::sign_out_here(), items)
}

fn quit() -> Item {
    action(words::quit(), Intent::Quit)
}

#[cfg(test)]
mod tests;
