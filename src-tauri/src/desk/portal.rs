//! The portal's way onto the screen: wanted, its address asked for, held while it cannot be shown, open.

use super::contract::{Effect, WindowKind};
use super::{Desk, Status};
use crate::address::PortalAddress;
use crate::words;
use agent::view::WindowReport;
use chat::SessionId;
use presence::Moment;
use std::time::Duration;

/// How long the agent may take to name the portal's address: it asks the service, which may be slow to answer.
pub const ADDRESS_WITHIN: Duration = Duration::from_secs(10);
/// How long after a failure the portal is asked for again while the connection is up.
pub const PORTAL_RETRY: Duration = Duration::from_secs(10);
/// How long a user who wants the portal sees nothing before the status window explains: longer than a connection takes
/// to come up, shorter than one's patience.
pub const STAND_IN_AFTER: Duration = Duration::from_secs(3);

/// How the portal shall appear once it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) chat: Option<SessionId>,
    pub(super) minimised: bool,
    /// From when on the status window stands in for it.
    pub(super) stand_in_at: Moment,
}

impl Wish {
    /// Both: the later chat, and in front if either wants that.
    fn and(self, chat: Option<SessionId>, minimised: bool) -> Self {
        Self { chat: chat.or(self.chat), minimised: self.minimised && minimised, ..self }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Portal {
    Closed,
    /// Its address is asked for.
    Asked {
        wish: Wish,
        until: Moment,
    },
    /// It could not be shown; asked for again when the connection comes up, or then.
    Held {
        wish: Wish,
        why: String,
        retry_at: Moment,
    },
    Open,
}

impl Desk {
    /// It is wanted, at `chat` if one is named.
    pub(super) fn show_portal(
        &mut self,
        chat: Option<SessionId>,
        minimised: bool,
        now: Moment,
        out: &mut Vec<Effect>,
    ) {
        match &self.portal {
            Portal::Open => {
                out.extend(chat.map(Effect::GoTo));
                if !minimised {
                    out.push(Effect::Front(WindowKind::Portal));
                }
            }
            Portal::Asked { wish, until } => {
                self.portal = Portal::Asked { wish: wish.and(chat, minimised), until: *until };
            }
            Portal::Held { wish, .. } => {
                self.ask(wish.and(chat, minimised), now, out);
                if !minimised && self.status != Status::Closed {
                    out.push(Effect::Front(WindowKind::Status));
                }
            }
            Portal::Closed => {
                self.ask(Wish { chat, minimised, stand_in_at: now.plus(STAND_IN_AFTER) }, now, out);
                self.report(out);
            }
        }
    }

    /// When something is due about it.
    pub(super) fn portal_timeout(&self) -> Option<Moment> {
        let (portal, wish) = match &self.portal {
            Portal::Asked { until, wish } => (Some(*until), Some(wish)),
            Portal::Held { retry_at, wish, .. } => (self.is_up().then_some(*retry_at), Some(wish)),
            Portal::Open | Portal::Closed => (None, None),
        };
        let stand_in = wish.filter(|_| self.status == Status::Closed).map(|wish| wish.stand_in_at);
        [portal, stand_in].into_iter().flatten().min()
    }

    /// That time has come, or another.
    pub(super) fn on_portal_timeout(&mut self, now: Moment, out: &mut Vec<Effect>) {
        match self.portal.clone() {
            Portal::Asked { wish, until } if until <= now => {
                self.hold(wish, words::NO_ADDRESS.to_owned(), now, out);
            }
            Portal::Held { wish, retry_at, .. } if retry_at <= now && self.is_up() => {
                self.ask(wish, now, out);
            }
            Portal::Asked { .. } | Portal::Held { .. } | Portal::Open | Portal::Closed => {}
        }
        self.stand_in(now, out);
    }

    /// The agent's answer.
    pub(super) fn address(&mut self, address: Result<String, String>, now: Moment, out: &mut Vec<Effect>) {
        let address = address.and_then(|text| PortalAddress::parse(&text).map_err(|error| error.to_string()));
        match (self.portal.clone(), address) {
            (Portal::Asked { wish, .. } | Portal::Held { wish, .. }, Ok(address)) => {
                self.portal = Portal::Open;
                out.push(Effect::OpenPortal {
                    address: address.at_chat(wish.chat),
                    title: words::portal_title(self.view.as_deref(), &self.profile),
                    role: self.role(),
                    minimised: wish.minimised,
                });
                if self.status == Status::StandsIn {
                    self.status = Status::Closed;
                    out.push(Effect::Withdraw(WindowKind::Status));
                }
                self.report(out);
            }
            (Portal::Asked { wish, .. } | Portal::Held { wish, .. }, Err(why)) => {
                self.hold(wish, why, now, out);
            }
            (Portal::Open, Ok(address)) => out.push(Effect::Navigate(address)),
            // The page that is shown says for itself that it lost the service.
            (Portal::Open, Err(_)) | (Portal::Closed, _) => {}
        }
    }

    /// Asks the agent for its address.
    pub(super) fn ask(&mut self, wish: Wish, now: Moment, out: &mut Vec<Effect>) {
        self.portal = Portal::Asked { wish, until: now.plus(ADDRESS_WITHIN) };
        out.push(Effect::Report(WindowReport::NeedPortal));
    }

    /// Keeps the wish until it can be shown.
    pub(super) fn hold(&mut self, wish: Wish, why: String, now: Moment, out: &mut Vec<Effect>) {
        self.portal = Portal::Held { wish, why, retry_at: now.plus(PORTAL_RETRY) };
        self.stand_in(now, out);
        self.publish(out);
    }

    fn stand_in(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let (Portal::Asked { wish, .. } | Portal::Held { wish, .. }) = &self.portal else { return };
        if self.status == Status::Closed && wish.stand_in_at <= now {
            let minimised = wish.minimised;
            self.open_status(Status::StandsIn, minimised, out);
        }
    }
}
