//! The question before a link that was opened elsewhere signs in. Anybody can make somebody open a link: a page, a mail, a script.
//! So the service that it names hears nothing until the user has read its host in a window of ours and pressed the button.
//!
//! One question at a time, and the first one stays: a later link cannot change the host under the user's pointer. A link that the
//! user typed or pasted here needs no question.

use super::{Agent, Asker, Effect};
use crate::sign_in_link;
use crate::view::{Answer, Page, SignInQuestion, ToWindow};
use crate::words;
use link::Address;
use presence::Moment;
use std::time::Duration;
use uuid::Uuid;

/// How long after a refusal no other link is asked about: a page that opens links one after the other gets no window for each,
/// and somebody who closed the window by mistake need not wait for long.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// The question that is open, and when the last one was refused.
#[derive(Debug, Default)]
pub(super) struct Questions {
    open: Option<Question>,
    refused: Option<Moment>,
}

#[derive(Debug)]
struct Question {
    id: Uuid,
    address: Address,
    /// What stood behind `#`. It is never shown or logged.
    secret: String,
    /// The user wants it: the sign-in is under way.
    is_wanted: bool,
}

impl Questions {
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// What the window asks.
    pub(super) fn show(&self) -> Option<SignInQuestion> {
        self.open.as_ref().map(|question| SignInQuestion {
            id: question.id,
            host: question.address.authority(),
            is_encrypted: question.address.is_secure(),
        })
    }
}

impl Agent {
    /// A link that was opened elsewhere wants to sign in here.
    pub(super) fn ask_to_sign_in(&mut self, from: Option<Asker>, link: &str) {
        match self.question_about(link) {
            Ok(host) => {
                let note = from.map(|_| words::asks_in_a_window(&host));
                self.answer(from, Answer::Done { note });
            }
            Err(why) => self.tell_of_link(from, why),
        }
    }

    /// Opens the question about a link, or brings it to the front; gives the host that it names.
    ///
    /// # Errors
    /// Why nothing is asked, in words.
    fn question_about(&mut self, link: &str) -> Result<String, String> {
        if self.account.token().is_some() {
            let name = self.account.known().map_or("", |known| known.name.as_str());
            return Err(words::signed_in_already(name));
        }
        let (address, secret) = sign_in_link::read(link)?;
        let host = address.authority();
        if let Some(open) = &self.questions.open {
            let is_same = open.address == address && open.secret == secret;
            return if is_same {
                self.open_page(Page::SignIn).map(|()| host)
            } else {
                Err(words::ANSWER_FIRST.to_owned())
            };
        }
        if self.account.is_signing_in() {
            return Err(words::SIGNING_IN_ALREADY.to_owned());
        }
        let now = self.now.moment;
        if self.questions.refused.is_some_and(|refused| now.since(refused) < ASK_AGAIN_AFTER) {
            return Err(words::JUST_REFUSED.to_owned());
        }
        if !self.windows.has_display() {
            return Err(words::cannot_ask(&host));
        }
        self.questions.open = Some(Question { id: self.ids.next(), address, secret, is_wanted: false });
        self.open_page(Page::SignIn).map(|()| host)
    }

    /// The user has answered in the window.
    pub(super) fn on_question_answered(&mut self, from: Option<Asker>, id: Uuid, sign_in: bool) {
        let Some(question) = self.questions.open.as_mut().filter(|open| open.id == id) else {
            return self.fail(from, words::QUESTION_OVER.to_owned());
        };
        if sign_in {
            let (address, secret) = (question.address.clone(), question.secret.clone());
            question.is_wanted = !self.account.is_signing_in();
            self.redeem(from, address, secret);
        } else {
            self.refuse_question();
            self.answer(from, Answer::Done { note: None });
        }
    }

    /// The user does not want it, or closed the window, which means the same.
    pub(super) fn refuse_question(&mut self) {
        let Some(question) = &self.questions.open else { return };
        if question.is_wanted {
            // Its button was pressed before: what comes of that is told by a toast, since nobody reads the window any more.
            let asker = self.account.forget_asker();
            self.answer(asker, Answer::Done { note: None });
        }
        self.questions.refused = Some(self.now.moment);
        self.close_question();
    }

    /// The service refused, which the window tells.
    pub(super) fn on_question_failed(&mut self) {
        if let Some(question) = &mut self.questions.open {
            question.is_wanted = false;
        }
    }

    /// There is nothing to ask any more.
    pub(super) fn close_question(&mut self) {
        if self.questions.open.take().is_some() && self.windows.is_running() {
            self.out.push(Effect::ToWindow(ToWindow::Hide { page: Page::SignIn }));
        }
    }

    /// The window that asks cannot be shown.
    pub(super) fn on_question_unasked(&mut self) {
        if let Some(question) = self.questions.open.take() {
            self.tell_of_link(None, words::cannot_ask(&question.address.authority()));
        }
    }

    /// What there is to say about a link comes as a toast, since nobody may read a terminal; a flood of links makes one.
    fn tell_of_link(&mut self, from: Option<Asker>, why: String) {
        if !self.rings.has_news(&why) {
            self.news(why.clone(), String::new());
        }
        if from.is_some() {
            self.fail(from, why);
        }
    }
}
