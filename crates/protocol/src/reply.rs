//! Canned replies: texts that technicians put into what they write. It does not know who sees which.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Identifies a canned reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ReplyId(pub Uuid);

/// A canned reply as a technician sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CannedReply {
    /// Which.
    pub id: ReplyId,
    /// Its short name.
    pub name: String,
    /// What it says.
    pub text: String,
    /// Whether it is the reader's own; otherwise it is the organisation's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub own: bool,
}
