//! The two clocks of an organisation. Spans and all that is due go by [`Moment`], which nobody sets; the wall clock is for what
//! is shown and stored. Between two settings of it both run at one rate here, so that a time and a moment can be told from each
//! other.
//!
//! When the wall clock is set, what people are shown of the present (since, until) moves with it: the clock was wrong before,
//! and so were they. What is over (when a chat began, what was written when) stays as it was stamped.

use crate::clock::Now;
use crate::org::Core;
use crate::org::store_queue::Job;
use chat::PersonId;
use presence::user::Stamped;
use presence::{Moment, Preference, UnixMillis, Until};
use protocol::Down;
use std::time::Duration;

/// A wall clock that differs by more than this from the time that has passed was set; less is the slewing of time servers.
const CLOCK_SET: Duration = Duration::from_secs(2);

/// A time as the clock calls it after it was set by this much.
fn shifted(time: UnixMillis, by_ms: i64) -> UnixMillis {
    // Zero says that it never was.
    if time == UnixMillis(0) { time } else { UnixMillis(time.0.saturating_add_signed(by_ms)) }
}

impl Core {
    /// Takes in what the clocks show.
    pub(in crate::org) fn tick(&mut self, now: Now) {
        self.now = now.moment;
        self.wall = self.unix(now.moment);
        let differs = now.unix.0.abs_diff(self.wall.0);
        if u128::from(differs) > CLOCK_SET.as_millis() {
            let by_ms = i128::from(now.unix.0) - i128::from(self.wall.0);
            self.clock_set(i64::try_from(by_ms).unwrap_or(0));
        }
    }

    /// What the wall clock, as it is set now, shows at a moment.
    pub(in crate::org) fn unix(&self, moment: Moment) -> UnixMillis {
        let (base, unix) = self.base;
        unix.plus(moment.since(base)).minus(base.since(moment))
    }

    /// The moment at which the wall clock, as it is set now, shows a time.
    pub(in crate::org) fn moment(&self, time: UnixMillis) -> Moment {
        let (base, unix) = self.base;
        base.plus(time.since(unix)).minus(unix.since(time))
    }

    /// The wall clock was set by this much.
    pub(in crate::org) fn clock_set(&mut self, by_ms: i64) {
        tracing::warn!(target: "service", by_ms, "the machine's clock was set");
        self.base.1 = UnixMillis(self.base.1.0.saturating_add_signed(by_ms));
        self.wall = self.unix(self.now);
        let everybody: Vec<_> = self.members.keys().copied().collect();
        for person in everybody {
            let Some(member) = self.members.get_mut(&person) else { continue };
            member.online_since = member.online_since.map(|since| shifted(since, by_ms));
            for device in member.devices.values_mut() {
                device.last_frame = shifted(device.last_frame, by_ms);
                let (Stamped::Active { since } | Stamped::Idle { since, .. }) = &mut device.stamp;
                *since = shifted(*since, by_ms);
            }
            let instances: Vec<_> = member.devices.keys().copied().collect();
            for instance in instances {
                self.unsaved_device(person, instance);
            }
            self.preference_shifted(person, by_ms);
            self.refresh(person);
        }
    }

    /// A preference is a span: it ends when it would have ended, which the clock calls another time now (P7).
    pub(in crate::org) fn preference_shifted(&mut self, person: PersonId, by_ms: i64) {
        let Some(member) = self.members.get_mut(&person) else { return };
        let (preference, known) = &mut member.person.preference;
        *known = shifted(*known, by_ms);
        let Preference::Away { set, until } = preference else { return };
        *set = shifted(*set, by_ms);
        if let Until::Time(end) = until {
            *end = shifted(*end, by_ms);
        }
        let (preference, set) = (*preference, *known);
        self.send_all(self.conns_of(person), Down::Preference { preference });
        self.enqueue(Job::KeepPreference { person, preference, set });
    }
}
