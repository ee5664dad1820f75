//! Chats: what is asked of them, who is told of them, and which devices ring.

pub(in crate::org) mod follow_ups;
pub(in crate::org) mod intent;
mod messages;
pub(in crate::org) mod personal;
pub(in crate::org) mod request;
pub(in crate::org) mod ring;
pub(in crate::org) mod session_times;
pub(in crate::org) mod view;
