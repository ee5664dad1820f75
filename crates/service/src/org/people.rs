//! People as technicians watch them: all of them once, then what changed, the first at once and then in batches. The last
//! state wins, so a reader who is behind costs as much as there are people, not as there are changes.

use super::timer::Timer;
use super::{ConnId, Core};
use crate::words;
use chat::PersonId;
use presence::UnixMillis;
use protocol::{Close, Down, ErrorCode, Person, limits};
use std::collections::BTreeSet;

/// Who watches, and what they have not been told yet.
#[derive(Debug, Default)]
pub(super) struct People {
    watchers: BTreeSet<ConnId>,
    changed: BTreeSet<PersonId>,
    /// When the last batch went out.
    last: UnixMillis,
}

impl People {
    pub(super) fn forget(&mut self, conn: ConnId) {
        self.watchers.remove(&conn);
    }

    /// The clock was set.
    pub(super) fn shift(&mut self, by_ms: i64) {
        self.last = super::shift::shifted(self.last, by_ms);
    }
}

impl Core {
    pub(super) fn watch_people(&mut self, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        if !presence::eligibility::sees_people(connection.role) {
            self.send(conn, words::error(None, ErrorCode::NotAllowed, words::NO_PEOPLE));
            return;
        }
        self.people.watchers.insert(conn);
        let everybody: Vec<PersonId> = self.members.keys().copied().collect();
        let parts = self.people_parts(&everybody);
        if parts.is_empty() {
            self.send(conn, Down::People { first: true, people: Vec::new() });
        }
        for (index, people) in parts.into_iter().enumerate() {
            self.send(conn, Down::People { first: index == 0, people });
        }
    }

    /// Somebody is seen differently from now on.
    pub(super) fn person_changed(&mut self, person: PersonId) {
        if self.people.watchers.is_empty() {
            return;
        }
        if self.people.changed.is_empty() {
            let at = self.people.last.plus(self.config.people_every).max(self.now);
            self.timers.set(at, Timer::People);
        }
        self.people.changed.insert(person);
        // One that may go out at once need not wait for the loop's next round of timers.
        if self.people.last.plus(self.config.people_every) <= self.now {
            self.people_due();
        }
    }

    pub(super) fn people_due(&mut self) {
        if self.people.changed.is_empty() || self.people.last.plus(self.config.people_every) > self.now {
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
        let changed: Vec<PersonId> = changed.into_iter().collect();
        for people in self.people_parts(&changed) {
            self.send_all(to.clone(), Down::People { first: false, people });
        }
    }

    /// A reader is behind: changes of people are held back from now on.
    pub(super) fn congested(&mut self, conn: ConnId) {
        let now = self.now;
        let Some(connection) = self.conns.get_mut(&conn) else { return };
        if connection.behind.is_none() {
            connection.behind = Some((now, BTreeSet::new()));
            self.facts.behind += 1;
            self.timers.set(now.plus(self.config.slow_for), Timer::Slow(conn));
        }
    }

    pub(super) fn room(&mut self, conn: ConnId) {
        let Some((_, missed)) = self.conns.get_mut(&conn).and_then(|connection| connection.behind.take())
        else {
            return;
        };
        self.facts.behind -= 1;
        let missed: Vec<PersonId> = missed.into_iter().collect();
        for people in self.people_parts(&missed) {
            self.send(conn, Down::People { first: false, people });
        }
    }

    pub(super) fn slow_due(&mut self, conn: ConnId) {
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
    fn people_parts(&self, who: &[PersonId]) -> Vec<Vec<Person>> {
        super::view::parts(
            who.iter().filter_map(|id| self.members.get(id)).map(super::view::person),
            limits::PEOPLE_PART,
        )
    }
}
