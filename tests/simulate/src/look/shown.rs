//! What a watcher is shown, while the watcher's own link delivers, was true within the last 45 s (plus a restart), and within
//! 1 s while that person's links deliver too.

use crate::device::Kind;
use crate::invariant::{Invariant, Judged};
use crate::truth::{ONLINE, bit, words};
use crate::world::World;
use presence::Role;

/// How long a watcher's link must have delivered.
const WATCHED_MS: u64 = 1_500;
/// What is allowed while links deliver: a second, and half a look.
const AT_ONCE_MS: u64 = 1_000;

impl World {
    pub(crate) fn look_at_people(&mut self) {
        let from = self.shown_from();
        let settled = self.node.is_up && self.node.started + crate::truth::GRACE_MS < self.now;
        let calm = settled && self.store_is_calm(1_500);
        for watcher in 0..self.devices.len() {
            if self.failure.is_some() {
                return;
            }
            let device = &self.devices[watcher];
            let Kind::Page(page) = &device.kind else { continue };
            if !self.has_delivered(watcher, WATCHED_MS) || !page.model.is_synced {
                continue;
            }
            match self.people[device.person].role {
                Role::Technician => self.look_at_watcher(watcher, from, calm),
                Role::Client => self.look_at_desk(watcher, from),
            }
        }
    }

    fn look_at_watcher(&mut self, watcher: usize, from: u64, calm: bool) {
        let Kind::Page(page) = &self.devices[watcher].kind else { return };
        let org = self.devices[watcher].org;
        let conn = self.devices[watcher].conn().and_then(|conn| self.node.conns.get(&conn));
        let behind = conn.is_none_or(crate::node::NodeConn::is_behind);
        let (mut wrong, mut judged) = (None, Judged::default());
        for (person, each) in self.people.iter().enumerate().filter(|(_, each)| each.org == org) {
            let Some(shown) = page.model.people.get(&each.id).map(presence::Presence::state) else {
                continue;
            };
            judged.count(Invariant::Shown);
            if self.seen_since(person, from) & bit(shown) == 0 {
                wrong = Some((Invariant::Shown, person, shown, from));
                break;
            }
            let at_once = self.now.saturating_sub(AT_ONCE_MS);
            if !calm || behind || !self.is_plain(person) {
                continue;
            }
            judged.count(Invariant::ShownAtOnce);
            if self.seen_since(person, at_once) & bit(shown) == 0 {
                wrong = Some((Invariant::ShownAtOnce, person, shown, at_once));
                break;
            }
        }
        self.judged += judged;
        if let Some((invariant, person, shown, from)) = wrong {
            let detail = format!(
                "page {watcher} shows person {person} {}; true: {}",
                words(bit(shown)),
                self.words_of(person, from)
            );
            let about = self.about_person(person);
            self.fail(invariant, detail, &about);
        }
    }

    fn look_at_desk(&mut self, watcher: usize, from: u64) {
        let Kind::Page(page) = &self.devices[watcher].kind else { return };
        let org = self.devices[watcher].org;
        let technicians: Vec<usize> = (0..self.people.len())
            .filter(|person| self.people[*person].org == org && self.people[*person].role == Role::Technician)
            .collect();
        let possible = technicians.iter().fold(0, |mask, person| mask | self.seen_since(*person, from));
        let surely = technicians.iter().any(|person| self.seen_since(*person, from) == ONLINE);
        let wrong = match page.model.staffed {
            Some(true) => possible & ONLINE == 0,
            Some(false) => surely,
            None => false,
        };
        if wrong {
            let detail = format!("page {watcher} is told that the desk is staffed: {:?}", page.model.staffed);
            return self.fail(Invariant::Shown, detail, &[]);
        }
        for session in page.model.sessions.values().filter(|session| session.status.is_active()) {
            for each in session.participants.iter().filter(|each| each.left.is_none()) {
                let Some(person) = self.people.iter().position(|known| known.id == each.person) else {
                    continue;
                };
                if self.seen_since(person, from) & bit(each.state) == 0 {
                    let detail = format!(
                        "page {watcher} shows technician {person} {}; true: {}",
                        words(bit(each.state)),
                        self.words_of(person, from)
                    );
                    let about = self.about_person(person);
                    return self.fail(Invariant::Shown, detail, &about);
                }
            }
        }
    }

    /// What lines speak of a person's devices and computers.
    pub(crate) fn about_person(&self, person: usize) -> Vec<String> {
        let each = &self.people[person];
        let devices = each
            .devices
            .iter()
            .flat_map(|id| [format!("device {id} "), format!("page {id} "), format!("device {id}:")]);
        let hosts = each.hosts.iter().map(|id| format!("host {id} "));
        devices.chain(hosts).chain([format!("person {person} "), "the service".to_owned()]).collect()
    }
}
