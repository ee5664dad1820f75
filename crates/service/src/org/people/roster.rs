//! People as technicians watch them: all of them once, then what changed, the first at once and then in batches. The last
//! state wins, so a reader who is behind costs as much as there are people, not as there are changes. All who ask within the
//! time of a batch get the same frames: a crowd that comes back costs as much as there are people, not as that times watchers.

use crate::org::timer::Timer;
use crate::org::{ConnId, Core};
use crate::words;
use chat::PersonId;
use presence::Moment;
use protocol::{Close, Down, ErrorCode, Person, limits};
use std::collections::BTreeSet;

/// Bytes of a frame about people: half of what a frame may have. A connection keeps the memory of the largest frame that was
/// written to it, and all watchers are written these.
const PEOPLE_BYTES: usize = limits::FRAME_BYTES / 2;

/// Who watches, and what they have not been told yet.
#[derive(Debug, Default)]
pub(in crate::org) struct People {
    watchers: BTreeSet<ConnId>,
    changed: BTreeSet<PersonId>,
    /// Who has asked for everybody, and has not been told yet.
    asked: BTreeSet<ConnId>,
    /// When the last batch of changes went out.
    last: Moment,
    /// When everybody was told of last.
    looked: Moment,
}

impl People {
    pub(in crate::org) fn forget(&mut self, conn: ConnId) {
        self.watchers.remove(&conn);
        self.asked.remove(&conn);
    }
}

impl Core {
    pub(in crate::org) fn watch_people(&mut self, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        if !presence::eligibility::sees_people(connection.role) {
            self.send(conn, words::error(None, ErrorCode::NotAllowed, words::NO_PEOPLE));
            return;
        }
        self.people.asked.insert(conn);
        self.looks_due();
    }

    /// Somebody is seen differently from now on.
    pub(in crate::org) fn person_changed(&mut self, person: PersonId) {
        if self.people.watchers.is_empty() {
            return;
        }
        self.people.changed.insert(person);
        self.changes_due();
    }

    pub(in crate::org) fn people_due(&mut self) {
        self.changes_due();
        self.looks_due();
    }

    fn changes_due(&mut self) {
        if self.people.changed.is_empty() || !self.may_go(self.people.last) {
            return;
        }
        self.people.last = self.now;
        let changed = std::mem::take(&mut self.people.changed);
        let mut to = Vec::with_capacity(self.people.watchers.len());
        for conn in &self.people.watchers {
            match self.conns.get_mut(conn).map(|connection| &mut connection.behind) {
                Some(Some((_, missed))) => missed.extend(changed.iter().copied()),
                Some(None) => to.push(*conn),
                None => {}
            }
        }
        self.tell_people(&to, changed);
    }

    /// All people, to those who watch from now on.
    pub(in crate::org) fn looks_due(&mut self) {
        // Somebody whose own device is just being stored would see themselves as Offline: they look once it is.
        let asked: BTreeSet<ConnId> =
            self.people.asked.iter().copied().filter(|conn| !self.is_about_to_count(*conn)).collect();
        if asked.is_empty() || !self.may_go(self.people.looked) {
            return;
        }
        self.people.looked = self.now;
        self.people.asked.retain(|conn| !asked.contains(conn));
        self.people.watchers.extend(&asked);
        let to: Vec<ConnId> = asked.into_iter().collect();
        let mut parts = self.people_parts(self.members.keys().copied());
        if parts.is_empty() {
            parts.push(Vec::new());
        }
        for (index, people) in parts.into_iter().enumerate() {
            self.send_all(to.clone(), Down::People { first: index == 0, people });
        }
    }

    /// Whether the time of a batch has passed since then; if not, a timer is set for when it has.
    fn may_go(&mut self, last: Moment) -> bool {
        let at = last.plus(self.config.people_every);
        if at > self.now {
            self.timers.set(at, Timer::People);
        }
        at <= self.now
    }

    fn tell_people(&mut self, to: &[ConnId], who: BTreeSet<PersonId>) {
        if to.is_empty() {
            return;
        }
        let (here, gone): (BTreeSet<PersonId>, BTreeSet<PersonId>) =
            who.into_iter().partition(|person| !self.is_out(*person));
        for people in self.people_parts(here) {
            self.send_all(to.to_owned(), Down::People { first: false, people });
        }
        for person in gone {
            self.send_all(to.to_owned(), Down::PersonGone { person });
        }
    }

    /// A reader is behind: changes of people are held back from now on.
    pub(in crate::org) fn congested(&mut self, conn: ConnId) {
        let now = self.now;
        let Some(connection) = self.conns.get_mut(&conn) else { return };
        if connection.behind.is_none() {
            connection.behind = Some((now, BTreeSet::new()));
            self.facts.behind += 1;
            self.timers.set(now.plus(self.config.slow_for), Timer::Slow(conn));
        }
    }

    pub(in crate::org) fn room(&mut self, conn: ConnId) {
        let Some((_, missed)) = self.conns.get_mut(&conn).and_then(|connection| connection.behind.take())
        else {
            return;
        };
        self.facts.behind -= 1;
        self.tell_people(&[conn], missed);
    }

    pub(in crate::org) fn slow_due(&mut self, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let slow = connection
            .behind
            .as_ref()
            .is_some_and(|(since, _)| self.now.since(*since) >= self.config.slow_for);
        if !slow {
            return;
        }
        let (last_frame, person, instance) = (connection.last_frame, connection.person, connection.instance);
        let is_window = connection.is_window();
        self.forget(conn, Some(Close::TooSlow));
        if !is_window {
            self.lose(person, instance, last_frame);
        }
    }

    /// In frames that keep both limits: people in a part, and bytes in a frame.
    fn people_parts(&self, who: impl IntoIterator<Item = PersonId>) -> Vec<Vec<Person>> {
        let members = who.into_iter().filter_map(|id| self.members.get(&id));
        let people = members.filter(|member| member.is_in()).map(crate::org::chats::view::person);
        crate::org::chats::view::parts(people, limits::PEOPLE_PART, PEOPLE_BYTES)
    }
}
