//! How often toasts may sound, whatever the service says: a desktop that rings without pause is muted by its user, and then
//! the one request that matters is missed.
//!
//! Moments in, a verdict out.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// The time over which is counted.
const WITHIN: Duration = Duration::from_secs(10);
/// Sounds in that time: more than two requests and some messages make together (C3).
const SOUNDS: usize = 10;

/// When toasts sounded lately.
#[derive(Debug, Default)]
pub(crate) struct Sounds(VecDeque<Instant>);

impl Sounds {
    /// Whether one more may sound now; if so, it counts.
    pub(crate) fn may_sound(&mut self, now: Instant) -> bool {
        while self.0.front().is_some_and(|at| now.duration_since(*at) >= WITHIN) {
            self.0.pop_front();
        }
        let may = self.0.len() < SOUNDS;
        if may {
            self.0.push_back(now);
        }
        may
    }

    /// The one that was let through last has not sounded.
    pub(crate) fn take_back(&mut self) {
        self.0.pop_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_service_that_rings_without_pause_is_heard_once_a_second_on_average() {
        let mut sounds = Sounds::default();
        let mut heard = 0;
        for _ in 0..100_000 {
            heard += u32::from(sounds.may_sound(Instant::now()));
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(heard, 100);
        tokio::time::advance(WITHIN).await;
        assert!(sounds.may_sound(Instant::now()), "and heard again when it has calmed down");
    }
}
