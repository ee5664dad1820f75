//! What of presence, and of what people have seen, is not in the store yet, and what the store has: others are told of a device that came or went once the
//! store knows it too, so that a restart contradicts nothing that anybody was told (P10).
//!
//! Who comes and goes is saved at once, and whoever comes meanwhile shares the next commit. A change of activity is told at
//! once and saved within a second. That frames come is saved now and then, once for all devices. How far people have seen chats goes
//! with the next of these steps, or by itself after a second: a commit for each message that somebody reads would cost as much as
//! the messages.

use crate::org::Core;
use crate::org::model::device::Link;
use crate::org::store_queue::Job;
use crate::org::timer::Timer;
use crate::store::Changes;
use chat::{PersonId, SessionId};
use presence::{Moment, State};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;

/// At most this often are changes of activity saved; and so often is tried again what the store refused.
const EVERY: Duration = Duration::from_secs(1);
/// How long it may take until what somebody has seen is saved. A crash in between shows them as new again what they have just read.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// How often is saved that frames come, as often as each device sends one: "offline since" is at most so wrong after a crash.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// What is unsaved.
#[derive(Clone, Debug, Default)]
pub(in crate::org) struct Unsaved {
    devices: BTreeSet<(PersonId, Uuid)>,
    last_seen: BTreeSet<PersonId>,
    /// How far people have seen sessions: one number for each, however often they say it.
    seen: BTreeMap<(SessionId, PersonId), u64>,
    /// A frame has come from any device.
    alive: bool,
    last: Moment,
    due: Option<Moment>,
    /// Whether a save waits for its turn already: it takes all that is unsaved by then.
    queued: bool,
    /// Whether the store refused the last one.
    refused: bool,
}

impl Unsaved {
    fn saw(&mut self, session: SessionId, person: PersonId, number: u64) {
        let known = self.seen.entry((session, person)).or_insert(0);
        *known = number.max(*known);
    }
}

impl Core {
    /// A device has come or is gone.
    pub(in crate::org) fn unsaved_coming(&mut self, person: PersonId, instance: Uuid) {
        self.unsaved.devices.insert((person, instance));
        if self.unsaved.refused {
            self.save_within(EVERY);
        } else {
            self.save(None);
        }
    }

    /// What a device sees has changed.
    pub(in crate::org) fn unsaved_device(&mut self, person: PersonId, instance: Uuid) {
        self.unsaved.devices.insert((person, instance));
        self.save_within(EVERY);
    }

    /// A frame has come from a device.
    pub(in crate::org) fn unsaved_frame(&mut self) {
        self.unsaved.alive = true;
        self.save_within(ALIVE_EVERY);
    }

    /// Somebody has seen a session so far.
    pub(in crate::org) fn unsaved_seen(&mut self, session: SessionId, person: PersonId, number: u64) {
        self.unsaved.saw(session, person, number);
        if self.draining {
            // What is due later does not come any more.
            self.save(None);
        } else {
            self.save_by(self.now.plus(SEEN_WITHIN));
        }
    }

    /// Saved with the device whose going has changed it.
    pub(in crate::org) fn unsaved_last_seen(&mut self, person: PersonId) {
        self.unsaved.last_seen.insert(person);
    }

    /// Everything, now: the service goes down.
    pub(in crate::org) fn unsaved_all(&mut self) {
        for (person, member) in &self.members {
            self.unsaved.devices.extend(member.devices.keys().map(|instance| (*person, *instance)));
        }
        self.save(None);
    }

    pub(in crate::org) fn save_then_ok(&mut self, conn: crate::org::ConnId, re: protocol::IntentId) {
        self.save(Some((conn, re)));
    }

    fn save(&mut self, then: Option<(crate::org::ConnId, protocol::IntentId)>) {
        if then.is_some() || !self.unsaved.queued {
            // One that was refused saves nothing later.
            self.unsaved.queued |= self.enqueue(Job::Save { then });
        }
    }

    fn save_within(&mut self, within: Duration) {
        self.save_by(self.unsaved.last.plus(within));
    }

    fn save_by(&mut self, due: Moment) {
        let due = due.max(self.now);
        if self.unsaved.due.is_none_or(|known| due < known) {
            self.unsaved.due = Some(due);
            self.timers.set(due, Timer::Save);
        }
    }

    pub(in crate::org) fn save_due(&mut self) {
        if self.unsaved.due.is_some_and(|due| due <= self.now) {
            self.unsaved.due = None;
            self.save(None);
        }
    }

    /// Takes out all that is unsaved; what the store refuses is put back by [`Core::save_again`].
    pub(in crate::org) fn take_unsaved(&mut self) -> Changes {
        self.unsaved.last = self.now;
        self.unsaved.due = None;
        self.unsaved.queued = false;
        let mut changes = Changes::default();
        if std::mem::take(&mut self.unsaved.alive) {
            changes.alive = Some((self.organisation.id, self.wall));
        }
        for (person, instance) in std::mem::take(&mut self.unsaved.devices) {
            let member = self.members.get(&person);
            let online_since = member.and_then(|member| member.online_since);
            let device = member.and_then(|member| member.devices.get(&instance));
            match device.filter(|device| device.is_here()) {
                Some(device) => {
                    let unix = |moment| self.unix(moment);
                    let mut stored = device.stored(person, instance, online_since, unix);
                    // The last frame of a connection that is closed now has come.
                    stored.connected &= !self.draining;
                    changes.devices.push(stored);
                }
                None => changes.gone.push((person, instance)),
            }
        }
        for person in std::mem::take(&mut self.unsaved.last_seen) {
            if let Some(member) = self.members.get(&person) {
                changes.last_seen.push((person, member.person.last_seen));
            }
        }
        // What the store refused may have been these: presence is then saved without them, and they come next.
        if !self.unsaved.refused || changes.is_empty() {
            let seen = std::mem::take(&mut self.unsaved.seen);
            changes.seen =
                seen.into_iter().map(|((session, person), number)| (session, person, number)).collect();
        }
        changes
    }

    /// The store has these changes: others are told who came and who is gone.
    pub(in crate::org) fn saved(&mut self, changes: &Changes) {
        self.unsaved.refused = false;
        if !self.unsaved.seen.is_empty() {
            if self.draining {
                self.save(None);
            } else {
                self.save_by(self.now.plus(SEEN_WITHIN));
            }
        }
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
        self.looks_due();
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

    pub(in crate::org) fn save_again(&mut self, changes: &Changes) {
        self.unsaved.refused = true;
        self.unsaved.alive |= changes.alive.is_some();
        self.unsaved.devices.extend(changes.devices.iter().map(|device| (device.person, device.instance)));
        self.unsaved.devices.extend(changes.gone.iter().copied());
        self.unsaved.last_seen.extend(changes.last_seen.iter().map(|(person, _)| *person));
        for (session, person, number) in &changes.seen {
            self.unsaved.saw(*session, *person, *number);
        }
        self.save_within(EVERY);
        self.looks_due();
    }

    /// Whether this connection's user is Offline to others only until the store has taken in its device.
    pub(in crate::org) fn is_about_to_count(&self, conn: crate::org::ConnId) -> bool {
        let counts_soon = self.conns.get(&conn).is_some_and(|connection| {
            self.members.get(&connection.person).is_some_and(|member| {
                let device = member.devices.get(&connection.instance);
                member.presence.state() == State::Offline
                    && device.is_some_and(|device| device.is_here() && !device.kept)
            })
        });
        counts_soon && !self.unsaved.refused
    }
}
