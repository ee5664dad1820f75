//! A simulated world: the real cores of agents and service (portal pages by a stand-in) in one deterministic run from a seed.
//!
//! [`run`] runs 30 minutes of three organisations whose people type, leave, lock, sleep, ask and join, on a network and
//! a service that fail in every way of [`Fault`]. The invariants in `checks` must hold whatever happens;
//! `docs/simulation.md` describes them. The same seed gives the same world to the last frame: nothing here reads a clock, no
//! randomness comes from anywhere but the seed, and nothing depends on the order of a hash map.

mod checks;
mod device;
mod dice;
mod fault;
mod host;
mod invariant;
mod known;
mod machine;
mod net;
mod node;
mod outcome;
mod page;
mod past;
mod people;
mod populate;
mod queue;
mod reading;
mod run;
mod trace;
mod traffic;
mod truth;
mod upload;
mod world;

pub use fault::{Fault, Faults};
pub use invariant::{Checks, Invariant};
pub use outcome::{Failure, Outcome};

/// Runs the world of a seed. `is_told`: keep what happens in words, for people.
#[must_use]
pub fn run(seed: u64, is_told: bool) -> Outcome {
    world::World::new(seed, is_told).run_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_world_to_the_last_frame() {
        for seed in 1..4 {
            let (once, again) = (run(seed, false), run(seed, true));
            assert_eq!((once.hash, once.events, once.faults), (again.hash, again.events, again.faults));
            assert_ne!(once.hash, run(seed + 1, false).hash);
        }
    }
}
