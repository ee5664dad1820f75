//! Ids of intents, from a seed: random enough to be the only ones of their kind, and the same in a test's every run.
//!
//! What an intent creates bears its id, for all devices of the world at once. So the seed has 256 bits: of one with 64, some
//! two would meet after four thousand million starts, and share all their ids.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// Makes ids.
#[derive(Debug)]
pub(super) struct Ids(StdRng);

impl Ids {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self(StdRng::from_seed(seed))
    }

    pub(super) fn next(&mut self) -> Uuid {
        Builder::from_random_bytes(self.0.random()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_bit_of_the_seed_counts_and_the_same_seed_gives_the_same_ids() {
        let first = |seed| Ids::new(seed).next();
        let mut all = BTreeSet::from([first([0; 32])]);
        for bit in 0..256 {
            let mut seed = [0; 32];
            seed[bit / 8] = 1 << (bit % 8);
            assert_eq!(first(seed), first(seed));
            assert!(all.insert(first(seed)), "bit {bit} makes no difference");
        }
        let mut ids = Ids::new([7; 32]);
        assert!((0..1_000).all(|_| all.insert(ids.next())));
    }
}
