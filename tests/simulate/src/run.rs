//! The life of a world: what happens next, and whom it happens to.

use crate::look::LOOK_EVERY_MS;
use crate::outcome::Outcome;
use crate::queue::Happening;
use crate::world::World;

/// How long a world lasts: 30 minutes.
const LASTS_MS: u64 = 30 * 60 * 1_000;

impl World {
    /// Lives through it.
    pub(crate) fn run_all(mut self) -> Outcome {
        self.begin();
        let mut happenings = 0;
        while self.failure.is_none() {
            let Some((at, happening)) = self.queue.next() else { break };
            if at > LASTS_MS {
                break;
            }
            self.now = at;
            happenings += 1;
            self.happen(happening);
            while let Some(person) = self.dirty.pop() {
                self.know(person);
            }
        }
        for org in 0..self.node.orgs.len() {
            self.look_at_store(org);
        }
        let last = self.trace.last(&[], usize::MAX);
        Outcome {
            failure: self.failure,
            faults: self.faults,
            checks: self.checks,
            hash: self.trace.hash(),
            happenings,
            last,
        }
    }

    fn begin(&mut self) {
        self.start_service();
        for person in 0..self.people.len() {
            let at = self.dice.between(0, 15_000);
            self.queue.set(at, Happening::Acts(person));
        }
        self.queue.set(10_000, Happening::Trouble);
        self.queue.set(LOOK_EVERY_MS, Happening::Look);
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::ToService(conn, item) => self.at_service(conn, item),
            Happening::ToDevice(conn, item) => self.at_device(conn, item),
            Happening::Wake(device) => self.wake(device),
            Happening::OrgDue(org) => self.org_due(org),
            Happening::StoreApplied(org, count) => self.store_applied(org, count),
            Happening::StoreAnswered(org, count) => self.store_answered(org, count),
            Happening::Stuck(conn) => self.stuck(conn),
            Happening::ServiceStarts => self.start_service(),
            Happening::AgentStarts(device) => self.start_agent(device),
            Happening::WindowStarts(device, life) => self.window_started(device, life),
            Happening::ToastShown(device) => self.toasts_shown(device),
            Happening::PageOpens(page) => self.open_page(page),
            Happening::IdleDue(host) => self.idle_due(host),
            Happening::UseEnds(host) => self.use_ends(host),
            Happening::FallsAsleep(host) => self.fall_asleep(host),
            Happening::Wakes(host) => self.wake_host(host),
            Happening::NetworkBack(host) => self.network_back(host),
            Happening::Acts(person) => self.act(person),
            Happening::Trouble => self.trouble(),
            Happening::Look => {
                self.page_activities();
                self.look();
                self.queue.set(self.now + LOOK_EVERY_MS, Happening::Look);
            }
        }
    }
}
