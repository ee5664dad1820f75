//! A computer loses its network, and gets it back.

use crate::fault::Fault;
use crate::queue::WorldEvent;
use crate::world::World;
use agent::agent::Input;

impl World {
    pub(crate) fn lose_network(&mut self, host: usize) {
        if self.hosts[host].uplink.down {
            return;
        }
        self.faults.count(Fault::NetworkLost);
        let long = if self.dice.chance(250) { 150_000 } else { 25_000 };
        let back = self.now + self.dice.between(300, long);
        let forgets = self.dice.chance(500);
        self.hosts[host].uplink.down = true;
        self.record(format_args!("host {host} loses its network until {back}"));
        let devices: Vec<usize> =
            self.hosts[host].pages.iter().copied().chain(self.hosts[host].agent).collect();
        for device in &devices {
            self.is_cut_off(*device);
        }
        if forgets {
            for device in devices {
                if let Some(conn) = self.devices[device].conn() {
                    self.faults.count(Fault::HalfOpen);
                    self.kill_conn(conn);
                }
            }
        }
        self.queue.set(back, WorldEvent::NetworkBack(host));
        self.mark_host(host);
    }

    pub(crate) fn network_back(&mut self, host: usize) {
        self.hosts[host].uplink.down = false;
        self.record(format_args!("host {host} has its network again"));
        self.deliver_held(host);
        let tells = self.dice.chance(500);
        if let (Some(agent), true, false) = (self.hosts[host].agent, tells, self.hosts[host].is_frozen()) {
            self.input(agent, Input::NetworkChanged);
            self.run(agent);
        }
        self.mark_host(host);
    }
}
