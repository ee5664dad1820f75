//! What of presence, and of what people have seen, is not in the store yet.

use crate::store::Changes;
use chat::{PersonId, SessionId};
use presence::Moment;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is unsaved.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unsaved {
    pub(crate) devices: BTreeSet<(PersonId, Uuid)>,
    /// People whose preference has ended by itself, or was moved with the clock.
    pub(crate) preferences: BTreeSet<PersonId>,
    pub(crate) last_seen: BTreeSet<PersonId>,
    /// How far people have seen sessions: one number for each, however often they say it.
    pub(crate) seen: BTreeMap<(SessionId, PersonId), u64>,
    /// A frame has come from any device.
    pub(crate) alive: bool,
    pub(crate) last: Moment,
    pub(crate) due: Option<Moment>,
    /// Whether a save waits for its turn already: it takes all that is unsaved by then.
    pub(crate) queued: bool,
    /// Whether the store refused presence the last time.
    pub(crate) refused: bool,
    /// What has been seen, once the store has refused a save that it was part of.
    pub(crate) refused_seen: RefusedSeen,
}

/// What the store refused may have been what people have seen, for good even. Until it takes that, it goes by itself, in turn with
/// presence: a step that fails then has nobody's presence in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RefusedSeen {
    /// It was not refused: it goes with presence.
    #[default]
    No,
    /// Presence goes next, without it.
    Waits,
    /// It goes next, without presence.
    IsNext,
}

impl Unsaved {
    /// Whether what has been seen goes next, without presence.
    pub(crate) fn is_seen_next(&self) -> bool {
        self.refused_seen == RefusedSeen::IsNext && !self.seen.is_empty()
    }

    /// Whether devices or preferences have changed, or people have gone with their devices.
    pub(crate) fn has_people(&self) -> bool {
        !self.devices.is_empty() || !self.preferences.is_empty() || !self.last_seen.is_empty()
    }

    /// The store has taken these.
    pub(crate) fn was_saved(&mut self, changes: &Changes) {
        if changes.has_presence() {
            self.refused = false;
            if self.refused_seen == RefusedSeen::Waits {
                self.refused_seen = RefusedSeen::IsNext;
            }
        }
        if !changes.seen.is_empty() {
            self.refused_seen = RefusedSeen::No;
        }
    }

    /// The store has refused these.
    pub(crate) fn was_refused(&mut self, changes: &Changes) {
        self.refused |= changes.has_presence();
        if !changes.seen.is_empty() {
            self.refused_seen = RefusedSeen::Waits;
        }
    }

    /// Somebody has seen a session as far as this number.
    pub(crate) fn mark_seen(&mut self, session: SessionId, person: PersonId, number: u64) {
        let known = self.seen.entry((session, person)).or_insert(0);
        *known = number.max(*known);
    }
}
