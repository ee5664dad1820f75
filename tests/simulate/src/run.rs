//! The run of a world: takes one event after the other, and hands it to what it concerns.

use crate::checks::CHECK_EVERY_MS;
use crate::outcome::Outcome;
use crate::queue::WorldEvent;
use crate::world::World;

/// How long a world lasts: 30 minutes.
const LASTS_MS: u64 = 30 * 60 * 1_000;

impl World {
    /// Runs the whole world.
    pub(crate) fn run_all(mut self) -> Outcome {
        self.begin();
        let mut events = 0;
        while self.failure.is_none() {
            let Some((at, event)) = self.queue.next() else { break };
            if at > LASTS_MS {
                break;
            }
            self.now = at;
            events += 1;
            self.handle(event);
            while let Some(person) = self.dirty.pop() {
                self.know(person);
            }
        }
        for org in 0..self.node.orgs.len() {
            self.check_store(org);
        }
        self.check_files();
        let last = self.trace.last(&[], usize::MAX);
        Outcome {
            failure: self.failure,
            faults: self.faults,
            checks: self.checks,
            hash: self.trace.hash(),
            events,
            last,
        }
    }

    fn begin(&mut self) {
        self.start_service();
        for person in 0..self.people.len() {
            let at = self.dice.between(0, 15_000);
            self.queue.set(at, WorldEvent::Acts(person));
        }
        self.queue.set(10_000, WorldEvent::Trouble);
        self.queue.set(CHECK_EVERY_MS, WorldEvent::Check);
    }

    fn handle(&mut self, event: WorldEvent) {
        match event {
            WorldEvent::ToService(conn, item) => self.at_service(conn, item),
            WorldEvent::ToDevice(conn, item) => self.at_device(conn, item),
            WorldEvent::Wake(device) => self.wake(device),
            WorldEvent::OrgDue(org) => self.org_due(org),
            WorldEvent::StoreApplied(org, count) => self.store_applied(org, count),
            WorldEvent::StoreAnswered(org, count) => self.store_answered(org, count),
            WorldEvent::Stuck(conn) => self.stuck(conn),
            WorldEvent::ServiceStarts => self.start_service(),
            WorldEvent::AgentStarts(device) => self.start_agent(device),
            WorldEvent::WindowStarts(device, life) => self.window_started(device, life),
            WorldEvent::ToastShown(device) => self.toasts_shown(device),
            WorldEvent::PageOpens(page) => self.open_page(page),
            WorldEvent::IdleDue(host) => self.idle_due(host),
            WorldEvent::UseEnds(host) => self.use_ends(host),
            WorldEvent::FallsAsleep(host) => self.fall_asleep(host),
            WorldEvent::Wakes(host) => self.wake_host(host),
            WorldEvent::NetworkBack(host) => self.network_back(host),
            WorldEvent::FileArrives(upload, began) => self.file_arrives(upload, began),
            WorldEvent::FileAnswered(upload, told) => self.file_result(upload, told),
            WorldEvent::FileAgain(upload) => self.file_again(upload),
            WorldEvent::Sweep(life) => self.sweep(life),
            WorldEvent::ReadsOn(reading) => self.reads_on(reading),
            WorldEvent::Acts(person) => self.act(person),
            WorldEvent::Trouble => self.trouble(),
            WorldEvent::Check => {
                self.page_activities();
                self.check();
                self.queue.set(self.now + CHECK_EVERY_MS, WorldEvent::Check);
            }
        }
    }
}
