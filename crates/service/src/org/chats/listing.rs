//! Which chats a connection is sent: those that wait, are in progress or are invitations, and abandoned chats and callbacks: a client all
//! of their own, which are few (decision 0022), a technician the newest, and older ones when it asks.

use super::Chats;
use super::follow_ups::Order;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::people::People;
use chat::{PersonId, Session, SessionId};
use presence::Role;

impl Chats {
    /// The chats that a new connection is sent, and how many older ones there are.
    pub(crate) fn first_view(
        &mut self,
        cx: &mut Context,
        conn: ConnId,
        person: PersonId,
        role: Role,
    ) -> (Vec<SessionId>, u32) {
        let is_open = |session: &&Session| match role {
            Role::Technician => session.status.is_live(),
            Role::Client => session.client == person,
        };
        let mut view: Vec<SessionId> =
            self.sessions.values().filter(is_open).map(|session| session.id).collect();
        match role {
            Role::Client => (view, 0),
            Role::Technician => {
                let (page, more) = self.next_page(cx, conn, Order::MAX);
                view.extend(page);
                (view, more)
            }
        }
    }

    /// The next older chats that a connection does not know yet, and how many are left.
    pub(super) fn next_page(
        &mut self,
        cx: &mut Context,
        conn: ConnId,
        before: Order,
    ) -> (Vec<SessionId>, u32) {
        let (page, from, more) = self.follow_ups.page(before, cx.config.follow_ups_part);
        if let Some(reader) = self.readers.get_mut(&conn) {
            reader.listed_from = from;
        }
        (page, more)
    }

    /// The technicians' connections that know a chat.
    pub(crate) fn listing(&self, people: &People, session: SessionId) -> Vec<ConnId> {
        let conns = people.technicians.conns.iter().copied();
        match self.follow_ups.orders.get(&session) {
            None => conns.collect(),
            Some(_) => conns.filter(|conn| self.is_listed(*conn, session)).collect(),
        }
    }

    /// Whether a connection knows a chat, if it may see it.
    pub(crate) fn is_listed(&self, conn: ConnId, session: SessionId) -> bool {
        self.readers.get(&conn).is_some_and(|reader| self.follow_ups.is_listed(session, reader.listed_from))
    }
}
