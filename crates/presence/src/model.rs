//! The nouns of presence, in the shape in which they cross the wire.

use crate::UnixMillis;
use serde::{Deserialize, Serialize};

/// Somebody's role in the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works at the managed service provider; answers chats; has a preference (P7).
    Technician,
    /// Belongs to a customer; asks for chats; its presence is automatic (P8).
    Client,
}

/// Why a device is idle (P4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum IdleReason {
    /// No input for the organisation's threshold (P2).
    Idle,
    /// The login session is locked or disconnected.
    Locked,
    /// The machine is asleep.
    Asleep,
}

/// What one device sees of its user. It carries an age, never a time: only the service stamps times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// There was input within the threshold, in an unlocked session.
    Active,
    /// Nobody is at this device.
    Idle {
        /// Why.
        reason: IdleReason,
        /// Milliseconds since the last input, the lock, or the suspend (P6).
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        idle_for_ms: u64,
    },
}

/// Why a user is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AwayReason {
    /// No input on any device for the threshold.
    Idle,
    /// The device that was active last is locked.
    Locked,
    /// The device that was active last is asleep.
    Asleep,
    /// The user set it (P7).
    Manual,
}

impl From<IdleReason> for AwayReason {
    fn from(reason: IdleReason) -> Self {
        match reason {
            IdleReason::Idle => Self::Idle,
            IdleReason::Locked => Self::Locked,
            IdleReason::Asleep => Self::Asleep,
        }
    }
}

/// A user's presence as others see it: one of exactly three states, each with its `since` (P1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Presence {
    /// Somebody is there.
    Online {
        /// The change from idle to active that began it.
        since: UnixMillis,
    },
    /// Connected, but not there.
    Away {
        /// Why.
        reason: AwayReason,
        /// The last input, the lock, or the setting.
        since: UnixMillis,
        /// When a preference with an end runs out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        until: Option<UnixMillis>,
    },
    /// Not connected.
    Offline {
        /// The last frame of the last device.
        since: UnixMillis,
    },
}

impl Presence {
    /// The state without reason and times: all that a client may see of a technician.
    #[must_use]
    pub fn state(&self) -> State {
        match self {
            Self::Online { .. } => State::Online,
            Self::Away { .. } => State::Away,
            Self::Offline { .. } => State::Offline,
        }
    }

    /// Since when it holds.
    #[must_use]
    pub fn since(&self) -> UnixMillis {
        match self {
            Self::Online { since } | Self::Away { since, .. } | Self::Offline { since } => *since,
        }
    }
}

/// One of the three states, bare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Somebody is there.
    Online,
    /// Connected, but not there.
    Away,
    /// Not connected.
    Offline,
}

/// What a technician chose (P7); stored by the service, the same on all devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// Follows the devices.
    #[default]
    Automatic,
    /// Away, whatever the devices see.
    Away {
        /// When it was set.
        set: UnixMillis,
        /// What ends it.
        until: Until,
    },
}

impl Preference {
    /// The same preference on a clock that was set by this many milliseconds: it lasts as long as it would have (P7).
    #[must_use]
    pub fn shifted(self, by_ms: i64) -> Self {
        let Self::Away { set, until } = self else { return self };
        let until = match until {
            Until::Time(end) => Until::Time(end.shifted(by_ms)),
            Until::Cleared | Until::Back => until,
        };
        Self::Away { set: set.shifted(by_ms), until }
    }
}

/// What ends a preference for away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// Only the user.
    Cleared,
    /// This time.
    Time(UnixMillis),
    /// The first input after a full idle threshold.
    Back,
}
