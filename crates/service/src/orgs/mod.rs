//! The organisations' tasks: found and started by the registry, run by the runner. What they decide is `org`'s.

pub(crate) mod registry;
pub mod runner;
mod task;
