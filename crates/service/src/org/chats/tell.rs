//! Sends a chat to those who may see it, as they may see it.

use super::Chats;
use crate::org::context::Context;
use crate::org::event::{ConnId, Frame};
use crate::org::people::People;
use crate::org::view;
use chat::SessionId;
use presence::Role;
use protocol::Down;

impl Chats {
    /// Sends a session to one connection.
    pub(crate) fn tell_session(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        session: SessionId,
        role: Role,
    ) {
        if let Some(frame) = self.session_frame(people, session, role) {
            cx.send(conn, frame);
        }
    }

    pub(crate) fn send_session(&mut self, cx: &mut Context, people: &People, session: SessionId) {
        self.send_session_to_technicians(cx, people, session);
        self.send_session_to_client(cx, people, session);
    }

    pub(crate) fn send_session_to_technicians(
        &mut self,
        cx: &mut Context,
        people: &People,
        session: SessionId,
    ) {
        let to = self.listing(people, session);
        if let (false, Some(frame)) = (to.is_empty(), self.session_frame(people, session, Role::Technician)) {
            cx.send_all(to, frame);
        }
    }

    pub(crate) fn send_session_to_client(&mut self, cx: &mut Context, people: &People, session: SessionId) {
        let Some(client) = self.sessions.get(&session).map(|session| session.client) else { return };
        let to = people.conns_of(client);
        if let (false, Some(frame)) = (to.is_empty(), self.session_frame(people, session, Role::Client)) {
            cx.send_all(to, frame);
        }
    }

    fn session_frame(&mut self, people: &People, session: SessionId, reader: Role) -> Option<Frame> {
        let stored = self.sessions.get(&session)?;
        let frame = |place| {
            let session = view::session(stored, reader, &people.members, place);
            Frame::from(Down::Session { session })
        };
        Some(match reader {
            Role::Technician => self.frames.entry(session).or_insert_with(|| frame(None)).clone(),
            Role::Client => frame(self.places.get(&session).copied()),
        })
    }
}
