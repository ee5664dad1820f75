//! Calls to the notification daemon that are not answered yet. It knows no bus and no daemon but by its name.

use super::persisted::Daemon;
use crate::toasts::ringer::Ring;
use agent::toasts::board::{Call, Id};
use std::collections::BTreeMap;
use tokio::time::Instant;

/// What a call to the daemon is about.
pub(super) enum PendingCall {
    /// What it can do.
    Capabilities,
    /// To show a toast.
    Show {
        /// In whose place.
        replaces: Option<Id>,
        /// What it rings for, if it sounds.
        ring: Option<Ring>,
        /// Its sound is the app's own.
        is_ours: bool,
        /// Since when.
        since: Instant,
        /// The daemon at that time. The call may have gone to the next one already.
        daemon: Option<Daemon>,
        /// The toast was shown again meanwhile: if the daemon shows this one, too, it is closed.
        is_given_up: bool,
    },
}

impl PendingCall {
    /// Whether it may have gone to another daemon than the one of `today`. What started a daemon has gone to that one.
    pub(super) fn may_be_lost(&self, today: Option<&Daemon>) -> bool {
        match self {
            Self::Capabilities => false,
            Self::Show { daemon, .. } => daemon.is_some() && daemon.as_ref() != today,
        }
    }
}

/// All of them.
#[derive(Default)]
pub(super) struct Calls(BTreeMap<Call, PendingCall>);

impl Calls {
    pub(super) fn insert(&mut self, call: Call, asked: PendingCall) {
        self.0.insert(call, asked);
    }

    /// What it was about.
    pub(super) fn answered(&mut self, call: Call) -> Option<PendingCall> {
        self.0.remove(&call)
    }

    /// Whether a toast is being shown.
    pub(super) fn has_toasts(&self) -> bool {
        self.0.values().any(|asked| matches!(asked, PendingCall::Show { .. }))
    }

    /// Since when the daemon has owed an answer for a toast.
    pub(super) fn toast_since(&self) -> Option<Instant> {
        let since = self.0.values().filter_map(|asked| match asked {
            PendingCall::Show { since, is_given_up: false, .. } => Some(*since),
            PendingCall::Show { .. } | PendingCall::Capabilities => None,
        });
        since.min()
    }

    /// Whether one may have gone to another daemon than the one of `today`.
    pub(super) fn any_may_be_lost(&self, today: Option<&Daemon>) -> bool {
        self.0.values().any(|asked| asked.may_be_lost(today))
    }

    /// Gives those up that may have gone to another daemon than the one of `today`, and says which.
    pub(super) fn give_up_lost(&mut self, today: Option<&Daemon>) -> Vec<Call> {
        let mut given_up = Vec::new();
        for (call, asked) in &mut self.0 {
            let may_be_lost = asked.may_be_lost(today);
            if let PendingCall::Show { is_given_up, .. } = asked
                && may_be_lost
            {
                *is_given_up = true;
                given_up.push(*call);
            }
        }
        given_up
    }

    /// The daemon is gone: of what it was asked, only toasts that were not given up count any more.
    pub(super) fn keep_toasts_that_count(&mut self) {
        self.0.retain(|_, asked| matches!(asked, PendingCall::Show { is_given_up: false, .. }));
    }
}
