//! The states of the portal's window: wanted, address requested, held while it cannot be shown, open.
//!
//! It knows no other window: `desk` does what follows for them.

use crate::address::PortalAddress;
use chat::SessionId;
use presence::Moment;
use std::time::Duration;

/// How long the agent may take to send the portal's address: it asks the service, which may be slow to answer.
pub const ADDRESS_WITHIN: Duration = Duration::from_secs(10);
/// How long after a failure the portal is requested again while the connection is up.
pub const PORTAL_RETRY: Duration = Duration::from_secs(10);
/// How long a user who wants the portal sees nothing before the status window explains: longer than a connection takes to
/// be made, shorter than a user's patience.
pub const STAND_IN_AFTER: Duration = Duration::from_secs(3);

/// How the portal should appear once it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) chat: Option<SessionId>,
    pub(super) minimised: bool,
    /// When the status window is shown in its place.
    pub(super) stand_in_at: Moment,
}

impl Wish {
    /// Combines both: the later chat, and in front if either wants that.
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
    /// It could not be shown; requested again when the connection comes up, or at this time.
    Held {
        wish: Wish,
        why: String,
        retry_at: Moment,
    },
    Open,
}

/// What follows when the portal is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It is open already.
    IsOpen,
    /// Its address is being asked for already.
    IsAsked,
    /// Its address is to be asked for: it was held.
    AskAgain,
    /// Its address is to be asked for: it was closed.
    Ask,
}

/// What is due about the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// Its address is to be asked for.
    Ask,
    /// Its address did not come in time.
    Late,
}

/// What the agent's answer means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// Nothing: it is closed, or open at an address that is still valid.
    Nothing,
    /// It opens.
    Open { address: PortalAddress, minimised: bool },
    /// It is open, and navigates to this address.
    Navigate(PortalAddress),
    /// It cannot be shown, and why.
    Unavailable(String),
}

impl Portal {
    fn asked(wish: Wish, now: Moment) -> Self {
        Self::Asked { wish, until: now.plus(ADDRESS_WITHIN) }
    }

    /// How it should appear, if it is wanted and not open.
    pub(super) fn wish(&self) -> Option<Wish> {
        match self {
            Self::Asked { wish, .. } | Self::Held { wish, .. } => Some(*wish),
            Self::Open | Self::Closed => None,
        }
    }

    /// Why it cannot be shown.
    pub(super) fn held(&self) -> Option<&str> {
        match self {
            Self::Held { why, .. } => Some(why),
            Self::Asked { .. } | Self::Open | Self::Closed => None,
        }
    }

    /// It is wanted, at `chat` if one is named.
    pub(super) fn want(&mut self, chat: Option<SessionId>, minimised: bool, now: Moment) -> Wanted {
        match self {
            Self::Open => Wanted::IsOpen,
            Self::Asked { wish, .. } => {
                *wish = wish.and(chat, minimised);
                Wanted::IsAsked
            }
            Self::Held { wish, .. } => {
                *self = Self::asked(wish.and(chat, minimised), now);
                Wanted::AskAgain
            }
            Self::Closed => {
                *self = Self::asked(Wish { chat, minimised, stand_in_at: now.plus(STAND_IN_AFTER) }, now);
                Wanted::Ask
            }
        }
    }

    /// Requests its address again if it is wanted and not open; returns whether it does.
    pub(super) fn ask_again(&mut self, now: Moment) -> bool {
        let wish = self.wish();
        if let Some(wish) = wish {
            *self = Self::asked(wish, now);
        }
        wish.is_some()
    }

    /// Remembers that it is wanted until it can be shown.
    pub(super) fn hold(&mut self, why: String, now: Moment) {
        let at_once = Wish { chat: None, minimised: false, stand_in_at: now };
        let wish = self.wish().unwrap_or(at_once);
        *self = Self::Held { wish, why, retry_at: now.plus(PORTAL_RETRY) };
    }

    /// When to call [`Self::on_timeout`] next.
    pub(super) fn next_timeout(&self, is_online: bool) -> Option<Moment> {
        match self {
            Self::Asked { until, .. } => Some(*until),
            Self::Held { retry_at, .. } => is_online.then_some(*retry_at),
            Self::Open | Self::Closed => None,
        }
    }

    /// That time has come, or another.
    pub(super) fn on_timeout(&mut self, is_online: bool, now: Moment) -> Due {
        match self {
            Self::Asked { until, .. } if *until <= now => Due::Late,
            Self::Held { retry_at, .. } if *retry_at <= now && is_online => {
                self.ask_again(now);
                Due::Ask
            }
            Self::Asked { .. } | Self::Held { .. } | Self::Open | Self::Closed => Due::Nothing,
        }
    }

    /// The agent's answer.
    pub(super) fn on_address(&mut self, address: Result<String, String>) -> Answer {
        let address = address.and_then(|text| PortalAddress::parse(&text).map_err(|error| error.to_string()));
        match (&*self, address) {
            (Self::Asked { wish, .. } | Self::Held { wish, .. }, Ok(address)) => {
                let (address, minimised) = (address.at_chat(wish.chat), wish.minimised);
                *self = Self::Open;
                Answer::Open { address, minimised }
            }
            (Self::Asked { .. } | Self::Held { .. }, Err(why)) => Answer::Unavailable(why),
            (Self::Open, Ok(address)) => Answer::Navigate(address),
            // The page that is shown says itself that it has lost the service.
            (Self::Open, Err(_)) | (Self::Closed, _) => Answer::Nothing,
        }
    }
}
