//! Intents that wait for the service's answer. The answer names the intent's id, and goes to the part that sent the intent.

use super::contract::Requester;
use chat::SessionId;
use presence::UnixMillis;
use protocol::{ErrorCode, IntentId};
use std::collections::BTreeMap;

/// What an answer of the service is for; `from` is `None` if the user clicked where no answer can be shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pending {
    Prefer { from: Option<Requester> },
    Join { session: SessionId, from: Option<Requester> },
    Dismiss { session: SessionId, from: Option<Requester> },
    Accept { session: SessionId, from: Option<Requester> },
    Decline { session: SessionId, from: Option<Requester> },
    PortalCode,
    SignOut,
}

/// A refusal of the service.
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

    /// Takes the intent that an answer is for.
    pub(super) fn take(&mut self, id: IntentId) -> Option<Pending> {
        self.0.remove(&id)
    }

    /// Whether a code for the portal is awaited.
    pub(super) fn has_portal_code(&self) -> bool {
        self.0.values().any(|pending| matches!(pending, Pending::PortalCode))
    }

    /// Removes the changes of the preference; returns who asked for them.
    pub(super) fn take_preferences(&mut self) -> Vec<Option<Requester>> {
        let mut all = Vec::new();
        self.0.retain(|_, pending| match *pending {
            Pending::Prefer { from } => {
                all.push(from);
                false
            }
            Pending::Join { .. }
            | Pending::Dismiss { .. }
            | Pending::Accept { .. }
            | Pending::Decline { .. }
            | Pending::PortalCode
            | Pending::SignOut => true,
        });
        all
    }

    /// Removes all; returns the requesters that have to be told.
    pub(super) fn take_all(&mut self) -> Vec<Option<Requester>> {
        let all = std::mem::take(&mut self.0);
        let told = all.into_values().filter_map(|pending| match pending {
            Pending::Prefer { from }
            | Pending::Join { from, .. }
            | Pending::Dismiss { from, .. }
            | Pending::Accept { from, .. }
            | Pending::Decline { from, .. } => Some(from),
            // The window asks again, and signing out has a time limit.
            Pending::PortalCode | Pending::SignOut => None,
        });
        told.collect()
    }
}
