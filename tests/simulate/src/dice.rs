//! All chance in the world, from its seed.

use uuid::{Builder, Uuid};

/// A source of chance (splitmix64): the same seed gives the same throws.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        // Neighbouring seeds begin far apart.
        let mut dice = Self(seed.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ 0x5DEE_CE66_D1CE_4E5B);
        dice.throw();
        dice
    }

    pub(crate) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A seed for the ids of one run of an agent.
    pub(crate) fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.throw().to_be_bytes());
        seed
    }

    /// From `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.throw() % (most - least + 1)
    }

    /// Whether something happens that happens so often in a thousand.
    pub(crate) fn chance(&mut self, in_a_thousand: u64) -> bool {
        self.throw() % 1_000 < in_a_thousand
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(from.len()).unwrap_or(u64::MAX);
        if count == 0 {
            return None;
        }
        usize::try_from(self.throw() % count).ok().and_then(|index| from.get(index))
    }

    pub(crate) fn uuid(&mut self) -> Uuid {
        let bytes = (u128::from(self.throw()) << 64 | u128::from(self.throw())).to_be_bytes();
        Builder::from_random_bytes(bytes).into_uuid()
    }

    /// 256 bits in hex, as sign-ins have them.
    pub(crate) fn secret(&mut self) -> String {
        (0..4).map(|_| format!("{:016x}", self.throw())).collect()
    }
}
