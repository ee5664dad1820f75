//! When a waiting request sounds (C3): at once, after 20 s, then every 10 s until 90 s, then once a minute.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The ring schedule; the service sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Schedule {
    /// The first repetition, in milliseconds of waiting.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub again_after_ms: u64,
    /// Time between repetitions while it is pressing.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub every_ms: u64,
    /// Until when it is pressing, in milliseconds of waiting; the client is offered a callback then (C6).
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub pressing_until_ms: u64,
    /// Time between repetitions afterwards.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub later_every_ms: u64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { again_after_ms: 20_000, every_ms: 10_000, pressing_until_ms: 90_000, later_every_ms: 60_000 }
    }
}

impl Schedule {
    /// How often a request that waits for `waited` has sounded: 1 when it appears.
    #[must_use]
    pub fn rings_at(&self, waited: Duration) -> u64 {
        let waited = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        let (every, later) = (self.every_ms.max(1), self.later_every_ms.max(1));
        if waited < self.again_after_ms {
            return 1;
        }
        let pressing = waited.min(self.pressing_until_ms).saturating_sub(self.again_after_ms) / every;
        let afterwards = waited.saturating_sub(self.pressing_until_ms) / later;
        pressing.saturating_add(afterwards).saturating_add(2)
    }

    /// How long after the start of waiting the next sound after `waited` is due.
    #[must_use]
    pub fn next_after(&self, waited: Duration) -> Duration {
        let (every, later) = (self.every_ms.max(1), self.later_every_ms.max(1));
        let waited = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        let next = if waited < self.again_after_ms {
            self.again_after_ms
        } else {
            let step = after(self.again_after_ms, waited, every);
            if step <= self.pressing_until_ms { step } else { after(self.pressing_until_ms, waited, later) }
        };
        Duration::from_millis(next)
    }
}

/// The first of the times `begin`, `begin + every`, … after `begin` that is later than `waited`.
fn after(begin: u64, waited: u64, every: u64) -> u64 {
    let past = waited.saturating_sub(begin) / every;
    begin.saturating_add(past.saturating_add(1).saturating_mul(every))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_when_it_appears_then_at_20_then_every_10_until_90_then_each_minute() {
        // C3
        let schedule = Schedule::default();
        let mut at = Duration::ZERO;
        let due: Vec<u64> = std::iter::repeat_with(|| {
            at = schedule.next_after(at);
            at.as_secs()
        })
        .take(11)
        .collect();
        assert_eq!(due, [20, 30, 40, 50, 60, 70, 80, 90, 150, 210, 270]);
    }

    proptest::proptest! {
        #[test]
        fn the_count_grows_by_one_at_each_due_time_and_nowhere_else(waited_ms in 0_u64..1_000_000) {
            let schedule = Schedule::default();
            let waited = Duration::from_millis(waited_ms);
            let next = schedule.next_after(waited);
            let just_before = next.checked_sub(Duration::from_millis(1)).unwrap();
            proptest::prop_assert!(next > waited);
            proptest::prop_assert_eq!(schedule.rings_at(just_before), schedule.rings_at(waited));
            proptest::prop_assert_eq!(schedule.rings_at(next), schedule.rings_at(waited) + 1);
        }
    }
}
