//! The store does what it was asked, or fails, and answers; the service may die between.

use crate::fault::Fault;
use crate::queue::Happening;
use crate::world::World;
use service::org::store_request::{StoreReply, perform};
use service::orgs::runner::Input;
use service::store::StoreError;

impl World {
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
