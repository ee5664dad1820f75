//! The wall clock was set. Times that describe the present (since, until) move with it: the clock was wrong before, and so were they.
//! Times in the past (when a chat began, when a message was written) stay as they were stamped.

use super::People;
use crate::org::context::Context;
use chat::PersonId;
use presence::user::Stamped;
use protocol::Down;

impl People {
    /// Moves a person's times by as much as the clock was set.
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

    /// A preference is a span: it ends when it would have ended, for which the clock now shows another time (P7).
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

    /// Restores a stored preference: nobody set it later than now. If it seems so, the clock has been set back meanwhile, and at
    /// most the whole time of an Away is left.
    pub(crate) fn restore_preference(&mut self, cx: &mut Context, person: PersonId) {
        let Some(set) = self.members.get(&person).map(|member| member.person.preference.1) else { return };
        if set > cx.wall {
            let by_ms = i64::try_from(cx.wall.0).unwrap_or(0).saturating_sub_unsigned(set.0);
            self.shift_preference(cx, person, by_ms);
        }
        self.watch_preference(cx, person);
    }
}
