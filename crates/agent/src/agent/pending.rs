//! Intents that wait for the service's answer. The answer comes under the intent's id, and goes to the part that asked.

use super::contract::Asker;
use chat::SessionId;
use presence::UnixMillis;
use protocol::ErrorCode;

/// What an answer of the service is for; `from` is `None` if something was clicked.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    Prefer { from: Option<Asker> },
    Join { session: SessionId, from: Option<Asker> },
    Dismiss { session: SessionId, from: Option<Asker> },
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
