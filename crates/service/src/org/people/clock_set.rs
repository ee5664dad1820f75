//! The wall clock was set. What people are shown of the present (since, until) moves with it: the clock was wrong before, and so
//! were they. What is over (when a chat began, what was written when) stays as it was stamped.

use super::People;
use crate::org::context::Context;
use chat::PersonId;
use presence::user::Stamped;
use presence::{Preference, UnixMillis, Until};
use protocol::Down;

/// A time as the clock calls it after it was set by this much.
fn shifted(time: UnixMillis, by_ms: i64) -> UnixMillis {
    // Zero says that it never was.
    if time == UnixMillis(0) { time } else { UnixMillis(time.0.saturating_add_signed(by_ms)) }
}

impl People {
    /// Moves what is shown of a person by as much as the clock was set.
    pub(crate) fn shift(&mut self, cx: &mut Context, person: PersonId, by_ms: i64) {
        let Some(member) = self.members.get_mut(&person) else { return };
        member.online_since = member.online_since.map(|since| shifted(since, by_ms));
        for device in member.devices.values_mut() {
            device.last_frame = shifted(device.last_frame, by_ms);
            let (Stamped::Active { since } | Stamped::Idle { since, .. }) = &mut device.stamp;
            *since = shifted(*since, by_ms);
        }
        let instances: Vec<_> = member.devices.keys().copied().collect();
        for instance in instances {
            self.unsaved_device(cx, person, instance);
        }
        self.shift_preference(cx, person, by_ms);
    }

    /// A preference is a span: it ends when it would have ended, which the clock calls another time now (P7).
    pub(crate) fn shift_preference(&mut self, cx: &mut Context, person: PersonId, by_ms: i64) {
        let Some(member) = self.members.get_mut(&person) else { return };
        let (preference, known) = &mut member.person.preference;
        *known = shifted(*known, by_ms);
        let Preference::Away { set, until } = preference else { return };
        *set = shifted(*set, by_ms);
        if let Until::Time(end) = until {
            *end = shifted(*end, by_ms);
        }
        let (preference, set) = (*preference, *known);
        cx.send_all(self.conns_of(person), Down::Preference { preference });
        cx.keep_preference(person, preference, set);
    }

    /// A preference that was stored: nobody set it later than now. Where it seems so, the clock has been set back meanwhile, and
    /// what is left of an Away is at most all of it.
    pub(crate) fn restore_preference(&mut self, cx: &mut Context, person: PersonId) {
        let Some(set) = self.members.get(&person).map(|member| member.person.preference.1) else { return };
        if set > cx.wall {
            let by_ms = i64::try_from(cx.wall.0).unwrap_or(0).saturating_sub_unsigned(set.0);
            self.shift_preference(cx, person, by_ms);
        }
        self.watch_preference(cx, person);
    }
}
