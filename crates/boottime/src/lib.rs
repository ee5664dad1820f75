//! A clock for durations that nobody can set and that keeps running while the machine sleeps. On Linux and macOS,
//! `std::time::Instant` and tokio's timers stop during sleep, so a night's absence would look like a few seconds.
//!
//! One file for each kind of system. It stores nothing and waits for nothing: callers read it again.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::now;
#[cfg(windows)]
pub use windows::now;

#[cfg(test)]
mod tests {
    use super::now;
    use std::time::Duration;

    #[test]
    fn it_never_goes_back() {
        let mut last = now();
        for _ in 0..1_000 {
            let next = now();
            assert!(next >= last, "{next:?} after {last:?}");
            last = next;
        }
        assert!(last > Duration::ZERO);
    }

    /// `/proc/uptime` counts sleep.
    #[cfg(target_os = "linux")]
    #[test]
    fn it_shows_how_long_the_machine_has_been_up_asleep_or_awake() {
        let before = now();
        let text = std::fs::read_to_string("/proc/uptime").unwrap();
        let after = now();
        let uptime = Duration::from_secs_f64(text.split(' ').next().unwrap().parse().unwrap());
        // It is written in hundredths of a second.
        let slack = Duration::from_millis(10);
        assert!(before <= uptime + slack && uptime <= after + slack, "{before:?} {uptime:?} {after:?}");
    }
}
