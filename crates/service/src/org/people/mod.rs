//! People: who is connected, what they are seen as, and who is told.

mod activity;
mod arrive;
pub(in crate::org) mod gone_attempts;
mod leave;
mod membership;
mod own_devices;
pub(in crate::org) mod persist;
mod preference;
pub(in crate::org) mod roster;
pub(in crate::org) mod technicians;
