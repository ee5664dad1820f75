//! Linux, macOS and other Unix systems.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// `CLOCK_BOOTTIME` counts sleep; `CLOCK_MONOTONIC` does not (clock_gettime(2)).
#[cfg(target_os = "linux")]
const COUNTS_SLEEP: ClockId = ClockId::Boottime;
/// On macOS `CLOCK_MONOTONIC` counts sleep (clock_gettime(3)); `CLOCK_UPTIME_RAW` does not. Other systems have no clock
/// that certainly counts sleep: on them, sleep may be left out.
#[cfg(not(target_os = "linux"))]
const COUNTS_SLEEP: ClockId = ClockId::Monotonic;

/// Time since the clock's fixed starting point, such as the system's start; includes sleep.
#[must_use]
pub fn now() -> Duration {
    let time = clock_gettime(COUNTS_SLEEP);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
