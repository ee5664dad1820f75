//! Who is told that somebody writes, and how far the others have read (C8).

use crate::invariant::Invariant;
use crate::world::World;
use chat::{PersonId, SessionId};
use protocol::limits::{TYPING, TYPING_EVERY};
use protocol::{Down, Up};

/// What has just changed in the store, the organisation may not know yet.
const UNDER_WAY_MS: u64 = 50;
/// A timer's millisecond, and the turn.
const DUE_MS: u64 = 50;

impl World {
    /// The service hears that somebody writes, or has seen something.
    pub(crate) fn heard_of_writing(&mut self, person: usize, up: &Up) {
        let id = self.people[person].id;
        match up {
            Up::Typing { session, typing: true } => {
                self.known.writing.insert((*session, id), self.now);
            }
            Up::Typing { session, typing: false } => {
                self.known.writing.remove(&(*session, id));
            }
            Up::Seen { session, number } => self.may_have_read(*session, id, *number),
            _ => {}
        }
    }

    /// From now on this person may count as having read up to this message, which is there.
    pub(crate) fn may_have_read(&mut self, session: SessionId, person: PersonId, number: u64) {
        let said = self.known.sessions.get(&session).map_or(0, |stored| stored.messages);
        let read = self.known.read.entry((session, person)).or_insert(0);
        *read = (*read).max(number.min(said));
    }

    /// A frame to one person, on one connection.
    pub(crate) fn check_writing(&mut self, conn: u64, reader: PersonId, frame: &Down) {
        let (session, why) = match frame {
            Down::Typing { session, people } => (*session, self.wrong_typing(reader, *session, people)),
            Down::Mine { session, read, .. } => (*session, self.wrong_mark(conn, reader, *session, *read)),
            _ => return,
        };
        self.checks.count(Invariant::Writing);
        if let Some(why) = why {
            let detail = format!("conn {conn} of {reader:?} is sent {frame:?}: {why}");
            self.fail(Invariant::Writing, detail, &[session.0.to_string(), format!("conn {conn} ")]);
        }
    }

    /// Somebody writes: they said so a moment ago, and both they and the reader are in the chat. That nobody writes is told to those who were
    /// in it, too.
    fn wrong_typing(&self, reader: PersonId, session: SessionId, writers: &[PersonId]) -> Option<String> {
        let stored = self.known.sessions.get(&session)?;
        if writers.is_empty() || stored.changed + UNDER_WAY_MS > self.now {
            return None;
        }
        if !stored.session.has(reader) {
            return Some("its reader is not in the chat".to_owned());
        }
        let lasts = u64::try_from((TYPING + TYPING_EVERY).as_millis()).unwrap_or(u64::MAX) + DUE_MS;
        for writer in writers {
            if *writer == reader || !stored.session.has(*writer) || !stored.session.status.is_active() {
                return Some(format!("{writer:?} does not write there for them"));
            }
            let said = self.known.writing.get(&(session, *writer));
            if said.is_none_or(|said| said + lasts < self.now) {
                return Some(format!("{writer:?} has not said so since {said:?}"));
            }
        }
        None
    }

    /// A mark goes on only, and says no more than the other side has said.
    fn wrong_mark(&mut self, conn: u64, reader: PersonId, session: SessionId, read: u64) -> Option<String> {
        let before = self.known.marks.insert((conn, session), read).unwrap_or(0);
        let stored = self.known.sessions.get(&session)?;
        let by = |person: PersonId| self.known.read.get(&(session, person)).copied().unwrap_or(0);
        let most = if stored.session.client == reader {
            stored.session.participants.iter().map(|each| by(each.person)).max().unwrap_or(0)
        } else {
            by(stored.session.client)
        };
        match () {
            () if read < before => Some(format!("it said {before} before")),
            () if read > most => Some(format!("the other side has read up to {most}")),
            () => None,
        }
    }
}
