//! A step of the service's store: begun, done, answered, and what may come between.

use crate::fault::Fault;
use crate::queue::Happening;
use crate::world::World;
use service::org::store_request::{StoreReply, StoreRequest, perform};
use service::orgs::runner::Input;
use service::store::StoreError;

impl World {
    /// What the core asks of the store is done a little later, and answered later still.
    pub(super) fn begin_step(&mut self, org: usize, step: StoreRequest) {
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

    pub(crate) fn step_applied(&mut self, org: usize, count: u32) {
        if self.node.orgs[org].steps != count {
            return;
        }
        if self.crashes_in == Some((org, count, false)) {
            let down_for = self.dice.between(500, 20_000);
            return self.crash_service(down_for);
        }
        let Some(step) = self.node.orgs[org].step.as_ref().map(|(step, _)| step.clone()) else { return };
        let refused = match self.node.trouble {
            Some((until, fault)) if until > self.now && self.dice.chance(700) => Some(fault),
            Some(_) | None => None,
        };
        let stepped = match refused {
            Some(fault) => {
                self.faults.count(fault);
                self.node.late_until = self.node.late_until.max(self.now + 3_000);
                self.node.downs.push((self.now, self.now + 3_000));
                StoreReply::Failed(if fault == Fault::StoreBusy {
                    StoreError::Busy
                } else {
                    StoreError::Down("disk".to_owned())
                })
            }
            None => {
                let stepped = perform(&self.node.store, self.node.orgs[org].id, step.clone());
                self.look_at_step(org, &step, &stepped);
                stepped
            }
        };
        self.node.orgs[org].step = Some((step, Some(stepped)));
        let takes = self.dice.between(0, 6);
        self.queue.set(self.now + takes, Happening::StepAnswered(org, count));
    }

    pub(crate) fn step_answered(&mut self, org: usize, count: u32) {
        if self.node.orgs[org].steps != count {
            return;
        }
        if self.crashes_in == Some((org, count, true)) {
            let down_for = self.dice.between(500, 20_000);
            return self.crash_service(down_for);
        }
        if let Some((_, Some(stepped))) = self.node.orgs[org].step.take() {
            self.turn(org, Some(Input::StoreReply(stepped)));
        }
    }
}
