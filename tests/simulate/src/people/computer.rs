//! What people do at a computer: type, lock, let it sleep; and it freezes.

use crate::device::Kind;
use crate::fault::Fault;
use crate::queue::WorldEvent;
use crate::world::World;
use agent::view::{AwayUntil, Intent};
use presence::Role;
use presence::device::Fact;
use std::time::Duration;

impl World {
    /// Types for a while, after waking and unlocking the computer.
    pub(crate) fn use_host(&mut self, host: usize) {
        if self.hosts[host].frozen {
            return;
        }
        if self.hosts[host].asleep {
            self.wake_host(host);
        }
        let until = self.now + self.dice.between(500, 40_000);
        let in_page = self.dice.chance(400);
        let each = &mut self.hosts[host];
        let first = !each.is_used(self.now);
        let was_locked = std::mem::take(&mut each.locked);
        if was_locked || each.slept {
            each.lock_changed = self.now;
        }
        let news = std::mem::take(&mut each.waits_for_input) || each.slept;
        each.slept = false;
        each.used_until = each.used_until.max(until);
        each.last_input = self.now;
        let (agent, pages, ends) = (each.agent, each.pages.clone(), each.used_until);
        self.queue.set(ends, WorldEvent::UseEnds(host));
        if let Some(agent) = agent {
            if was_locked {
                self.fact(agent, Fact::Unlocked);
            }
            if news || (first && was_locked) {
                self.fact(agent, Fact::Active);
            }
            self.record(format_args!("host {host} is used until {ends}"));
            self.run(agent);
        }
        if in_page && let Some(page) = self.dice.pick(&pages).copied() {
            if let Kind::Page(own) = &mut self.devices[page].kind {
                own.last_use = self.now;
            }
            self.page_activity(page);
        }
        self.mark_host(host);
    }

    pub(crate) fn use_ends(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        if each.used_until == self.now {
            each.last_input = self.now;
            let due = self.now + each.idle_after;
            self.queue.set(due, WorldEvent::IdleDue(host));
        }
    }

    /// The source reports when the threshold has run out.
    pub(crate) fn idle_due(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        let idle_for = each.idle_for(self.now);
        if each.is_frozen() || each.waits_for_input || idle_for < each.idle_after {
            return;
        }
        each.waits_for_input = true;
        if let Some(agent) = each.agent {
            self.fact(agent, Fact::IdleFor(Duration::from_millis(idle_for)));
            self.run(agent);
        }
        self.mark_host(host);
    }

    pub(crate) fn lock(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        if each.is_frozen() || each.locked {
            return;
        }
        each.locked = true;
        each.lock_changed = self.now;
        each.last_input = if each.is_used(self.now) { self.now } else { each.last_input };
        each.used_until = each.used_until.min(self.now);
        self.record(format_args!("host {host} is locked"));
        if let Some(agent) = self.hosts[host].agent {
            self.fact(agent, Fact::Locked);
            self.run(agent);
        }
        self.mark_host(host);
    }

    pub(crate) fn sleep(&mut self, host: usize) {
        if self.hosts[host].is_frozen() {
            return;
        }
        self.leaves_for_good(host);
        let each = &mut self.hosts[host];
        each.last_input = if each.is_used(self.now) { self.now } else { each.last_input };
        each.used_until = each.used_until.min(self.now);
        each.slept = true;
        each.lock_changed = self.now;
        each.waits_for_input = true;
        self.faults.count(Fault::Slept);
        self.record(format_args!("host {host} is about to sleep"));
        // The event is set first, since the agent may answer at once.
        self.queue.set(self.now + 1_000, WorldEvent::FallsAsleep(host));
        if let Some(agent) = self.hosts[host].agent {
            self.fact(agent, Fact::Suspending);
            self.run(agent);
        }
        self.mark_host(host);
    }

    /// A technician without a connection may set themselves Away before they close the lid: the setting is kept over the sleep.
    fn leaves_for_good(&mut self, host: usize) {
        let Some(agent) = self.hosts[host].agent else { return };
        let is_technician = self.people[self.devices[agent].person].role == Role::Technician;
        if is_technician && self.devices[agent].conn().is_none() && self.more_dice.chance(300) {
            let until = AwayUntil::For(self.more_dice.between(60_000, 400_000));
            self.wants(agent, Intent::Away { until });
        }
    }

    pub(crate) fn fall_asleep(&mut self, host: usize) {
        if self.hosts[host].is_frozen() || !self.hosts[host].slept {
            return;
        }
        self.hosts[host].asleep = true;
        self.hosts[host].still_since = self.now;
        self.record(format_args!("host {host} sleeps"));
        let long = if self.dice.chance(300) { 240_000 } else { 60_000 };
        let wakes = self.now + self.dice.between(3_000, long);
        self.queue.set(wakes, WorldEvent::Wakes(host));
        self.mark_host(host);
    }

    pub(crate) fn freeze(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        if each.is_frozen() {
            return;
        }
        each.frozen = true;
        each.last_input = if each.is_used(self.now) { self.now } else { each.last_input };
        each.used_until = each.used_until.min(self.now);
        each.still_since = self.now;
        self.faults.count(Fault::Froze);
        self.record(format_args!("host {host} freezes"));
        let thaws = self.now + self.dice.between(2_000, 100_000);
        self.queue.set(thaws, WorldEvent::Wakes(host));
        self.mark_host(host);
    }

    pub(crate) fn wake_host(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        let (slept, frozen) = (std::mem::take(&mut each.asleep), std::mem::take(&mut each.frozen));
        if !slept && !frozen {
            return;
        }
        let (agent, pages) = (each.agent, each.pages.clone());
        let still_since = each.still_since;
        let still_for = self.now - still_since;
        if slept {
            each.clock.wakes(still_for);
        }
        self.record(format_args!("host {host} is back"));
        if let Some(agent) = agent {
            if slept {
                self.fact(agent, Fact::Resumed);
            }
            if let Some(machine) = self.devices[agent].machine() {
                machine.screen.stood_still(still_since, still_for);
            }
            self.rouse(agent);
            // The desktop shows what it could not show before.
            self.queue.set(self.now + 30, WorldEvent::ToastShown(agent));
        }
        for page in pages {
            self.rouse(page);
        }
        self.deliver_held(host);
        // The source checks what it missed.
        let due = (self.hosts[host].last_input + self.hosts[host].idle_after).max(self.now + 1);
        self.queue.set(due, WorldEvent::IdleDue(host));
        self.mark_host(host);
    }

    pub(crate) fn mark_host(&mut self, host: usize) {
        let owner = self.hosts[host].agent.or_else(|| self.hosts[host].pages.first().copied());
        if let Some(device) = owner {
            self.dirty.push(self.devices[device].person);
        }
    }
}
