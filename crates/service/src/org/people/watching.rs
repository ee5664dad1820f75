//! People as technicians watch them: all of them once, then changes, the first at once and the next in batches. The last state wins,
//! so the cost of a reader who is behind grows with the number of people, not of changes. All who ask within the time of a batch get
//! the same frames: the cost of a crowd that comes back grows with the number of people, not with people times watchers.

use super::People;
use crate::org::context::Context;
use crate::org::event::{ConnId, Frame};
use crate::org::list_frames::list_frames;
use crate::org::timer::Timer;
use crate::org::view;
use crate::words;
use chat::PersonId;
use presence::Moment;
use protocol::{Down, ErrorCode, Person, limits};
use std::collections::BTreeSet;

/// Most bytes of a frame about people: half of what a frame may have. A connection keeps as much memory as the largest frame that was
/// written to it, and all watchers get these.
const PEOPLE_BYTES: usize = limits::FRAME_BYTES / 2;

impl People {
    pub(crate) fn watch_people(&mut self, cx: &mut Context, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        if !presence::eligibility::sees_people(connection.role) {
            cx.send(conn, words::error(None, ErrorCode::NotAllowed, words::NO_PEOPLE));
            return;
        }
        self.roster.asked.insert(conn);
        self.looks_due(cx);
    }

    /// Somebody's presence has changed.
    pub(crate) fn person_changed(&mut self, cx: &mut Context, person: PersonId) {
        if self.roster.watchers.is_empty() {
            return;
        }
        self.roster.changed.insert(person);
        self.changes_due(cx);
    }

    pub(crate) fn people_due(&mut self, cx: &mut Context) {
        self.changes_due(cx);
        self.looks_due(cx);
    }

    fn changes_due(&mut self, cx: &mut Context) {
        if self.roster.changed.is_empty() || !self.may_go(cx, self.roster.last) {
            return;
        }
        self.roster.last = cx.now;
        let changed = std::mem::take(&mut self.roster.changed);
        let mut to = Vec::with_capacity(self.roster.watchers.len());
        for conn in &self.roster.watchers {
            match self.conns.get_mut(conn).map(|connection| &mut connection.behind) {
                Some(Some((_, missed))) => missed.extend(changed.iter().copied()),
                Some(None) => to.push(*conn),
                None => {}
            }
        }
        self.tell_people(cx, &to, changed);
    }

    /// Sends all people to those who have begun to watch.
    pub(crate) fn looks_due(&mut self, cx: &mut Context) {
        // Somebody whose own device is being stored would see themselves as Offline: they are answered once it is stored.
        let counts = |conn: &ConnId| {
            !self.conns.get(conn).is_some_and(|connection| self.is_about_to_count(connection.person))
        };
        let asked: BTreeSet<ConnId> = self.roster.asked.iter().copied().filter(counts).collect();
        if asked.is_empty() || !self.may_go(cx, self.roster.looked) {
            return;
        }
        self.roster.looked = cx.now;
        self.roster.asked.retain(|conn| !asked.contains(conn));
        self.roster.watchers.extend(&asked);
        let to: Vec<ConnId> = asked.into_iter().collect();
        let frame = |place, people| Down::People { first: place == 0, people };
        let mut frames = self.people_frames(self.members.keys().copied(), frame);
        if frames.is_empty() {
            frames.push(frame(0, Vec::new()).into());
        }
        for frame in frames {
            cx.send_all(to.clone(), frame);
        }
    }

    /// Whether the time of a batch has passed since then; if not, sets a timer for when it has.
    fn may_go(&mut self, cx: &mut Context, last: Moment) -> bool {
        let at = last.plus(cx.config.people_every);
        if at > cx.now {
            cx.timers.set(at, Timer::People);
        }
        at <= cx.now
    }

    fn tell_people(&mut self, cx: &mut Context, to: &[ConnId], who: BTreeSet<PersonId>) {
        if to.is_empty() {
            return;
        }
        let (here, gone): (BTreeSet<PersonId>, BTreeSet<PersonId>) =
            who.into_iter().partition(|person| !self.is_out(*person));
        for frame in self.people_frames(here, |_, people| Down::People { first: false, people }) {
            cx.send_all(to.to_owned(), frame);
        }
        for person in gone {
            cx.send_all(to.to_owned(), Down::PersonGone { person });
        }
    }

    /// A reader is behind: changes of people are held back from now on.
    pub(crate) fn congested(&mut self, cx: &mut Context, conn: ConnId) {
        let now = cx.now;
        let Some(connection) = self.conns.get_mut(&conn) else { return };
        if connection.behind.is_none() {
            connection.behind = Some((now, BTreeSet::new()));
            cx.counts.behind += 1;
            cx.timers.set(now.plus(cx.config.slow_for), Timer::Slow(conn));
        }
    }

    pub(crate) fn room(&mut self, cx: &mut Context, conn: ConnId) {
        let Some((_, missed)) = self.conns.get_mut(&conn).and_then(|connection| connection.behind.take())
        else {
            return;
        };
        cx.counts.behind -= 1;
        self.tell_people(cx, &[conn], missed);
    }

    /// Splits people into frames that keep both limits: people per part, and bytes per frame.
    fn people_frames(
        &self,
        who: impl IntoIterator<Item = PersonId>,
        frame: impl Fn(usize, Vec<Person>) -> Down,
    ) -> Vec<Frame> {
        let members = who.into_iter().filter_map(|id| self.members.get(&id));
        let people = members.filter(|member| member.is_in()).map(view::person);
        list_frames(people, limits::PEOPLE_PART, PEOPLE_BYTES, frame)
    }
}
