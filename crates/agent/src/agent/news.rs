//! What a change of a chat means for a technician, where it needs to be said.

use protocol::SessionView;

/// What is new for a technician.
#[derive(Debug)]
pub(super) enum News<'a> {
    /// A request waits no longer.
    Ended(&'a SessionView),
    /// A missed request or a callback is completed, by a technician or by its client (C5).
    FollowedUp(&'a SessionView),
    /// An invitation of this user was answered, or has ended (C7).
    Answered(&'a SessionView),
    /// Another technician has taken over a chat from this one (C9).
    TakenOver(&'a SessionView),
    /// Nobody is left who could take over a chat that this technician offered (C9).
    NotTakenOver(&'a SessionView),
}
