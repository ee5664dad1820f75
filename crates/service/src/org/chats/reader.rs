//! Which chats a connection reads, and what it was told.

use super::follow_ups::Order;
use chat::{PersonId, SessionId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A connection, as a reader of chats.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    /// The session in front of the reader (C8).
    pub(super) visible: Option<SessionId>,
    /// The sessions whose messages it asked for.
    pub(super) opened: BTreeSet<SessionId>,
    /// The sessions whose private notes it asked for.
    pub(super) notes: BTreeSet<SessionId>,
    /// The personal state that it was told last.
    pub(super) told: HashMap<SessionId, Personal>,
    /// Who else it was told is writing, by session; no entry for nobody.
    pub(super) typing: BTreeMap<SessionId, BTreeSet<PersonId>>,
    /// Chats in which somebody who was writing has sent a message: whether the connection shows them as writing is not known.
    pub(super) typing_unsure: BTreeSet<SessionId>,
    /// It knows the abandoned chats and callbacks from here on.
    pub(super) listed_from: Order,
    /// The oldest of the completed chats that it was sent on request.
    pub(super) completed_from: Option<SessionId>,
}

/// The personal state of one session for one connection; the default for a session that it does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Personal {
    pub(super) dismissed: bool,
    pub(super) seen: u64,
    pub(super) visible: bool,
    pub(super) ring: bool,
    pub(super) read: u64,
}
