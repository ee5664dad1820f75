//! The question before a link signs in: on the screen while the agent asks it. Closing it is an answer: no.

use super::Desk;
use super::contract::{Effect, WindowKind};
use crate::words;
use agent::view::{Intent, Page};

impl Desk {
    /// The agent asks. What it asks comes with the next view: orders go before views.
    pub(super) fn show_question(&mut self, out: &mut Vec<Effect>) {
        if self.asks {
            out.push(Effect::Front(WindowKind::SignIn));
        } else {
            self.asks = true;
            out.push(Effect::OpenQuestion { title: words::question_title(&self.profile) });
        }
    }

    /// The agent no longer asks and has not said so by an order: it is another run of it.
    pub(super) fn drop_question(&mut self, had_question: bool, out: &mut Vec<Effect>) {
        let is_asked = self.view.as_ref().is_some_and(|view| view.question.is_some());
        if self.asks && had_question && !is_asked {
            self.hide(Page::SignIn, out);
        }
    }

    /// A page is to go; the program ends with its last one.
    pub(super) fn hide(&mut self, page: Page, out: &mut Vec<Effect>) {
        match page {
            Page::SignIn => self.withdraw_question(out),
            Page::Portal { .. } | Page::Status => return,
        }
        if !self.has_window() {
            self.end(true, out);
        }
    }

    /// There is nothing to ask any more.
    pub(super) fn withdraw_question(&mut self, out: &mut Vec<Effect>) {
        if std::mem::take(&mut self.asks) {
            out.push(Effect::Withdraw(WindowKind::SignIn));
        }
    }

    /// The user has closed the window.
    pub(super) fn refuse(&mut self, out: &mut Vec<Effect>) {
        self.asks = false;
        if let Some(question) = self.view.as_ref().and_then(|view| view.question.as_ref()) {
            out.push(Effect::Intend(Intent::AnswerSignIn { question: question.id, sign_in: false }));
        }
    }
}
