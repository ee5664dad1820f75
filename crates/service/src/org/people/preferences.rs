//! The preference: the user's choice, stored, the same on all devices (P7, P8).

use super::People;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::store_queue::Job;
use crate::org::timer::Timer;
use crate::words;
use chat::PersonId;
use presence::user::{LONGEST_AGE, Stamped, preference_after, preference_at};
use presence::{Preference, UnixMillis, Until};
use protocol::{Down, ErrorCode, IntentId, PreferenceChange};
use std::time::Duration;
use uuid::Uuid;

/// Longest time for which one may be away by choice: a week; longer than that is "until cleared".
const AWAY_FOR_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl People {
    pub(crate) fn prefer(
        &mut self,
        cx: &mut Context,
        conn: ConnId,
        re: IntentId,
        change: PreferenceChange,
        set_ago_ms: u64,
    ) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let person = connection.person;
        if !presence::eligibility::has_preference(connection.role) {
            cx.refuse(conn, re, ErrorCode::NotAllowed, words::NO_PREFERENCE);
            return;
        }
        let set = cx.wall.minus(Duration::from_millis(set_ago_ms).min(LONGEST_AGE));
        let preference = match change {
            PreferenceChange::Automatic => Preference::Automatic,
            PreferenceChange::Away { for_ms: None, until_back: false } => {
                Preference::Away { set, until: Until::Cleared }
            }
            PreferenceChange::Away { for_ms: None, until_back: true } => {
                Preference::Away { set, until: Until::Back }
            }
            PreferenceChange::Away { for_ms: Some(for_ms), until_back: false }
                if Duration::from_millis(for_ms) <= AWAY_FOR_MAX =>
            {
                let end = cx.wall.plus(Duration::from_millis(for_ms));
                preference_at(Preference::Away { set, until: Until::Time(end) }, cx.wall)
            }
            PreferenceChange::Away { for_ms: Some(_), .. } => {
                cx.refuse(conn, re, ErrorCode::Invalid, words::BAD_AWAY);
                return;
            }
        };
        cx.enqueue(Job::Prefer { conn, re, person, preference, set });
    }

    /// Whether the setting is later than the current one; if not, its sender is told the current one.
    pub(crate) fn is_later(
        &mut self,
        cx: &mut Context,
        conn: ConnId,
        re: IntentId,
        person: PersonId,
        set: UnixMillis,
    ) -> bool {
        let Some(member) = self.members.get(&person) else { return false };
        let (preference, known) = member.person.preference;
        if set >= known {
            return true;
        }
        cx.ok(conn, re);
        cx.send(conn, Down::Preference { preference });
        false
    }

    /// The preference is stored: it applies from now on. Returns whether this person is known.
    #[must_use = "chats follow: `Core::preferred`"]
    pub(crate) fn put_preference(
        &mut self,
        cx: &mut Context,
        person: PersonId,
        preference: Preference,
        set: UnixMillis,
    ) -> bool {
        let Some(member) = self.members.get_mut(&person) else { return false };
        member.person.preference = (preference, set);
        self.watch_preference(cx, person);
        true
    }

    /// Whether the user is back, which ends "until I am back": no other device may have been active meanwhile.
    pub(crate) fn is_back(
        &self,
        cx: &Context,
        person: PersonId,
        instance: Uuid,
        before: Stamped,
        after: Stamped,
    ) -> bool {
        let Some(member) = self.members.get(&person) else { return false };
        let other_active = member
            .devices
            .iter()
            .any(|(each, device)| *each != instance && device.is_here() && device.stamp.is_active());
        let preference = member.person.preference.0;
        preference_after(preference, before, after, cx.idle_after(), cx.wall) != preference && !other_active
    }

    /// Whether the preference has run out. If another one was set meanwhile, sets a timer for that one.
    pub(crate) fn is_preference_over(&mut self, cx: &mut Context, person: PersonId) -> bool {
        let Some(member) = self.members.get(&person) else { return false };
        let preference = member.person.preference.0;
        let is_over = preference_at(preference, cx.wall) != preference;
        if !is_over {
            self.watch_preference(cx, person);
        }
        is_over
    }

    pub(crate) fn watch_preference(&mut self, cx: &mut Context, person: PersonId) {
        let Some(member) = self.members.get(&person) else { return };
        if let Preference::Away { until: Until::Time(end), .. } = member.person.preference.0 {
            cx.timers.set(cx.moment(end), Timer::Preference(person));
        }
    }
}
