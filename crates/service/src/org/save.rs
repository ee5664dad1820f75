//! What of presence is not in the store yet, and what the store has: others are told of a device that came or went once the
//! store knows it too, so that a restart contradicts nothing that anybody was told (P10).
//!
//! Who comes and goes is saved at once, and whoever comes meanwhile shares the next commit. A change of activity is told at
//! once and saved within a second; the time of the last frame is saved now and then.

use super::Core;
use super::device::Link;
use super::job::Job;
use super::timer::Timer;
use crate::store::PresenceChanges;
use chat::PersonId;
use presence::UnixMillis;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// At most this often are changes of activity saved; and so often is tried again what the store refused.
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
    /// Whether a save waits for its turn already: it takes all that is unsaved by then.
    queued: bool,
    /// Whether the store refused the last one.
    refused: bool,
}

impl Unsaved {
    /// The clock was set: what is due stays as far away.
    pub(super) fn shift(&mut self, by_ms: i64) {
        self.last = super::shift::shifted(self.last, by_ms);
        self.due = self.due.map(|due| super::shift::shifted(due, by_ms));
    }
}

impl Core {
    /// A device has come or is gone.
    pub(super) fn unsaved_coming(&mut self, person: PersonId, instance: Uuid) {
        self.unsaved.devices.insert((person, instance));
        if self.unsaved.refused {
            self.save_within(EVERY);
        } else {
            self.save(None);
        }
    }

    /// What a device sees has changed.
    pub(super) fn unsaved_device(&mut self, person: PersonId, instance: Uuid) {
        self.unsaved.devices.insert((person, instance));
        self.save_within(EVERY);
    }

    pub(super) fn unsaved_frame(&mut self, person: PersonId, instance: Uuid) {
        self.unsaved.devices.insert((person, instance));
        self.save_within(FRAMES_EVERY);
    }

    /// Saved with the device whose going has changed it.
    pub(super) fn unsaved_last_seen(&mut self, person: PersonId) {
        self.unsaved.last_seen.insert(person);
    }

    /// Everything, now: the service goes down.
    pub(super) fn unsaved_all(&mut self) {
        for (person, member) in &self.members {
            self.unsaved.devices.extend(member.devices.keys().map(|instance| (*person, *instance)));
        }
        self.save(None);
    }

    pub(super) fn save_then_ok(&mut self, conn: super::ConnId, re: protocol::IntentId) {
        self.save(Some((conn, re)));
    }

    fn save(&mut self, then: Option<(super::ConnId, protocol::IntentId)>) {
        if then.is_some() || !self.unsaved.queued {
            self.unsaved.queued = true;
            self.enqueue(Job::Save { then });
        }
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
            self.save(None);
        }
    }

    /// Takes out all that is unsaved; what the store refuses is put back by [`Core::save_again`].
    pub(super) fn take_unsaved(&mut self) -> PresenceChanges {
        self.unsaved.last = self.now;
        self.unsaved.due = None;
        self.unsaved.queued = false;
        let mut changes = PresenceChanges::default();
        for (person, instance) in std::mem::take(&mut self.unsaved.devices) {
            let device = self.members.get(&person).and_then(|member| member.devices.get(&instance));
            match device.filter(|device| device.is_here()) {
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

    /// The store has these changes: others are told who came and who is gone.
    pub(super) fn saved(&mut self, changes: &PresenceChanges) {
        self.unsaved.refused = false;
        let mut different = BTreeSet::new();
        for device in &changes.devices {
            if self.kept(device.person, device.instance, true) {
                different.insert(device.person);
            }
        }
        for (person, instance) in &changes.gone {
            if self.kept(*person, *instance, false) {
                different.insert(*person);
            }
        }
        for person in different {
            self.refresh(person);
        }
    }

    /// Notes whether the store has a device; one that is gone on both sides is no more. Whether that is new.
    fn kept(&mut self, person: PersonId, instance: Uuid, kept: bool) -> bool {
        let Some(member) = self.members.get_mut(&person) else { return false };
        let Some(device) = member.devices.get_mut(&instance) else { return false };
        let before = std::mem::replace(&mut device.kept, kept);
        if !kept && device.link == Link::Gone {
            member.devices.remove(&instance);
        }
        before != kept
    }

    pub(super) fn save_again(&mut self, changes: &PresenceChanges) {
        self.unsaved.refused = true;
        self.unsaved.devices.extend(changes.devices.iter().map(|device| (device.person, device.instance)));
        self.unsaved.devices.extend(changes.gone.iter().copied());
        self.unsaved.last_seen.extend(changes.last_seen.iter().map(|(person, _)| *person));
        self.save_within(EVERY);
    }
}
