//! What wakes a device: its timers, and what comes on its connection.

use crate::device::Phase;
use crate::net::{ConnId, Item};
use crate::world::World;

impl World {
    pub(crate) fn wake(&mut self, device: usize) {
        if self.devices[device].wake != Some(self.now) {
            return;
        }
        self.devices[device].wake = None;
        self.rouse(device);
    }

    /// Runs the device, whatever its timers say.
    pub(crate) fn rouse(&mut self, device: usize) {
        if self.hosts[self.devices[device].host].is_frozen() {
            return;
        }
        if !self.devices[device].is_page() {
            self.keeper_due(device);
            self.agent_turn(device, None);
        }
        self.run(device);
    }

    pub(crate) fn at_device(&mut self, id: ConnId, item: Item) {
        if !self.arrives(id, false, &item) {
            return;
        }
        let Some(conn) = self.conns.get_mut(id) else { return };
        let device = conn.device;
        if let Item::Text(_) = &item {
            conn.untaken = conn.untaken.saturating_sub(1);
        }
        let is_its = match &self.devices[device].phase {
            Phase::Dialing { conn, .. } | Phase::Talking { conn } => *conn == id,
            Phase::Idle => false,
        };
        if is_its {
            self.take_at_device(device, id, item);
            self.run(device);
        }
        self.write(id);
    }
}
