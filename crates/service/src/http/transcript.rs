//! Reads everything that was written in a chat that is over, one part of the store at a time: it may be long. It knows nothing of HTTP, and
//! not who may read it.
//!
//! While it reads, retention may delete the chat, its last messages first. The chat is marked before that, so it is looked up again after the
//! last part: what was read is the whole of it, or nobody gets it.

use super::excerpt::excerpt;
use crate::store::{EndedSession, OrgId, Result, Store};
use chat::{Audience, Message, PersonId, SessionId};
use protocol::http::{EndedChat, PersonNamed, Said, Stay, Transcript};
use protocol::limits::{FOUND_CHARS, MESSAGES_PART, TRANSCRIPT_BYTES};

/// Reads a transcript.
#[derive(Debug)]
pub struct TranscriptReader {
    org: OrgId,
    ended: EndedSession,
    with_notes: bool,
    /// What is read now.
    audience: Audience,
    messages: Vec<Said>,
    notes: Vec<Said>,
    /// How many more bytes fit.
    left: usize,
    is_whole: bool,
}

/// Where reading stands after a step.
#[derive(Debug)]
pub enum Reading {
    /// More is to be read.
    More(Box<TranscriptReader>),
    /// This is all; `None`: the chat is over no longer, or gone.
    Done(Option<Box<Transcript>>),
}

impl TranscriptReader {
    /// Looks up a chat that is over, and begins to read it; `None` if the organisation has no such chat. Blocks.
    ///
    /// # Errors
    /// As all methods of the store.
    pub fn begin(store: &dyn Store, org: OrgId, id: SessionId, with_notes: bool) -> Result<Option<Self>> {
        let ended = store.ended(org, id)?;
        Ok(ended.map(|ended| Self {
            org,
            ended,
            with_notes,
            audience: Audience::Everybody,
            messages: Vec::new(),
            notes: Vec::new(),
            left: TRANSCRIPT_BYTES,
            is_whole: true,
        }))
    }

    /// Reads all that is left. Blocks.
    ///
    /// # Errors
    /// As all methods of the store.
    pub(crate) fn read(self, store: &dyn Store) -> Result<Option<Transcript>> {
        let mut reader = self;
        loop {
            match reader.step(store)? {
                Reading::More(next) => reader = *next,
                Reading::Done(transcript) => return Ok(transcript.map(|transcript| *transcript)),
            }
        }
    }

    /// Reads the next part. Blocks.
    ///
    /// # Errors
    /// As all methods of the store.
    pub fn step(mut self, store: &dyn Store) -> Result<Reading> {
        let said = match self.audience {
            Audience::Everybody => &mut self.messages,
            Audience::Technicians => &mut self.notes,
        };
        let after = said.last().map_or(0, |last| last.number);
        let part = store.messages(self.ended.session.id, self.audience, after, MESSAGES_PART)?;
        let mut is_last = part.len() < MESSAGES_PART;
        for message in part {
            let named = message.file.as_ref().map_or(0, |file| file.name.len());
            let Some(fits) = self.left.checked_sub(message.text.len() + named) else {
                (self.is_whole, is_last) = (false, true);
                break;
            };
            self.left = fits;
            let Message { number, id, from, at, text, file } = message;
            let name = self.ended.names.get(&from).cloned().unwrap_or_default();
            said.push(Said { number, id, from, name, at, text, file });
        }
        if !is_last {
            return Ok(Reading::More(Box::new(self)));
        }
        if self.audience == Audience::Everybody && self.with_notes {
            self.audience = Audience::Technicians;
            return Ok(Reading::More(Box::new(self)));
        }
        let is_there = store.ended(self.org, self.ended.session.id)?.is_some();
        Ok(Reading::Done(is_there.then(|| Box::new(self.transcript()))))
    }

    fn transcript(self) -> Transcript {
        let Self { ended, with_notes, messages, notes, is_whole, .. } = self;
        let mut chat = ended_chat(&ended, &[]);
        if !with_notes {
            (chat.note, chat.notes) = (None, 0);
        }
        Transcript { chat, messages, notes, is_whole }
    }
}

/// A chat as it is listed; `words`: what was looked for.
pub(super) fn ended_chat(ended: &EndedSession, words: &[String]) -> EndedChat {
    let EndedSession { session, names, company, found } = ended;
    let stopped = session.ended.unwrap_or(session.created);
    let named =
        |person: PersonId| PersonNamed { person, name: names.get(&person).cloned().unwrap_or_default() };
    EndedChat {
        id: session.id,
        kind: session.kind(),
        client: named(session.client),
        company: company.clone(),
        subject: session.subject.clone(),
        reference: session.reference.clone(),
        created: session.created,
        ended: stopped,
        completed: session.completed().unwrap_or(stopped),
        was: session.ending.as_ref().and_then(|ending| ending.before.as_ref()).map(|before| before.status),
        completed_by: session.ending.as_ref().and_then(|ending| ending.by).map(named),
        technicians: session
            .participants
            .iter()
            .map(|each| Stay { who: named(each.person), joined: each.joined, left: each.left })
            .collect(),
        callback: session.callback.clone(),
        note: session.ending.as_ref().and_then(|ending| ending.note.clone()),
        messages: session.messages,
        notes: session.notes,
        found: found.as_deref().map(|text| excerpt(text, words, FOUND_CHARS)),
    }
}
