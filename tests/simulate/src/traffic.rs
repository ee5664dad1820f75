//! The network: connections between devices and the service, which delay, reorder among each other, hold up, repeat and end.
//!
//! On one connection the order is kept, as with TCP. A dead connection delivers nothing more, and neither end is told.

use crate::fault::Fault;
use crate::net::{ConnId, Item};
use crate::queue::WorldEvent;
use crate::world::World;

/// A delay one way from which on a link is late, in milliseconds.
const LATE_MS: u64 = 200;

impl World {
    pub(crate) fn dial(&mut self, device: usize) -> ConnId {
        let id = self.conns.open(device);
        self.send_up(id, Item::Dial);
        id
    }

    pub(crate) fn send_up(&mut self, id: ConnId, item: Item) {
        let repeat = self.repeat_of(&item);
        self.send(id, true, item);
        if let Some(item) = repeat {
            self.faults.count(Fault::Repeated);
            self.send(id, true, item);
        }
    }

    pub(crate) fn send_down(&mut self, id: ConnId, item: Item) {
        self.send(id, false, item);
    }

    fn send(&mut self, id: ConnId, up: bool, item: Item) {
        let Some(conn) = self.conns.get(id) else { return };
        let host = self.devices[conn.device].host;
        let mut delay = self.hosts[host].uplink.delay + self.dice.between(0, 15);
        if matches!(item, Item::Text(_)) {
            if self.dice.chance(2) {
                delay += self.dice.between(200, 900);
            } else if self.dice.throw().is_multiple_of(4_000) {
                self.faults.count(Fault::HeldUp);
                delay += self.dice.between(2_000, 12_000);
            }
        }
        let Some(conn) = self.conns.get_mut(id) else { return };
        let last = if up { &mut conn.last.0 } else { &mut conn.last.1 };
        let at = (self.now + delay).max(*last);
        *last = at;
        if at - self.now > LATE_MS {
            let uplink = &mut self.hosts[host].uplink;
            uplink.late_until = uplink.late_until.max(at + 1_000);
        }
        if up {
            // A frame that was sent earlier on another connection and arrives later was overtaken.
            if at < self.latest_up.0 && self.latest_up.1 != id {
                self.faults.count(Fault::Reordered);
            }
            if at > self.latest_up.0 {
                self.latest_up = (at, id);
            }
        }
        let event = if up { WorldEvent::ToService(id, item) } else { WorldEvent::ToDevice(id, item) };
        self.queue.set(at, event);
    }

    /// A whole intent that will arrive twice, as after a reconnect whose first answer was lost.
    fn repeat_of(&mut self, item: &Item) -> Option<Item> {
        let Item::Text(text) = item else { return None };
        if !self.dice.chance(30) {
            return None;
        }
        let up = service::socket::allowance::parse(text)?;
        up.intent().map(|_| item.clone())
    }

    /// Whether something arrives now; if it does not, it is held or lost.
    pub(crate) fn arrives(&mut self, id: ConnId, up: bool, item: &Item) -> bool {
        let Some(conn) = self.conns.get_mut(id) else { return false };
        if conn.dead {
            return false;
        }
        let host = &mut self.hosts[self.devices[conn.device].host];
        if host.uplink.down || (!up && host.is_frozen()) {
            host.uplink.held.push((id, up, item.clone()));
            return false;
        }
        if up {
            conn.heard = self.now;
        }
        true
    }

    /// The connection dies without an end: the service may count its device for the grace, even one that it has not greeted yet.
    pub(crate) fn kill_conn(&mut self, id: ConnId) {
        let Some(conn) = self.conns.get_mut(id) else { return };
        conn.dead = true;
        let device = conn.device;
        if self.devices[device].conn() == Some(id) {
            self.is_lost(device, id);
        }
    }
}
