//! People with their devices, and connections, as the organisation holds them in memory.

use super::{ConnId, mine::Mine};
use crate::store::{DeviceKind, Person, SignInId, Standing, StoredDevice};
use chat::{PersonId, SessionId};
use presence::user::Stamped;
use presence::{IdleReason, Presence, Role, UnixMillis};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Whether a device's socket is there (P10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// By this connection.
    Connected(ConnId),
    /// Lost; counts with its last activity until then.
    Grace(UnixMillis),
    /// A page that was closed; counts until then, since a reload looks like a close.
    Reload(UnixMillis),
    /// It is gone; others are told once the store has forgotten it.
    Gone,
}

/// One device.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) sign_in: SignInId,
    pub(super) kind: DeviceKind,
    /// The number of its latest connection, if its client numbers them; unknown after a restart.
    pub(super) attempt: Option<u64>,
    pub(super) name: String,
    pub(super) can_ring: bool,
    pub(super) stamp: Stamped,
    /// The latest change from idle to active; zero if there was none.
    pub(super) active_since: UnixMillis,
    pub(super) last_frame: UnixMillis,
    pub(super) link: Link,
    /// Whether the store has it: only then it counts for what others are told (`save.rs`).
    pub(super) kept: bool,
}

impl Device {
    /// Its connection, if it has one now.
    pub(super) fn conn(&self) -> Option<ConnId> {
        match self.link {
            Link::Connected(conn) => Some(conn),
            Link::Grace(_) | Link::Reload(_) | Link::Gone => None,
        }
    }

    /// Whether it is connected or may be back (P9).
    pub(super) fn is_here(&self) -> bool {
        match self.link {
            Link::Connected(_) | Link::Grace(_) | Link::Reload(_) => true,
            Link::Gone => false,
        }
    }

    /// Whether it can ring now.
    pub(super) fn rings(&self) -> bool {
        self.can_ring && self.conn().is_some()
    }

    /// Whether somebody may be in front of it: neither locked nor asleep.
    pub(super) fn is_unlocked(&self) -> bool {
        match self.stamp {
            Stamped::Active { .. } | Stamped::Idle { reason: IdleReason::Idle, .. } => true,
            Stamped::Idle { reason: IdleReason::Locked | IdleReason::Asleep, .. } => false,
        }
    }

    /// Takes a new stamp.
    pub(super) fn stamp(&mut self, stamp: Stamped, now: UnixMillis) {
        if stamp.is_active() && !self.stamp.is_active() {
            self.active_since = now;
        }
        self.stamp = stamp;
    }

    pub(super) fn stored(&self, person: PersonId, instance: Uuid) -> StoredDevice {
        StoredDevice {
            person,
            instance,
            sign_in: self.sign_in,
            kind: self.kind,
            name: self.name.clone(),
            stamp: self.stamp,
            active_since: self.active_since,
            last_frame: self.last_frame,
        }
    }
}

/// One person of the organisation.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) person: Person,
    /// As others are told it.
    pub(super) presence: Presence,
    pub(super) devices: BTreeMap<Uuid, Device>,
    /// Connections of devices and windows.
    pub(super) conns: BTreeSet<ConnId>,
    /// Since when no device is connected or in grace, by the service's own clock and run (C5).
    pub(super) absent_since: Option<UnixMillis>,
}

impl Member {
    pub(super) fn new(person: Person) -> Self {
        let presence = Presence::Offline { since: person.last_seen };
        Self { person, presence, devices: BTreeMap::new(), conns: BTreeSet::new(), absent_since: None }
    }

    /// Whether they are of the organisation now, and not suspended or removed.
    pub(super) fn is_in(&self) -> bool {
        match self.person.standing {
            Standing::Active => true,
            Standing::Suspended | Standing::Removed => false,
        }
    }

    pub(super) fn role(&self) -> Role {
        self.person.belongs.role()
    }
}

/// One connection.
#[derive(Clone, Debug)]
pub(super) struct Conn {
    pub(super) person: PersonId,
    pub(super) role: Role,
    pub(super) sign_in: SignInId,
    /// The app's sign-in, for its window.
    pub(super) window_of: Option<SignInId>,
    /// The device it is, or for a window the device it belongs to.
    pub(super) instance: Uuid,
    pub(super) kind: DeviceKind,
    pub(super) last_frame: UnixMillis,
    pub(super) lists_devices: bool,
    /// The session in front of the reader (C8).
    pub(super) visible: Option<SessionId>,
    /// The sessions whose messages it asked for.
    pub(super) opened: BTreeSet<SessionId>,
    /// What it was told last of what is personal.
    pub(super) mine: HashMap<SessionId, Mine>,
    /// The people whose changes it missed while it was behind, and since when it is.
    pub(super) behind: Option<(UnixMillis, BTreeSet<PersonId>)>,
}

impl Conn {
    /// Whether it is the app's window, which is no device.
    pub(super) fn is_window(&self) -> bool {
        self.window_of.is_some()
    }
}
