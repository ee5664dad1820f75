//! Toasts and their sounds: no toast for a session that is over, one for each session that waits, on time; and absences (C5, C9).

use crate::device::Kind;
use crate::invariant::{Checks, Invariant};
use crate::machine::{DoNotDisturb, Machine};
use crate::truth::{GRACE_MS, OFFLINE};
use crate::world::World;
use agent::toast::ToastKey;
use chat::ring::Schedule;
use chat::{PersonId, SessionId, Status};
use presence::Role;
use std::time::Duration;

/// One link delay, and the store's.
const DELAY_MS: u64 = 1_500;
/// What it takes until all devices ring: the snapshot, 2 s for the one that does not confirm, and the delay.
const ALL_RING_MS: u64 = 5_000;

/// What it may take until another device rings: 2 s for the one that does not confirm, and the delay.
const UNRUNG_MS: u64 = 4_000;
/// What a desktop takes to show a toast.
const SHOWN_MS: u64 = 1_000;
/// One beat after the welcome: by then the agent knows the service's clock.
const BEAT_MS: u64 = 16_500;

/// With this many waiting requests or more, one toast stands for all (C3).
const SEVERAL: usize = 3;

fn is_about(key: &ToastKey, session: SessionId) -> bool {
    match key {
        ToastKey::Request(id) => *id == session,
        ToastKey::Several => true,
        ToastKey::Invitation(_)
        | ToastKey::HandOver(_)
        | ToastKey::Abandoned(_)
        | ToastKey::Callback(_)
        | ToastKey::Message(_)
        | ToastKey::News(_) => false,
    }
}

impl World {
    fn machine(&self, device: usize) -> Option<&Machine> {
        match &self.devices[device].kind {
            Kind::Agent(machine) => Some(machine),
            Kind::Page(_) => None,
        }
    }

    pub(crate) fn check_toasts(&mut self) {
        let mut wrong = None;
        for device in 0..self.devices.len() {
            if !self.has_delivered(device, DELAY_MS) {
                continue;
            }
            let Some(machine) = self.machine(device) else { continue };
            if !machine.screen.shows_toasts_for(self.now, DELAY_MS) {
                // A desktop that does not answer does not take toasts off the screen, either.
                continue;
            }
            let over = machine.screen.toasts().find(|toast| self.is_over(device, &toast.key));
            if let Some(toast) = over {
                wrong = Some((device, toast.key.clone()));
            }
            self.checks.count(Invariant::Over);
        }
        if let Some((device, key)) = wrong {
            let mut about = vec![format!("device {device} "), format!("device {device}:")];
            if let ToastKey::Request(session) | ToastKey::Message(session) = &key {
                about.push(session.0.to_string());
            }
            self.fail(Invariant::Over, format!("device {device} shows a toast for {key:?}"), &about);
        }
    }

    /// Whether this device's toast has been over for longer than a delay. Those that tell of an end stay.
    fn is_over(&self, device: usize, key: &ToastKey) -> bool {
        let me = self.people[self.devices[device].person].id;
        match key {
            ToastKey::Request(session) => self.known.sessions.get(session).is_some_and(|stored| {
                let is_over = stored.session.status != Status::Waiting
                    && !stored.session.is_offered_to(me)
                    && !stored.session.awaits_answer_of(me)
                    && stored.since.max(stored.offered).max(stored.awaited_since) + DELAY_MS < self.now;
                let is_dismissed =
                    stored.session.dismissed.contains(&me) && stored.changed + DELAY_MS < self.now;
                is_over || is_dismissed
            }),
            // At a technician it tells the answer, and stays.
            ToastKey::Invitation(session) => self.known.sessions.get(session).is_some_and(|stored| {
                stored.session.client == me
                    && stored.session.status != Status::Invited
                    && stored.since + DELAY_MS < self.now
            }),
            ToastKey::Message(session) => self.known.sessions.get(session).is_some_and(|stored| {
                stored.session.status != Status::Handled && stored.since + DELAY_MS < self.now
            }),
            ToastKey::Several => {
                let org = self.devices[device].org;
                let may_wait = self.known.sessions.values().filter(|stored| {
                    let is_offered = stored.session.status == Status::Waiting
                        || stored.session.is_offered_to(me)
                        || stored.session.awaits_answer_of(me);
                    let waits = is_offered && !stored.session.dismissed.contains(&me);
                    stored.org == org && (waits || stored.changed + DELAY_MS >= self.now)
                });
                may_wait.count() < SEVERAL
            }
            ToastKey::HandOver(_) | ToastKey::Abandoned(_) | ToastKey::Callback(_) | ToastKey::News(_) => {
                false
            }
        }
    }

    pub(crate) fn check_rings(&mut self) {
        let waiting: Vec<(SessionId, usize)> = self
            .known
            .sessions
            .iter()
            .filter(|(id, _)| self.waits_since(**id).is_some_and(|since| since + ALL_RING_MS < self.now))
            .map(|(id, stored)| (*id, stored.org))
            .collect();
        for (session, org) in waiting {
            for person in 0..self.people.len() {
                let each = &self.people[person];
                if each.org == org && each.role == Role::Technician && self.failure.is_none() {
                    self.check_ring(session, person);
                }
            }
        }
    }

    fn check_ring(&mut self, session: SessionId, person: usize) {
        let Some(stored) = self.known.sessions.get(&session) else { return };
        if stored.session.dismissed.contains(&self.people[person].id)
            || self.has_just_silenced(person, session)
        {
            return;
        }
        let agents = self.people[person].devices.iter().copied().filter(|id| !self.devices[*id].is_page());
        let (awake, other): (Vec<usize>, Vec<usize>) =
            agents.partition(|id| self.has_delivered(*id, ALL_RING_MS));
        let shows = |id: &usize| {
            self.machine(*id).is_some_and(|machine| {
                machine.screen.wanted.iter().any(|toast| {
                    is_about(&toast.key, session)
                        && (!machine.screen.is_unshown(&toast.key, self.now, SHOWN_MS)
                            || self.known.confirmed.contains(&(session, machine.instance)))
                })
            })
        };
        // One that has confirmed and fell silent since counts until the service has noticed (P10), and so does an earlier run;
        // one that is just back and shows it still.
        let relied_on = other.iter().any(|id| {
            let device = &self.devices[*id];
            self.is_in_doubt(*id)
                || device.unclear_until > self.now
                || (device.delivers_since.is_some() && shows(id))
        }) || awake.iter().chain(&other).any(|id| self.devices[*id].ghost_until > self.now);
        let can = awake.iter().any(|id| {
            self.machine(*id).is_some_and(|machine| machine.screen.shows_toasts_for(self.now, ALL_RING_MS))
        });
        let is_shown = awake.iter().any(shows);
        if can && !relied_on {
            self.checks.count(Invariant::Rings);
        }
        if !can || relied_on || is_shown {
            self.known.unrung.remove(&(session, person));
        } else if *self.known.unrung.entry((session, person)).or_insert(self.now) + UNRUNG_MS <= self.now {
            let detail = format!("{session:?} rings at none of person {person}'s devices {awake:?}");
            let mut about = self.about_person(person);
            about.push(session.0.to_string());
            return self.fail(Invariant::Rings, detail, &about);
        }
        // How long it waited before a start with a clock that had been set is not known.
        if self.node.clock_set.is_some_and(|at| at >= stored.since) {
            return;
        }
        let waited = self.node.unix(self.now).since(stored.session.waiting_since);
        let waited = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        for device in awake {
            let Some(machine) = self.machine(device).filter(|_| self.has_delivered(device, BEAT_MS)) else {
                continue;
            };
            if machine.silent_until + 70_000 > self.now && machine.silent_until > 0 {
                continue;
            }
            // What was due meanwhile is not made up for.
            let DoNotDisturb { is_on, changed } = machine.do_not_disturb;
            if is_on || (changed > 0 && changed + 70_000 > self.now) {
                continue;
            }
            let Some((_, times)) = machine.screen.sounds.get(&ToastKey::Request(session)) else { continue };
            let Some(last) = times.last() else { continue };
            // Those of an earlier wait do not count. What was due while it could not sound is not made up for, so the last
            // sound tells whether it is late, and their number whether there were too many.
            let sounded = times.iter().filter(|at| **at >= stored.since).count() as u64;
            let last_at = waited.saturating_sub(self.now.saturating_sub(*last));
            let at = |millis: u64| Schedule::default().rings_at(Duration::from_millis(millis));
            let (due, most) = (at(waited.saturating_sub(1_000)), at(waited + 1_000));
            let is_late = at(last_at + 1_000) < due;
            let rings_itself = machine.screen.rings_itself(session);
            self.checks.count(Invariant::InTime);
            if is_late && rings_itself || sounded > most {
                let detail = format!(
                    "device {device} has sounded {sounded} times for {session:?}, last at {last_at} ms of {waited} ms, by when {due} to {most} are due"
                );
                let about = [session.0.to_string(), format!("device {device} "), format!("device {device}:")];
                return self.fail(Invariant::InTime, detail, &about);
            }
        }
    }

    pub(crate) fn check_absences(&mut self) {
        let (mut wrong, mut checks) = (None, Checks::default());
        for (id, stored) in &self.known.sessions {
            let within = match stored.session.status {
                Status::Invited | Status::Waiting => 60_000,
                Status::Handled => 120_000,
                Status::Abandoned | Status::Callback | Status::Completed => continue,
            };
            let within = within + GRACE_MS + 6_000;
            let since = self.now.saturating_sub(within);
            // The service's own time counts from its start, and from when the session came to this.
            let runs = self.node.is_up && self.node.started < since && self.store_is_calm(5_000);
            if !runs || stored.since >= since {
                continue;
            }
            let invariant = match stored.session.status {
                Status::Invited => Invariant::Invited,
                Status::Waiting
                | Status::Handled
                | Status::Abandoned
                | Status::Callback
                | Status::Completed => Invariant::Absence,
            };
            checks.count(invariant);
            let is_gone = |who: PersonId| {
                let person = self.people.iter().position(|each| each.id == who);
                person.is_some_and(|person| self.seen_since(person, since) == OFFLINE)
            };
            let gone = match stored.session.status {
                Status::Invited => true,
                Status::Waiting => is_gone(stored.session.client),
                Status::Handled => stored.session.present().all(is_gone),
                Status::Abandoned | Status::Callback | Status::Completed => false,
            };
            if gone {
                wrong = Some((invariant, *id, stored.session.status));
            }
        }
        self.checks += checks;
        if let Some((invariant, session, status)) = wrong {
            self.fail(invariant, format!("{session:?} is {status:?}"), &[session.0.to_string()]);
        }
    }
}
