//! The service's clock, as far as this device knows it: each `welcome` says its time, and beats correct it.

use super::contract::Now;
use presence::{Moment, UnixMillis};
use std::time::Duration;

/// How far the service's clock must be ahead of our estimate for a beat to correct it: less may be the network's delay.
const CLOCK_BEHIND: Duration = Duration::from_millis(500);

/// How far the difference between the two clocks may change before another one is shown: the clocks are never read at the same instant.
const SAME_CLOCK_MS: u64 = 1_000;

/// The service's clock.
#[derive(Debug)]
pub(super) struct ServiceClock {
    /// What it showed at a moment of ours.
    base: (Moment, UnixMillis),
    /// What it showed minus this machine's clock, when it was last set.
    ahead_ms: i64,
    /// What the last `welcome` said, and how many beats came since.
    welcome: (UnixMillis, u32),
}

impl ServiceClock {
    /// A clock that shows this machine's time until the service has told its own.
    pub(super) fn new(now: Now) -> Self {
        Self { base: (now.moment, now.unix), ahead_ms: 0, welcome: (now.unix, 0) }
    }

    /// What it shows at a moment.
    pub(super) fn time(&self, moment: Moment) -> UnixMillis {
        let (then, shown) = self.base;
        if moment >= then { shown.plus(moment.since(then)) } else { shown.minus(then.since(moment)) }
    }

    /// The moment at which it shows `time`.
    pub(super) fn moment_of(&self, time: UnixMillis) -> Moment {
        let (then, shown) = self.base;
        if time >= shown { then.plus(time.since(shown)) } else { then.minus(shown.since(time)) }
    }

    /// What it shows minus this machine's wall clock, in milliseconds.
    pub(super) fn ahead_ms(&self, now: Now) -> i64 {
        let ahead = ahead_ms(self.time(now.moment), now.unix);
        if ahead.abs_diff(self.ahead_ms) < SAME_CLOCK_MS { self.ahead_ms } else { ahead }
    }

    /// A `welcome` has come, with what the clock shows.
    pub(super) fn welcomed(&mut self, now: Now, service: UnixMillis) {
        self.set(now, service);
        self.welcome = (service, 0);
    }

    /// A beat has come. The first leaves the service one interval after the `welcome`, so it is at least that late there: a
    /// `welcome` that was delayed on its way said an older time.
    pub(super) fn beat(&mut self, now: Now, every: Duration) {
        self.welcome.1 = self.welcome.1.saturating_add(1);
        let least = self.welcome.0.plus(every.saturating_mul(self.welcome.1));
        if least.since(self.time(now.moment)) >= CLOCK_BEHIND {
            self.set(now, least);
        }
    }

    fn set(&mut self, now: Now, service: UnixMillis) {
        self.base = (now.moment, service);
        self.ahead_ms = ahead_ms(service, now.unix);
    }
}

fn ahead_ms(service: UnixMillis, here: UnixMillis) -> i64 {
    service.0.cast_signed().saturating_sub(here.0.cast_signed())
}
