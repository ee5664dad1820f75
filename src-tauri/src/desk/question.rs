//! The window that asks before a link signs in. It is shown while the agent asks. Closing it means no.

use super::contract::{Effect, WindowKind};
use crate::words;
use agent::view::{Intent, View};
use local::socket_path::Profile;

/// The question's window.
#[derive(Debug, Default)]
pub(super) struct Question {
    pub(super) is_open: bool,
}

impl Question {
    /// The agent asks. The question itself arrives with the next view, since orders are sent before views.
    pub(super) fn show(&mut self, profile: &Profile, out: &mut Vec<Effect>) {
        if self.is_open {
            out.push(Effect::Front(WindowKind::SignIn));
        } else {
            self.is_open = true;
            out.push(Effect::OpenQuestion { title: words::question_title(profile) });
        }
    }

    /// The question is over.
    pub(super) fn withdraw(&mut self, out: &mut Vec<Effect>) {
        if std::mem::take(&mut self.is_open) {
            out.push(Effect::Withdraw(WindowKind::SignIn));
        }
    }

    /// The user has closed the window.
    pub(super) fn refuse(&mut self, view: Option<&View>, out: &mut Vec<Effect>) {
        self.is_open = false;
        if let Some(question) = view.and_then(|view| view.question.as_ref()) {
            out.push(Effect::Intend(Intent::AnswerSignIn { question: question.id, sign_in: false }));
        }
    }
}
