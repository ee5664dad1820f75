//! The preference: the user's choice, stored, the same on all devices (P7, P8).

use crate::org::store_queue::Job;
use crate::org::timer::Timer;
use crate::org::{ConnId, Core};
use crate::words;
use chat::PersonId;
use presence::user::{LONGEST_AGE, Stamped, preference_after, preference_at};
use presence::{Preference, UnixMillis, Until};
use protocol::{Down, ErrorCode, IntentId, PreferenceChange};
use std::time::Duration;
use uuid::Uuid;

/// Longest time for which one may be away by choice: a week; whoever is away longer is "until cleared".
const AWAY_FOR_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Core {
    pub(in crate::org) fn prefer(
        &mut self,
        conn: ConnId,
        re: IntentId,
        change: PreferenceChange,
        set_ago_ms: u64,
    ) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let person = connection.person;
        if !presence::eligibility::has_preference(connection.role) {
            self.refuse(conn, re, ErrorCode::NotAllowed, words::NO_PREFERENCE);
            return;
        }
        let set = self.wall.minus(Duration::from_millis(set_ago_ms).min(LONGEST_AGE));
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
                let end = self.wall.plus(Duration::from_millis(for_ms));
                preference_at(Preference::Away { set, until: Until::Time(end) }, self.wall)
            }
            PreferenceChange::Away { for_ms: Some(_), .. } => {
                self.refuse(conn, re, ErrorCode::Invalid, words::BAD_AWAY);
                return;
            }
        };
        self.enqueue(Job::Prefer { conn, re, person, preference, set });
    }

    /// Whether the setting is later than the one that is known; if not, its sender learns that one.
    pub(in crate::org) fn is_later(
        &mut self,
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
        self.ok(conn, re);
        self.send(conn, Down::Preference { preference });
        false
    }

    /// The preference is stored: now it holds.
    pub(in crate::org) fn preferred(&mut self, person: PersonId, preference: Preference, set: UnixMillis) {
        let Some(member) = self.members.get_mut(&person) else { return };
        member.person.preference = (preference, set);
        self.watch_preference(person);
        self.refresh(person);
        self.send_all(self.conns_of(person), Down::Preference { preference });
    }

    /// Ends "until I am back" when the user is back: no other device may have been active meanwhile.
    pub(in crate::org) fn back(&mut self, person: PersonId, instance: Uuid, before: Stamped, after: Stamped) {
        let (idle_after, now) = (self.idle_after(), self.wall);
        let Some(member) = self.members.get(&person) else { return };
        let other_active = member
            .devices
            .iter()
            .any(|(each, device)| *each != instance && device.is_here() && device.stamp.is_active());
        let (preference, set) = member.person.preference;
        let next = preference_after(preference, before, after, idle_after, now);
        if next != preference && !other_active {
            self.end_preference(person, set);
        }
    }

    /// A preference that was stored: nobody set it later than now. Where it seems so, the clock has been set back meanwhile, and
    /// what is left of an Away is at most all of it.
    pub(in crate::org) fn restore_preference(&mut self, person: PersonId) {
        let Some(set) = self.members.get(&person).map(|member| member.person.preference.1) else { return };
        if set > self.wall {
            let by_ms = i64::try_from(self.wall.0).unwrap_or(0).saturating_sub_unsigned(set.0);
            self.preference_shifted(person, by_ms);
        }
        self.watch_preference(person);
    }

    pub(in crate::org) fn watch_preference(&mut self, person: PersonId) {
        let Some(member) = self.members.get(&person) else { return };
        if let Preference::Away { until: Until::Time(end), .. } = member.person.preference.0 {
            self.timers.set(self.moment(end), Timer::Preference(person));
        }
    }

    pub(in crate::org) fn preference_due(&mut self, person: PersonId) {
        let Some(member) = self.members.get(&person) else { return };
        let (preference, set) = member.person.preference;
        if preference_at(preference, self.wall) != preference {
            self.end_preference(person, set);
        } else {
            // Another one was set meanwhile.
            self.watch_preference(person);
        }
    }

    /// It has ended by itself. It keeps the time of its setting: what the user sets later wins.
    fn end_preference(&mut self, person: PersonId, set: UnixMillis) {
        self.preferred(person, Preference::Automatic, set);
        self.keep_preference(person, Preference::Automatic, set);
    }
}
