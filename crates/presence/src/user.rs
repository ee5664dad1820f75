//! What the service makes of a user's devices and preference: the [`Presence`] that others see (P7, P9, P10).
//!
//! The service stamps each device's activity once, on arrival; this module knows only those stamps.

use crate::{Activity, AwayReason, IdleReason, Preference, Presence, UnixMillis, Until};
use std::time::Duration;

/// A device's activity with the service's stamp on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamped {
    /// Active since the change from idle to active.
    Active {
        /// When that change arrived.
        since: UnixMillis,
    },
    /// Idle since the last input, the lock, or the suspend.
    Idle {
        /// Why.
        reason: IdleReason,
        /// Since when.
        since: UnixMillis,
    },
}

/// The longest age that is believed: anybody idle for longer counts as idle for a year. So no age gives a time before the epoch.
pub const LONGEST_AGE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How much a restated age may differ from the known stamp before the stamp moves: the network's delay does not count.
pub const SAME_SINCE: Duration = Duration::from_millis(1500);

impl Stamped {
    /// Stamps a report that arrived at `now`. A report that only restates the activity keeps its stamp (P11).
    #[must_use]
    pub fn next(before: Option<Self>, report: Activity, now: UnixMillis) -> Self {
        match (report, before) {
            (Activity::Active, Some(Self::Active { since })) => Self::Active { since },
            (Activity::Active, _) => Self::Active { since: now },
            (Activity::Idle { reason, idle_for_ms }, before) => {
                let stamped = now.minus(Duration::from_millis(idle_for_ms).min(LONGEST_AGE));
                match before {
                    Some(Self::Idle { reason: known, since })
                        if known == reason
                            && since.0.abs_diff(stamped.0) as u128 <= SAME_SINCE.as_millis() =>
                    {
                        Self::Idle { reason, since }
                    }
                    _ => Self::Idle { reason, since: stamped },
                }
            }
        }
    }

    /// Whether the device is active.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Active { .. })
    }

    fn since(self) -> UnixMillis {
        match self {
            Self::Active { since } | Self::Idle { since, .. } => since,
        }
    }
}

/// Since when a user is active on any of these devices; `before` is the previous result. It stays the same when the device that was
/// active first leaves or is locked while another is in use (P9).
#[must_use]
pub fn active_since(
    devices: impl IntoIterator<Item = Stamped>,
    before: Option<UnixMillis>,
) -> Option<UnixMillis> {
    let active = devices.into_iter().filter(Stamped::is_active).map(Stamped::since).min()?;
    Some(before.unwrap_or(active))
}

/// The presence of a user (P9). `devices` are those that are connected or in grace; `last_seen` is the last frame of the
/// last device, used if none is left; `active` is what [`active_since`] gives for them.
#[must_use]
pub fn presence(
    devices: impl IntoIterator<Item = Stamped>,
    active: Option<UnixMillis>,
    preference: Preference,
    last_seen: UnixMillis,
) -> Presence {
    let mut idle: Option<(UnixMillis, IdleReason)> = None;
    for device in devices {
        match device {
            Stamped::Active { .. } => {}
            Stamped::Idle { reason, since } => {
                if idle.is_none_or(|(known, _)| since > known) {
                    idle = Some((since, reason));
                }
            }
        }
    }
    match (active, idle, preference) {
        (None, None, _) => Presence::Offline { since: last_seen },
        (_, _, Preference::Away { set, until }) => Presence::Away {
            reason: AwayReason::Manual,
            since: set,
            until: match until {
                Until::Time(time) => Some(time),
                Until::Cleared | Until::Back => None,
            },
        },
        (Some(since), _, Preference::Automatic) => Presence::Online { since },
        (None, Some((since, reason)), Preference::Automatic) => {
            Presence::Away { reason: reason.into(), since, until: None }
        }
    }
}

/// The preference at `now`: after its end, it is automatic again.
#[must_use]
pub fn preference_at(preference: Preference, now: UnixMillis) -> Preference {
    match preference {
        Preference::Away { until: Until::Time(end), .. } if end <= now => Preference::Automatic,
        Preference::Automatic | Preference::Away { .. } => preference,
    }
}

/// The preference after a device's stamp went from `before` to `after`: "until I am back" ends with the first input after
/// a full idle threshold (P7).
#[must_use]
pub fn preference_after(
    preference: Preference,
    before: Stamped,
    after: Stamped,
    idle_after: Duration,
    now: UnixMillis,
) -> Preference {
    match preference {
        Preference::Away { until: Until::Back, set }
            if !before.is_active()
                && after.is_active()
                && now.since(before.since().max(set)) >= idle_after =>
        {
            Preference::Automatic
        }
        Preference::Automatic | Preference::Away { .. } => preference,
    }
}

#[cfg(test)]
mod tests;
