//! A connection of a device or of an app's window.

use crate::org::counts::ConnectionKind;
use crate::store::{DeviceKind, SignInId};
use chat::PersonId;
use presence::{Moment, Role};
use std::collections::BTreeSet;
use uuid::Uuid;

/// One connection.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) person: PersonId,
    pub(crate) role: Role,
    pub(crate) sign_in: SignInId,
    /// The app's sign-in, for its window.
    pub(crate) window_of: Option<SignInId>,
    /// The device it is, or for a window the device it belongs to.
    pub(crate) instance: Uuid,
    pub(crate) kind: DeviceKind,
    pub(crate) last_frame: Moment,
    pub(crate) lists_devices: bool,
    /// The people whose changes it has missed, and since when, if it is behind.
    pub(crate) behind: Option<(Moment, BTreeSet<PersonId>)>,
}

impl Connection {
    /// Whether it is the app's window, which is not a device.
    pub(crate) fn is_window(&self) -> bool {
        self.window_of.is_some()
    }

    /// The kind as which it is counted.
    pub(crate) fn counted_as(&self) -> ConnectionKind {
        if self.is_window() {
            return ConnectionKind::Window;
        }
        match self.kind {
            DeviceKind::Native => ConnectionKind::App,
            DeviceKind::Page => ConnectionKind::Page,
        }
    }
}
