//! Answers: those that the agent awaits from the service, and those that it owes to whoever asked.
//!
//! An answer of the service comes in under the intent's id and goes to whom it concerns. Who clicked in the tray or on a
//! toast waits for none: what there is to say to them becomes a toast.

use super::{Agent, Asker, Effect};
use crate::view::Answer;
use crate::words;
use chat::SessionId;
use presence::UnixMillis;
use protocol::{ErrorCode, IntentId};

/// What an answer of the service is awaited for; `from` is missing where something was clicked.
#[derive(Clone, Debug)]
pub(super) enum Awaited {
    Prefer { from: Option<Asker> },
    Join { session: SessionId, from: Option<Asker> },
    Dismiss { session: SessionId, from: Option<Asker> },
    PortalCode,
    SignOut,
}

/// How the service refused.
pub(super) struct Refused {
    pub(super) code: ErrorCode,
    pub(super) message: String,
    pub(super) by: Option<String>,
    pub(super) at: Option<UnixMillis>,
}

impl Agent {
    pub(super) fn on_ok(&mut self, re: IntentId, answer: protocol::Answer) {
        match self.awaited.remove(&re) {
            None => {}
            Some(Awaited::Prefer { from }) => self.answer(from, Answer::Done { note: None }),
            Some(Awaited::Join { session, from }) => self.on_joined(session, from),
            Some(Awaited::Dismiss { session: _, from }) => self.done(from, words::DISMISSED),
            Some(Awaited::PortalCode) => self.on_portal_code(answer.code),
            Some(Awaited::SignOut) => self.finish_sign_out(),
        }
    }

    pub(super) fn on_refused(&mut self, re: Option<IntentId>, refused: Refused) {
        if re.is_some_and(|re| self.watch.answered(re)) {
            // Whatever was wrong with it, the machine need not stay awake for it.
            return self.release_sleep();
        }
        match re.and_then(|re| self.awaited.remove(&re)) {
            None => tracing::debug!(code = ?refused.code, "refused by the service"),
            Some(Awaited::Prefer { from }) => self.fail(from, refused.message),
            Some(Awaited::Join { session, from }) => self.on_join_refused(session, from, refused),
            Some(Awaited::Dismiss { session, from }) => self.on_dismiss_refused(session, from, refused),
            Some(Awaited::PortalCode) => self.on_portal_code_refused(refused.message),
            // What cannot be ended there is forgotten here all the same.
            Some(Awaited::SignOut) => self.finish_sign_out(),
        }
    }

    /// The answers that will not come any more.
    pub(super) fn fail_awaited(&mut self, words: &str) {
        for awaited in std::mem::take(&mut self.awaited).into_values() {
            match awaited {
                Awaited::Prefer { from } | Awaited::Join { from, .. } | Awaited::Dismiss { from, .. } => {
                    self.fail(from, words.to_owned());
                }
                Awaited::PortalCode | Awaited::SignOut => {}
            }
        }
    }

    pub(super) fn answer(&mut self, to: Option<Asker>, answer: Answer) {
        match (to, answer) {
            (Some(to), answer) => self.out.push(Effect::Answer { to, answer }),
            (None, Answer::Done { note: Some(words) } | Answer::Failed { message: words }) => {
                self.news(words, String::new());
            }
            (None, Answer::Done { note: None }) => {}
        }
    }

    pub(super) fn done(&mut self, to: Option<Asker>, note: &str) {
        self.answer(to, Answer::Done { note: Some(note.to_owned()) });
    }

    pub(super) fn fail(&mut self, to: Option<Asker>, message: String) {
        self.answer(to, Answer::Failed { message });
    }
}
