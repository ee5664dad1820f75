//! The rules of presence, pure: facts and times in, activity and presence out.
//!
//! Data passes through here twice. On a device, [`device::Device`] makes the facts of the idle source into the one
//! [`Activity`] that leaves the machine. In the service, [`user::presence`] makes the activities of all of a user's
//! devices and the user's [`Preference`] into the [`Presence`] that others see, and [`eligibility`] says who sees it.
//! Nothing here reads a clock, knows a socket, or stores anything.

pub mod device;
pub mod eligibility;
mod model;
mod time;
pub mod user;

pub use model::{Activity, AwayReason, IdleReason, Preference, Presence, Role, State, Until};
pub use time::{Moment, UnixMillis};
