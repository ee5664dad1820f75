//! What of presence is not in the store yet. Who comes and goes is saved soon, a change of activity within a second, the time
//! of the last frame now and then: after a crash everybody who was connected is in grace (P10).

use super::Core;
use super::job::Job;
use super::timer::Timer;
use crate::store::PresenceChanges;
use chat::PersonId;
use presence::UnixMillis;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// At most this long is a device that came or went unknown to the store; a crowd shares one commit.
const SOON: Duration = Duration::from_millis(100);
/// At most this often are changes of activity saved.
const EVERY: Duration = Duration::from_secs(1);
/// At most this stale is the stored time of a last frame: it is only shown, after a crash, as "offline since".
const FRAMES_EVERY: Duration = Duration::from_secs(60);

/// What is unsaved.
#[derive(Clone, Debug, Default)]
pub(super) struct Unsaved {
    devices: BTreeSet<(PersonId, Uuid)>,
    last_seen: BTreeSet<PersonId>,
    last: UnixMillis,
    due: Option<UnixMillis>,
}

impl Core {
    pub(super) fn unsaved_device(&mut self, person: PersonId, instance: Uuid, soon: bool) {
        self.unsaved.devices.insert((person, instance));
        self.save_within(if soon { SOON } else { EVERY });
    }

    pub(super) fn unsaved_frame(&mut self, person: PersonId, instance: Uuid) {
        self.unsaved.devices.insert((person, instance));
        self.save_within(FRAMES_EVERY);
    }

    pub(super) fn unsaved_last_seen(&mut self, person: PersonId) {
        self.unsaved.last_seen.insert(person);
        self.save_within(SOON);
    }

    /// Everything, now: the service goes down.
    pub(super) fn unsaved_all(&mut self) {
        for (person, member) in &self.members {
            self.unsaved.devices.extend(member.devices.keys().map(|instance| (*person, *instance)));
        }
        self.enqueue(Job::Save { then: None });
    }

    fn save_within(&mut self, within: Duration) {
        let due = self.unsaved.last.plus(within).max(self.now);
        if self.unsaved.due.is_none_or(|known| due < known) {
            self.unsaved.due = Some(due);
            self.timers.set(due, Timer::Save);
        }
    }

    pub(super) fn save_due(&mut self) {
        if self.unsaved.due.is_some_and(|due| due <= self.now) {
            self.unsaved.due = None;
            self.enqueue(Job::Save { then: None });
        }
    }

    pub(super) fn save_then_ok(&mut self, conn: super::ConnId, re: protocol::IntentId) {
        self.enqueue(Job::Save { then: Some((conn, re)) });
    }

    /// Takes out all that is unsaved; what the store refuses is put back by [`Core::save_again`].
    pub(super) fn take_unsaved(&mut self) -> PresenceChanges {
        self.unsaved.last = self.now;
        self.unsaved.due = None;
        let mut changes = PresenceChanges::default();
        for (person, instance) in std::mem::take(&mut self.unsaved.devices) {
            match self.members.get(&person).and_then(|member| member.devices.get(&instance)) {
                Some(device) => changes.devices.push(device.stored(person, instance)),
                None => changes.gone.push((person, instance)),
            }
        }
        for person in std::mem::take(&mut self.unsaved.last_seen) {
            if let Some(member) = self.members.get(&person) {
                changes.last_seen.push((person, member.person.last_seen));
            }
        }
        changes
    }

    pub(super) fn save_again(&mut self, changes: &PresenceChanges) {
        self.unsaved.devices.extend(changes.devices.iter().map(|device| (device.person, device.instance)));
        self.unsaved.devices.extend(changes.gone.iter().copied());
        self.unsaved.last_seen.extend(changes.last_seen.iter().map(|(person, _)| *person));
        self.save_within(EVERY);
    }
}
