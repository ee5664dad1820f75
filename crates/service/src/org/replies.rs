//! Canned replies: the organisation's, which the administrator changes, and each technician's own, which they change themselves (C8).
//!
//! This part has the organisation's in memory, and knows which connections have asked for replies. A technician's own ones are read
//! from the store when they ask. It knows nothing about chats: what is written with a reply is a message like any other.

use super::context::Context;
use super::event::{ConnId, RepliesChange};
use super::list_frames::list_frames;
use super::people::People;
use super::store_queue::Job;
use crate::store::{ReplyPut, StoredReply};
use crate::words;
use chat::PersonId;
use presence::Role;
use protocol::display_text::{written_line, written_lines};
use protocol::limits::{FRAME_BYTES, OWN_REPLIES, REPLIES_PART, REPLY_CHARS, REPLY_NAME_CHARS};
use protocol::{CannedReply, Down, ErrorCode, IntentId, ReplyId};
use std::collections::{BTreeMap, BTreeSet};

/// Most bytes of a frame with replies: half of what a frame may have, as of frames about people, since a connection keeps as much memory
/// as the largest frame that was written to it.
const REPLIES_BYTES: usize = FRAME_BYTES / 2;

/// The canned replies of an organisation.
#[derive(Default)]
pub(super) struct CannedReplies {
    of_organisation: BTreeMap<ReplyId, StoredReply>,
    /// The connections that have been sent all replies and are told of changes.
    watchers: BTreeSet<ConnId>,
}

impl CannedReplies {
    /// The organisation's as they were stored.
    pub(super) fn new(of_organisation: Vec<StoredReply>) -> Self {
        let of_organisation = of_organisation.into_iter().map(|reply| (reply.id, reply)).collect();
        Self { of_organisation, watchers: BTreeSet::new() }
    }

    /// A technician asks for all of them.
    pub(super) fn list(cx: &mut Context, people: &People, conn: ConnId, re: IntentId) {
        if let Some(person) = technician(cx, people, conn, re) {
            cx.enqueue(Job::Replies { conn, re, person });
        }
    }

    /// A technician adds or changes one of their own.
    pub(super) fn put(
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        id: ReplyId,
        (name, text): (&str, &str),
    ) {
        let Some(person) = technician(cx, people, conn, re) else { return };
        match checked(name, text) {
            Ok((name, text)) => {
                cx.enqueue(Job::PutReply { conn, re, person, reply: StoredReply { id, name, text } });
            }
            Err(why) => cx.refuse(conn, re, ErrorCode::Invalid, why),
        }
    }

    /// A technician removes one of their own.
    pub(super) fn remove(cx: &mut Context, people: &People, conn: ConnId, re: IntentId, id: ReplyId) {
        if let Some(person) = technician(cx, people, conn, re) {
            cx.enqueue(Job::RemoveReply { conn, re, person, id });
        }
    }

    /// A technician's own ones have been read: sends all, and changes from now on.
    pub(super) fn listed(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        own: Vec<StoredReply>,
    ) {
        if !people.conns.contains_key(&conn) {
            return;
        }
        self.watchers.insert(conn);
        let of_organisation = self.of_organisation.values().cloned().map(|reply| seen(reply, false));
        let all = of_organisation.chain(own.into_iter().map(|reply| seen(reply, true)));
        let frame = |place, replies| Down::Replies { first: place == 0, replies };
        let mut frames = list_frames(all, REPLIES_PART, REPLIES_BYTES, frame);
        if frames.is_empty() {
            frames.push(frame(0, Vec::new()).into());
        }
        for frame in frames {
            cx.send(conn, frame);
        }
        cx.ok(conn, re);
    }

    /// One of a technician's own was stored, or not.
    pub(super) fn stored(
        &self,
        cx: &mut Context,
        people: &People,
        (conn, re, person): (ConnId, IntentId, PersonId),
        reply: StoredReply,
        put: ReplyPut,
    ) {
        match put {
            ReplyPut::Done => {
                let replies = vec![seen(reply, true)];
                cx.send_all(self.watching(people, person), Down::Replies { first: false, replies });
                cx.ok(conn, re);
            }
            ReplyPut::TooMany => {
                cx.refuse(conn, re, ErrorCode::TooMany, &words::too_many_replies(OWN_REPLIES));
            }
            ReplyPut::NotTheirs => cx.refuse(conn, re, ErrorCode::Invalid, words::REPLY_ID_USED),
        }
    }

    /// One of a technician's own is gone.
    pub(super) fn removed(
        &self,
        cx: &mut Context,
        people: &People,
        (conn, re, person): (ConnId, IntentId, PersonId),
        id: ReplyId,
    ) {
        // The id may be one of the organisation's, of which nothing was removed.
        if !self.of_organisation.contains_key(&id) {
            cx.send_all(self.watching(people, person), Down::ReplyGone { reply: id });
        }
        cx.ok(conn, re);
    }

    /// The administrator has changed the organisation's.
    pub(super) fn changed(&mut self, cx: &mut Context, change: RepliesChange) {
        let to: Vec<ConnId> = self.watchers.iter().copied().collect();
        match change {
            RepliesChange::Put(reply) => {
                self.of_organisation.insert(reply.id, reply.clone());
                cx.send_all(to, Down::Replies { first: false, replies: vec![seen(reply, false)] });
            }
            RepliesChange::Removed(id) => {
                self.of_organisation.remove(&id);
                cx.send_all(to, Down::ReplyGone { reply: id });
            }
        }
    }

    /// A connection is over.
    pub(super) fn forget(&mut self, conn: ConnId) {
        self.watchers.remove(&conn);
    }

    /// Those of a person's connections that are told of changes.
    fn watching(&self, people: &People, person: PersonId) -> Vec<ConnId> {
        people.conns_of(person).into_iter().filter(|conn| self.watchers.contains(conn)).collect()
    }
}

/// Who sends this, if they are a technician; others are refused.
fn technician(cx: &mut Context, people: &People, conn: ConnId, re: IntentId) -> Option<PersonId> {
    let connection = people.conns.get(&conn)?;
    match connection.role {
        Role::Technician => Some(connection.person),
        Role::Client => {
            cx.refuse(conn, re, ErrorCode::NotAllowed, words::NO_REPLIES);
            None
        }
    }
}

/// Name and text as they are stored, or what is wrong with them.
fn checked(name: &str, text: &str) -> Result<(String, String), &'static str> {
    let (name, text) = (written_line(name), written_lines(text));
    if name.is_empty() || name.chars().count() > REPLY_NAME_CHARS {
        return Err(words::BAD_REPLY_NAME);
    }
    if text.is_empty() || text.chars().count() > REPLY_CHARS {
        return Err(words::BAD_REPLY);
    }
    Ok((name, text))
}

fn seen(StoredReply { id, name, text }: StoredReply, own: bool) -> CannedReply {
    CannedReply { id, name, text, own }
}
