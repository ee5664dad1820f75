//! The core: `on(input, now) -> effects`.
//!
//! The contract with the shell ([`Input`], [`Effect`], [`Now`], [`Start`], [`Requester`], [`Problem`], [`TrayIcon`]):
//! - Call [`Agent::start`] once and first, then [`Agent::on`] for each [`Input`] as it comes.
//! - At [`Agent::next_timeout`] (asked again after every call) call [`Agent::on_timeout`].
//! - Perform the [`Effect`]s in order. Afterwards [`Agent::view`] is what tray, window and terminal show.
//! - Every [`Input::Intent`] is answered by exactly one [`Effect::Answer`], sooner or later; at [`Effect::Quit`] at the latest.
//! - Nothing in here reads a clock, a file or a socket; ids come from `seed`, tokens from the shell.
//!
//! The agent is made of parts that own their state (`state.rs`). Each is handed the context and what it needs to know of other parts, and
//! returns what has changed. This file hands each input to the part that it concerns, then settles what follows from the new state.
//! `changes.rs` and `window_changes.rs` say what a change in one part means for others, `show.rs` makes the view.

mod account;
mod announcements;
mod changes;
mod chats;
mod connection;
mod context;
mod contract;
mod ids;
mod news;
mod pending;
mod question;
mod request_records;
mod rings;
mod service_clock;
mod show;
mod state;
#[cfg(test)]
mod tests;
mod toast_actions;
mod toast_set;
mod toast_test;
mod tray_fallback;
mod user_presence;
mod watch;
mod window_changes;
mod windows;

pub use contract::{Effect, Input, Now, Problem, Requester, Start, TrayIcon};
pub use state::Agent;

use crate::toast::{ToastEvent, ToastKey};
use crate::view::{Answer, Intent, Page, View};
use crate::words;
use account::Account;
use chats::{Chats, Mine};
use connection::Connection;
use context::Context;
use link::Event;
use pending::{Pending, Refused};
use presence::device::Fact;
use presence::{Moment, Role};
use protocol::{App, Down, IntentId, PreferenceChange};
use question::Questions;
use request_records::{Followed, RequestRecords};
use rings::Rings;
use std::collections::BTreeMap;
use std::time::Duration;
use toast_actions::Reaction;
use toast_set::ToastSet;
use toast_test::ToastTest;
use tray_fallback::TrayFallback;
use user_presence::UserPresence;
use watch::Watch;
use windows::Windows;

/// The app's name on the wire.
const APP: &str = "deskbell";

impl Agent {
    /// An agent at its start; [`Agent::start`] gives its first effects.
    #[must_use]
    pub fn new(start: Start, now: Now) -> Self {
        let app =
            App { name: APP.to_owned(), version: start.version.clone(), device: start.device_name.clone() };
        Self {
            profile: start.profile,
            version: start.version,
            background: start.background,
            has_window: start.has_window,
            account: Account::new(start.token, &start.settings, start.device_name),
            questions: Questions::default(),
            watch: Watch::new(now.moment, start.settings.idle_after_ms),
            connection: Connection::new(start.instance, app),
            presence: UserPresence::new(),
            chats: Chats::default(),
            rings: Rings::default(),
            toasts: ToastSet::default(),
            toast_test: ToastTest::default(),
            records: RequestRecords::default(),
            windows: Windows::new(start.has_display),
            tray: TrayFallback::new(now.moment),
            notices: BTreeMap::new(),
            cx: Context::new(start.settings, start.seed, now),
            is_over: false,
        }
    }

    /// The first effects.
    pub fn start(&mut self, now: Now) -> Vec<Effect> {
        self.cx.now = now;
        self.cx.effects.push(Effect::SetIdleAfter(self.watch.idle_after()));
        self.cx.effects.push(Effect::SetSound(self.cx.settings.sound));
        if !self.has_window {
            self.windows.open_client_portal(&mut self.cx, &self.account, self.background);
        }
        self.settle()
    }

    /// Handles an input.
    pub fn on(&mut self, input: Input, now: Now) -> Vec<Effect> {
        self.cx.now = now;
        if self.is_over {
            if let Input::Intent { from, .. } = input {
                self.cx.fail(Some(from), words::quitting().to_owned());
            }
            return std::mem::take(&mut self.cx.effects);
        }
        match input {
            Input::Fact(fact) => self.on_fact(fact),
            Input::Source { source, why } => self.watch.set_source(source, why, now.moment),
            Input::Link(event) => self.on_link(event),
            Input::Intent { from, intent } => self.on_intent(Some(from), intent),
            Input::Clicked(intent) => self.on_intent(None, intent),
            Input::Window(report) => self.on_window(&report),
            Input::WindowEnded { closed } => self.window_ended(closed),
            Input::WindowFailed { why } => self.window_failed(why),
            Input::TrayIcon(icon) => self.tray.on_tray_icon(icon, now.moment),
            Input::Toast(event) => self.on_toast(event),
            Input::DoNotDisturb(is_on) => self.set_do_not_disturb(is_on),
            Input::Notice { about, words } => self.on_notice(about, words),
            Input::Redeemed { result } => self.redeemed(result),
            Input::NetworkChanged => self.connection.distrust(&mut self.cx, &self.account),
        }
        self.settle()
    }

    /// When [`Agent::on_timeout`] has to be called; `None`: only after another input.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        if self.is_over {
            return None;
        }
        let (cx, connection) = (&self.cx, &self.connection);
        let (is_synced, outage_end) = (connection.is_synced(), connection.outage_end());
        let ringing = if is_synced { self.ringing() } else { Vec::new() };
        [
            self.watch.next_timeout(cx.now.moment),
            self.presence.next_timeout(cx),
            self.rings.next_timeout(cx, &ringing, is_synced, outage_end),
            cx.announcements.stale_timeout(self.toasts.on_screen()),
            self.windows.next_timeout(),
            self.tray.next_timeout(),
            self.account.next_timeout(),
            self.toast_test.next_timeout(),
            self.chats.next_timeout(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// To be called when [`Agent::next_timeout`] has come. Too early or too late does no harm.
    pub fn on_timeout(&mut self, now: Now) -> Vec<Effect> {
        self.cx.now = now;
        if self.is_over {
            return Vec::new();
        }
        if self.account.next_timeout().is_some_and(|until| until <= now.moment) {
            self.end_sign_out(words::signed_out_here_only());
        }
        self.on_tray_timeout();
        self.toast_test.on_timeout(&mut self.cx, &self.notices);
        self.windows.on_timeout(now.moment);
        self.chats.on_timeout(now.moment);
        self.settle()
    }

    /// What is shown now.
    #[must_use]
    pub fn view(&self, now: Now) -> View {
        self.show(now)
    }

    /// Brings everything that follows from the state up to date, and returns the effects of this call.
    fn settle(&mut self) -> Vec<Effect> {
        if !self.is_over {
            self.watch.report(&mut self.cx);
            self.settle_connection();
            if self.connection.is_synced() {
                self.chats.ask_for_messages(&mut self.cx);
            }
            self.settle_toasts();
            self.records.put_into_words(&self.cx);
        }
        std::mem::take(&mut self.cx.effects)
    }

    fn settle_toasts(&mut self) {
        self.cx.announcements.drop_stale(self.toasts.on_screen(), self.cx.now.moment);
        // While a snapshot comes in, a session that it has not named yet is not gone.
        if self.chats.is_syncing() {
            return;
        }
        let (ringing, is_synced) = (self.ringing(), self.connection.is_synced());
        self.rings.renew(&self.cx, &ringing, &self.chats, is_synced);
        self.toasts.renew(&mut self.cx, &self.rings, &self.chats, is_synced);
        // While the connection is lost, it is not known what becomes of a request.
        if is_synced && self.account.role() == Some(Role::Technician) {
            let has_others = self.presence.devices().iter().any(|device| device.connected && !device.this);
            let (chats, rings, toasts, notices) = (&self.chats, &self.rings, &self.toasts, &self.notices);
            self.records.renew(&self.cx, Followed { chats, rings, toasts, notices, has_others });
        }
    }

    /// The desktop enters do-not-disturb or leaves it (C11).
    fn set_do_not_disturb(&mut self, is_on: bool) {
        self.rings.set_do_not_disturb(is_on);
        if is_on {
            self.cx.announcements.fall_silent();
        }
    }

    fn on_fact(&mut self, fact: Fact) {
        self.watch.on_fact(&mut self.cx, fact, self.connection.is_welcome());
        match fact {
            Fact::Resumed => self.connection.distrust(&mut self.cx, &self.account),
            Fact::Unlocked => self.tray.on_unlocked(self.cx.now.moment),
            Fact::IdleFor(_) | Fact::Active | Fact::Locked | Fact::Lost | Fact::Suspending => {}
        }
    }

    fn on_link(&mut self, event: Event) {
        match event {
            Event::Up => self.watch.told_by_hello(),
            Event::Down(down) => self.on_down(*down),
            Event::Lost { why, retry_in } => self.connection_lost(why, retry_in),
            Event::Ended(end) => self.connection_ended(end),
            Event::Sent { text } => self.connection.keep_report(self.cx.service_now(), text),
            Event::RoundTrip(took) => self.connection.took(took),
        }
    }

    fn on_down(&mut self, down: Down) {
        match down {
            Down::Welcome(welcome) => self.welcomed(welcome),
            Down::Synced { .. } => self.synced(),
            Down::You { you } => self.take_account(you),
            Down::Policy { policy } => self.take_policy(policy),
            Down::Preference { preference } => self.presence.set_preference(preference),
            Down::Session { session } => {
                let news = self.chats.take(session);
                if let Some(news) = news.filter(|_| self.account.role() == Some(Role::Technician)) {
                    self.cx.announce_news(&news);
                }
            }
            Down::Mine { session, dismissed, seen, visible, ring, read: _ } => {
                self.chats.set_mine(session, Mine { dismissed, seen, visible, ring });
            }
            Down::Messages { session, messages } => self.chats.take_messages(session, messages),
            Down::Devices { devices } => self.presence.set_devices(devices),
            Down::Ok { re, answer } => self.on_ok(re, answer),
            Down::Error { re, code, message, by, at, retry_after_ms: _ } => {
                self.on_refused(re, Refused { code, message, by, at });
            }
            Down::Beat => {
                self.cx.clock.beat(self.cx.now, Duration::from_millis(self.cx.policy.beat_ms));
            }
            // The portal shows people, notes, canned replies, the desk and who is writing; the link handles a drain.
            Down::People { .. }
            | Down::Typing { .. }
            | Down::PersonGone { .. }
            | Down::Notes { .. }
            | Down::Replies { .. }
            | Down::ReplyGone { .. }
            | Down::Desk { .. }
            | Down::Reconnect { .. } => {}
        }
    }

    fn on_intent(&mut self, from: Option<Requester>, intent: Intent) {
        match intent {
            Intent::Online => self.prefer(from, PreferenceChange::Automatic),
            Intent::Away { until } => self.prefer(from, user_presence::away(until)),
            Intent::Join { session } => match self.cannot_ask(Role::Technician) {
                Some(why) => self.cx.fail(from, why.to_owned()),
                None => Chats::join(&mut self.cx, from, session),
            },
            Intent::Dismiss { session } => match self.cannot_ask(Role::Technician) {
                Some(why) => self.cx.fail(from, why.to_owned()),
                None => self.chats.dismiss(&mut self.cx, from, session),
            },
            Intent::Accept { session } => match self.cannot_ask(Role::Client) {
                Some(why) => self.cx.fail(from, why.to_owned()),
                None => Chats::accept(&mut self.cx, from, session),
            },
            Intent::Decline { session } => match self.cannot_ask(Role::Client) {
                Some(why) => self.cx.fail(from, why.to_owned()),
                None => Chats::decline(&mut self.cx, from, session),
            },
            Intent::Silent { minutes } => self.rings.ring_silently(&mut self.cx, from, minutes),
            Intent::HideNames { hide } => self.hide_names(from, hide),
            Intent::TestToast { late } => self.toast_test.start(&mut self.cx, from, &self.rings, late),
            Intent::SetSound { change } => self.cx.set_sound(from, change),
            Intent::Open { page } => self.open_for(from, page),
            Intent::SignIn { link } => self.account.sign_in(&mut self.cx, from, &link),
            Intent::AnswerSignIn { question, sign_in } => self.question_answered(from, question, sign_in),
            Intent::Link { link } => self.follow(from, &link),
            Intent::SignOut => self.sign_out(from),
            Intent::Quit => self.quit(from),
        }
    }

    /// The service has accepted an intent.
    fn on_ok(&mut self, re: IntentId, answer: protocol::Answer) {
        if self.watch.answered(re) {
            return self.watch.release_sleep(&mut self.cx);
        }
        match self.cx.pending.take(re) {
            None => {}
            Some(Pending::Prefer { from }) => self.cx.answer(from, Answer::Done { note: None }),
            Some(Pending::Join { session, from } | Pending::Accept { session, from }) => {
                let opened = self.windows.open(&mut self.cx, Page::Portal { chat: Some(session) });
                Chats::joined(&mut self.cx, from, opened);
            }
            Some(Pending::Dismiss { session, from }) if self.chats.is_offered(session) => {
                self.cx.done(from, words::dismissed());
            }
            // The toast goes, which says enough.
            Some(Pending::Dismiss { session: _, from } | Pending::Decline { session: _, from }) => {
                self.cx.answer(from, Answer::Done { note: None });
            }
            Some(Pending::PortalCode) => self.windows.portal_code(&mut self.cx, &self.account, answer.code),
            Some(Pending::SignOut) => self.end_sign_out(words::signed_out_here()),
        }
    }

    /// The service has refused an intent.
    fn on_refused(&mut self, re: Option<IntentId>, refused: Refused) {
        if re.is_some_and(|re| self.watch.answered(re)) {
            // The machine need not stay awake for a report that was refused.
            return self.watch.release_sleep(&mut self.cx);
        }
        match re.and_then(|re| self.cx.pending.take(re)) {
            None => tracing::debug!(code = ?refused.code, "refused by the service"),
            Some(Pending::Prefer { from }) => self.cx.fail(from, refused.message),
            Some(Pending::Join { session, from }) => {
                self.chats.join_refused(&mut self.cx, from, session, refused);
            }
            Some(Pending::Dismiss { session, from }) => {
                self.chats.dismiss_refused(&mut self.cx, from, session, refused);
            }
            Some(Pending::Accept { session, from } | Pending::Decline { session, from }) => {
                self.chats.answer_refused(&mut self.cx, from, session, refused);
            }
            Some(Pending::PortalCode) => self.windows.portal_code_refused(&mut self.cx, refused.message),
            // Even if the service cannot end the sign-in, it is forgotten here.
            Some(Pending::SignOut) => self.end_sign_out(words::signed_out_here()),
        }
    }

    fn on_toast(&mut self, event: ToastEvent) {
        let reaction = match event {
            ToastEvent::Shown(key) => {
                self.toast_test.shown(&mut self.cx, &key, &self.notices);
                self.toasts.came_on_screen(key);
                None
            }
            ToastEvent::Pressed(key, action) => {
                let longest = rings::longest(&self.ringing()).map(|session| session.id);
                toast_actions::pressed(&key, action, longest)
            }
            ToastEvent::Clicked(key) => {
                self.put_away(&key);
                let is_synced = self.connection.is_synced();
                toast_actions::clicked(&key, &self.chats, is_synced, &self.cx)
            }
            // Closing a toast decides nothing (C3): a request comes back with its next sound.
            ToastEvent::Closed(key) => {
                self.put_away(&key);
                None
            }
        };
        match reaction {
            None => {}
            Some(Reaction::Intent(intent)) => self.on_intent(None, intent),
            Some(Reaction::Open(page)) => {
                if let Err(why) = self.windows.open(&mut self.cx, page) {
                    self.cx.announce(why, String::new());
                }
            }
            Some(Reaction::Announce(words)) => self.cx.announce(words, String::new()),
        }
    }

    fn put_away(&mut self, key: &ToastKey) {
        if let ToastKey::Message(session) = *key {
            self.chats.mark_announced(session);
        }
        self.toasts.put_away(&mut self.cx, key);
    }
}
