//! What a watcher is shown, while the watcher's own link delivers, was true within the last 45 s (plus a restart), and within
//! 1 s while that person's links deliver too.

use crate::device::Kind;
use crate::invariant::{Checks, Invariant};
use crate::truth::{ONLINE, bit, words};
use crate::world::World;
use presence::Role;

/// How long a watcher's link must have delivered.
const WATCHED_MS: u64 = 1_500;
/// What is allowed while links deliver: a second, and half the time between two checks.
const AT_ONCE_MS: u64 = 1_000;

/// As what one person may rightly be shown.
struct Seen {
    /// In the time that what is shown may lie back.
    lately: u8,
    /// In the last second, which counts if [`World::is_plain`].
    at_once: u8,
    is_plain: bool,
}

impl World {
    pub(crate) fn check_people(&mut self) {
        let from = self.shown_from();
        let at_once = self.now.saturating_sub(AT_ONCE_MS);
        let seen: Vec<Seen> = (0..self.people.len())
            .map(|person| Seen {
                lately: self.seen_since(person, from),
                at_once: self.seen_since(person, at_once),
                is_plain: self.is_plain(person),
            })
            .collect();
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
                Role::Technician => self.check_watcher(watcher, &seen, calm),
                Role::Client => self.check_desk(watcher, &seen),
            }
        }
    }

    fn check_watcher(&mut self, watcher: usize, seen: &[Seen], calm: bool) {
        let Kind::Page(page) = &self.devices[watcher].kind else { return };
        let org = self.devices[watcher].org;
        let conn = self.devices[watcher].conn().and_then(|conn| self.node.conns.get(&conn));
        let behind = conn.is_none_or(crate::node::NodeConn::is_behind);
        let (mut wrong, mut checks) = (None, Checks::default());
        for (person, each) in self.people.iter().enumerate().filter(|(_, each)| each.org == org) {
            let Some(shown) = page.model.people.get(&each.id).map(presence::Presence::state) else {
                continue;
            };
            checks.count(Invariant::Shown);
            if seen[person].lately & bit(shown) == 0 {
                wrong = Some((Invariant::Shown, person, shown, self.shown_from()));
                break;
            }
            if !calm || behind || !seen[person].is_plain {
                continue;
            }
            checks.count(Invariant::ShownAtOnce);
            if seen[person].at_once & bit(shown) == 0 {
                let at_once = self.now.saturating_sub(AT_ONCE_MS);
                wrong = Some((Invariant::ShownAtOnce, person, shown, at_once));
                break;
            }
        }
        self.checks += checks;
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

    fn check_desk(&mut self, watcher: usize, seen: &[Seen]) {
        let Kind::Page(page) = &self.devices[watcher].kind else { return };
        let org = self.devices[watcher].org;
        let technicians = || {
            let both = self.people.iter().zip(seen);
            both.filter(|(person, _)| person.org == org && person.role == Role::Technician)
                .map(|(_, seen)| seen.lately)
        };
        let possible = technicians().fold(0, |mask, lately| mask | lately);
        let surely = technicians().any(|lately| lately == ONLINE);
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
                if seen[person].lately & bit(each.state) == 0 {
                    let detail = format!(
                        "page {watcher} shows technician {person} {}; true: {}",
                        words(bit(each.state)),
                        self.words_of(person, self.shown_from())
                    );
                    let about = self.about_person(person);
                    return self.fail(Invariant::Shown, detail, &about);
                }
            }
        }
    }
}
