//! The state from which the service starts, and the store at the end, hold everything that was told to anybody.

use crate::invariant::Invariant;
use crate::world::World;
use presence::Role;
use presence::user::preference_at;
use service::store::{OrgSnapshot, Store};

/// How long the store may take to have what was announced.
const STORED_MS: u64 = 10_000;

impl World {
    /// Checks that an organisation starts with everything that was told to anybody.
    pub(crate) fn check_start(&mut self, org: usize, snapshot: &OrgSnapshot) {
        self.check_store(org);
        let calm = self.node.late_until + 2_000 < self.went_down;
        for person in 0..self.people.len() {
            let id = self.people[person].id;
            let Some(stored) = snapshot.people.iter().find(|each| each.id == id) else { continue };
            let announced = self.known.announced.get(&person).copied();
            // One that ended by its time while nobody was told is the same, and one that was stored since is another one.
            let at_end = self.node.unix(self.went_down.saturating_sub(STORED_MS));
            if announced.is_some() && calm {
                self.checks.count(Invariant::Forgotten);
            }
            if let Some((announced, at)) = announced
                && calm
                && at + STORED_MS < self.went_down
                && stored.affiliation.role() == Role::Technician
                && self.known.preferred.get(&id).is_none_or(|stored| *stored <= at)
                && preference_at(stored.preference.0, at_end) != preference_at(announced, at_end)
            {
                let detail = format!(
                    "person {person} was told {announced:?} and the store has {:?}",
                    stored.preference.0
                );
                let about = self.about_person(person);
                self.fail(Invariant::Forgotten, detail, &about);
            }
            // What was too recent to be stored for certain may be lost with the service: devices report it again.
            if announced.is_some_and(|(_, at)| !calm || at + STORED_MS >= self.went_down) {
                self.known.announced.remove(&person);
            }
            self.people[person].preference = stored.preference.0;
            self.dirty.push(person);
        }
        let forgotten = self.known.seen.iter().find(|((session, person), (seen, at))| {
            let in_snapshot = snapshot.sessions.iter().any(|each| each.id == *session);
            let stored = snapshot.seen.iter().find(|(each, who, _)| each == session && who == person);
            calm && in_snapshot
                && at + STORED_MS < self.went_down
                && stored.map_or(0, |(_, _, number)| *number) < *seen
        });
        if let Some(((session, person), (seen, _))) = forgotten {
            let detail = format!("{person:?} has seen {session:?} up to {seen}, and the store does not know");
            self.fail(Invariant::Forgotten, detail, &[session.0.to_string()]);
        }
        // The same of what they have seen.
        let went_down = self.went_down;
        self.known.seen.retain(|(session, _), (_, at)| {
            let is_here = snapshot.sessions.iter().any(|each| each.id == *session);
            !is_here || (calm && *at + STORED_MS < went_down)
        });
    }

    /// Checks that everything that was answered `ok` is in the store.
    pub(crate) fn check_store(&mut self, org: usize) {
        let id = self.node.orgs[org].id;
        if !self.known.requests_ok.is_empty() {
            self.checks.count(Invariant::Lost);
        }
        let lost = self.known.requests_ok.iter().find(|(session, of)| {
            **of == org
                && !self.is_deleted(**session)
                && self.node.store.session(id, **session).is_ok_and(|found| found.is_none())
        });
        if let Some((session, _)) = lost {
            let detail = format!("{session:?} is not in the store");
            return self.fail(Invariant::Lost, detail, &[session.0.to_string()]);
        }
        let lost = self.known.messages_ok.iter().find(|(message, (of, session, audience, number))| {
            *of == org
                && !self.is_deleted(*session)
                && self
                    .node
                    .store
                    .message_known(*session, *audience, **message)
                    .is_ok_and(|found| found.map(|known| known.number) != Some(*number))
        });
        if let Some((message, (_, session, _, number))) = lost {
            let detail = format!("message {message} of {session:?} is not number {number}");
            self.fail(Invariant::Lost, detail, &[message.to_string()]);
        }
    }
}
