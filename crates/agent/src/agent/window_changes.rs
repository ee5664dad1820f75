//! What an event of the window, or of the question before a sign-in, means for other parts.

use super::contract::{Problem, Requester};
use super::question::{self, RefusedQuestion};
use super::state::Agent;
use super::windows::{self, NextPage, OpenPages, WindowEnd};
use crate::deep_link::{self, Wanted};
use crate::view::{Answer, Page, WindowReport};
use crate::words;
use presence::Role;
use uuid::Uuid;

/// The window.
impl Agent {
    pub(super) fn open_for(&mut self, from: Option<Requester>, page: Page) {
        if matches!(page, Page::Portal { .. }) && !self.account.is_signed_in() {
            return self.cx.fail(from, words::sign_in_first().to_owned());
        }
        if page == Page::SignIn && !self.questions.is_open() {
            return self.cx.fail(from, words::question_over().to_owned());
        }
        match self.windows.open(&mut self.cx, page) {
            Ok(()) => self.cx.answer(from, Answer::Done { note: None }),
            Err(why) => self.cx.fail(from, why),
        }
    }

    pub(super) fn on_window(&mut self, report: &WindowReport) {
        match *report {
            WindowReport::Showing { portal, status } => {
                self.windows.showing(&mut self.cx, portal, status);
                // It has started after all.
                self.notices.remove(&Problem::Window);
            }
            WindowReport::Input => self.watch.on_own_input(self.cx.now.moment),
            WindowReport::Closed => {
                self.windows.ending();
                self.portal_closed();
            }
            WindowReport::NeedPortal => {
                self.windows.portal_needed(&mut self.cx, &self.account, &self.connection);
            }
        }
    }

    fn portal_closed(&mut self) {
        self.windows.portal_closed();
        let means_offline = !self.wants_connection() && self.account.role() == Some(Role::Client);
        if means_offline && !self.cx.settings.closing_explained {
            self.cx.settings.closing_explained = true;
            self.cx.save_settings();
            self.cx.announce(words::closed_title().to_owned(), words::closing().to_owned());
        }
    }

    /// The window process has ended. After a crash it is opened again once; after that it counts as closing.
    pub(super) fn window_ended(&mut self, closed: bool) {
        match self.windows.ended(self.cx.now.moment, closed) {
            None => {}
            Some(WindowEnd::Closed { portal, next }) => {
                // One that was asked meanwhile has not been shown yet.
                if !next.iter().any(|next| next.page == Page::SignIn) {
                    self.refuse_question();
                }
                // The close of the portal alone was reported before. If it was not, the process has still ended in good order.
                if portal {
                    self.portal_closed();
                }
                for NextPage { page, minimised } in next {
                    self.windows.open_as(&mut self.cx, page, minimised);
                }
            }
            Some(WindowEnd::DisplayGone) => self.refuse_question(),
            Some(WindowEnd::Crashed(pages)) => {
                self.open_again(pages);
                self.cx.announce(words::crashed_title().to_owned(), words::crashed_once().to_owned());
            }
            Some(WindowEnd::CrashedAgain) => {
                self.questions.cannot_be_shown(&mut self.cx);
                self.cx.announce(words::crashed_title().to_owned(), words::crashed_for_good().to_owned());
            }
        }
    }

    fn open_again(&mut self, pages: OpenPages) {
        let is_locked = self.watch.is_locked(self.cx.now.moment);
        self.windows.open_again(&mut self.cx, pages, is_locked);
        if self.questions.is_open() {
            self.windows.open_as(&mut self.cx, Page::SignIn, false);
        }
    }

    pub(super) fn window_failed(&mut self, why: String) {
        self.windows.failed();
        self.questions.cannot_be_shown(&mut self.cx);
        self.notices.insert(Problem::Window, why);
    }

    /// Something is wrong on this machine, or no longer is.
    pub(super) fn on_notice(&mut self, about: Problem, words: Option<String>) {
        if about == Problem::Display
            && let Some(pages) = self.windows.set_display(words.is_none())
        {
            self.open_again(pages);
        }
        match words {
            Some(words) => self.notices.insert(about, words),
            None => self.notices.remove(&about),
        };
    }

    /// If no tray has drawn the icon in time, the window takes over its duties.
    pub(super) fn on_tray_timeout(&mut self) {
        let now = self.cx.now.moment;
        let takes_over = self.tray.on_timeout(now, self.watch.is_locked(now));
        if takes_over && self.windows.has_display() && !self.windows.is_running() {
            let page = match self.account.role() {
                Some(Role::Client) if !windows::has_own_portal(&self.cx) => Page::Portal { chat: None },
                Some(Role::Technician | Role::Client) | None => Page::Status,
            };
            self.windows.open_as(&mut self.cx, page, self.background);
        }
    }
}

/// The question before a sign-in.
impl Agent {
    /// Follows a link of the scheme `deskbell:`.
    pub(super) fn follow(&mut self, from: Option<Requester>, link: &str) {
        match deep_link::read(link) {
            Some(Wanted::Open(page)) => {
                self.cx.answer(from, Answer::Done { note: None });
                self.open_for(None, page);
            }
            Some(Wanted::SignIn { link }) => self.ask_to_sign_in(from, &link),
            None => {
                self.cx.announce(words::not_a_deep_link().to_owned(), String::new());
                self.cx.fail(from, words::not_a_deep_link().to_owned());
            }
        }
    }

    /// A link that was opened elsewhere wants to sign in here.
    fn ask_to_sign_in(&mut self, from: Option<Requester>, link: &str) {
        let has_display = self.windows.has_display();
        let asked = self
            .questions
            .ask(&mut self.cx, &self.account, has_display, link)
            .and_then(|host| self.windows.open(&mut self.cx, Page::SignIn).map(|()| host));
        match asked {
            Ok(host) => {
                let note = from.map(|_| words::asks_in_a_window(&host));
                self.cx.answer(from, Answer::Done { note });
            }
            Err(why) => question::tell_of_link(&mut self.cx, from, why),
        }
    }

    /// The user has answered in the window.
    pub(super) fn question_answered(&mut self, from: Option<Requester>, id: Uuid, sign_in: bool) {
        if !self.questions.is_about(id) {
            self.cx.fail(from, words::question_over().to_owned());
        } else if !sign_in {
            self.refuse_question();
            self.cx.answer(from, Answer::Done { note: None });
        } else if let Some((address, secret)) = self.questions.want(self.account.is_signing_in()) {
            self.account.redeem(&mut self.cx, from, address, secret);
        }
    }

    fn refuse_question(&mut self) {
        match self.questions.refuse(self.cx.now.moment) {
            None => return,
            Some(RefusedQuestion::Unanswered) => {}
            Some(RefusedQuestion::SigningIn) => {
                // The window is gone, so a toast tells how the sign-in ends.
                let from = self.account.forget_requester();
                self.cx.answer(from, Answer::Done { note: None });
            }
        }
        self.windows.hide(&mut self.cx, Page::SignIn);
    }

    /// Closes the question, and its window.
    pub(super) fn close_question(&mut self) {
        if self.questions.close() {
            self.windows.hide(&mut self.cx, Page::SignIn);
        }
    }
}
