//! A token bucket: a burst at once, then a steady rate.

use std::time::Duration;
use tokio::time::Instant;

/// How much may still pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    burst: f64,
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Bucket {
    pub(crate) fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Self { burst, per_second: f64::from(per_second.max(1)), left: burst, at: now }
    }

    /// How long until one may pass; `None` if one may pass at `now`.
    pub(crate) fn wait(&mut self, now: Instant) -> Option<Duration> {
        self.fill(now);
        (self.left < 1.0).then(|| Duration::from_secs_f64((1.0 - self.left) / self.per_second))
    }

    fn fill(&mut self, now: Instant) {
        let refill = now.duration_since(self.at).as_secs_f64() * self.per_second;
        self.left = (self.left + refill).min(self.burst);
        self.at = now;
    }

    /// Reserves the next turn and returns how long it is from `now`. If that is longer than `most`, nothing is reserved.
    pub(crate) fn reserve(&mut self, now: Instant, most: Duration) -> Result<Duration, Duration> {
        self.fill(now);
        let wait = Duration::from_secs_f64((1.0 - self.left).max(0.0) / self.per_second);
        if wait > most {
            return Err(wait);
        }
        self.left -= 1.0;
        Ok(wait)
    }

    /// Gives back this many that were taken.
    pub(crate) fn give_back(&mut self, passed: u32) {
        self.left = (self.left + f64::from(passed)).min(self.burst);
    }

    /// Whether the full burst may pass at `now`.
    pub(crate) fn is_full(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.left >= self.burst
    }

    /// Takes one at `now`, or says how long until one may pass.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        match self.wait(now) {
            None => {
                self.left -= 1.0;
                Ok(())
            }
            Some(wait) => Err(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_a_burst_pass_and_then_a_steady_rate() {
        let now = Instant::now();
        let mut bucket = Bucket::new(3, 2, now);
        assert!((0..3).all(|_| bucket.take(now).is_ok()));
        let wait = bucket.take(now).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        assert_eq!(bucket.wait(now), Some(wait));
        assert!(bucket.wait(now + wait).is_none() && bucket.take(now + wait).is_ok());
        assert!(bucket.take(now + wait).is_err());
    }

    #[test]
    fn turns_are_reserved_one_after_the_other_up_to_a_limit() {
        let (now, most) = (Instant::now(), Duration::from_secs(1));
        let mut bucket = Bucket::new(2, 2, now);
        let waits: Vec<u128> = (0..4).map(|_| bucket.reserve(now, most).unwrap().as_millis()).collect();
        assert_eq!(waits, [0, 0, 500, 1_000]);
        assert_eq!(bucket.reserve(now, most).unwrap_err(), Duration::from_millis(1_500));
        bucket.give_back(3);
        assert_eq!(bucket.reserve(now, most), Ok(Duration::ZERO));
        assert!(!bucket.is_full(now) && bucket.is_full(now + most));
    }
}
