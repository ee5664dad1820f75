//! The service's process ends.

use crate::fault::Fault;
use crate::net::Item;
use crate::queue::WorldEvent;
use crate::world::World;

impl World {
    /// The process dies. What is stored is stored; every socket breaks.
    pub(crate) fn crash_service(&mut self, down_for: u64) {
        if !self.node.is_up {
            return;
        }
        let mut fault = Fault::Crash;
        for org in &self.node.orgs {
            match &org.store_request {
                Some((_, None)) => fault = Fault::CrashBeforeStep,
                Some((_, Some(_))) => fault = Fault::CrashAfterStep,
                None => {}
            }
        }
        self.faults.count(fault);
        self.record(format_args!("the service dies: {fault:?}"));
        self.stop_service(down_for);
    }

    pub(crate) fn stop_service(&mut self, down_for: u64) {
        // What may count now is stored: it is there after the start.
        for device in 0..self.devices.len() {
            if self.may_count(device) {
                let until = &mut self.devices[device].unclear_until;
                *until = (*until).max(self.now);
            }
        }
        self.node.is_up = false;
        self.went_down = self.now;
        self.crashes_in = None;
        for org in &mut self.node.orgs {
            org.runner = None;
            org.store_request = None;
            org.store_requests += 1;
            org.due = None;
        }
        self.node.codes.clear();
        self.forget_sending();
        for id in std::mem::take(&mut self.node.conns).into_keys() {
            self.send_down(id, Item::Cut);
        }
        self.queue.set(self.now + down_for, WorldEvent::ServiceStarts);
    }
}
