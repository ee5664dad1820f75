//! Silence (C11): in do-not-disturb nothing sounds and nothing is critical, and nothing sounds while a technician wants silence. And of two
//! devices that could ring, one does (C3).

use crate::device::Kind;
use crate::invariant::Invariant;
use crate::machine::Machine;
use crate::world::World;
use agent::toast::ToastKey;
use chat::{SessionId, Status};
use presence::Role;

/// How long a device must have been as it is before a request begins.
const SETTLED_MS: u64 = 5_000;
/// How long two devices may ring while a ring moves from one to the other.
const MOVES_MS: u64 = 3_000;

impl World {
    /// The agent wants these toasts on the screen, which is as quiet as it has to be.
    pub(crate) fn check_quiet(&mut self, device: usize, sounding: &[String]) {
        let now = self.now;
        let Kind::Agent(machine) = &self.devices[device].kind else { return };
        let by_desktop = machine.do_not_disturb.is_on;
        let by_user = machine.quiet_until > now;
        if !by_desktop && !by_user {
            return;
        }
        self.checks.count(Invariant::Quiet);
        let critical = machine.screen.wanted.iter().find(|toast| by_desktop && toast.is_critical);
        let why = match (critical, sounding.first()) {
            (Some(toast), _) => format!("{:?} is critical", toast.key),
            (None, Some(line)) => line.clone(),
            (None, None) => return,
        };
        let detail = format!("device {device}, in do-not-disturb: {by_desktop}, silent: {by_user}: {why}");
        let about = [format!("device {device} "), format!("device {device}:")];
        self.fail(Invariant::Quiet, detail, &about);
    }

    /// Where two devices of somebody could ring all the time, one does.
    pub(crate) fn check_one_rings(&mut self) {
        let waiting: Vec<(SessionId, usize, u64)> = self
            .known
            .sessions
            .iter()
            .filter(|(_, stored)| {
                stored.session.status == Status::Waiting
                    && self.store_is_calm(self.now.saturating_sub(stored.since))
            })
            .filter(|(_, stored)| self.node.started < stored.since)
            .map(|(id, stored)| (*id, stored.org, stored.since))
            .collect();
        for (session, org, since) in waiting {
            for person in 0..self.people.len() {
                let each = &self.people[person];
                if each.org == org && each.role == Role::Technician {
                    self.check_one_rings_for(session, person, since);
                }
            }
        }
    }

    fn check_one_rings_for(&mut self, session: SessionId, person: usize, since: u64) {
        let agents: Vec<usize> =
            self.people[person].devices.iter().copied().filter(|id| !self.devices[*id].is_page()).collect();
        let from = since.saturating_sub(SETTLED_MS);
        let could = |id: &usize| {
            let device = &self.devices[*id];
            let Kind::Agent(machine) = &device.kind else { return false };
            device.delivers_since.is_some_and(|delivers| delivers < from)
                && self.hosts[device.host].lock_changed < from
                && self.could_show_since(machine, from)
        };
        let is_unlocked = |id: &usize| {
            let host = &self.hosts[self.devices[*id].host];
            !host.locked && !host.slept
        };
        if agents.len() < 2 || !agents.iter().all(could) || !agents.iter().any(is_unlocked) {
            self.known.both_ring.remove(&(session, person));
            return;
        }
        let rings = |id: &usize| match &self.devices[*id].kind {
            Kind::Agent(machine) => {
                machine.screen.wanted.iter().any(|toast| toast.key == ToastKey::Request(session))
            }
            Kind::Page(_) => false,
        };
        let ringing = agents.iter().filter(|id| rings(id)).count();
        self.checks.count(Invariant::OneRings);
        if ringing < 2 {
            self.known.both_ring.remove(&(session, person));
        } else if *self.known.both_ring.entry((session, person)).or_insert(self.now) + MOVES_MS <= self.now {
            let detail = format!("{session:?} rings at all of person {person}'s devices {agents:?}");
            let mut about = self.about_person(person);
            about.push(session.0.to_string());
            self.fail(Invariant::OneRings, detail, &about);
        }
    }

    /// Whether this machine's desktop has shown toasts, outside of do-not-disturb, since then.
    fn could_show_since(&self, machine: &Machine, since: u64) -> bool {
        machine.screen.shows_toasts_for(self.now, self.now.saturating_sub(since))
            && !machine.do_not_disturb.is_on
            && machine.do_not_disturb.changed < since
    }
}
