//! What people do, and what goes wrong by itself.

mod chats;
mod client;
mod computer;
mod held;
mod network;
mod pages;
mod technician;
mod toasts;
mod trouble;

use crate::queue::WorldEvent;
use crate::world::World;
use presence::Role;

impl World {
    pub(crate) fn act(&mut self, person: usize) {
        // Now and then a person is away for a while, and does nothing.
        let longest = if self.dice.chance(70) { 200_000 } else { 14_000 };
        let after = self.dice.between(800, longest);
        self.queue.set(self.now + after, WorldEvent::Acts(person));
        let hosts = self.people[person].hosts.clone();
        let Some(host) = self.dice.pick(&hosts).copied() else { return };
        match self.dice.between(0, 99) {
            0..=34 => self.use_host(host),
            35..=40 => self.lock(host),
            41..=42 => self.sleep(host),
            43 => self.freeze(host),
            44..=46 => self.lose_network(host),
            47 => {
                if let Some(agent) = self.hosts[host].agent {
                    self.kill_agent(agent);
                }
            }
            48..=51 => self.reload(host),
            52..=54 => self.desktop_mood(host),
            _ => match self.people[person].role {
                Role::Technician => self.work(host),
                Role::Client => self.need(person, host),
            },
        }
    }
}
