//! A person with their devices, as the organisation holds them in memory.

use super::device::Device;
use crate::org::event::ConnId;
use crate::store::{Person, Standing};
use presence::{Moment, Presence, Role, UnixMillis};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One person of the organisation.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) person: Person,
    /// As others see it.
    pub(crate) presence: Presence,
    /// Since when they are active on any device (P9).
    pub(crate) online_since: Option<UnixMillis>,
    pub(crate) devices: BTreeMap<Uuid, Device>,
    /// Connections of devices and windows.
    pub(crate) conns: BTreeSet<ConnId>,
    /// Since when no device is connected or in grace, in this run of the service (C5).
    pub(crate) absent_since: Option<Moment>,
}

impl Member {
    pub(crate) fn new(person: Person) -> Self {
        let presence = Presence::Offline { since: person.last_seen };
        Self {
            person,
            presence,
            online_since: None,
            devices: BTreeMap::new(),
            conns: BTreeSet::new(),
            absent_since: None,
        }
    }

    /// Whether they belong to the organisation, neither suspended nor removed.
    pub(crate) fn is_in(&self) -> bool {
        match self.person.standing {
            Standing::Active => true,
            Standing::Suspended | Standing::Removed => false,
        }
    }

    /// Whether they use any of their devices now, whatever they prefer.
    pub(crate) fn is_active(&self) -> bool {
        self.online_since.is_some()
    }

    pub(crate) fn role(&self) -> Role {
        self.person.affiliation.role()
    }
}
