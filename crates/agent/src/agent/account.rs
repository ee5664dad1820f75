//! Who is signed in here: signing in by a one-time link, signing out, and being signed out.

use super::context::Context;
use super::contract::{Effect, Requester};
use super::pending::Pending;
use crate::settings::{KnownAccount, Settings};
use crate::view::Answer;
use crate::{sign_in_link, words};
use link::Address;
use presence::{Moment, Role};
use protocol::{Token, Up, You};
use std::time::Duration;

/// How long signing out waits for the service; the token is forgotten here in any case.
const SIGN_OUT_WITHIN: Duration = Duration::from_secs(3);

/// The sign-in of this profile.
#[derive(Debug)]
pub(super) struct Account {
    device_name: String,
    state: State,
    signing_in: Option<(Option<Requester>, Address)>,
    signing_out: Option<SigningOut>,
}

#[derive(Debug)]
enum State {
    SignedOut { why: Option<String> },
    SignedIn { token: Token, address: Address, known: Option<KnownAccount> },
}

#[derive(Debug)]
struct SigningOut {
    from: Vec<Option<Requester>>,
    until: Moment,
}

/// How redeeming a link ended.
pub(super) enum Redeemed {
    SignedIn,
    Failed,
}

impl Account {
    pub(super) fn new(token: Option<Token>, settings: &Settings, device_name: String) -> Self {
        let address = settings.address.as_deref().and_then(|text| Address::parse(text).ok());
        let state = match (token, address) {
            (Some(token), Some(address)) => {
                State::SignedIn { token, address, known: settings.account.clone() }
            }
            (Some(_), None) => State::SignedOut { why: Some(words::address_lost().to_owned()) },
            (None, _) => State::SignedOut { why: None },
        };
        Self { device_name, state, signing_in: None, signing_out: None }
    }

    pub(super) fn is_signed_in(&self) -> bool {
        self.token().is_some()
    }

    pub(super) fn token(&self) -> Option<&Token> {
        match &self.state {
            State::SignedOut { .. } => None,
            State::SignedIn { token, .. } => Some(token),
        }
    }

    pub(super) fn address(&self) -> Option<&Address> {
        match &self.state {
            State::SignedOut { .. } => None,
            State::SignedIn { address, .. } => Some(address),
        }
    }

    pub(super) fn known(&self) -> Option<&KnownAccount> {
        match &self.state {
            State::SignedOut { .. } => None,
            State::SignedIn { known, .. } => known.as_ref(),
        }
    }

    /// Technician or client; `None` if nobody is signed in, or the service has not told it yet.
    pub(super) fn role(&self) -> Option<Role> {
        self.known().map(|known| known.role)
    }

    /// Why nobody is signed in, unless the user signed out.
    pub(super) fn signed_out_why(&self) -> Option<&str> {
        match &self.state {
            State::SignedOut { why } => why.as_deref(),
            State::SignedIn { .. } => None,
        }
    }

    pub(super) fn is_signing_in(&self) -> bool {
        self.signing_in.is_some()
    }

    pub(super) fn is_signing_out(&self) -> bool {
        self.signing_out.is_some()
    }

    /// When signing out stops waiting for the service.
    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.signing_out.as_ref().map(|signing_out| signing_out.until)
    }

    /// Why no link can sign in here, if somebody is signed in, in words.
    pub(super) fn signed_in_already(&self) -> Option<String> {
        self.is_signed_in()
            .then(|| words::signed_in_already(self.known().map_or("", |known| known.name.as_str())))
    }

    /// The user has typed or pasted a link here: they know which service it names, so nothing is asked.
    pub(super) fn sign_in(&mut self, cx: &mut Context, from: Option<Requester>, link: &str) {
        if let Some(why) = self.signed_in_already() {
            return cx.fail(from, why);
        }
        match sign_in_link::read(link) {
            Err(message) => cx.fail(from, message),
            Ok((address, secret)) => self.redeem(cx, from, address, secret),
        }
    }

    pub(super) fn redeem(
        &mut self,
        cx: &mut Context,
        from: Option<Requester>,
        address: Address,
        secret: String,
    ) {
        if self.signing_in.is_some() {
            return cx.fail(from, words::signing_in_already().to_owned());
        }
        self.signing_in = Some((from, address.clone()));
        let device = self.device_name.clone();
        cx.effects.push(Effect::Redeem { address, secret, device });
    }

    /// The link was redeemed, or not. A window that asked about it closes when the sign-in succeeds, so the answer comes as a toast.
    pub(super) fn redeemed(
        &mut self,
        cx: &mut Context,
        result: Result<(Token, KnownAccount), String>,
        window_asked: bool,
    ) -> Option<Redeemed> {
        let (from, address) = self.signing_in.take()?;
        match result {
            Err(message) => {
                cx.fail(from, message);
                Some(Redeemed::Failed)
            }
            Ok((token, known)) => {
                let note = words::signed_in_as(&known.name);
                cx.effects.push(Effect::SaveToken(token.clone()));
                cx.settings.address = Some(address.to_string());
                cx.settings.account = Some(known.clone());
                // The organisation may be another one.
                cx.settings.portal_address = None;
                cx.save_settings();
                self.state = State::SignedIn { token, address, known: Some(known) };
                if window_asked {
                    cx.done(None, &note);
                    cx.answer(from, Answer::Done { note: None });
                } else {
                    cx.done(from, &note);
                }
                Some(Redeemed::SignedIn)
            }
        }
    }

    /// Forgets who waits for the sign-in under way, since nobody reads its answer any more; returns them.
    pub(super) fn forget_requester(&mut self) -> Option<Requester> {
        self.signing_in.as_mut().and_then(|(from, _)| from.take())
    }

    /// The service has said who is signed in, which is saved, so that the app knows it before it is connected. Returns whether nobody was
    /// known before.
    pub(super) fn identify(&mut self, cx: &mut Context, you: You) -> bool {
        let new = KnownAccount { name: you.name, role: you.role, organisation: you.organisation };
        let State::SignedIn { known, .. } = &mut self.state else { return false };
        if known.as_ref() == Some(&new) {
            return false;
        }
        let is_first = known.is_none();
        *known = Some(new.clone());
        cx.settings.account = Some(new);
        cx.save_settings();
        is_first
    }

    /// The user signs out. Returns whether the service cannot be asked, so that signing out ends at once.
    pub(super) fn sign_out(&mut self, cx: &mut Context, from: Option<Requester>, is_welcome: bool) -> bool {
        if !self.is_signed_in() {
            cx.done(from, words::signed_out_already());
            return false;
        }
        if let Some(signing_out) = &mut self.signing_out {
            signing_out.from.push(from);
            return false;
        }
        let until = cx.now.moment.plus(SIGN_OUT_WITHIN);
        self.signing_out = Some(SigningOut { from: vec![from], until });
        if is_welcome {
            cx.ask(Pending::SignOut, |id| Up::SignOut { id, device: None });
        }
        !is_welcome
    }

    /// Signing out has ended. Returns those who asked for it, if it was under way.
    pub(super) fn end_sign_out(&mut self) -> Option<Vec<Option<Requester>>> {
        self.signing_out.take().map(|signing_out| signing_out.from)
    }

    /// The app ends: fails the sign-in under way.
    pub(super) fn end_sign_in(&mut self, cx: &mut Context) {
        if let Some((from, _)) = self.signing_in.take() {
            cx.fail(from, words::quitting().to_owned());
        }
    }

    /// Nobody is signed in from now on; `why`, if the user did not sign out.
    pub(super) fn forget(&mut self, why: Option<String>) {
        self.state = State::SignedOut { why };
    }
}
