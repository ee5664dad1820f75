//! Which of a technician's devices rings for a waiting session (C3): the one that was active last, if it is unlocked and
//! confirms in time; otherwise all that can.

use crate::org::timer::Timer;
use crate::org::{ConnId, Core};
use chat::{PersonId, SessionId, Status};
use presence::Moment;
use std::time::Duration;
use uuid::Uuid;

/// What rings for one session and technician.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::org) enum Ring {
    /// This device.
    One {
        /// Which.
        instance: Uuid,
        /// When it was told.
        told: Moment,
        /// Whether it has confirmed that its toast is on the screen.
        shown: bool,
    },
    /// All that can.
    All,
}

/// A device that can ring now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::org) struct Candidate {
    pub(in crate::org) instance: Uuid,
    pub(in crate::org) unlocked: bool,
    pub(in crate::org) last_active: Option<Moment>,
}

impl Ring {
    /// What rings at `now`; `None` where nothing can. A device that has confirmed keeps ringing while it can and is unlocked,
    /// and what once rings everywhere goes on doing so.
    pub(in crate::org) fn next(
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

    pub(in crate::org) fn includes(self, instance: Uuid) -> bool {
        match self {
            Self::One { instance: one, .. } => one == instance,
            Self::All => true,
        }
    }
}

impl Core {
    /// Decides anew what rings for this person, and tells what is different.
    pub(in crate::org) fn refresh_rings(&mut self, person: PersonId) {
        let waiting: Vec<SessionId> = self
            .sessions
            .values()
            .filter(|session| session.status == Status::Waiting)
            .map(|session| session.id)
            .collect();
        for session in &waiting {
            self.refresh_ring(*session, person);
        }
        if !waiting.is_empty() {
            self.refresh_mine(person);
        }
    }

    /// Decides anew what rings for this session and person. Tells nobody.
    pub(in crate::org) fn refresh_ring(&mut self, session: SessionId, person: PersonId) {
        let key = (session, person);
        let before = self.rings.get(&key).copied();
        let next = if self.rings_for(session, person) {
            Ring::next(before, &self.candidates(person), self.now, self.config.ring_shown_within)
        } else {
            None
        };
        match next {
            Some(ring) => {
                self.rings.insert(key, ring);
                if let Ring::One { told, shown: false, .. } = ring {
                    self.timers.set(told.plus(self.config.ring_shown_within), Timer::Ring(session, person));
                }
            }
            None => {
                self.rings.remove(&key);
            }
        }
    }

    fn rings_for(&self, session: SessionId, person: PersonId) -> bool {
        let (Some(session), Some(member)) = (self.sessions.get(&session), self.members.get(&person)) else {
            return false;
        };
        // A device that can ring is connected, so its user is Online or Away (C2).
        session.status == Status::Waiting
            && member.role() == presence::Role::Technician
            && !session.dismissed.contains(&person)
    }

    fn candidates(&self, person: PersonId) -> Vec<Candidate> {
        let Some(member) = self.members.get(&person) else { return Vec::new() };
        member
            .devices
            .iter()
            .filter(|(_, device)| device.rings())
            .map(|(instance, device)| Candidate {
                instance: *instance,
                unlocked: device.is_unlocked(),
                last_active: device.last_active,
            })
            .collect()
    }

    pub(in crate::org) fn ring_due(&mut self, session: SessionId, person: PersonId) {
        self.refresh_ring(session, person);
        self.refresh_mine(person);
    }

    pub(in crate::org) fn ring_shown(&mut self, conn: ConnId, session: SessionId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        if connection.is_window() {
            return;
        }
        let (person, device) = (connection.person, connection.instance);
        if let Some(Ring::One { instance, shown, .. }) = self.rings.get_mut(&(session, person))
            && *instance == device
        {
            *shown = true;
        }
    }
}
