//! Abandoned chats and callbacks, which stay open until a technician completes them with a note (C5, C9): their order, and which are too
//! many or too old.

use crate::org::store_queue::Excess;
use chat::{PersonId, Session, SessionId};
use presence::Moment;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

/// Their order: the later of two has the higher number. Numbers are not stored.
pub(crate) type Order = u64;

/// Completed ones that are remembered: more than an organisation's technicians complete in the seconds in which they can undo it.
const COMPLETED: usize = 256;

/// The open ones, in the order in which they ended.
#[derive(Debug, Default)]
pub(crate) struct FollowUps {
    pub(super) in_order: BTreeMap<Order, FollowUp>,
    pub(super) orders: HashMap<SessionId, Order>,
    next: Order,
    /// Those that were completed last, the newest at the end: a completion that is undone leaves them where they were.
    completed: VecDeque<(Order, FollowUp)>,
    /// The service is completing one.
    pub(super) completing: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct FollowUp {
    session: SessionId,
    client: PersonId,
    pub(super) ended: Moment,
}

impl FollowUps {
    /// Takes in a chat as it is from now on.
    pub(crate) fn note(&mut self, session: &Session, ended: Moment) {
        if !session.status.is_follow_up() {
            if let Some(order) = self.orders.remove(&session.id) {
                let follow_up = self.in_order.remove(&order);
                self.completed.extend(follow_up.map(|follow_up| (order, follow_up)));
                if self.completed.len() > COMPLETED {
                    self.completed.pop_front();
                }
            }
        } else if !self.orders.contains_key(&session.id) {
            let known = self.completed.iter().position(|(_, each)| each.session == session.id);
            let (order, follow_up) = known.and_then(|at| self.completed.remove(at)).unwrap_or_else(|| {
                // Zero comes before all of them.
                self.next += 1;
                (self.next, FollowUp { session: session.id, client: session.client, ended })
            });
            self.orders.insert(session.id, order);
            self.in_order.insert(order, follow_up);
        }
    }

    /// Whether a connection that knows all from this one on knows a chat.
    pub(crate) fn is_listed(&self, session: SessionId, from: Order) -> bool {
        self.orders.get(&session).is_none_or(|order| *order >= from)
    }

    /// The next ones older than `before`, at most `max`, the newest first; from where on all are known then; and how many are left.
    pub(super) fn page(&self, before: Order, max: usize) -> (Vec<SessionId>, Order, u32) {
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

    /// The next one that is too many or too old, if there is one.
    pub(super) fn excess(
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
