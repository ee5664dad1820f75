//! Intents that wait for the service's answer. The answer comes under the intent's id, and goes to the part that asked.

use super::contract::Requester;
use chat::SessionId;
use presence::UnixMillis;
use protocol::{ErrorCode, IntentId};
use std::collections::BTreeMap;

/// What an answer of the service is for; `from` is `None` if something was clicked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pending {
    Prefer { from: Option<Requester> },
    Join { session: SessionId, from: Option<Requester> },
    Dismiss { session: SessionId, from: Option<Requester> },
    PortalCode,
    SignOut,
}

/// How the service refused.
pub(super) struct Refused {
    pub(super) code: ErrorCode,
    pub(super) message: String,
    pub(super) by: Option<String>,
    pub(super) at: Option<UnixMillis>,
}

/// The intents that the service has not answered yet.
#[derive(Debug, Default)]
pub(super) struct PendingIntents(BTreeMap<IntentId, Pending>);

impl PendingIntents {
    pub(super) fn add(&mut self, id: IntentId, pending: Pending) {
        self.0.insert(id, pending);
    }

    /// The answer to this one has come.
    pub(super) fn take(&mut self, id: IntentId) -> Option<Pending> {
        self.0.remove(&id)
    }

    /// Whether a code for the portal was asked for.
    pub(super) fn has_portal_code(&self) -> bool {
        self.0.values().any(|pending| matches!(pending, Pending::PortalCode))
    }

    /// Forgets the changes of the preference; gives who asked for them.
    pub(super) fn take_preferences(&mut self) -> Vec<Option<Requester>> {
        let mut all = Vec::new();
        self.0.retain(|_, pending| match *pending {
            Pending::Prefer { from } => {
                all.push(from);
                false
            }
            Pending::Join { .. } | Pending::Dismiss { .. } | Pending::PortalCode | Pending::SignOut => true,
        });
        all
    }

    /// Forgets all; gives who asked for what a user is to be told of.
    pub(super) fn take_all(&mut self) -> Vec<Option<Requester>> {
        let all = std::mem::take(&mut self.0);
        let told = all.into_values().filter_map(|pending| match pending {
            Pending::Prefer { from } | Pending::Join { from, .. } | Pending::Dismiss { from, .. } => {
                Some(from)
            }
            // The window asks again; signing out ends by itself.
            Pending::PortalCode | Pending::SignOut => None,
        });
        told.collect()
    }
}
