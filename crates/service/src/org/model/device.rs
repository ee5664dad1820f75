//! A person's device, as the organisation holds it in memory.

use crate::org::event::ConnId;
use crate::store::{DeviceKind, SignInId, StoredDevice};
use chat::PersonId;
use presence::user::Stamped;
use presence::{IdleReason, Moment, UnixMillis};
use uuid::Uuid;

/// Whether a device is connected (P10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// By this connection.
    Connected(ConnId),
    /// Lost; counts with its last activity until then.
    Grace(Moment),
    /// A page that was closed; counts until then, since a reload looks like a close.
    Reload(Moment),
    /// Gone; others are told once it has been removed from the store.
    Gone,
}

/// One device.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) sign_in: SignInId,
    pub(crate) kind: DeviceKind,
    /// The number of its latest connection, if its client numbers them; unknown after a restart.
    pub(crate) attempt: Option<u64>,
    pub(crate) name: String,
    pub(crate) can_ring: bool,
    pub(crate) stamp: Stamped,
    /// The latest change from idle to active.
    pub(crate) last_active: Option<Moment>,
    /// When its last frame arrived, as it is shown and stored; silence is measured by its connection.
    pub(crate) last_frame: UnixMillis,
    pub(crate) link: Link,
    /// Whether the store has it: only then does it count for what others see (`people/persist.rs`).
    pub(crate) kept: bool,
}

impl Device {
    /// Its connection, if it has one now.
    pub(crate) fn conn(&self) -> Option<ConnId> {
        match self.link {
            Link::Connected(conn) => Some(conn),
            Link::Grace(_) | Link::Reload(_) | Link::Gone => None,
        }
    }

    /// When it counts as gone unless it comes back; `None` if it is connected.
    pub(crate) fn gone_at(&self) -> Option<Moment> {
        match self.link {
            Link::Grace(until) | Link::Reload(until) => Some(until),
            Link::Connected(_) | Link::Gone => None,
        }
    }

    /// Whether it is connected or may be back (P9).
    pub(crate) fn is_here(&self) -> bool {
        match self.link {
            Link::Connected(_) | Link::Grace(_) | Link::Reload(_) => true,
            Link::Gone => false,
        }
    }

    /// Whether it can ring now.
    pub(crate) fn rings(&self) -> bool {
        self.can_ring && self.conn().is_some()
    }

    /// Whether somebody may be in front of it: neither locked nor asleep.
    pub(crate) fn is_unlocked(&self) -> bool {
        match self.stamp {
            Stamped::Active { .. } | Stamped::Idle { reason: IdleReason::Idle, .. } => true,
            Stamped::Idle { reason: IdleReason::Locked | IdleReason::Asleep, .. } => false,
        }
    }

    /// Sets a new stamp.
    pub(crate) fn stamp(&mut self, stamp: Stamped, now: Moment) {
        if stamp.is_active() && !self.stamp.is_active() {
            self.last_active = Some(now);
        }
        self.stamp = stamp;
    }

    pub(crate) fn stored(
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
