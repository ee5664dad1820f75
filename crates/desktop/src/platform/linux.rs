//! Linux: the session bus with tray and toasts, the display, and a timer that counts sleep.

pub(crate) mod bus;
mod display;
#[cfg(test)]
mod test_bus;
mod timer;
mod toasts;
mod tray;

pub(crate) use display::Display;
pub(crate) use timer::Alarm;
