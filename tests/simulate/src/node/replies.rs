//! The store carries out a request, or fails, and replies; the service may die in between.

use crate::fault::Fault;
use crate::queue::WorldEvent;
use crate::world::World;
use service::org::store_request::{StoreReply, perform};
use service::orgs::runner::Input;
use service::store::StoreError;

impl World {
    pub(crate) fn store_applied(&mut self, org: usize, count: u32) {
        if self.node.orgs[org].store_requests != count {
            return;
        }
        if self.crashes_in == Some((org, count, false)) {
            let down_for = self.dice.between(500, 20_000);
            return self.crash_service(down_for);
        }
        let Some(request) = self.node.orgs[org].store_request.as_ref().map(|(request, _)| request.clone())
        else {
            return;
        };
        let refused = match self.node.trouble {
            Some((until, fault)) if until > self.now && self.dice.chance(700) => Some(fault),
            Some(_) | None => None,
        };
        let reply = match refused {
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
                let reply = perform(&self.node.store, self.node.orgs[org].id, request.clone());
                self.check_store_request(org, &request, &reply);
                reply
            }
        };
        self.node.orgs[org].store_request = Some((request, Some(reply)));
        let takes = self.dice.between(0, 6);
        self.queue.set(self.now + takes, WorldEvent::StoreAnswered(org, count));
    }

    pub(crate) fn store_answered(&mut self, org: usize, count: u32) {
        if self.node.orgs[org].store_requests != count {
            return;
        }
        if self.crashes_in == Some((org, count, true)) {
            let down_for = self.dice.between(500, 20_000);
            return self.crash_service(down_for);
        }
        if let Some((_, Some(reply))) = self.node.orgs[org].store_request.take() {
            self.turn(org, Some(Input::StoreReply(reply)));
        }
    }
}
