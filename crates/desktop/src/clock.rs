//! The device's clocks. The only place that reads them.

use agent::agent::Now;
use presence::{Moment, UnixMillis};
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Goes on while the machine sleeps.
#[cfg(target_os = "linux")]
const AWAKE_OR_ASLEEP: ClockId = ClockId::Boottime;
/// Goes on while the machine sleeps.
#[cfg(not(target_os = "linux"))]
const AWAKE_OR_ASLEEP: ClockId = ClockId::Monotonic;

/// The time, as the agent wants it.
pub(crate) fn now() -> Now {
    let time = clock_gettime(AWAKE_OR_ASLEEP);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now {
        moment: Moment::at(Duration::new(seconds, nanos)),
        unix: UnixMillis(u64::try_from(unix.as_millis()).unwrap_or(u64::MAX)),
        utc_offset_s: utc_offset_s(),
    }
}

/// The local zone's offset now, in seconds east of UTC.
pub(crate) fn utc_offset_s() -> i32 {
    jiff::tz::TimeZone::system().to_offset(jiff::Timestamp::now()).seconds()
}
