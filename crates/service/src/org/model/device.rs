//! People with their devices, and connections, as the organisation holds them in memory.

use crate::org::chats::follow_ups::Order;
use crate::org::{ConnId, chats::personal::Mine};
use crate::store::{DeviceKind, Person, SignInId, Standing, StoredDevice};
use chat::{PersonId, SessionId};
use presence::user::Stamped;
use presence::{IdleReason, Moment, Presence, Role, UnixMillis};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Whether a device's socket is there (P10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::org) enum Link {
    /// By this connection.
    Connected(ConnId),
    /// Lost; counts with its last activity until then.
    Grace(Moment),
    /// A page that was closed; counts until then, since a reload looks like a close.
    Reload(Moment),
    /// It is gone; others are told once the store has forgotten it.
    Gone,
}

/// One device.
#[derive(Clone, Debug)]
pub(in crate::org) struct Device {
    pub(in crate::org) sign_in: SignInId,
    pub(in crate::org) kind: DeviceKind,
    /// The number of its latest connection, if its client numbers them; unknown after a restart.
    pub(in crate::org) attempt: Option<u64>,
    pub(in crate::org) name: String,
    pub(in crate::org) can_ring: bool,
    pub(in crate::org) stamp: Stamped,
    /// The latest change from idle to active.
    pub(in crate::org) last_active: Option<Moment>,
    /// When its last frame came, as it is shown and stored; its silence is measured at its connection.
    pub(in crate::org) last_frame: UnixMillis,
    pub(in crate::org) link: Link,
    /// Whether the store has it: only then it counts for what others are told (`people/persist.rs`).
    pub(in crate::org) kept: bool,
}

impl Device {
    /// Its connection, if it has one now.
    pub(in crate::org) fn conn(&self) -> Option<ConnId> {
        match self.link {
            Link::Connected(conn) => Some(conn),
            Link::Grace(_) | Link::Reload(_) | Link::Gone => None,
        }
    }

    /// When it is gone unless it comes back; `None` if it is connected.
    pub(in crate::org) fn gone_at(&self) -> Option<Moment> {
        match self.link {
            Link::Grace(until) | Link::Reload(until) => Some(until),
            Link::Connected(_) | Link::Gone => None,
        }
    }

    /// Whether it is connected or may be back (P9).
    pub(in crate::org) fn is_here(&self) -> bool {
        match self.link {
            Link::Connected(_) | Link::Grace(_) | Link::Reload(_) => true,
            Link::Gone => false,
        }
    }

    /// Whether it can ring now.
    pub(in crate::org) fn rings(&self) -> bool {
        self.can_ring && self.conn().is_some()
    }

    /// Whether somebody may be in front of it: neither locked nor asleep.
    pub(in crate::org) fn is_unlocked(&self) -> bool {
        match self.stamp {
            Stamped::Active { .. } | Stamped::Idle { reason: IdleReason::Idle, .. } => true,
            Stamped::Idle { reason: IdleReason::Locked | IdleReason::Asleep, .. } => false,
        }
    }

    /// Takes a new stamp.
    pub(in crate::org) fn stamp(&mut self, stamp: Stamped, now: Moment) {
        if stamp.is_active() && !self.stamp.is_active() {
            self.last_active = Some(now);
        }
        self.stamp = stamp;
    }

    pub(in crate::org) fn stored(
        &self,
        person: PersonId,
        instance: Uuid,
        online_since: Option<UnixMillis>,
        unix: impl Fn(Moment) -> UnixMillis,
    ) -> StoredDevice {
        StoredDevice {
            person,
            instance,
            sign_in: self.sign_in,
            kind: self.kind,
            name: self.name.clone(),
            stamp: match (self.stamp, online_since) {
                (Stamped::Active { .. }, Some(since)) => Stamped::Active { since },
                (stamp, _) => stamp,
            },
            active_since: self.last_active.map_or(UnixMillis(0), unix),
            last_frame: self.last_frame,
            connected: self.conn().is_some(),
        }
    }
}

/// One person of the organisation.
#[derive(Clone, Debug)]
pub(in crate::org) struct Member {
    pub(in crate::org) person: Person,
    /// As others are told it.
    pub(in crate::org) presence: Presence,
    /// Since when they are active on any device (P9).
    pub(in crate::org) online_since: Option<UnixMillis>,
    pub(in crate::org) devices: BTreeMap<Uuid, Device>,
    /// Connections of devices and windows.
    pub(in crate::org) conns: BTreeSet<ConnId>,
    /// Since when no device is connected or in grace, in the service's run (C5).
    pub(in crate::org) absent_since: Option<Moment>,
}

impl Member {
    pub(in crate::org) fn new(person: Person) -> Self {
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

    /// Whether they are of the organisation now, and not suspended or removed.
    pub(in crate::org) fn is_in(&self) -> bool {
        match self.person.standing {
            Standing::Active => true,
            Standing::Suspended | Standing::Removed => false,
        }
    }

    pub(in crate::org) fn role(&self) -> Role {
        self.person.belongs.role()
    }
}

/// One connection.
#[derive(Clone, Debug)]
pub(in crate::org) struct Conn {
    pub(in crate::org) person: PersonId,
    pub(in crate::org) role: Role,
    pub(in crate::org) sign_in: SignInId,
    /// The app's sign-in, for its window.
    pub(in crate::org) window_of: Option<SignInId>,
    /// The device it is, or for a window the device it belongs to.
    pub(in crate::org) instance: Uuid,
    pub(in crate::org) kind: DeviceKind,
    pub(in crate::org) last_frame: Moment,
    pub(in crate::org) lists_devices: bool,
    /// The session in front of the reader (C8).
    pub(in crate::org) visible: Option<SessionId>,
    /// The sessions whose messages it asked for.
    pub(in crate::org) opened: BTreeSet<SessionId>,
    /// What it was told last of what is personal.
    pub(in crate::org) mine: HashMap<SessionId, Mine>,
    /// Of the abandoned chats and callbacks it was told of those from here on.
    pub(in crate::org) listed_from: Order,
    /// The people whose changes it missed while it was behind, and since when it is.
    pub(in crate::org) behind: Option<(Moment, BTreeSet<PersonId>)>,
}

impl Conn {
    /// Whether it is the app's window, which is no device.
    pub(in crate::org) fn is_window(&self) -> bool {
        self.window_of.is_some()
    }
}
