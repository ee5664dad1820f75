//! The core: `on(input, now) -> effects`.
//!
//! The contract with the shell ([`Input`], [`Effect`], [`Now`], [`Start`], [`Asker`], [`Lack`], [`TrayIcon`]):
//! - Call [`Agent::start`] once and first, then [`Agent::on`] for each [`Input`] as it comes.
//! - At [`Agent::next_timeout`] (asked again after every call) call [`Agent::on_timeout`].
//! - Perform the [`Effect`]s in order. Afterwards [`Agent::view`] is what tray, window and terminal show.
//! - Every [`Input::Wants`] is answered by exactly one [`Effect::Answer`], sooner or later; at [`Effect::Quit`] at the latest.
//! - Nothing in here reads a clock, a file or a socket; ids come from `seed`, tokens from the shell.
//!
//! One file a matter: `watch` (input to activity), `line` (the connection), `account`, `question` (before a link signs in), `preference`, `chats`, `rings`
//! (toasts), `toast_actions` (on them), `window`, `portal`, `answers`, `show` (the view). This file joins them: what comes in goes to the one whom it concerns, then all
//! that follows from the state is settled in one place.

mod account;
mod answers;
mod chats;
mod contract;
mod ids;
mod line;
mod portal;
mod preference;
mod question;
mod rings;
mod show;
mod toast_actions;
mod watch;
mod window;

pub use contract::{Asker, Effect, Input, Lack, Now, Start, TrayIcon};

use crate::deep_link::Wanted;
use crate::settings::Settings;
use crate::view::{Answer, Intent, View};
use crate::words;
use account::Account;
use answers::{Awaited, Refused};
use chats::Chats;
use ids::Ids;
use line::Line;
use link::{Event, Order};
use presence::{Moment, Preference, Role, UnixMillis};
use protocol::{Down, IntentId, Policy, Up};
use question::Questions;
use rings::Rings;
use std::collections::BTreeMap;
use watch::Watch;
use window::Windows;

/// The client's brain.
#[derive(Debug)]
pub struct Agent {
    profile: String,
    version: String,
    instance: protocol::Instance,
    device_name: String,
    background: bool,
    settings: Settings,
    ids: Ids,
    /// The time of the last call.
    now: Now,
    account: Account,
    questions: Questions,
    watch: Watch,
    line: Line,
    policy: Policy,
    preference: Preference,
    devices: protocol::Devices,
    chats: Chats,
    rings: Rings,
    windows: Windows,
    notices: BTreeMap<Lack, String>,
    awaited: BTreeMap<IntentId, Awaited>,
    out: Vec<Effect>,
    /// It has quit: nothing follows from anything any more.
    is_over: bool,
}

impl Agent {
    /// An agent at its start; [`Agent::start`] gives its first effects.
    #[must_use]
    pub fn new(start: Start, now: Now) -> Self {
        Self {
            profile: start.profile,
            version: start.version,
            instance: start.instance,
            device_name: start.device_name,
            background: start.background,
            ids: Ids::new(start.seed),
            account: Account::new(start.token, &start.settings),
            questions: Questions::default(),
            watch: Watch::new(now.moment, start.settings.idle_after_ms),
            settings: start.settings,
            line: Line::new(now),
            policy: Policy::default(),
            preference: Preference::Automatic,
            devices: Vec::new(),
            chats: Chats::default(),
            rings: Rings::default(),
            windows: Windows::new(start.has_display, now.moment),
            notices: BTreeMap::new(),
            awaited: BTreeMap::new(),
            out: Vec::new(),
            is_over: false,
            now,
        }
    }

    /// The first effects.
    pub fn start(&mut self, now: Now) -> Vec<Effect> {
        self.now = now;
        self.out.push(Effect::SetIdleAfter(self.watch.idle_after()));
        self.open_client_portal(self.background);
        self.settle()
    }

    /// Takes in what happened.
    pub fn on(&mut self, input: Input, now: Now) -> Vec<Effect> {
        self.now = now;
        if self.is_over {
            if let Input::Wants { from, .. } = input {
                self.fail(Some(from), crate::words::QUITTING.to_owned());
            }
            return std::mem::take(&mut self.out);
        }
        match input {
            Input::Fact(fact) => self.on_fact(fact),
            Input::Source { source, why } => self.watch.set_source(source, why, now.moment),
            Input::Link(event) => self.on_link(event),
            Input::Wants { from, intent } => self.on_intent(Some(from), intent),
            Input::Clicked(intent) => self.on_intent(None, intent),
            Input::Window(report) => self.on_window(&report),
            Input::WindowEnded { closed } => self.on_window_ended(closed),
            Input::WindowFailed { why } => self.on_window_failed(why),
            Input::TrayIcon(icon) => self.windows.on_tray_icon(icon, now.moment),
            Input::Toast(event) => self.on_toast(event),
            Input::Notice { about, words } => self.on_notice(about, words),
            Input::Redeemed { result } => self.on_redeemed(result),
            Input::NetworkChanged => self.distrust_line(),
        }
        self.settle()
    }

    /// When [`Agent::on_timeout`] wants to be called; `None`: never without an input.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        if self.is_over {
            return None;
        }
        [
            self.watch.next_timeout(self.now.moment),
            self.watch.ready_timeout(self.now.moment),
            self.preference_timeout(),
            self.rings_timeout(),
            self.windows.next_timeout(),
            self.account.next_timeout(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// The time has come. Too early or too late does no harm.
    pub fn on_timeout(&mut self, now: Now) -> Vec<Effect> {
        self.now = now;
        if self.is_over {
            return Vec::new();
        }
        self.on_sign_out_timeout();
        self.on_tray_timeout();
        self.on_display_timeout();
        self.settle()
    }

    /// What is shown now.
    #[must_use]
    pub fn view(&self, now: Now) -> View {
        self.show(now)
    }

    /// All that follows from the state as it is now.
    fn settle(&mut self) -> Vec<Effect> {
        if !self.is_over {
            self.settle_all();
        }
        std::mem::take(&mut self.out)
    }

    fn settle_all(&mut self) {
        self.report_activity();
        self.settle_line();
        self.settle_chats();
        self.settle_toasts();
    }

    fn on_link(&mut self, event: Event) {
        match event {
            Event::Up => self.watch.told_by_hello(),
            Event::Down(down) => self.on_down(*down),
            Event::Lost { why, retry_in } => self.on_lost(why, retry_in),
            Event::Ended(end) => self.on_ended(end),
            Event::Sent { text } => self.line.keep_report(text, self.now.moment),
            Event::RoundTrip(took) => self.line.round_trip(took),
        }
    }

    fn on_down(&mut self, down: Down) {
        match down {
            Down::Welcome(welcome) => self.on_welcome(welcome),
            Down::Synced { .. } => self.on_synced(),
            Down::You { you } => self.take_account(you),
            Down::Policy { policy } => self.take_policy(policy),
            Down::Preference { preference } => self.preference = preference,
            Down::Session { session } => self.on_session(session),
            Down::Mine { session, dismissed, seen, visible, ring } => {
                self.chats.set_mine(session, chats::Mine { dismissed, seen, visible, ring });
            }
            Down::Messages { session, messages } => self.chats.take_messages(session, messages),
            Down::Devices { devices } => self.devices = devices,
            Down::Ok { re, answer } => {
                if self.watch.answered(re) {
                    self.release_sleep();
                } else {
                    self.on_ok(re, answer);
                }
            }
            Down::Error { re, code, message, by, at, retry_after_ms: _ } => {
                self.on_refused(re, Refused { code, message, by, at });
            }
            Down::Beat => self.on_beat(),
            // The people are the portal's; a drain is the link's; a client's portal shows the desk.
            Down::People { .. } | Down::PersonGone { .. } | Down::Desk { .. } | Down::Reconnect { .. } => {}
        }
    }

    fn on_intent(&mut self, from: Option<Asker>, intent: Intent) {
        match intent {
            Intent::Online => self.prefer(from, protocol::PreferenceChange::Automatic),
            Intent::Away { until } => self.prefer(from, preference::away(until)),
            Intent::Join { session } => self.join(session, from),
            Intent::Dismiss { session } => self.dismiss(session, from),
            Intent::Silent { minutes } => self.ring_silently(from, minutes),
            Intent::Open { page } => self.open_for(from, page),
            Intent::SignIn { link } => self.sign_in(from, &link),
            Intent::AnswerSignIn { question, sign_in } => self.on_question_answered(from, question, sign_in),
            Intent::Link { link } => self.follow(from, &link),
            Intent::SignOut => self.sign_out(from),
            Intent::Quit => self.quit(from),
        }
    }

    fn follow(&mut self, from: Option<Asker>, link: &str) {
        match crate::deep_link::read(link) {
            Some(Wanted::Open(page)) => {
                self.answer(from, Answer::Done { note: None });
                self.open_for(None, page);
            }
            Some(Wanted::SignIn { link }) => self.ask_to_sign_in(from, &link),
            None => {
                self.news(crate::words::NOT_A_DEEP_LINK.to_owned(), String::new());
                self.fail(from, crate::words::NOT_A_DEEP_LINK.to_owned());
            }
        }
    }

    fn on_notice(&mut self, about: Lack, words: Option<String>) {
        if about == Lack::Display {
            self.on_display(words.is_none());
        }
        match words {
            Some(words) => self.notices.insert(about, words),
            None => self.notices.remove(&about),
        };
    }

    fn quit(&mut self, from: Option<Asker>) {
        self.answer(from, Answer::Done { note: None });
        self.quit_account();
        self.close_question();
        self.close_windows();
        self.link(Order::Disconnect { bye: true });
        self.fail_awaited(crate::words::QUITTING);
        self.release_sleep();
        self.out.push(Effect::Toasts(Vec::new()));
        self.out.push(Effect::Quit);
        self.is_over = true;
    }

    fn link(&mut self, order: Order) {
        self.out.push(Effect::Link(order));
    }

    fn send(&mut self, up: Up) {
        // What is wanted waits with the link for a connection, which is not put off for it.
        self.connect_if_wanted();
        self.link(Order::Send(up));
    }

    /// The service's clock at the time of this call.
    fn service_now(&self) -> UnixMillis {
        self.line.service_time(self.now.moment)
    }

    /// What times are seen from in this call.
    fn times(&self) -> words::Times {
        words::Times { now: self.service_now(), utc_offset_s: self.now.utc_offset_s }
    }

    fn role(&self) -> Option<Role> {
        self.account.known().map(|known| known.role)
    }
}

#[cfg(test)]
mod tests;
