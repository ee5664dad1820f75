//! A timer of Linux by the clock that goes on while the machine sleeps: what comes due in sleep is told on waking.

use link::Timer;
use presence::Moment;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use std::io;
use std::os::fd::AsFd;
use std::task::{Context, Poll, ready};
use tokio::net::unix::pipe::Receiver;

/// A timer that counts sleep; `None` if the system gives no more.
pub(crate) fn timer() -> Option<Box<dyn Timer>> {
    match Alarm::new() {
        Ok(alarm) => Some(Box::new(alarm)),
        Err(error) => {
            tracing::warn!(%error, "no timer that counts sleep, so the clock is looked at");
            None
        }
    }
}

/// What is read of a timer: how often it was due, as a number of 64 bits.
const EXPIRATIONS_BYTES: usize = 8;

/// The timer and what it is set to.
struct Alarm {
    /// Timers of Linux are descriptors that can be read once they are due, as a pipe can once something was written; the
    /// runtime waits for both in the same way.
    timer: Receiver,
    set_to: Option<Moment>,
}

impl Alarm {
    /// A timer that is not set.
    ///
    /// # Errors
    /// When the system gives no more descriptors.
    fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = Receiver::from_owned_fd_unchecked(timerfd_create(TimerfdClockId::Boottime, flags)?)?;
        Ok(Self { timer, set_to: None })
    }

    fn set(&mut self, until: Moment) -> io::Result<()> {
        let since_zero = until.since(Moment::default());
        let value = Timespec {
            tv_sec: i64::try_from(since_zero.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: since_zero.subsec_nanos().into(),
        };
        let never_again = Timespec { tv_sec: 0, tv_nsec: 0 };
        let setting = Itimerspec { it_interval: never_again, it_value: value };
        timerfd_settime(self.timer.as_fd(), TimerfdTimerFlags::ABSTIME, &setting)?;
        self.set_to = Some(until);
        Ok(())
    }
}

impl Timer for Alarm {
    fn poll_until(&mut self, until: Moment, context: &mut Context<'_>) -> Poll<()> {
        while Moment::at(boottime::now()) < until {
            if self.set_to != Some(until)
                && let Err(error) = self.set(until)
            {
                // Neither the descriptor nor the time can be wrong; a wait that never ended would be worse than one cut short.
                tracing::error!(%error, "a timer cannot be set");
                return Poll::Ready(());
            }
            if ready!(self.timer.poll_read_ready(context)).is_err() {
                return Poll::Ready(());
            }
            // Nothing can be read if what was due is what it was set to before: then the runtime waits again.
            if self.timer.try_read(&mut [0; EXPIRATIONS_BYTES]).is_ok() {
                self.set_to = None;
            }
        }
        Poll::Ready(())
    }
}
