//! Who is writing in a chat: told to the others in it, never stored. It ends by itself after [`TYPING`]. Readers get at most one frame
//! in [`TYPING_EVERY`] about a chat, whatever writers send, and only about changes.

use super::Chats;
use super::writers::Writers;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::people::People;
use crate::org::timer::Timer;
use chat::{PersonId, Session, SessionId};
use protocol::Down;
use protocol::limits::{TYPING, TYPING_EVERY};
use std::collections::BTreeSet;

impl Chats {
    /// Somebody says that they are writing, or no longer do.
    pub(crate) fn typing(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        session: SessionId,
        is_typing: bool,
    ) {
        let Some(person) = people.conns.get(&conn).map(|connection| connection.person) else { return };
        let may = self.sessions.get(&session).is_some_and(|session| may_write(person, session));
        if !cx.organisation.typing || !may {
            return;
        }
        if !is_typing {
            self.stopped_typing(cx, people, session, person);
            return;
        }
        let until = cx.now.plus(TYPING);
        let typing = self.typing.entry(session).or_insert_with(|| Writers::new(cx.now));
        if typing.people.insert(person, (until, conn)).is_none() {
            cx.timers.set(until, Timer::Typing(session));
            self.tell_typing(cx, people, session);
        }
    }

    /// Somebody no longer writes in a chat.
    pub(super) fn stopped_typing(
        &mut self,
        cx: &mut Context,
        people: &People,
        session: SessionId,
        person: PersonId,
    ) {
        let Some(typing) = self.typing.get_mut(&session) else { return };
        if typing.people.remove(&person).is_some() {
            self.tell_typing(cx, people, session);
        }
    }

    /// A connection is gone, and what was being written on it.
    pub(super) fn forget_typing_on(&mut self, cx: &mut Context, people: &People, conn: ConnId) {
        let on_it = |typing: &Writers| typing.people.values().any(|(_, on)| *on == conn);
        let sessions: Vec<SessionId> =
            self.typing.iter().filter(|(_, typing)| on_it(typing)).map(|(session, _)| *session).collect();
        for session in sessions {
            if let Some(typing) = self.typing.get_mut(&session) {
                typing.people.retain(|_, (_, on)| *on != conn);
            }
            self.tell_typing(cx, people, session);
        }
    }

    /// A chat has changed: those who may no longer write in it no longer do, and those who are no longer in it are told nothing.
    pub(super) fn check_typing(&mut self, cx: &mut Context, people: &People, session: SessionId) {
        let Some(typing) = self.typing.get_mut(&session) else { return };
        let Some(stored) = self.sessions.get(&session) else { return };
        typing.people.retain(|person, _| may_write(*person, stored));
        self.tell_typing(cx, people, session);
    }

    /// A chat is over: readers know that nobody writes in it.
    pub(super) fn forget_typing_in(&mut self, session: SessionId) {
        self.typing.remove(&session);
        for reader in self.readers.values_mut() {
            reader.typing.remove(&session);
            reader.typing_unsure.remove(&session);
        }
    }

    /// The organisation has switched it on or off: pages show nothing of what they were told before.
    pub(crate) fn forget_typing(&mut self) {
        self.typing.clear();
        for reader in self.readers.values_mut() {
            reader.typing.clear();
            reader.typing_unsure.clear();
        }
    }

    /// A connection is sent a message: it may take it that the author has finished writing, so it is told next whatever it was told
    /// before.
    pub(super) fn has_message_of(&mut self, conn: ConnId, session: SessionId, author: PersonId) {
        let Some(reader) = self.readers.get_mut(&conn) else { return };
        if reader.typing.get(&session).is_some_and(|known| known.contains(&author)) {
            reader.typing_unsure.insert(session);
        }
    }

    /// Somebody may have stopped, or a change is due to be told.
    pub(crate) fn typing_due(&mut self, cx: &mut Context, people: &People, session: SessionId) {
        let Some(typing) = self.typing.get_mut(&session) else { return };
        typing.people.retain(|_, (until, _)| *until > cx.now);
        if let Some(next) = typing.people.values().map(|(until, _)| *until).min() {
            cx.timers.set(next, Timer::Typing(session));
        }
        self.tell_typing(cx, people, session);
    }

    /// Tells those in the chat who read it what has changed, now or as soon as they may be told again.
    fn tell_typing(&mut self, cx: &mut Context, people: &People, session: SessionId) {
        let Some(quiet_until) = self.typing.get(&session).map(|typing| typing.quiet_until) else { return };
        if quiet_until > cx.now {
            cx.timers.set(quiet_until, Timer::Typing(session));
            return;
        }
        let Some(stored) = self.sessions.get(&session) else { return };
        // Also those who have left: what they were told no longer holds for them.
        let readers = stored.participants.iter().map(|each| each.person).chain([stored.client]);
        let readers: Vec<(PersonId, ConnId)> = readers
            .flat_map(|person| people.conns_of(person).into_iter().map(move |conn| (person, conn)))
            .collect();
        let mut is_told = false;
        for (person, conn) in readers {
            is_told |= self.tell_typing_to(cx, person, conn, session);
        }
        let Some(typing) = self.typing.get_mut(&session) else { return };
        if is_told {
            typing.quiet_until = cx.now.plus(TYPING_EVERY);
            cx.timers.set(typing.quiet_until, Timer::Typing(session));
        } else if typing.people.is_empty() {
            self.typing.remove(&session);
        }
    }

    /// Tells one connection, if it reads the chat and does not know it yet; returns whether it was told.
    pub(super) fn tell_typing_to(
        &mut self,
        cx: &mut Context,
        person: PersonId,
        conn: ConnId,
        session: SessionId,
    ) -> bool {
        let Some(reader) = self.readers.get_mut(&conn).filter(|reader| reader.opened.contains(&session))
        else {
            return false;
        };
        let is_in = self.sessions.get(&session).is_some_and(|session| session.has(person));
        let typing = self.typing.get(&session).filter(|_| is_in).map(|typing| typing.people.keys());
        let others: BTreeSet<PersonId> =
            typing.into_iter().flatten().copied().filter(|each| *each != person).collect();
        let is_unsure = reader.typing_unsure.remove(&session);
        let known = reader.typing.get(&session);
        if !is_unsure && known.map_or(others.is_empty(), |known| *known == others) {
            return false;
        }
        let people = others.iter().copied().collect();
        if others.is_empty() {
            reader.typing.remove(&session);
        } else {
            reader.typing.insert(session, others);
        }
        cx.send(conn, Down::Typing { session, people });
        true
    }
}

/// Whether somebody may write a message in this chat now.
fn may_write(person: PersonId, session: &Session) -> bool {
    session.has(person) && session.status.is_active()
}
