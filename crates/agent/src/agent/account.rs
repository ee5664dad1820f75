//! Who is signed in here: signing in by a one-time link, signing out, and being signed out.

use super::{Agent, Asker, Awaited, Effect};
use crate::settings::{KnownAccount, Settings};
use crate::{sign_in_link, words};
use link::Address;
use presence::Moment;
use protocol::{Token, Up, You};
use std::time::Duration;

/// How long signing out waits for the service; the token is forgotten here in any case.
const SIGN_OUT_WITHIN: Duration = Duration::from_secs(3);

/// The sign-in of this profile.
#[derive(Debug)]
pub(super) struct Account {
    state: State,
    signing_in: Option<(Option<Asker>, Address)>,
    signing_out: Option<SigningOut>,
}

#[derive(Debug)]
enum State {
    SignedOut { why: Option<String> },
    SignedIn { token: Token, address: Address, known: Option<KnownAccount> },
}

#[derive(Debug)]
struct SigningOut {
    from: Vec<Option<Asker>>,
    until: Moment,
}

impl Account {
    pub(super) fn new(token: Option<Token>, settings: &Settings) -> Self {
        let address = settings.address.as_deref().and_then(|text| Address::parse(text).ok());
        let state = match (token, address) {
            (Some(token), Some(address)) => {
                State::SignedIn { token, address, known: settings.account.clone() }
            }
            (Some(_), None) => State::SignedOut { why: Some(words::ADDRESS_LOST.to_owned()) },
            (None, _) => State::SignedOut { why: None },
        };
        Self { state, signing_in: None, signing_out: None }
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

    /// Why nobody is signed in, where it was not the user's own doing.
    pub(super) fn signed_out_why(&self) -> Option<&str> {
        match &self.state {
            State::SignedOut { why } => why.as_deref(),
            State::SignedIn { .. } => None,
        }
    }

    pub(super) fn is_signing_in(&self) -> bool {
        self.signing_in.is_some()
    }

    /// Nobody who waits for the sign-in under way reads its answer any more.
    pub(super) fn forget_asker(&mut self) -> Option<Asker> {
        self.signing_in.as_mut().and_then(|(from, _)| from.take())
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.signing_out.as_ref().map(|signing_out| signing_out.until)
    }
}

impl Agent {
    /// The user has typed or pasted a link here: they know which service it names, so nothing is asked.
    pub(super) fn sign_in(&mut self, from: Option<Asker>, link: &str) {
        if self.account.token().is_some() {
            let name = self.account.known().map_or("", |known| known.name.as_str());
            return self.fail(from, words::signed_in_already(name));
        }
        match sign_in_link::read(link) {
            Err(message) => self.fail(from, message),
            Ok((address, secret)) => self.redeem(from, address, secret),
        }
    }

    pub(super) fn redeem(&mut self, from: Option<Asker>, address: Address, secret: String) {
        if self.account.signing_in.is_some() {
            return self.fail(from, words::SIGNING_IN_ALREADY.to_owned());
        }
        self.account.signing_in = Some((from, address.clone()));
        let device = self.device_name.clone();
        self.out.push(Effect::Redeem { address, secret, device });
    }

    pub(super) fn on_redeemed(&mut self, result: Result<(Token, KnownAccount), String>) {
        let Some((from, address)) = self.account.signing_in.take() else { return };
        match result {
            Err(message) => {
                self.on_question_failed();
                self.fail(from, message);
            }
            Ok((token, known)) => {
                let note = words::signed_in_as(&known.name);
                self.out.push(Effect::SaveToken(token.clone()));
                self.settings.address = Some(address.to_string());
                self.settings.account = Some(known.clone());
                self.save_settings();
                self.account.state = State::SignedIn { token, address, known: Some(known) };
                // The window that asked goes, and the answer with it.
                let reads = if self.questions.is_open() { None } else { from };
                self.done(reads, &note);
                if reads.is_none() {
                    self.answer(from, crate::view::Answer::Done { note: None });
                }
                self.open_client_portal(false);
                self.close_question();
            }
        }
    }

    /// The service has said who one is: kept, so that the app knows before it is connected.
    pub(super) fn take_account(&mut self, you: You) {
        self.chats.me = Some(you.id);
        let new = KnownAccount { name: you.name, role: you.role, organisation: you.organisation };
        if let State::SignedIn { known, .. } = &mut self.account.state
            && known.as_ref() != Some(&new)
        {
            let is_first = known.is_none();
            *known = Some(new.clone());
            self.settings.account = Some(new);
            self.save_settings();
            if is_first {
                self.open_client_portal(self.background);
            }
        }
    }

    pub(super) fn save_settings(&mut self) {
        self.out.push(Effect::SaveSettings(self.settings.clone()));
    }

    pub(super) fn sign_out(&mut self, from: Option<Asker>) {
        if self.account.token().is_none() {
            return self.done(from, words::SIGNED_OUT_ALREADY);
        }
        if let Some(signing_out) = &mut self.account.signing_out {
            return signing_out.from.push(from);
        }
        let is_welcome = self.line.is_welcome();
        let until = self.now.moment.plus(SIGN_OUT_WITHIN);
        self.account.signing_out = Some(SigningOut { from: vec![from], until });
        if is_welcome {
            let id = self.ids.next();
            self.awaited.insert(id, Awaited::SignOut);
            self.send(Up::SignOut { id, device: None });
        } else {
            self.end_sign_out(words::SIGNED_OUT_HERE_ONLY);
        }
    }

    /// The service has ended the sign-in.
    pub(super) fn finish_sign_out(&mut self) {
        self.end_sign_out(words::SIGNED_OUT);
    }

    pub(super) fn on_sign_out_timeout(&mut self) {
        if self.account.next_timeout().is_some_and(|until| until <= self.now.moment) {
            self.end_sign_out(words::SIGNED_OUT_HERE_ONLY);
        }
    }

    pub(super) fn on_lost_while_signing_out(&mut self) {
        if self.account.signing_out.is_some() {
            self.end_sign_out(words::SIGNED_OUT_HERE_ONLY);
        }
    }

    fn end_sign_out(&mut self, note: &str) {
        let Some(signing_out) = self.account.signing_out.take() else { return };
        self.forget_account(None);
        for from in signing_out.from {
            self.done(from, note);
        }
    }

    /// The app ends: who waits for a sign-in or its end is answered now.
    pub(super) fn quit_account(&mut self) {
        if let Some((from, _)) = self.account.signing_in.take() {
            self.fail(from, words::QUITTING.to_owned());
        }
        self.end_sign_out(words::SIGNED_OUT_HERE_ONLY);
    }

    /// The service does not know the sign-in any more.
    pub(super) fn on_sign_in_ended(&mut self) {
        // The link has given up by itself.
        self.line.stage = super::line::Stage::Off;
        if self.account.signing_out.is_some() {
            return self.finish_sign_out();
        }
        self.forget_account(Some(words::SIGN_IN_ENDED.to_owned()));
        self.news(words::SIGNED_OUT_TITLE.to_owned(), words::SIGN_IN_ENDED.to_owned());
    }

    fn forget_account(&mut self, why: Option<String>) {
        self.close_windows();
        self.account.state = State::SignedOut { why };
        self.disconnect();
        self.rings.forget();
        self.preference = presence::Preference::Automatic;
        self.settings.account = None;
        self.settings.idle_after_ms = None;
        self.out.push(Effect::ForgetToken);
        self.save_settings();
    }
}
