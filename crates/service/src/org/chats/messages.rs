//! Messages of a chat (C8) and private notes: stored, numbered, and sent to those who are in it or read it.

use super::Chats;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::list_frames::list_frames;
use crate::org::people::People;
use crate::org::store_queue::{Asked, Job, Want};
use chat::{Audience, Message, Session};
use protocol::Down;
use protocol::limits::{FRAME_BYTES, MESSAGES_PART};
use std::collections::BTreeSet;

impl Chats {
    /// Sends messages to a reader; if there are more, they follow before anything else happens.
    pub(crate) fn opened(
        &mut self,
        cx: &mut Context,
        asked: &Asked,
        audience: Audience,
        messages: Vec<Message>,
    ) {
        let (conn, session, re) = (asked.conn, asked.session, asked.re);
        let more =
            (messages.len() >= MESSAGES_PART).then(|| messages.last().map(|last| last.number)).flatten();
        let frame = |_, written| match audience {
            Audience::Everybody => Down::Messages { session, messages: written },
            Audience::Technicians => Down::Notes { session, notes: written },
        };
        if audience == Audience::Everybody {
            for message in &messages {
                self.has_message_of(conn, session, message.from);
            }
        }
        for frame in list_frames(messages, MESSAGES_PART, FRAME_BYTES, frame) {
            cx.send(conn, frame);
        }
        if let Some(after) = more {
            cx.queue.requeue_front(Job::Session {
                asked: Asked { want: Want::Messages(audience, after), ..*asked },
                read: None,
            });
            return;
        }
        if let Some(reader) = self.readers.get_mut(&conn) {
            match audience {
                Audience::Everybody => reader.opened.insert(session),
                Audience::Technicians => reader.notes.insert(session),
            };
        }
        cx.ok(conn, re);
        self.tell_typing_to(cx, asked.person, conn, session);
    }

    /// A private note is stored with its session: technicians see that there is one more, those who read them see which. A client is
    /// sent nothing.
    pub(crate) fn note_stored(&mut self, cx: &mut Context, people: &People, session: Session, note: Message) {
        let id = session.id;
        self.frames.remove(&id);
        self.sessions.insert(id, session);
        self.send_session_to_technicians(cx, people, id);
        let conns = people.technicians.conns.iter().copied();
        let to: Vec<ConnId> = conns
            .filter(|conn| self.readers.get(conn).is_some_and(|reader| reader.notes.contains(&id)))
            .collect();
        cx.send_all(to, Down::Notes { session: id, notes: vec![note] });
    }

    /// A message is stored with its session.
    pub(crate) fn message_stored(
        &mut self,
        cx: &mut Context,
        people: &People,
        session: Session,
        message: Message,
    ) {
        let (id, from, number) = (session.id, message.from, message.number);
        let readers = session.participants.iter().map(|each| each.person).chain([session.client]);
        let to: BTreeSet<ConnId> = readers
            .flat_map(|person| people.conns_of(person).into_iter().map(move |conn| (person, conn)))
            .filter(|(person, conn)| {
                let opened = self.readers.get(conn).is_some_and(|reader| reader.opened.contains(&id));
                session.has(*person) || opened
            })
            .map(|(_, conn)| conn)
            .collect();
        // The author has seen what was written before.
        self.seen.insert((id, from), number);
        for conn in &to {
            self.has_message_of(*conn, id, from);
        }
        self.stopped_typing(cx, people, id, from);
        self.changed(cx, people, session);
        self.refresh_personal_of(cx, people, from, &[id]);
        let to: Vec<ConnId> = to.into_iter().collect();
        cx.send_all(to, Down::Messages { session: id, messages: vec![message] });
    }
}
