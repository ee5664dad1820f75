//! People, their devices and their connections as data.

pub(in crate::org) mod device;
