//! Linux: tray, toasts and do-not-disturb over the session bus, the display that the session names, and a timer that counts sleep.

mod bus;
mod display;
mod do_not_disturb;
mod journal;
mod programs;
#[cfg(test)]
mod test_bus;
mod timer;
mod toasts;
mod tray;

pub(crate) use bus::run as show;
pub(crate) use display::Display;
pub(crate) use journal::is_stderr_journal;
pub(crate) use programs::{PLAYERS, idle_helper, pass_activation};
pub(crate) use timer::timer;
