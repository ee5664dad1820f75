//! The user's presence by the service's rule (P9): from the preference (P7), this device as it is now, and the user's other devices
//! as the service last told them.

use super::context::Context;
use super::contract::Requester;
use super::pending::Pending;
use crate::view::AwayUntil;
use crate::words;
use presence::user::{Stamped, active_since, preference_at, presence};
use presence::{Activity, Moment, Preference, Presence, UnixMillis, Until};
use protocol::{Devices, PreferenceChange, Up};

/// What the service tells of the user's presence.
#[derive(Debug)]
pub(super) struct UserPresence {
    /// As the service has confirmed it.
    preference: Preference,
    devices: Devices,
}

/// The wire's form of an intent to be away.
pub(super) fn away(until: AwayUntil) -> PreferenceChange {
    match until {
        AwayUntil::Cleared => PreferenceChange::Away { for_ms: None, until_back: false },
        AwayUntil::For(for_ms) => PreferenceChange::Away { for_ms: Some(for_ms), until_back: false },
        AwayUntil::Back => PreferenceChange::Away { for_ms: None, until_back: true },
    }
}

impl UserPresence {
    pub(super) fn new() -> Self {
        Self { preference: Preference::Automatic, devices: Vec::new() }
    }

    pub(super) fn preference(&self) -> Preference {
        self.preference
    }

    pub(super) fn set_preference(&mut self, preference: Preference) {
        self.preference = preference;
    }

    pub(super) fn devices(&self) -> &Devices {
        &self.devices
    }

    pub(super) fn set_devices(&mut self, devices: Devices) {
        self.devices = devices;
    }

    /// A technician changes the preference. Without a connection the link keeps the change.
    pub(super) fn prefer(
        &self,
        cx: &mut Context,
        from: Option<Requester>,
        preference: PreferenceChange,
        is_welcome: bool,
    ) {
        // Only the later of two settings counts, and the link may drop the earlier one unsent.
        answer_pending(cx, words::changed_since());
        let up = |id| Up::Prefer { id, preference, set_ago_ms: 0 };
        if is_welcome {
            cx.ask(Pending::Prefer { from }, up);
        } else {
            let id = cx.ids.next();
            cx.send(up(id));
            cx.done(from, words::kept());
        }
    }

    /// When a preference runs out: then the view changes without a frame.
    pub(super) fn next_timeout(&self, cx: &Context) -> Option<Moment> {
        match self.preference {
            Preference::Away { until: Until::Time(end), .. } if end > cx.service_now() => {
                Some(cx.clock.moment_of(end))
            }
            Preference::Away { until: Until::Time(_) | Until::Cleared | Until::Back, .. }
            | Preference::Automatic => None,
        }
    }

    /// The user's presence as others see it: `here` is what this device sees, and since when by the service's clock.
    pub(super) fn presence(&self, here: (Activity, UnixMillis), now: UnixMillis) -> Presence {
        let others = self
            .devices
            .iter()
            .filter(|device| !device.this)
            .map(|device| stamped(device.activity, device.since));
        let preference = preference_at(self.preference, now);
        let all: Vec<Stamped> = others.chain([self.stamped_here(here, now)]).collect();
        // Only the service knows since when the user is Online; the tray does not show it.
        let active = active_since(all.iter().copied(), None);
        presence(all, active, preference, now)
    }

    /// This device with the service's stamp, if that is for the same activity; otherwise with the stamp that it will get.
    fn stamped_here(&self, (activity, here_since): (Activity, UnixMillis), now: UnixMillis) -> Stamped {
        let before = self
            .devices
            .iter()
            .find(|device| device.this)
            .map(|device| stamped(device.activity, device.since));
        match (before, activity) {
            (Some(Stamped::Active { since }), Activity::Active) => Stamped::Active { since },
            (_, Activity::Active) => Stamped::Active { since: here_since },
            (before, idle @ Activity::Idle { .. }) => Stamped::next(before, idle, now),
        }
    }
}

/// Answers everybody who waits for a setting to be confirmed, since no confirmation will come.
pub(super) fn answer_pending(cx: &mut Context, note: &str) {
    for from in cx.pending.take_preferences() {
        cx.done(from, note);
    }
}

fn stamped(activity: Activity, since: UnixMillis) -> Stamped {
    match activity {
        Activity::Active => Stamped::Active { since },
        Activity::Idle { reason, .. } => Stamped::Idle { reason, since },
    }
}
