//! Which of a technician's devices rings for a waiting session (C3): the one that was active last, if it is unlocked and
//! confirms in time; otherwise all that can.

use presence::Moment;
use std::time::Duration;
use uuid::Uuid;

/// What rings for one session and technician.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ring {
    /// This device.
    One {
        /// Which.
        instance: Uuid,
        /// When it was told.
        told: Moment,
        /// Whether it has confirmed that its toast is on the screen.
        shown: bool,
    },
    /// All devices that can ring.
    All,
}

/// A device that can ring now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) instance: Uuid,
    pub(crate) unlocked: bool,
    pub(crate) last_active: Option<Moment>,
}

impl Ring {
    /// What rings at `now`; `None` if nothing can. A device that has confirmed keeps ringing while it can and is unlocked, and a
    /// ring that has reached all devices stays there.
    pub(crate) fn next(
        before: Option<Self>,
        candidates: &[Candidate],
        now: Moment,
        shown_within: Duration,
    ) -> Option<Self> {
        if candidates.is_empty() {
            return None;
        }
        let Some(best) = candidates
            .iter()
            .filter(|each| each.unlocked)
            .max_by_key(|each| (each.last_active, each.instance))
        else {
            return Some(Self::All);
        };
        let fresh = Self::One { instance: best.instance, told: now, shown: false };
        Some(match before {
            None => fresh,
            Some(Self::All) => Self::All,
            Some(Self::One { instance, told, shown: true })
                if candidates.iter().any(|each| each.unlocked && each.instance == instance) =>
            {
                Self::One { instance, told, shown: true }
            }
            Some(Self::One { instance, told, shown: false }) if instance == best.instance => {
                if now.since(told) >= shown_within {
                    Self::All
                } else {
                    Self::One { instance, told, shown: false }
                }
            }
            Some(Self::One { .. }) => fresh,
        })
    }

    pub(crate) fn includes(self, instance: Uuid) -> bool {
        match self {
            Self::One { instance: one, .. } => one == instance,
            Self::All => true,
        }
    }
}
