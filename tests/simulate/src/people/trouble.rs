//! What goes wrong by itself.

use crate::device::Device;
use crate::fault::Fault;
use crate::net::{ConnId, Item, Writes};
use crate::queue::WorldEvent;
use crate::world::World;

/// How often the service's next write fails on a connection that dies or is cut, of a thousand.
const WRITE_FAILS_PERMILLE: u64 = 500;

impl World {
    /// What goes wrong by itself.
    pub(crate) fn trouble(&mut self) {
        let next = self.dice.between(4_000, 60_000);
        self.queue.set(self.now + next, WorldEvent::Trouble);
        match self.dice.between(0, 99) {
            0..=3 => {
                let down_for = self.dice.between(300, 25_000);
                self.crash_service(down_for);
            }
            4..=8 => self.crash_at_store_request = true,
            9..=11 => self.drain_service(),
            12..=24 => {
                let fault = if self.dice.chance(700) { Fault::StoreBusy } else { Fault::StoreDown };
                self.node.trouble = Some((self.now + self.dice.between(200, 4_000), fault));
            }
            25..=69 => {
                let talking: Vec<ConnId> = self.devices.iter().filter_map(Device::conn).collect();
                let Some(conn) = self.dice.pick(&talking).copied() else { return };
                if self.dice.chance(300) {
                    self.faults.count(Fault::HalfOpen);
                    self.record(format_args!("conn {conn} dies without a word"));
                    self.kill_conn(conn);
                } else {
                    self.faults.count(Fault::Cut);
                    self.record(format_args!("conn {conn} is cut"));
                    self.send_up(conn, Item::Cut);
                    self.send_down(conn, Item::Cut);
                    if let Some(conn) = self.conns.get_mut(conn) {
                        conn.cut = true;
                    }
                }
                let write_fails = self.more_dice.chance(WRITE_FAILS_PERMILLE);
                if let Some(conn) = self.conns.get_mut(conn) {
                    if write_fails {
                        conn.writes = Writes::WillFail;
                    }
                    self.dirty.push(self.devices[conn.device].person);
                }
            }
            _ => {}
        }
    }
}
