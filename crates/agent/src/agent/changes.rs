//! What a change of the connection or the account means for other parts. A part itself only returns what has changed.

use super::account::Redeemed;
use super::chats::Chats;
use super::contract::{Effect, Requester};
use super::state::Agent;
use super::user_presence;
use crate::settings::KnownAccount;
use crate::view::Answer;
use crate::words;
use link::{End, Order};
use presence::{Preference, Role};
use protocol::{Policy, PreferenceChange, Token, Up, Welcome, You};
use std::time::Duration;

/// The connection.
impl Agent {
    /// Connects when it is wanted, and leaves when it is not.
    pub(super) fn settle_connection(&mut self) {
        if !self.wants_connection() {
            // Even if it has left already: a late frame must leave nothing behind for the next user.
            self.leave();
        } else if self.watch.is_ready(self.cx.now.moment) {
            // P11: its first message says what this device sees.
            self.connection.connect_if_off(&mut self.cx, &self.account);
        }
    }

    /// Leaves, and forgets what was known only through the connection.
    fn leave(&mut self) {
        self.connection.leave(&mut self.cx);
        self.forget_state();
        self.cx.fail_pending(words::unanswered());
        self.watch.release_sleep(&mut self.cx);
    }

    fn forget_state(&mut self) {
        self.presence.set_devices(Vec::new());
        self.chats = Chats::default();
    }

    pub(super) fn welcomed(&mut self, welcome: Welcome) {
        self.cx.clock.welcomed(self.cx.now, welcome.now);
        self.connection.welcomed(welcome.now);
        self.presence.set_preference(welcome.preference);
        self.take_policy(welcome.policy);
        self.chats.begin_sync();
        self.take_account(welcome.you);
    }

    pub(super) fn take_policy(&mut self, policy: Policy) {
        self.watch.set_idle_after(&mut self.cx, policy.idle_after_ms);
        if self.cx.settings.portal_address != policy.portal_address {
            self.cx.settings.portal_address.clone_from(&policy.portal_address);
            self.cx.save_settings();
            // As at login: a client is connected for as long as the portal's window is open (P10).
            if policy.portal_address.is_none() && !self.windows.is_portal_wanted() {
                self.windows.open_client_portal(&mut self.cx, &self.account, true);
            }
        }
        self.cx.policy = policy;
    }

    pub(super) fn synced(&mut self) {
        if self.connection.synced() {
            self.chats.end_sync(self.cx.now.moment);
            let id = self.cx.ids.next();
            self.cx.send(Up::ListDevices { id });
            self.windows.ask_portal_code(&mut self.cx, true);
        }
    }

    pub(super) fn connection_lost(&mut self, why: String, retry_in: Duration) {
        if self.connection.is_off() {
            return;
        }
        self.windows.connection_lost(&mut self.cx, &why);
        self.connection.lost(self.cx.now.moment, why, retry_in);
        // The link keeps them.
        user_presence::answer_pending(&mut self.cx, words::kept());
        self.end_sign_out(words::signed_out_here_only());
        self.watch.release_sleep(&mut self.cx);
    }

    /// The link has given up.
    pub(super) fn connection_ended(&mut self, end: End) {
        // The connection is not wanted any more: the user has signed out here, and the service closes it for that reason.
        if self.connection.is_off() {
            return;
        }
        match end {
            End::SignIn => self.sign_in_ended(),
            End::Replaced => {
                self.connection.replaced();
                self.forget_state();
                self.cx.fail_pending(words::replaced_why());
                self.cx.announce(words::replaced_title().to_owned(), words::replaced_why().to_owned());
            }
        }
        self.watch.release_sleep(&mut self.cx);
    }

    pub(super) fn prefer(&mut self, from: Option<Requester>, preference: PreferenceChange) {
        let why_not = match self.account.role() {
            Some(Role::Technician) => None,
            // P8
            Some(Role::Client) => Some(words::clients_are_automatic()),
            None if self.account.is_signed_in() => Some(words::role_not_known()),
            None => Some(words::sign_in_first()),
        };
        if let Some(why) = why_not {
            return self.cx.fail(from, why.to_owned());
        }
        // The link keeps the change until there is a connection, so one is made now.
        self.connection.connect_if_off(&mut self.cx, &self.account);
        self.presence.prefer(&mut self.cx, from, preference, self.connection.is_welcome());
    }
}

/// What is shown.
impl Agent {
    /// Has toasts and the tray say who and about what, or not.
    pub(super) fn hide_names(&mut self, from: Option<Requester>, hide: bool) {
        if self.cx.settings.hide_names != hide {
            self.cx.settings.hide_names = hide;
            self.cx.save_settings();
        }
        if hide {
            self.cx.announcements.drop_news();
        }
        self.cx.done(from, if hide { words::names_hidden() } else { words::names_shown() });
    }
}

/// The account.
impl Agent {
    pub(super) fn take_account(&mut self, you: You) {
        self.chats.set_me(you.id);
        if self.account.identify(&mut self.cx, you) {
            self.windows.open_client_portal(&mut self.cx, &self.account, self.background);
        }
    }

    pub(super) fn redeemed(&mut self, result: Result<(Token, KnownAccount), String>) {
        match self.account.redeemed(&mut self.cx, result, self.questions.is_open()) {
            Some(Redeemed::SignedIn) => {
                self.windows.open_client_portal(&mut self.cx, &self.account, false);
                self.close_question();
            }
            Some(Redeemed::Failed) => self.questions.failed(),
            None => {}
        }
    }

    pub(super) fn sign_out(&mut self, from: Option<Requester>) {
        if self.account.sign_out(&mut self.cx, from, self.connection.is_welcome()) {
            self.end_sign_out(words::signed_out_here_only());
        }
    }

    /// Ends signing out, if it is under way; `note` says how.
    pub(super) fn end_sign_out(&mut self, note: &str) {
        let Some(all) = self.account.end_sign_out() else { return };
        self.forget_account(None);
        for from in all {
            self.cx.done(from, note);
        }
    }

    /// The service does not know the sign-in any more.
    fn sign_in_ended(&mut self) {
        self.connection.given_up();
        if self.account.is_signing_out() {
            return self.end_sign_out(words::signed_out_here());
        }
        self.forget_account(Some(words::sign_in_ended().to_owned()));
        self.cx.announce(words::signed_out_title().to_owned(), words::sign_in_ended().to_owned());
    }

    fn forget_account(&mut self, why: Option<String>) {
        self.windows.close(&mut self.cx);
        self.account.forget(why);
        self.leave();
        self.cx.announcements.clear();
        self.rings.forget();
        self.records.forget();
        self.presence.set_preference(Preference::Automatic);
        self.cx.settings.account = None;
        self.cx.settings.idle_after_ms = None;
        self.cx.settings.portal_address = None;
        self.cx.effects.push(Effect::ForgetToken);
        self.cx.save_settings();
    }

    pub(super) fn quit(&mut self, from: Option<Requester>) {
        self.cx.answer(from, Answer::Done { note: None });
        self.account.end_sign_in(&mut self.cx);
        self.end_sign_out(words::signed_out_here_only());
        self.close_question();
        self.windows.close(&mut self.cx);
        self.cx.link(Order::Disconnect { bye: true });
        self.cx.fail_pending(words::quitting());
        self.toast_test.quit(&mut self.cx);
        self.watch.release_sleep(&mut self.cx);
        self.cx.effects.push(Effect::Toasts(Vec::new()));
        self.cx.effects.push(Effect::Quit);
        self.is_over = true;
    }
}
