//! Changes of presence, and of what people have seen, that are not in the store yet.

use crate::store::Changes;
use chat::{PersonId, SessionId};
use presence::Moment;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The unsaved changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unsaved {
    pub(crate) devices: BTreeSet<(PersonId, Uuid)>,
    /// People whose preference has ended by itself, or was moved with the clock.
    pub(crate) preferences: BTreeSet<PersonId>,
    pub(crate) last_seen: BTreeSet<PersonId>,
    /// How far people have seen sessions: one number for each, however often it changes.
    pub(crate) seen: BTreeMap<(SessionId, PersonId), u64>,
    /// A frame has arrived from any device.
    pub(crate) alive: bool,
    pub(crate) last: Moment,
    pub(crate) due: Option<Moment>,
    /// Whether a save is already queued: it takes everything that is unsaved when its turn comes.
    pub(crate) queued: bool,
    /// Whether the store refused presence the last time.
    pub(crate) refused: bool,
    /// The state of what has been seen after the store refused a save that contained it.
    pub(crate) refused_seen: RefusedSeen,
}

/// How to save what people have seen. The store may have refused a save because of it, perhaps for good. Until it accepts that part, it
/// is saved separately, in turn with presence, so that its failure does not take anybody's presence along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RefusedSeen {
    /// It was not refused: it is saved with presence.
    #[default]
    No,
    /// Next, save presence without it.
    Waits,
    /// Next, save it without presence.
    IsNext,
}

impl Unsaved {
    /// Whether to save what has been seen next, without presence.
    pub(crate) fn is_seen_next(&self) -> bool {
        self.refused_seen == RefusedSeen::IsNext && !self.seen.is_empty()
    }

    /// Whether devices or preferences have changed, or people have left with their devices.
    pub(crate) fn has_people(&self) -> bool {
        !self.devices.is_empty() || !self.preferences.is_empty() || !self.last_seen.is_empty()
    }

    /// The store has saved these.
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
