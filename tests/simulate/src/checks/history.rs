//! Chats that are over: found by their words, read whole or not at all, and deleted only when their time is over and the clock can be
//! trusted (C8). Private notes are found by nobody, and read by those who ask for them.

use crate::invariant::Invariant;
use crate::known::KnownWord;
use crate::node::CLOCK_SETTLES_MS;
use crate::world::World;
use chat::{Kind, Session, SessionId, Status};
use presence::UnixMillis;
use protocol::http::Transcript;
use service::store::{HistoryQuery, Store};

/// How many chats a page of the list has: fewer than the service's pages, so that a world has several.
const LISTED: usize = 5;

/// Whether the history has this chat while it is there.
fn is_ended_chat(session: &Session) -> bool {
    session.status == Status::Completed
        && (session.kind() == Kind::Request || !session.participants.is_empty())
}

impl World {
    /// The chats of an organisation that its history has.
    fn ended_chats(&self, org: usize) -> Vec<SessionId> {
        let all = self.known.sessions.iter().filter(|(_, stored)| stored.org == org);
        all.filter(|(id, stored)| is_ended_chat(&stored.session) && !self.is_deleted(**id))
            .map(|(id, _)| *id)
            .collect()
    }

    pub(crate) fn check_search(&mut self, org: usize, word: &KnownWord) {
        let query = HistoryQuery { words: word.word.clone(), ..HistoryQuery::default() };
        let Ok(page) = self.node.store.history(self.node.orgs[org].id, &query, LISTED) else { return };
        let found: Vec<SessionId> = page.sessions.iter().map(|ended| ended.session.id).collect();
        let is_there = !word.is_private && self.ended_chats(org).contains(&word.session);
        let expected: Vec<SessionId> = is_there.then_some(word.session).into_iter().collect();
        self.checks.count(Invariant::History);
        if found != expected {
            let detail = format!("organisation {org} finds {found:?} by {word:?}");
            self.fail(Invariant::History, detail, &[word.session.0.to_string()]);
        }
    }

    /// All pages of the list together have every chat that is over, once.
    pub(crate) fn check_list(&mut self, org: usize) {
        let mut listed = Vec::new();
        loop {
            let query = HistoryQuery { before: listed.last().copied(), ..HistoryQuery::default() };
            let Ok(page) = self.node.store.history(self.node.orgs[org].id, &query, LISTED) else { return };
            listed.extend(page.sessions.iter().map(|ended| ended.session.id));
            if !page.more || page.sessions.is_empty() {
                break;
            }
        }
        listed.sort_unstable();
        let expected = self.ended_chats(org);
        self.checks.count(Invariant::History);
        if listed != expected {
            let other = listed.iter().find(|id| !expected.contains(id));
            let missing = expected.iter().find(|id| !listed.contains(id));
            let detail = format!("the list of organisation {org} lacks {missing:?}, and has {other:?}");
            let about: Vec<String> = missing.into_iter().chain(other).map(|id| id.0.to_string()).collect();
            self.fail(Invariant::History, detail, &about);
        }
    }

    /// A chat that is opened is there exactly if it is over.
    pub(crate) fn check_begun(&mut self, org: usize, session: SessionId, is_there: bool) {
        self.checks.count(Invariant::History);
        if self.ended_chats(org).contains(&session) != is_there {
            let detail = format!("{session:?} is read from the history: {is_there}");
            self.fail(Invariant::History, detail, &[session.0.to_string()]);
        }
    }

    /// What was read is the whole chat; nothing, if it is no longer there or no longer over.
    pub(crate) fn check_transcript(&mut self, reading: usize, transcript: Option<&Transcript>) {
        let each = &self.readings[reading];
        let (session, with_notes, had) = (each.session, each.with_notes, each.had);
        let Some(stored) = self.known.sessions.get(&session) else { return };
        let is_there = is_ended_chat(&stored.session) && !self.is_deleted(session);
        let has = (stored.messages, stored.session.notes);
        let why = match transcript {
            None if is_there => Some("it is there, and was not read".to_owned()),
            None => None,
            Some(_) if !is_there => Some("it is not in the history any more".to_owned()),
            Some(transcript) => {
                let numbers = |said: &[protocol::http::Said]| -> Vec<u64> {
                    said.iter().map(|said| said.number).collect()
                };
                let (messages, notes) = (numbers(&transcript.messages), numbers(&transcript.notes));
                let is_whole = transcript.is_whole
                    && messages.iter().copied().eq(1..=messages.len() as u64)
                    && (had.0..=has.0).contains(&(messages.len() as u64));
                let has_notes = if with_notes {
                    (had.1..=has.1).contains(&(notes.len() as u64))
                } else {
                    notes.is_empty() && transcript.chat.note.is_none() && transcript.chat.notes == 0
                };
                let read =
                    || format!("messages {messages:?} and notes {notes:?}; it had {had:?} and has {has:?}");
                (!is_whole || !has_notes).then(read)
            }
        };
        self.checks.count(Invariant::History);
        if let Some(why) = why {
            let detail = format!("{session:?}, notes wanted: {with_notes}: {why}");
            self.fail(Invariant::History, detail, &[session.0.to_string()]);
        }
    }

    /// Retention has deleted, or begun to delete, chats that were completed before this time.
    pub(crate) fn check_deleting(&mut self, org: usize, before: UnixMillis) {
        let id = self.node.orgs[org].id;
        let is_due = |session: &Session| session.completed().is_some_and(|completed| completed < before);
        let mut deleted = Vec::new();
        for (session, stored) in &self.known.sessions {
            if stored.org == org
                && stored.session.status == Status::Completed
                && is_due(&stored.session)
                && !self.is_deleted(*session)
                && self.node.store.session(id, *session).is_ok_and(|found| found.is_none())
            {
                deleted.push(*session);
            }
        }
        let due = self.node.unix(self.now).0.saturating_sub(self.node.orgs[org].keep_for_ms);
        let is_trusted = self.node.started + CLOCK_SETTLES_MS <= self.now;
        self.checks.count(Invariant::Kept);
        if !is_trusted || before.0 > due {
            let detail = format!(
                "chats completed before {before:?} are deleted: {deleted:?}; due: {due}, the clock is trusted: {is_trusted}"
            );
            self.fail(Invariant::Kept, detail, &["the service".to_owned()]);
        }
        for session in deleted {
            self.record(format_args!("{session:?} is deleted"));
            self.known.deleted.insert(session);
        }
    }
}
