//! What only one operating system knows: one file for each system, and nothing else in the program names one.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub(crate) use linux::{Alarm, Display, bus};
