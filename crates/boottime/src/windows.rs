//! Windows.
#![expect(unsafe_code, reason = "the system's clock is a function of the system")]

use std::time::Duration;
use windows_sys::Win32::System::WindowsProgramming::QueryInterruptTimePrecise;

/// Units of the interrupt time in a second: 100 ns each.
const UNITS_PER_SECOND: u64 = 10_000_000;
/// Nanoseconds of one.
const UNIT_NANOS: u32 = 100;

/// Time since the system was started, including sleep and hibernation, which the *unbiased* interrupt time leaves out.
#[must_use]
pub fn now() -> Duration {
    let mut units = 0;
    // SAFETY: it writes one number to the given address, and the number outlives the call.
    unsafe { QueryInterruptTimePrecise(&raw mut units) };
    let below_a_second = u32::try_from(units % UNITS_PER_SECOND).unwrap_or_default();
    Duration::new(units / UNITS_PER_SECOND, below_a_second * UNIT_NANOS)
}
