//! The device's clocks. The only place that reads them.

use crate::platform;
use agent::agent::Now;
use link::{Clock, Timer};
use presence::{Moment, UnixMillis};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, Sleep, sleep};

/// The time, as the agent wants it.
pub(crate) fn now() -> Now {
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now {
        moment: moment(),
        unix: UnixMillis(u64::try_from(unix.as_millis()).unwrap_or(u64::MAX)),
        utc_offset_s: utc_offset_s(),
    }
}

/// The local zone's offset now, in seconds east of UTC.
pub(crate) fn utc_offset_s() -> i32 {
    jiff::tz::TimeZone::system().to_offset(jiff::Timestamp::now()).seconds()
}

fn moment() -> Moment {
    Moment::at(boottime::now())
}

/// The clock of [`now`] with its timers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        moment()
    }

    fn timer(&self) -> Box<dyn Timer> {
        platform::timer().unwrap_or_else(|| Box::new(Looks(Box::pin(sleep(Duration::ZERO)))))
    }
}

/// How often the clock is looked at where no timer counts sleep: so late at most is what came due in sleep.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// A timer by tokio's, which stands still while the machine sleeps, so it looks at the clock in between.
struct Looks(Pin<Box<Sleep>>);

impl Timer for Looks {
    fn poll_until(&mut self, until: Moment, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let left = until.since(moment());
            if left.is_zero() {
                return Poll::Ready(());
            }
            self.0.as_mut().reset(Instant::now() + left.min(LOOK_EVERY));
            std::task::ready!(self.0.as_mut().poll(context));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    /// Longer than any of this takes on a loaded machine.
    const DEADLINE: Duration = Duration::from_secs(30);

    async fn waits_for_its_moments(mut timer: Box<dyn Timer>) {
        let waits = async {
            for (first, then) in [(50, 50), (60_000, 20), (0, 30)] {
                // Only the alarm that was set last counts.
                let _early = futures_util::poll!(poll_fn(|context| {
                    timer.poll_until(moment().plus(Duration::from_millis(first)), context)
                }));
                let until = moment().plus(Duration::from_millis(then));
                poll_fn(|context| timer.poll_until(until, context)).await;
                assert!(moment() >= until, "not before its time");
            }
        };
        tokio::time::timeout(DEADLINE, waits).await.expect("each wait ends");
    }

    #[tokio::test]
    async fn timers_wait_for_their_moment_and_no_longer() {
        waits_for_its_moments(SystemClock.timer()).await;
        waits_for_its_moments(Box::new(Looks(Box::pin(sleep(Duration::ZERO))))).await;
    }
}
