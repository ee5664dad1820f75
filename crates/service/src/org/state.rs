//! An organisation's state, in parts that own what they hold.

use super::chats::Chats;
use super::context::Context;
use super::people::People;
use super::replies::CannedReplies;

/// An organisation.
pub struct Core {
    pub(super) cx: Context,
    pub(super) people: People,
    pub(super) chats: Chats,
    pub(super) replies: CannedReplies,
}
