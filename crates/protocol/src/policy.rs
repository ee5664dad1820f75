//! The rules that the service gives every device.

use crate::address_template::{AddressTemplate, Placeholder};
use crate::limits;
use chat::ring::Schedule;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The organisation's and the service's numbers. All times in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Policy {
    /// A device is idle after this much time without input (P2).
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub idle_after_ms: u64,
    /// The service beats this often.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub beat_ms: u64,
    /// A lost device counts for this long after its last frame (P10).
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub grace_ms: u64,
    /// An invitation waits for this long for the client's answer (C7).
    #[serde(default = "invitation_ms")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub invitation_ms: u64,
    /// Largest file that may be sent in a chat, in bytes; 0: no files.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub file_bytes: u64,
    /// When a waiting request sounds (C3).
    pub ring: Schedule,
    /// Whether the organisation lets people see that others are writing. If not, `chat.typing` has no effect.
    #[serde(default)]
    pub typing: bool,
    /// Whether the organisation lets people see how far others have read.
    #[serde(default)]
    pub read_marks: bool,
    /// Technicians: where the organisation's own system shows what a chat refers to, with `{reference}` in place of the reference (C10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub ticket_address: Option<String>,
    /// Where the organisation has a portal of its own for this role, with `{session}` in place of a chat's id (C10). Apps open it in the
    /// system's browser instead of the service's portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub portal_address: Option<String>,
}

impl Policy {
    /// The same with each number within its limits: a device follows the service, but not into a busy loop, nor into never
    /// being away (P2).
    #[must_use]
    pub fn within_limits(self) -> Self {
        let longest = millis(limits::LONGEST);
        let every = millis(limits::RING_EVERY_MIN);
        Self {
            idle_after_ms: self
                .idle_after_ms
                .clamp(millis(limits::IDLE_AFTER_MIN), millis(limits::IDLE_AFTER_MAX)),
            beat_ms: self.beat_ms.clamp(1, longest),
            grace_ms: self.grace_ms.min(longest),
            invitation_ms: self.invitation_ms.min(longest),
            file_bytes: self.file_bytes.min(chat::limits::FILE_BYTES),
            ring: Schedule {
                again_after_ms: self.ring.again_after_ms.clamp(every, longest),
                every_ms: self.ring.every_ms.clamp(every, longest),
                pressing_until_ms: self.ring.pressing_until_ms.min(longest),
                later_every_ms: self.ring.later_every_ms.clamp(every, longest),
            },
            ticket_address: self
                .ticket_address
                .filter(|text| AddressTemplate::parse(text, Placeholder::Reference).is_ok()),
            portal_address: self
                .portal_address
                .filter(|text| AddressTemplate::parse(text, Placeholder::Session).is_ok()),
            ..self
        }
    }
}

fn invitation_ms() -> u64 {
    millis(limits::INVITATION)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            idle_after_ms: millis(limits::IDLE_AFTER),
            beat_ms: millis(limits::BEAT),
            grace_ms: millis(limits::GRACE),
            invitation_ms: invitation_ms(),
            file_bytes: 0,
            ring: Schedule::default(),
            typing: true,
            read_marks: true,
            ticket_address: None,
            portal_address: None,
        }
    }
}
