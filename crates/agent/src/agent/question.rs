//! The question before a link that was opened elsewhere signs in. A page, a mail or a script can open a link, so the service that
//! it names is not contacted until the user has read its host in a window of ours and pressed the button.
//!
//! One question at a time, and the first one stays: a later link cannot change the host under the user's pointer. A link that the
//! user typed or pasted here needs no question.

use super::account::Account;
use super::context::Context;
use super::contract::Requester;
use crate::view::SignInQuestion;
use crate::{sign_in_link, words};
use link::Address;
use presence::Moment;
use std::time::Duration;
use uuid::Uuid;

/// How long after a refusal no other link is asked about: a page that opens one link after another does not get a window for each,
/// and a user who closed the window by mistake need not wait long.
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
    /// The user has agreed: the sign-in is under way.
    is_wanted: bool,
}

/// What a refusal leaves to be done.
pub(super) enum RefusedQuestion {
    /// Nothing: the button was not pressed.
    Unanswered,
    /// The sign-in goes on, but nobody sees in the window how it ends.
    SigningIn,
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

    /// Opens the question about a link, unless it is open already; returns the host that the link names.
    ///
    /// # Errors
    /// Why nothing is asked, in words.
    pub(super) fn ask(
        &mut self,
        cx: &mut Context,
        account: &Account,
        has_display: bool,
        link: &str,
    ) -> Result<String, String> {
        if let Some(why) = account.signed_in_already() {
            return Err(why);
        }
        let (address, secret) = sign_in_link::read(link)?;
        let host = address.authority();
        if let Some(open) = &self.open {
            let is_same = open.address == address && open.secret == secret;
            return if is_same { Ok(host) } else { Err(words::answer_first().to_owned()) };
        }
        if account.is_signing_in() {
            return Err(words::signing_in_already().to_owned());
        }
        let now = cx.now.moment;
        if self.refused.is_some_and(|refused| now.since(refused) < ASK_AGAIN_AFTER) {
            return Err(words::just_refused().to_owned());
        }
        if !has_display {
            return Err(words::cannot_ask(&host));
        }
        self.open = Some(Question { id: cx.ids.next(), address, secret, is_wanted: false });
        Ok(host)
    }

    pub(super) fn is_about(&self, id: Uuid) -> bool {
        self.open.as_ref().is_some_and(|open| open.id == id)
    }

    /// The user agrees. Returns the link's parts, to redeem it. A sign-in that is under way already does not belong to this question.
    pub(super) fn want(&mut self, is_signing_in: bool) -> Option<(Address, String)> {
        let question = self.open.as_mut()?;
        question.is_wanted = !is_signing_in;
        Some((question.address.clone(), question.secret.clone()))
    }

    /// The user declines, or closes the window, which counts as declining. `None` if no question is open.
    pub(super) fn refuse(&mut self, now: Moment) -> Option<RefusedQuestion> {
        let question = self.open.take()?;
        self.refused = Some(now);
        Some(if question.is_wanted { RefusedQuestion::SigningIn } else { RefusedQuestion::Unanswered })
    }

    /// The service refused the link, which the window shows.
    pub(super) fn failed(&mut self) {
        if let Some(question) = &mut self.open {
            question.is_wanted = false;
        }
    }

    /// Closes the question. Returns whether one was open.
    pub(super) fn close(&mut self) -> bool {
        self.open.take().is_some()
    }

    /// The window that asks cannot be shown.
    pub(super) fn cannot_be_shown(&mut self, cx: &mut Context) {
        if let Some(question) = self.open.take() {
            tell_of_link(cx, None, words::cannot_ask(&question.address.authority()));
        }
    }
}

/// Tells the user by a toast why a link is not followed, since nobody may be reading the terminal. A flood of links makes one toast.
pub(super) fn tell_of_link(cx: &mut Context, from: Option<Requester>, why: String) {
    if !cx.announcements.has(&why) {
        cx.announce(why.clone(), String::new());
    }
    if from.is_some() {
        cx.fail(from, why);
    }
}
