//! What an organisation's core asks of the store is under way.

use crate::fault::Fault;
use crate::queue::Happening;
use crate::world::World;
use service::org::store_request::StoreRequest;

impl World {
    /// What the core asks of the store is done a little later, and answered later still.
    pub(crate) fn begin_step(&mut self, org: usize, step: StoreRequest) {
        let mut takes = self.dice.between(0, 8);
        if self.dice.throw().is_multiple_of(3_000) {
            self.faults.count(Fault::StoreSlow);
            takes += self.dice.between(500, 4_000);
            self.node.late_until = self.node.late_until.max(self.now + takes + 1_500);
            self.node.downs.push((self.now, self.now + takes + 1_500));
        }
        let each = &mut self.node.orgs[org];
        each.steps += 1;
        each.step = Some((step, None));
        self.queue.set(self.now + takes, Happening::StepApplied(org, each.steps));
        // Some of the crashes fall into a step that is under way.
        if self.crash_at_step {
            self.crash_at_step = false;
            let after = self.dice.chance(500);
            self.crashes_in = Some((org, self.node.orgs[org].steps, after));
        }
    }
}
