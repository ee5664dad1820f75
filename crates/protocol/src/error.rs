//! Why an intent is refused, for programs.

use serde::{Deserialize, Serialize};

/// The code of an `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not for this role or person.
    NotAllowed,
    /// A technician has joined: another one first, or before the client asked to be called.
    Taken,
    /// There is no such thing, or this person may not see it.
    NotFound,
    /// The chat is over.
    Over,
    /// There is an active chat already (C1).
    AlreadyActive,
    /// The most requests that a client may have waiting are waiting already (C1), or the most technicians are in the chat (C9).
    TooMany,
    /// The frame or a value in it is not what the protocol says.
    Invalid,
    /// There is no such frame type.
    Unknown,
    /// A note is needed.
    NoteNeeded,
    /// Nobody else would stay with the client.
    NobodyStays,
    /// The technician is offline or in the chat already, so it is not handed over to them (C9).
    CannotTakeOver,
    /// The chat was completed too long ago to undo that (C9).
    TooLate,
    /// The client is away, so they were not invited (C7).
    ClientAway,
    /// The client is offline, so they were not invited (C7).
    ClientOffline,
    /// Too many frames; wait.
    RateLimited,
    /// The service cannot do it now; try again.
    Busy,
}

impl ErrorCode {
    /// Whether the same intent may succeed when it is repeated.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        match self {
            Self::RateLimited | Self::Busy => true,
            Self::NotAllowed
            | Self::Taken
            | Self::NotFound
            | Self::Over
            | Self::AlreadyActive
            | Self::TooMany
            | Self::Invalid
            | Self::Unknown
            | Self::NoteNeeded
            | Self::NobodyStays
            | Self::CannotTakeOver
            | Self::TooLate
            | Self::ClientAway
            | Self::ClientOffline => false,
        }
    }
}
