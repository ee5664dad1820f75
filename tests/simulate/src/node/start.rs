//! The service's process starts from what is stored, or is told to shut down.

use crate::dice::Dice;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::node::process::InWorld;
use crate::queue::WorldEvent;
use crate::truth::GRACE_MS;
use crate::world::World;
use presence::{Preference, Until};
use service::org::Event;
use service::orgs::runner::{Input, Runner};
use service::store::Store;

/// How often the wall clock has been set when the service starts, of a thousand starts, and by how much, in milliseconds.
const CLOCK_SET_PERMILLE: u64 = 200;
const CLOCK_SET_MS: (u64, u64) = (60_000, 3 * 60 * 60 * 1_000);

impl World {
    pub(crate) fn start_service(&mut self) {
        if self.node.is_up {
            return;
        }
        // Who was there, or in grace, is in grace from now on (P10); so is one whose end the store did not take any more.
        let stored_from = self.late_from(self.went_down);
        let grace = self.now + GRACE_MS;
        for device in &mut self.devices {
            for until in [&mut device.unclear_until, &mut device.ghost_until] {
                if *until >= stored_from {
                    *until = (*until).max(grace);
                }
            }
        }
        self.node.downs.push((self.went_down, self.now));
        self.node.is_up = true;
        self.node.draining = false;
        self.node.started = self.now;
        let mut snapshots = Vec::new();
        for org in 0..self.node.orgs.len() {
            let snapshot = self.node.store.load(self.node.orgs[org].id).ok().flatten();
            let Some(snapshot) = snapshot else {
                self.fail(Invariant::Loads, format!("organisation {org} is not there"), &[]);
                return;
            };
            self.checks.count(Invariant::Loads);
            self.check_start(org, &snapshot);
            snapshots.push(snapshot);
        }
        self.set_clock();
        for (org, snapshot) in snapshots.into_iter().enumerate() {
            let process = InWorld { dice: Dice::new(self.dice.throw()), actions: Vec::new() };
            let (config, now) = (self.node.config.clone(), self.node.clocks(self.now));
            let each = &mut self.node.orgs[org];
            each.runner = Some(Runner::new(snapshot, config, process, now));
            each.store_request = None;
            each.drained = false;
            each.due = None;
            self.set_org_due(org);
        }
        self.record(format_args!("the service starts"));
        self.check_files();
        self.queue.set(self.now + 1, WorldEvent::Sweep(self.now));
    }

    /// Now and then the service's wall clock is set by hours while it is down. Presence does not care (P10); how much is left of
    /// an Away for a time is unclear until it is told.
    fn set_clock(&mut self) {
        if self.went_down == 0 || !self.clock_dice.chance(CLOCK_SET_PERMILLE) {
            return;
        }
        let by_ms = self.clock_dice.between(CLOCK_SET_MS.0, CLOCK_SET_MS.1).cast_signed();
        let by_ms = if self.clock_dice.chance(500) { -by_ms } else { by_ms };
        self.faults.count(if by_ms < 0 { Fault::ClockBehind } else { Fault::ClockAhead });
        self.record(format_args!("the service's clock was set by {by_ms} ms"));
        self.node.set_by_ms += by_ms;
        self.node.clock_set = Some(self.now);
        for person in 0..self.people.len() {
            let each = &mut self.people[person];
            each.is_unclear_how_long =
                matches!(each.preference, Preference::Away { until: Until::Time(_), .. });
            self.dirty.push(person);
        }
    }

    /// The service is told to shut down.
    pub(crate) fn drain_service(&mut self) {
        if !self.node.is_up || self.node.draining {
            return;
        }
        self.faults.count(Fault::Drained);
        self.record(format_args!("the service goes down"));
        self.node.draining = true;
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.dice.throw().to_le_bytes());
        for org in 0..self.node.orgs.len() {
            self.turn(org, Some(Input::Event(Event::Drain { seed })));
        }
    }
}
