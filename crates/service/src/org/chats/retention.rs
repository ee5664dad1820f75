//! Deletes completed chats after the time for which the organisation keeps them (C8), a few rows at a time. The stored times are compared
//! with the wall clock, and nothing brings a chat back: after the start, and after the clock was set, it waits, so that a wrong clock can be
//! set right before anything is deleted.

use crate::org::context::Context;
use crate::org::store_queue::Job;
use crate::org::store_request::StoreRequest;
use crate::org::timer::Timer;
use presence::Moment;
use std::time::Duration;

/// Time between two steps while more is left: others get their turn.
const NEXT_STEP: Duration = Duration::from_secs(1);

/// Where deleting stands.
#[derive(Debug, Default)]
pub(crate) struct Retention {
    not_before: Moment,
    is_deleting: bool,
}

impl Retention {
    /// The clock may be wrong: nothing is deleted for a while.
    pub(crate) fn distrust_clock(&mut self, cx: &mut Context) {
        self.not_before = cx.now.plus(cx.config.clock_settles);
        cx.timers.set(self.not_before, Timer::Retention);
    }

    /// Something may be due.
    pub(crate) fn due(&mut self, cx: &mut Context) {
        // The timer for that time is set.
        if self.is_deleting || cx.now < self.not_before {
            return;
        }
        self.is_deleting = true;
        cx.enqueue(Job::DeleteEnded);
    }

    /// The next step of the store.
    pub(crate) fn step(cx: &Context) -> StoreRequest {
        StoreRequest::DeleteEnded(cx.wall.minus(cx.keep_for()), cx.config.retention_rows)
    }

    /// A step was done.
    pub(crate) fn deleted(&mut self, cx: &mut Context, more: bool) {
        self.is_deleting = false;
        let next = if more { NEXT_STEP } else { cx.config.retention_every };
        cx.timers.set(cx.now.plus(next), Timer::Retention);
    }
}
