//! What people do, and what goes wrong by itself.

mod chats;
mod client;
mod computer;
mod files;
mod held;
mod history;
mod network;
mod pages;
mod technician;
mod toasts;
mod trouble;
mod writing;

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
        self.acts_on_chats(person, host);
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

    /// What people do besides: files, the history, writing; and desktops that do not disturb.
    fn acts_on_chats(&mut self, person: usize, host: usize) {
        if self.hosts[host].is_frozen() || self.hosts[host].locked {
            return;
        }
        let page = self.hosts[host].pages.first().copied();
        match (self.dice.between(0, 99), page) {
            (0..=7, Some(page)) => self.sends_file(person, page),
            (8..=13, _) => self.fetches_file(person, host),
            (14..=21, _) => self.looks_back(person, host),
            (22..=36, Some(page)) => self.writes(page),
            (37..=38, _) => self.turns_do_not_disturb(host),
            _ => {}
        }
    }
}
