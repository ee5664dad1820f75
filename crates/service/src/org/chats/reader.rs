//! What a connection reads of chats, and what it was told.

use super::follow_ups::Order;
use chat::SessionId;
use std::collections::{BTreeSet, HashMap};

/// A connection, as a reader of chats.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    /// The session in front of the reader (C8).
    pub(super) visible: Option<SessionId>,
    /// The sessions whose messages it asked for.
    pub(super) opened: BTreeSet<SessionId>,
    /// What it was told last of what is personal.
    pub(super) told: HashMap<SessionId, Personal>,
    /// Of the abandoned chats and callbacks, it was told of those from here on.
    pub(super) listed_from: Order,
}

/// What is personal about one session for one connection; none of it holds for a session that it was not told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Personal {
    pub(super) dismissed: bool,
    pub(super) seen: u64,
    pub(super) visible: bool,
    pub(super) ring: bool,
}
