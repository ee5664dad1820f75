//! People and devices as a reader may see them.

use chat::PersonId;
use presence::{Activity, Presence, Role, UnixMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who the connection belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct You {
    /// The person.
    pub id: PersonId,
    /// The name others read.
    pub name: String,
    /// Technician or client.
    pub role: Role,
    /// The organisation: the managed service provider.
    pub organisation: String,
    /// The customer, for clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub company: Option<String>,
}

/// Somebody as a technician sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Technician or client.
    pub role: Role,
    /// The customer, for clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub company: Option<String>,
    /// Their presence now.
    pub presence: Presence,
}

/// Identifies one of the user's devices in `devices` and `device.sign_out`.
pub type DeviceId = Uuid;

/// One of the user's own devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DeviceView {
    /// Which: the instance of its run.
    pub id: DeviceId,
    /// What its user would call it.
    pub name: String,
    /// What it reported last.
    pub activity: Activity,
    /// Since when.
    pub since: UnixMillis,
    /// Whether it is connected; if not, it is in grace (P10).
    pub connected: bool,
    /// Whether it is the device that reads this.
    pub this: bool,
}

/// All devices of one user.
pub type Devices = Vec<DeviceView>;
