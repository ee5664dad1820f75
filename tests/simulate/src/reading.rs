//! A chat that a technician reads in the history.

use chat::SessionId;
use service::TranscriptReader;

/// A chat that a technician is reading.
pub(crate) struct HistoryReading {
    pub(crate) reader: Option<TranscriptReader>,
    pub(crate) session: SessionId,
    pub(crate) with_notes: bool,
    /// How many messages and notes it had when the reading began.
    pub(crate) had: (u64, u64),
}
