//! What the checks know of everything that was asked for and stored.

use chat::{Audience, PersonId, Session, SessionId};
use presence::Preference;
use protocol::{IntentId, Up};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// All that the checks know.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) sessions: BTreeMap<SessionId, Stored>,
    pub(crate) subjects: BTreeSet<String>,
    pub(crate) texts: BTreeSet<String>,
    pub(crate) unanswered: BTreeMap<IntentId, UnansweredIntent>,
    /// Who has wanted to join a chat that others may be in.
    pub(crate) assists: BTreeSet<(PersonId, SessionId)>,
    pub(crate) joins: BTreeMap<IntentId, (usize, SessionId)>,
    pub(crate) requests_ok: BTreeMap<SessionId, usize>,
    pub(crate) messages_ok: BTreeMap<IntentId, (usize, SessionId, Audience, u64)>,
    /// Toasts that a device has confirmed, by its run.
    pub(crate) confirmed: BTreeSet<(SessionId, Uuid)>,
    /// Since when a request rings on none of somebody's devices that could ring.
    pub(crate) unrung: BTreeMap<(SessionId, usize), u64>,
    pub(crate) seen: BTreeMap<(SessionId, PersonId), (u64, u64)>,
    pub(crate) announced: BTreeMap<usize, (Preference, u64)>,
    /// When each setting of a preference was made, and for how long.
    pub(crate) set: BTreeMap<IntentId, (u64, Option<u64>)>,
    /// When a preference of theirs was stored last.
    pub(crate) preferred: BTreeMap<PersonId, u64>,
    /// Requests that somebody has just dismissed; without a session, all that waited then.
    pub(crate) silenced: BTreeMap<(usize, Option<SessionId>), u64>,
    /// Files that chats have, or had before they were deleted.
    pub(crate) files: BTreeMap<IntentId, KnownFile>,
    /// Words that chats have, each in one place.
    pub(crate) words: Vec<KnownWord>,
    /// Chats that retention has deleted.
    pub(crate) deleted: BTreeSet<SessionId>,
    /// When the service heard last that somebody writes.
    pub(crate) writing: BTreeMap<(SessionId, PersonId), u64>,
    /// Up to which message somebody may count as having read.
    pub(crate) read: BTreeMap<(SessionId, PersonId), u64>,
    /// The read mark that a connection was told last.
    pub(crate) marks: BTreeMap<(u64, SessionId), u64>,
    /// Since when a request rings at two devices of somebody of which one could.
    pub(crate) both_ring: BTreeMap<(SessionId, usize), u64>,
}

/// A session as the store has it.
pub(crate) struct Stored {
    pub(crate) session: Session,
    pub(crate) org: usize,
    /// Since when it is in its status, and when it last changed.
    pub(crate) since: u64,
    pub(crate) changed: u64,
    /// When it was last offered to other technicians, or that ended.
    pub(crate) offered: u64,
    /// Since when its client waits for a first answer of the same technicians, or waits for none.
    pub(crate) awaited_since: u64,
    /// How many messages it has.
    pub(crate) messages: u64,
}

/// An intent that has no answer yet.
pub(crate) struct UnansweredIntent {
    pub(crate) device: usize,
    pub(crate) at: u64,
    pub(crate) up: Up,
}

/// A file that a chat has.
#[derive(Clone, Debug)]
pub(crate) struct KnownFile {
    pub(crate) session: SessionId,
    pub(crate) id: IntentId,
    pub(crate) from: usize,
    pub(crate) number: u64,
    pub(crate) bytes: u64,
    /// Its sender was told so.
    pub(crate) is_answered: bool,
}

/// A word, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct KnownWord {
    pub(crate) word: String,
    pub(crate) session: SessionId,
    /// It is in a private note.
    pub(crate) is_private: bool,
}
