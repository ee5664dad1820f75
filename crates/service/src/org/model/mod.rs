//! People, their devices and their connections as data.

pub(crate) mod connection;
pub(crate) mod device;
pub(crate) mod member;
