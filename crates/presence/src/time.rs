//! The two clocks, as separate types so that they cannot be mixed up.

use serde::{Deserialize, Deserializer, Serialize};
use std::time::Duration;

/// Milliseconds since the Unix epoch, stamped by the service. Only the service makes new ones; devices show them. A value read
/// from outside is at most [`UnixMillis::LAST`]: later moments have no date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct UnixMillis(#[cfg_attr(feature = "typescript", ts(type = "number"))] pub u64);

impl<'de> Deserialize<'de> for UnixMillis {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(u64::deserialize(from)?).min(Self::LAST))
    }
}

impl UnixMillis {
    /// The end of the year 9999.
    pub const LAST: Self = Self(253_402_300_799_999);

    /// The time `earlier` before this one; stops at the epoch.
    #[must_use]
    pub fn minus(self, earlier: Duration) -> Self {
        Self(self.0.saturating_sub(millis(earlier)))
    }

    /// The time `later` after this one.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        Self(self.0.saturating_add(millis(later)))
    }

    /// How long after `earlier` this is; zero if it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The same time on a clock that was set by this many milliseconds. The epoch, which means "never", stays what it is.
    #[must_use]
    pub fn shifted(self, by_ms: i64) -> Self {
        if self == Self(0) { self } else { Self(self.0.saturating_add_signed(by_ms)) }
    }
}

/// A moment on a device's own clock, which keeps running while the machine sleeps. Its zero has no meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Duration);

impl Moment {
    /// The moment `since_zero` after the clock's zero.
    #[must_use]
    pub const fn at(since_zero: Duration) -> Self {
        Self(since_zero)
    }

    /// The moment `earlier` before this one; stops at the clock's zero.
    #[must_use]
    pub fn minus(self, earlier: Duration) -> Self {
        Self(self.0.saturating_sub(earlier))
    }

    /// The moment `later` after this one.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later))
    }

    /// How long after `earlier` this is; zero if it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
