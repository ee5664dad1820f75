//! A token bucket: so many at once, so many a second.

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

    /// After how long one may pass, if none may at `now`.
    pub(crate) fn wait(&mut self, now: Instant) -> Option<Duration> {
        self.fill(now);
        (self.left < 1.0).then(|| Duration::from_secs_f64((1.0 - self.left) / self.per_second))
    }

    fn fill(&mut self, now: Instant) {
        let refill = now.duration_since(self.at).as_secs_f64() * self.per_second;
        self.left = (self.left + refill).min(self.burst);
        self.at = now;
    }

    /// Lets one pass at its turn: after how long that is, from `now` on. Where it would be longer than `most`, none is let pass.
    pub(crate) fn reserve(&mut self, now: Instant, most: Duration) -> Result<Duration, Duration> {
        self.fill(now);
        let wait = Duration::from_secs_f64((1.0 - self.left).max(0.0) / self.per_second);
        if wait > most {
            return Err(wait);
        }
        self.left -= 1.0;
        Ok(wait)
    }

    /// Takes back so many of those that were let pass.
    pub(crate) fn give_back(&mut self, passed: u32) {
        self.left = (self.left + f64::from(passed)).min(self.burst);
    }

    /// Whether as many may pass at once at `now` as ever.
    pub(crate) fn is_full(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.left >= self.burst
    }

    /// Lets one pass at `now`, or says after how long one will.
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
    fn lets_a_burst_pass_and_then_so_many_a_second() {
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
    fn those_who_wait_their_turn_get_it_one_after_the_other_and_not_too_many_wait() {
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
