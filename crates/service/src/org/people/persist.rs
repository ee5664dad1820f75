//! Which changes of presence, and of what people have seen, are not in the store yet. Others are told that a device came or went once
//! the store knows it too, so that a restart contradicts nothing that anybody was told (P10).
//!
//! Arrivals and departures are saved at once, and those that happen meanwhile share the next commit. A change of activity is announced
//! at once and saved within a second. That frames arrive is saved now and then, once for all devices. What people have seen is saved
//! with the next of these steps, or separately after a second: a commit for each message that somebody reads would cost as much as the
//! messages.

use super::People;
use super::unsaved::RefusedSeen;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::model::device::Link;
use crate::org::store_queue::Job;
use crate::org::timer::Timer;
use crate::store::Changes;
use chat::{PersonId, SessionId};
use presence::{Moment, State};
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// How often changes of activity are saved at most, and how often a refused save is tried again.
const EVERY: Duration = Duration::from_secs(1);
/// How long it may take to save what somebody has seen. A crash in between shows them as new again what they have just read.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// How often the time of the last frames is saved, as often as each device sends one: after a crash, "offline since" is wrong by at most
/// this.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

impl People {
    /// A device has connected or is gone.
    pub(crate) fn unsaved_coming(&mut self, cx: &mut Context, person: PersonId, instance: Uuid) {
        self.unsaved.devices.insert((person, instance));
        if self.unsaved.refused {
            self.save_within(cx, EVERY);
        } else {
            self.save(cx, None);
        }
    }

    /// A device's activity has changed.
    pub(crate) fn unsaved_device(&mut self, cx: &mut Context, person: PersonId, instance: Uuid) {
        self.unsaved.devices.insert((person, instance));
        self.save_within(cx, EVERY);
    }

    /// A preference has ended by itself, or its times have moved with the clock.
    pub(crate) fn unsaved_preference(&mut self, cx: &mut Context, person: PersonId) {
        self.unsaved.preferences.insert(person);
        if self.unsaved.refused {
            self.save_within(cx, EVERY);
        } else {
            self.save(cx, None);
        }
    }

    /// The clock was set, and all stored times that describe the present have moved with it. They are saved in one step, before
    /// everything that waits: after a crash, the start notices by the latest stored time that the clock was set, and moves all of
    /// them by as much. If only some of them were stored by the new clock, those would move twice.
    pub(crate) fn unsaved_shift(&mut self, cx: &mut Context) {
        self.unsaved.alive = true;
        self.unsaved.queued = true;
        cx.queue.save_first();
    }

    /// A frame has arrived from a device.
    pub(crate) fn unsaved_frame(&mut self, cx: &mut Context) {
        self.unsaved.alive = true;
        self.save_within(cx, ALIVE_EVERY);
    }

    /// Somebody has seen a session up to this message.
    pub(crate) fn unsaved_seen(
        &mut self,
        cx: &mut Context,
        session: SessionId,
        person: PersonId,
        number: u64,
    ) {
        self.unsaved.mark_seen(session, person, number);
        if cx.draining {
            // Nothing is saved later any more.
            self.save(cx, None);
        } else {
            self.save_by(cx, cx.now.plus(SEEN_WITHIN));
        }
    }

    /// It is saved together with the device that left.
    pub(crate) fn unsaved_last_seen(&mut self, person: PersonId) {
        self.unsaved.last_seen.insert(person);
    }

    /// Saves everything now: the service is going down.
    pub(crate) fn unsaved_all(&mut self, cx: &mut Context) {
        for (person, member) in &self.members {
            self.unsaved.devices.extend(member.devices.keys().map(|instance| (*person, *instance)));
        }
        self.save(cx, None);
    }

    pub(crate) fn save_then_ok(&mut self, cx: &mut Context, conn: ConnId, re: protocol::IntentId) {
        self.save(cx, Some((conn, re)));
    }

    fn save(&mut self, cx: &mut Context, then: Option<(ConnId, protocol::IntentId)>) {
        if then.is_some() || !self.unsaved.queued {
            // A refused job saves nothing later.
            self.unsaved.queued |= cx.enqueue(Job::Save { then });
        }
    }

    fn save_within(&mut self, cx: &mut Context, within: Duration) {
        self.save_by(cx, self.unsaved.last.plus(within));
    }

    fn save_by(&mut self, cx: &mut Context, due: Moment) {
        let due = due.max(cx.now);
        if self.unsaved.due.is_none_or(|known| due < known) {
            self.unsaved.due = Some(due);
            cx.timers.set(due, Timer::Save);
        }
    }

    pub(crate) fn save_due(&mut self, cx: &mut Context) {
        if self.unsaved.due.is_some_and(|due| due <= cx.now) {
            self.unsaved.due = None;
            self.save(cx, None);
        }
    }

    /// Takes everything that is unsaved; [`People::save_again`] puts back what the store refuses. `somebody_waits`: an intent is
    /// answered once presence is saved.
    pub(crate) fn take_unsaved(&mut self, cx: &mut Context, somebody_waits: bool) -> Changes {
        self.unsaved.last = cx.now;
        self.unsaved.due = None;
        self.unsaved.queued = false;
        let seen_alone = self.unsaved.is_seen_next() && !somebody_waits;
        let mut changes = if seen_alone { Changes::default() } else { self.take_unsaved_presence(cx) };
        if changes.is_empty() || self.unsaved.refused_seen == RefusedSeen::No {
            let seen = std::mem::take(&mut self.unsaved.seen);
            changes.seen =
                seen.into_iter().map(|((session, person), number)| (session, person, number)).collect();
        }
        if self.unsaved.has_people() {
            self.save(cx, None);
        } else if self.unsaved.alive {
            self.save_within(cx, ALIVE_EVERY);
        }
        changes
    }

    fn take_unsaved_presence(&mut self, cx: &Context) -> Changes {
        let mut changes = Changes::default();
        if std::mem::take(&mut self.unsaved.alive) {
            changes.alive = Some((cx.organisation.id, cx.wall));
        }
        for (person, instance) in std::mem::take(&mut self.unsaved.devices) {
            let member = self.members.get(&person);
            let online_since = member.and_then(|member| member.online_since);
            let device = member.and_then(|member| member.devices.get(&instance));
            match device.filter(|device| device.is_here()) {
                Some(device) => {
                    let unix = |moment| cx.unix(moment);
                    let mut stored = device.stored(person, instance, online_since, unix);
                    // The last frame of a connection that is now closed has arrived.
                    stored.connected &= !cx.draining;
                    changes.devices.push(stored);
                }
                None => changes.gone.push((person, instance)),
            }
        }
        for person in std::mem::take(&mut self.unsaved.preferences) {
            if let Some(member) = self.members.get(&person) {
                let (preference, set) = member.person.preference;
                changes.preferences.push((person, preference, set));
            }
        }
        for person in std::mem::take(&mut self.unsaved.last_seen) {
            if let Some(member) = self.members.get(&person) {
                changes.last_seen.push((person, member.person.last_seen));
            }
        }
        changes
    }

    /// The store has these changes. Returns the people whose presence may have changed, since their devices came or are gone.
    pub(crate) fn saved(&mut self, cx: &mut Context, changes: &Changes) -> BTreeSet<PersonId> {
        self.unsaved.was_saved(changes);
        if !self.unsaved.seen.is_empty() {
            if cx.draining {
                self.save(cx, None);
            } else {
                self.save_by(cx, cx.now.plus(SEEN_WITHIN));
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
        different
    }

    /// Notes whether the store has a device; one that is gone on both sides is forgotten. Returns whether that is new.
    fn kept(&mut self, person: PersonId, instance: Uuid, kept: bool) -> bool {
        let Some(member) = self.members.get_mut(&person) else { return false };
        let Some(device) = member.devices.get_mut(&instance) else { return false };
        let before = std::mem::replace(&mut device.kept, kept);
        if !kept && device.link == Link::Gone {
            member.devices.remove(&instance);
        }
        before != kept
    }

    pub(crate) fn save_again(&mut self, cx: &mut Context, changes: &Changes) {
        self.unsaved.was_refused(changes);
        self.unsaved.alive |= changes.alive.is_some();
        self.unsaved.devices.extend(changes.devices.iter().map(|device| (device.person, device.instance)));
        self.unsaved.devices.extend(changes.gone.iter().copied());
        self.unsaved.preferences.extend(changes.preferences.iter().map(|(person, ..)| *person));
        self.unsaved.last_seen.extend(changes.last_seen.iter().map(|(person, _)| *person));
        for (session, person, number) in &changes.seen {
            self.unsaved.mark_seen(*session, *person, *number);
        }
        self.save_within(cx, EVERY);
    }

    /// Whether others see this person as Offline only until the store has saved a device of theirs. Their connection may have ended
    /// meanwhile, as when a page is reloaded.
    pub(crate) fn is_about_to_count(&self, person: PersonId) -> bool {
        let counts_soon = self.members.get(&person).is_some_and(|member| {
            member.presence.state() == State::Offline
                && member.devices.values().any(|device| device.is_here() && !device.kept)
        });
        counts_soon && !self.unsaved.refused
    }
}
