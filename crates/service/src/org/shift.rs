//! The clock was set. All that the core measures in its run (silence, grace, absence, what is due) moves with it, so that a
//! machine whose clock jumps an hour neither drops everybody nor falls silent for an hour. What people are shown (since, until)
//! keeps to the clock on the wall; only nothing has been so since a time that is yet to come.

use super::Core;
use super::device::Link;
use super::ring::Ring;
use presence::UnixMillis;
use presence::user::Stamped;

/// A time as it is called after the clock was set by this much.
pub(super) fn shifted(time: UnixMillis, by_ms: i64) -> UnixMillis {
    UnixMillis(time.0.saturating_add_signed(by_ms))
}

impl Core {
    pub(super) fn clock_set(&mut self, by_ms: i64) {
        tracing::warn!(target: "service", by_ms, "the machine's clock was set");
        let shift = |time: &mut UnixMillis| *time = shifted(*time, by_ms);
        self.timers.shift(by_ms);
        self.people.shift(by_ms);
        self.unsaved.shift(by_ms);
        for member in self.members.values_mut() {
            if let Some(since) = &mut member.absent_since {
                shift(since);
            }
            for device in member.devices.values_mut() {
                shift(&mut device.last_frame);
                let (Stamped::Active { since } | Stamped::Idle { since, .. }) = &mut device.stamp;
                *since = (*since).min(self.now);
                // Zero says that it never was.
                if device.active_since != UnixMillis(0) {
                    shift(&mut device.active_since);
                }
                match &mut device.link {
                    Link::Grace(until) | Link::Reload(until) => shift(until),
                    Link::Connected(_) | Link::Gone => {}
                }
            }
        }
        for conn in self.conns.values_mut() {
            shift(&mut conn.last_frame);
            if let Some((since, _)) = &mut conn.behind {
                shift(since);
            }
        }
        for ring in self.rings.values_mut() {
            match ring {
                Ring::One { told, .. } => shift(told),
                Ring::All => {}
            }
        }
        // Preferences end by the wall's clock: their timers have moved away from it.
        let everybody: Vec<_> = self.members.keys().copied().collect();
        for person in everybody {
            self.watch_preference(person);
            self.refresh(person);
        }
    }
}
