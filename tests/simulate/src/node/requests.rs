//! Requests of an organisation's core to the store, on their way.

use crate::fault::Fault;
use crate::queue::WorldEvent;
use crate::world::World;
use service::org::store_request::StoreRequest;

impl World {
    /// The store carries out a request a little later, and replies later still.
    pub(crate) fn begin_store_request(&mut self, org: usize, request: StoreRequest) {
        let mut takes = self.dice.between(0, 8);
        if self.dice.throw().is_multiple_of(3_000) {
            self.faults.count(Fault::StoreSlow);
            takes += self.dice.between(500, 4_000);
            self.node.late_until = self.node.late_until.max(self.now + takes + 1_500);
            self.node.downs.push((self.now, self.now + takes + 1_500));
        }
        let each = &mut self.node.orgs[org];
        each.store_requests += 1;
        each.store_request = Some((request, None));
        self.queue.set(self.now + takes, WorldEvent::StoreApplied(org, each.store_requests));
        // Some of the crashes happen during a request.
        if self.crash_at_store_request {
            self.crash_at_store_request = false;
            let after = self.dice.chance(500);
            self.crashes_in = Some((org, self.node.orgs[org].store_requests, after));
        }
    }
}
