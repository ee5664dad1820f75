//! Technicians look for chats that are over, and read them part by part: meanwhile a chat may be deleted, or its completion undone.

use crate::queue::WorldEvent;
use crate::reading::HistoryReading;
use crate::world::World;
use chat::SessionId;
use presence::Role;
use service::{Reading, TranscriptReader};

impl World {
    /// A technician searches, lists or reads.
    pub(crate) fn looks_back(&mut self, person: usize, host: usize) {
        let can = self.node.is_up && !self.hosts[host].uplink.down;
        if !can || self.people[person].role != Role::Technician {
            return;
        }
        let org = self.people[person].org;
        match self.dice.between(0, 9) {
            0..=4 => self.searches(org),
            5 => self.check_list(org),
            _ => self.begins_reading(org),
        }
    }

    /// Looks for a word that is in one message, subject or file name of any organisation, or only in a private note.
    fn searches(&mut self, org: usize) {
        let words = self.known.words.len() as u64;
        let Some(index) = words.checked_sub(1).map(|last| self.dice.between(0, last)) else { return };
        let Some(word) = usize::try_from(index).ok().and_then(|index| self.known.words.get(index)) else {
            return;
        };
        let word = word.clone();
        self.check_search(org, &word);
    }

    /// Opens a chat of its organisation, over or not.
    fn begins_reading(&mut self, org: usize) {
        let chats: Vec<SessionId> =
            self.known.sessions.iter().filter(|(_, stored)| stored.org == org).map(|(id, _)| *id).collect();
        // The oldest are deleted first.
        let among = if self.dice.chance(500) { chats.len() } else { chats.len().min(6) };
        let oldest = self.oldest_of(&chats, among);
        let Some(session) = self.dice.pick(&oldest).copied() else { return };
        let with_notes = self.dice.chance(500);
        let begun = TranscriptReader::begin(&self.node.store, self.node.orgs[org].id, session, with_notes);
        let Ok(begun) = begun else { return };
        self.check_begun(org, session, begun.is_some());
        let Some(reader) = begun else { return };
        let had = self
            .known
            .sessions
            .get(&session)
            .map_or((0, 0), |stored| (stored.messages, stored.session.notes));
        self.readings.push(HistoryReading { reader: Some(reader), session, with_notes, had });
        self.next_part(self.readings.len() - 1);
    }

    /// Those that changed last longest ago, and are still there.
    fn oldest_of(&self, chats: &[SessionId], most: usize) -> Vec<SessionId> {
        let mut left: Vec<(u64, SessionId)> = chats
            .iter()
            .filter(|id| !self.is_deleted(**id))
            .filter_map(|id| Some((self.known.sessions.get(id)?.changed, *id)))
            .collect();
        left.sort_unstable();
        left.into_iter().take(most).map(|(_, id)| id).collect()
    }

    fn next_part(&mut self, reading: usize) {
        let longest = if self.dice.chance(300) { 2_500 } else { 60 };
        let takes = self.dice.between(1, longest);
        self.queue.set(self.now + takes, WorldEvent::ReadsOn(reading));
    }

    /// Reads the next part.
    pub(crate) fn reads_on(&mut self, reading: usize) {
        let Some(reader) = self.readings[reading].reader.take() else { return };
        if !self.node.is_up {
            return;
        }
        match reader.step(&self.node.store) {
            Ok(Reading::More(next)) => {
                self.readings[reading].reader = Some(*next);
                self.next_part(reading);
            }
            Ok(Reading::Done(transcript)) => self.check_transcript(reading, transcript.as_deref()),
            Err(_) => {}
        }
    }
}
