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

    /// Whether none may pass at `now`.
    pub(crate) fn is_empty(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.left < 1.0
    }

    fn fill(&mut self, now: Instant) {
        let refill = now.duration_since(self.at).as_secs_f64() * self.per_second;
        self.left = (self.left + refill).min(self.burst);
        self.at = now;
    }

    /// Lets one pass at `now`, or says after how long one will.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        self.fill(now);
        if self.left >= 1.0 {
            self.left -= 1.0;
            Ok(())
        } else {
            Err(Duration::from_secs_f64((1.0 - self.left) / self.per_second))
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
        assert!(bucket.is_empty(now));
        let wait = bucket.take(now).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        assert!(!bucket.is_empty(now + wait) && bucket.take(now + wait).is_ok());
        assert!(bucket.take(now + wait).is_err());
    }
}
