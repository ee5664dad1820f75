//! What could not arrive at a computer, or leave it, arrives when the computer or its network is back.

use crate::truth::GRACE_MS;
use crate::world::World;

impl World {
    /// What was held arrives.
    pub(crate) fn deliver_held(&mut self, host: usize) {
        let grace = self.now + GRACE_MS;
        for (id, up, item) in std::mem::take(&mut self.hosts[host].uplink.held) {
            // What arrives late counts from its arrival.
            if let (true, Some(conn)) = (up, self.conns.get(id)) {
                let device = &mut self.devices[conn.device];
                device.unclear_until = device.unclear_until.max(grace);
                device.ghost_until = if device.conn() == Some(id) {
                    device.ghost_until
                } else {
                    device.ghost_until.max(grace)
                };
            }
            // At once, not by the queue: what else arrives at this moment was sent later.
            if up {
                self.at_service(id, item);
            } else {
                self.at_device(id, item);
            }
        }
    }
}
