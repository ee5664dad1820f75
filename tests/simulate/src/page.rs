//! A portal page, in a browser or in the app's window: a stand-in that keeps a model of its own by `docs/protocol.md`.
//!
//! It knows nothing of the real pages; only its connection is the link's.

mod frames;
mod load;
mod user;

use chat::{Message, PersonId, SessionId};
use presence::{Activity, IdleReason, Preference, Presence};
use protocol::{Instance, IntentId, SessionView, Up};
use std::collections::{BTreeMap, BTreeSet};

/// A portal page.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) is_open: bool,
    /// Its cookie.
    pub(crate) token: Option<String>,
    /// The app in whose window it is.
    pub(crate) window_of: Option<usize>,
    pub(crate) instance: Instance,
    pub(crate) last_use: u64,
    /// What it said last of its user.
    pub(crate) is_active: bool,
    pub(crate) idle_after: u64,
    pub(crate) model: Model,
    /// Intents that its user waits for.
    pub(crate) open_intents: BTreeMap<IntentId, Up>,
}

/// What it knows.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) me: Option<PersonId>,
    pub(crate) is_synced: bool,
    /// In a snapshot: the sessions told so far.
    told: Option<BTreeSet<SessionId>>,
    pub(crate) sessions: BTreeMap<SessionId, SessionView>,
    /// The one that was completed last.
    pub(crate) completed: Option<SessionId>,
    pub(crate) dismissed: BTreeSet<SessionId>,
    pub(crate) people: BTreeMap<PersonId, Presence>,
    pub(crate) preference: Preference,
    pub(crate) staffed: Option<bool>,
    pub(crate) messages: BTreeMap<SessionId, BTreeMap<u64, Message>>,
    opened: BTreeSet<SessionId>,
    pub(crate) earlier: Earlier,
}

/// What a client's page knows of chats that are completed (C8).
#[derive(Default)]
pub(crate) struct Earlier {
    /// When it asked for them.
    pub(crate) asked_at: u64,
    pub(crate) found: BTreeSet<SessionId>,
    /// The intent by which it reads one of them, and how many messages that one has.
    pub(crate) reading: Option<(IntentId, SessionId, u64)>,
}

impl Page {
    /// Whether it has said that its user is there.
    pub(crate) fn reports_active(&self) -> bool {
        self.is_active
    }

    /// What it would report now.
    pub(crate) fn activity(&self, now: u64) -> Activity {
        let idle_for_ms = now.saturating_sub(self.last_use);
        if idle_for_ms < self.idle_after {
            Activity::Active
        } else {
            Activity::Idle { reason: IdleReason::Idle, idle_for_ms }
        }
    }
}
