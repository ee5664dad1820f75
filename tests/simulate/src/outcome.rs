//! The outcome of a run.

use crate::fault::Faults;
use crate::invariant::{Checks, Invariant};

/// An invariant that did not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The world's seed.
    pub seed: u64,
    /// Which invariant.
    pub invariant: Invariant,
    /// When, in milliseconds of the world.
    pub at_ms: u64,
    /// What was seen.
    pub detail: String,
    /// The last that happened of what it concerns; only in a run that is told.
    pub last: Vec<String>,
}

/// The outcome of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The invariant that did not hold, if one did not.
    pub failure: Option<Failure>,
    /// The faults that were injected.
    pub faults: Faults,
    /// How often each invariant was checked.
    pub checks: Checks,
    /// The hash of the trace: the same for the same seed.
    pub hash: u64,
    /// How many events there were.
    pub events: u64,
    /// What happened last, in a run that is told.
    pub last: Vec<String>,
}
