//! A clock that nobody sets and that goes on while the machine sleeps, for spans. `std::time::Instant` and tokio's timers stand
//! still meanwhile on Linux and macOS, so an absence of a night would look like one of seconds.
//!
//! One file for each kind of system. It keeps nothing and waits for nothing: those who use it look at it again.

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
