//! Completed chats, which only the store has: their client gets them by page, the newest first (C8).

use super::Chats;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::people::People;
use crate::org::view;
use crate::store::CompletedPage;
use chat::SessionId;
use presence::Role;
use protocol::{Answer, Down, IntentId};

impl Chats {
    /// The oldest completed chat that a connection was sent on request; `None` if nobody is left to read.
    pub(crate) fn completed_from(&self, conn: ConnId) -> Option<Option<SessionId>> {
        self.readers.get(&conn).map(|reader| reader.completed_from)
    }

    /// Sends completed chats to their client.
    pub(crate) fn send_completed(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        page: &CompletedPage,
    ) {
        let Some(reader) = self.readers.get_mut(&conn) else { return };
        reader.completed_from = page.sessions.last().map(|session| session.id).or(reader.completed_from);
        for session in &page.sessions {
            let session = view::session(session, Role::Client, &people.members, None);
            cx.send(conn, Down::Session { session });
        }
        let more = Some(u32::try_from(page.more).unwrap_or(u32::MAX));
        cx.send(conn, Down::Ok { re, answer: Answer { more, ..Answer::default() } });
    }
}
