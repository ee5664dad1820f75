//! What systemd is told, if it started the service: over the socket that `NOTIFY_SOCKET` names. Without one, nothing is told.

use sd_notify::NotifyState;
use std::time::Duration;

/// The service accepts connections.
pub(crate) fn tell_ready() {
    tell(&NotifyState::Ready);
}

/// The service works.
pub(crate) fn tell_alive() {
    tell(&NotifyState::Watchdog);
}

/// The service ends, in good order.
pub(crate) fn tell_stopping() {
    tell(&NotifyState::Stopping);
}

/// Within which time [`tell_alive`] is to be called, again and again; `None`: nobody waits for it.
pub(crate) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().filter(|within| !within.is_zero())
}

fn tell(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(target: "service", %error, "could not tell systemd {state}; it may end the service");
    }
}
