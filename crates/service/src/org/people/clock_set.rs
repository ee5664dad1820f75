//! The wall clock was set. What people are shown of the present (since, until) moves with it: the clock was wrong before, and so
//! were they. What is over (when a chat began, what was written when) stays as it was stamped.

use super::People;
use crate::org::context::Context;
use chat::PersonId;
use presence::user::Stamped;
use protocol::Down;

impl People {
    /// Moves what is shown of a person by as much as the clock was set.
    pub(crate) fn shift(&mut self, cx: &mut Context, person: PersonId, by_ms: i64) {
        let Some(member) = self.members.get_mut(&person) else { return };
        member.online_since = member.online_since.map(|since| since.shifted(by_ms));
        for device in member.devices.values_mut() {
            device.last_frame = device.last_frame.shifted(by_ms);
            let (Stamped::Active { since } | Stamped::Idle { since, .. }) = &mut device.stamp;
            *since = since.shifted(by_ms);
        }
        let instances: Vec<_> = member.devices.keys().copied().collect();
        for instance in instances {
            self.unsaved_device(cx, person, instance);
        }
        self.shift_preference(cx, person, by_ms);
    }

    /// A preference is a span: it ends when it would have ended, which the clock calls another time now (P7).
    fn shift_preference(&mut self, cx: &mut Context, person: PersonId, by_ms: i64) {
        let Some(member) = self.members.get_mut(&person) else { return };
        let (preference, set) = &mut member.person.preference;
        let before = (*preference, *set);
        (*preference, *set) = (preference.shifted(by_ms), set.shifted(by_ms));
        let after = (*preference, *set);
        if after.0 != before.0 {
            cx.send_all(self.conns_of(person), Down::Preference { preference: after.0 });
        }
        if after != before {
            self.unsaved_preference(cx, person);
        }
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
