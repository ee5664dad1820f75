//! When to try again after a loss: full jitter, so that ten thousand devices do not come back in one second.
//!
//! Pure: moments in, waits out; the jitter comes from a seed. Knows nothing of sockets.

use presence::Moment;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::time::Duration;

/// The first wait is a random time up to this: a short failure is over before others notice.
pub const FIRST: Duration = Duration::from_millis(500);
/// Longest wait early in an outage: a restart of the service takes seconds, and the grace is 45 s.
pub const CAP_YOUNG: Duration = Duration::from_secs(10);
/// Longest wait afterwards: cheap for a laptop on a train, and quick enough for somebody who is watching it.
pub const CAP_OLD: Duration = Duration::from_secs(30);
/// How long an outage counts as recent.
pub const YOUNG: Duration = Duration::from_secs(60);
/// After a connection that lasted this long, the next loss counts as a new outage.
pub const GOOD_AFTER: Duration = Duration::from_secs(60);
/// Doublings after which the wait is capped anyway; keeps the shift in range.
const DOUBLINGS: u32 = 10;

/// Works out the waits within each outage.
#[derive(Clone, Debug)]
pub struct Backoff {
    random: StdRng,
    /// Failed attempts of this outage.
    failed: u32,
    outage: Option<Moment>,
    connected: Option<Moment>,
    /// When the service last asked to come back later.
    drained: Option<Moment>,
}

impl Backoff {
    /// A backoff whose jitter follows from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed), failed: 0, outage: None, connected: None, drained: None }
    }

    /// A connection is up.
    pub fn connected(&mut self, now: Moment) {
        self.connected = Some(now);
    }

    /// The connection was lost, or an attempt failed. Returns how long to wait.
    pub fn lost(&mut self, now: Moment) -> Duration {
        self.end_connection(now);
        let outage = *self.outage.get_or_insert(now);
        let cap = if now.since(outage) < YOUNG { CAP_YOUNG } else { CAP_OLD };
        let longest = (FIRST * (1 << self.failed.min(DOUBLINGS))).min(cap);
        self.failed = self.failed.saturating_add(1);
        self.jitter(longest)
    }

    /// The service has said when to come back, jitter included, so the wait is `after`. If it does so repeatedly, on
    /// connections that did not last, the wait is as long as in an outage.
    pub fn told(&mut self, now: Moment, after: Duration) -> Duration {
        let again = self.drained.is_some_and(|last| now.since(last) < GOOD_AFTER);
        self.drained = Some(now);
        let wait = if again {
            self.lost(now)
        } else {
            self.end_connection(now);
            Duration::ZERO
        };
        wait.max(after.min(CAP_OLD))
    }

    /// The network has changed, so earlier failures say nothing about the next attempt.
    pub fn reset(&mut self) {
        self.failed = 0;
        self.outage = None;
        self.connected = None;
    }

    fn end_connection(&mut self, now: Moment) {
        if self.connected.take().is_some_and(|since| now.since(since) >= GOOD_AFTER) {
            self.reset();
        }
    }

    /// A random time from zero to `longest`, in whole milliseconds.
    fn jitter(&mut self, longest: Duration) -> Duration {
        let millis = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.random.random_range(0..=millis))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::at(Duration::from_secs(seconds))
    }

    /// The longest wait that any of many seeds gives after `failed` failures within one moment.
    fn longest(failed: u32, after_outage_of: u64) -> Duration {
        let waits = (0..2_000).map(|seed| {
            let mut backoff = Backoff::new(seed);
            for _ in 0..failed {
                backoff.lost(at(0));
            }
            backoff.lost(at(after_outage_of))
        });
        waits.max().unwrap()
    }

    #[test]
    fn waits_grow_from_half_a_second_to_ten_and_after_a_minute_to_thirty() {
        for (failed, outage, cap_ms) in
            [(0, 0, 500), (1, 1, 1_000), (3, 5, 4_000), (8, 59, 10_000), (8, 60, 30_000), (40, 9_000, 30_000)]
        {
            let longest = longest(failed, outage);
            assert!(longest <= Duration::from_millis(cap_ms), "{failed} {longest:?}");
            assert!(longest > Duration::from_millis(cap_ms * 9 / 10), "{failed} {longest:?}");
        }
    }

    #[test]
    fn a_connection_that_lived_a_minute_ends_the_outage_and_a_shorter_one_does_not() {
        for (lived, cap_ms) in [(60, 500), (59, 30_000)] {
            let longest = (0..2_000).map(|seed| {
                let mut backoff = Backoff::new(seed);
                for second in 0..100 {
                    backoff.lost(at(second));
                }
                backoff.connected(at(100));
                backoff.lost(at(100 + lived))
            });
            let longest = longest.max().unwrap();
            assert!(longest <= Duration::from_millis(cap_ms), "{longest:?}");
            assert!(longest > Duration::from_millis(cap_ms * 9 / 10), "{longest:?}");
        }
    }

    #[test]
    fn keeps_to_what_the_service_says_but_within_reason() {
        let mut backoff = Backoff::new(1);
        assert_eq!(backoff.told(at(1), Duration::from_millis(1_234)), Duration::from_millis(1_234));
        assert_eq!(backoff.told(at(1), Duration::from_secs(86_400)), CAP_OLD);
    }

    #[test]
    fn a_service_that_drains_without_end_is_waited_for_as_in_an_outage() {
        let mut backoff = Backoff::new(1);
        let mut now = Duration::ZERO;
        let mut attempts = 0;
        while now < Duration::from_secs(3_600) {
            attempts += 1;
            backoff.connected(Moment::at(now));
            now += backoff.told(Moment::at(now), Duration::ZERO).max(Duration::from_millis(1));
        }
        assert!((100..400).contains(&attempts), "{attempts} in an hour");
    }
}
