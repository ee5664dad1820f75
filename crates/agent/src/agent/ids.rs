//! Ids of intents, made from a seed: random enough to be unique, and the same in each run of a test.
//!
//! What an intent creates has the intent's id, and that must be unique among all devices. So the seed has 256 bits. With 64 bits, two
//! runs would be likely to have the same seed, and so all ids in common, after four thousand million starts.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// A generator of ids.
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
