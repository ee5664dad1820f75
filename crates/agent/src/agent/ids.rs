//! Ids of intents, from a seed: random enough to be the only ones of their kind, and the same in a test's every run.

use uuid::{Builder, Uuid};

/// Makes ids (splitmix64).
#[derive(Debug)]
pub(super) struct Ids(u64);

impl Ids {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> Uuid {
        let bytes = (u128::from(self.mix()) << 64 | u128::from(self.mix())).to_be_bytes();
        Builder::from_random_bytes(bytes).into_uuid()
    }

    fn mix(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
