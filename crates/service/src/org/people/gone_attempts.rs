//! The numbers of the last connections of devices that are gone, to recognise a `hello` that was sent before and arrives after.
//!
//! A client that gives up a connection and says `bye` on the next one leaves a `hello` behind that may still be under way. It
//! must not bring the device back.

use chat::PersonId;
use std::collections::VecDeque;
use uuid::Uuid;

/// Most devices that are remembered: fewer of ten thousand devices leave within the minutes for which a system keeps trying to
/// deliver what was sent on an abandoned connection.
const DEVICES: usize = 1_024;

/// The devices that are gone, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct GoneAttempts(VecDeque<(PersonId, Uuid, u64)>);

impl GoneAttempts {
    /// This device is gone; `attempt` was the number of its last connection.
    pub(crate) fn note(&mut self, person: PersonId, instance: Uuid, attempt: u64) {
        self.0.retain(|(who, which, _)| (*who, *which) != (person, instance));
        if self.0.len() >= DEVICES {
            self.0.pop_front();
        }
        self.0.push_back((person, instance, attempt));
    }

    /// The number of its last connection, if it is remembered.
    pub(crate) fn latest(&self, person: PersonId, instance: Uuid) -> Option<u64> {
        let known = self.0.iter().find(|(who, which, _)| (*who, *which) == (person, instance));
        known.map(|(_, _, attempt)| *attempt)
    }
}
