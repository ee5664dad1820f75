//! Abandoned chats and callbacks, which stay open until a technician completes them with a note (C5, C9). Here is their order
//! and how many there may be: what is too much or too old is completed by the service, the oldest first, one at a time so that
//! people's intents go in between. A connection is told of the newest, and of older ones when it asks.

use crate::org::store_queue::Job;
use crate::org::timer::Timer;
use crate::org::{ConnId, Core};
use crate::words;
use chat::{PersonId, Session, SessionId};
use presence::{Moment, Role, UnixMillis};
use protocol::{Answer, Down, ErrorCode, IntentId};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Their order: of two, the later one has the higher number. Numbers are not stored.
pub(in crate::org) type Order = u64;

/// The open ones, in the order in which they ended.
#[derive(Debug, Default)]
pub(in crate::org) struct FollowUps {
    in_order: BTreeMap<Order, FollowUp>,
    orders: HashMap<SessionId, Order>,
    next: Order,
    /// One is being completed by the service.
    completing: bool,
}

#[derive(Clone, Copy, Debug)]
struct FollowUp {
    session: SessionId,
    client: PersonId,
    ended: Moment,
}

/// Why the service completes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::org) enum Excess {
    /// Its client has more than may stay open.
    OfClient,
    /// Its organisation has.
    OfOrganisation,
    /// Nobody has completed it for this long.
    Age(Duration),
}

impl FollowUps {
    /// The chat is like this from now on.
    pub(in crate::org) fn note(&mut self, session: &Session, ended: Moment) {
        if !session.status.is_follow_up() {
            if let Some(order) = self.orders.remove(&session.id) {
                self.in_order.remove(&order);
            }
        } else if !self.orders.contains_key(&session.id) {
            // Zero is before all of them.
            self.next += 1;
            self.orders.insert(session.id, self.next);
            let follow_up = FollowUp { session: session.id, client: session.client, ended };
            self.in_order.insert(self.next, follow_up);
        }
    }

    /// Whether a connection that is told of all from this one on knows of a chat.
    pub(in crate::org) fn is_listed(&self, session: SessionId, from: Order) -> bool {
        self.orders.get(&session).is_none_or(|order| *order >= from)
    }

    /// The next that are older than `before`, at most `max`, the newest first; from where on all are known then; and how many
    /// are left.
    fn page(&self, before: Order, max: usize) -> (Vec<SessionId>, Order, u32) {
        let page: Vec<(Order, SessionId)> = self
            .in_order
            .range(..before)
            .rev()
            .take(max)
            .map(|(order, follow_up)| (*order, follow_up.session))
            .collect();
        let from = page.last().map_or(before, |(order, _)| *order);
        let more = u32::try_from(self.in_order.range(..from).count()).unwrap_or(u32::MAX);
        let sessions = page.into_iter().map(|(_, session)| session).collect();
        (sessions, if more == 0 { 0 } else { from }, more)
    }

    /// What is too much or too old, if anything is.
    fn excess(
        &self,
        of_client: usize,
        of_all: usize,
        age: Duration,
        now: Moment,
    ) -> Option<(SessionId, Excess)> {
        let oldest = self.in_order.values().next()?;
        if self.in_order.len() > of_all {
            return Some((oldest.session, Excess::OfOrganisation));
        }
        if now.since(oldest.ended) >= age {
            return Some((oldest.session, Excess::Age(age)));
        }
        let mut newer: HashMap<PersonId, usize> = HashMap::new();
        let mut excess = None;
        for follow_up in self.in_order.values().rev() {
            let count = newer.entry(follow_up.client).or_default();
            *count += 1;
            if *count > of_client {
                excess = Some((follow_up.session, Excess::OfClient));
            }
        }
        excess
    }
}

impl Core {
    /// Takes in what was stored, in the order in which it ended. How old each is, the wall clock `now` says: the base may be what it
    /// showed while it was ahead, and nobody's callback is completed for that. One that is behind keeps them for longer.
    pub(in crate::org) fn restore_follow_ups(&mut self, now: UnixMillis) {
        let mut stored: Vec<&Session> =
            self.sessions.values().filter(|session| session.status.is_follow_up()).collect();
        stored.sort_by_key(|session| (session.ended, session.id));
        for session in stored {
            let ended = session.ended.map_or(self.now, |ended| self.now.minus(now.since(ended)));
            self.follow_ups.note(session, ended);
        }
        self.timers.set(self.now, Timer::FollowUps);
    }

    /// Completes the next one that is too much or too old, if one is.
    pub(in crate::org) fn follow_ups_due(&mut self) {
        if self.follow_ups.completing {
            return;
        }
        let age = self.complete_after();
        let (of_client, of_all) = (self.config.follow_ups_of_client, self.config.follow_ups);
        if let Some((session, why)) = self.follow_ups.excess(of_client, of_all, age, self.now) {
            self.follow_ups.completing = true;
            self.enqueue(Job::CompleteFollowUp(session, why));
        } else if let Some(oldest) = self.follow_ups.in_order.values().next() {
            self.timers.set(oldest.ended.plus(age), Timer::FollowUps);
        }
    }

    /// The chat as the service would complete it; `None` if somebody else has.
    pub(in crate::org) fn completed_follow_up(&mut self, session: SessionId, why: Excess) -> Option<Session> {
        let note = match why {
            Excess::OfClient => words::too_many_of_client(self.config.follow_ups_of_client),
            Excess::OfOrganisation => words::too_many_of_organisation(self.config.follow_ups),
            Excess::Age(age) => words::too_old(age),
        };
        let stored = self.sessions.get(&session);
        let next = stored.and_then(|stored| chat::completed_by_service(stored, note, self.wall));
        if next.is_none() {
            self.follow_up_done();
        }
        next
    }

    /// One is completed, or could not be.
    pub(in crate::org) fn follow_up_done(&mut self) {
        self.follow_ups.completing = false;
        self.follow_ups_due();
    }

    /// The store refused it: it is looked at again a while later.
    pub(in crate::org) fn follow_up_refused(&mut self) {
        self.follow_ups.completing = false;
        let at = self.now.plus(Duration::from_millis(crate::org::store_queue::BUSY_RETRY_MS));
        self.timers.set(at, Timer::FollowUps);
    }

    fn complete_after(&self) -> Duration {
        self.organisation.complete_after.unwrap_or(protocol::limits::COMPLETE_AFTER)
    }

    /// The chats that a new connection is told of, and how many older ones there are.
    pub(in crate::org) fn first_view(
        &mut self,
        conn: ConnId,
        person: PersonId,
        role: Role,
    ) -> (Vec<SessionId>, u32) {
        let is_open = |session: &&Session| match role {
            Role::Technician => session.status.is_active(),
            Role::Client => session.client == person && session.status.is_active(),
        };
        let mut view: Vec<SessionId> =
            self.sessions.values().filter(is_open).map(|session| session.id).collect();
        match role {
            Role::Client => (view, 0),
            Role::Technician => {
                let (page, more) = self.next_page(conn, Order::MAX);
                view.extend(page);
                (view, more)
            }
        }
    }

    /// More of the older ones, for a technician who has come to the end of those that are known.
    pub(in crate::org) fn more_follow_ups(&mut self, conn: ConnId, re: IntentId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        match connection.role {
            Role::Technician => {}
            Role::Client => {
                self.refuse(conn, re, ErrorCode::NotAllowed, words::NOT_ALLOWED);
                return;
            }
        }
        let (page, more) = self.next_page(conn, connection.listed_from);
        for session in page {
            self.tell_session(conn, session, Role::Technician);
            self.refresh_mine_at(conn, session);
        }
        self.send(conn, Down::Ok { re, answer: Answer { more: Some(more), ..Answer::default() } });
    }

    fn next_page(&mut self, conn: ConnId, before: Order) -> (Vec<SessionId>, u32) {
        let (page, from, more) = self.follow_ups.page(before, self.config.follow_ups_part);
        if let Some(connection) = self.conns.get_mut(&conn) {
            connection.listed_from = from;
        }
        (page, more)
    }

    /// The technicians' connections that were told of a chat.
    pub(in crate::org) fn listing(&self, session: SessionId) -> Vec<ConnId> {
        let conns = self.technicians.conns.iter().copied();
        match self.follow_ups.orders.get(&session) {
            None => conns.collect(),
            Some(_) => conns.filter(|conn| self.is_listed(*conn, session)).collect(),
        }
    }

    /// Whether a connection was told of a chat, if it may see it.
    pub(in crate::org) fn is_listed(&self, conn: ConnId, session: SessionId) -> bool {
        self.conns.get(&conn).is_some_and(|conn| self.follow_ups.is_listed(session, conn.listed_from))
    }

    /// What becomes of a chat that is stored like this, for the order and the limits of those that stay open.
    pub(in crate::org) fn note_follow_up(&mut self, session: &Session) {
        self.follow_ups.note(session, self.now);
        if session.status.is_follow_up() {
            self.follow_ups_due();
        }
    }
}
