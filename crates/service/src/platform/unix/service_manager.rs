//! Notifies systemd, if it started the service, over the socket that `NOTIFY_SOCKET` names. Without one, it does nothing.

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

/// The service is ending in good order.
pub(crate) fn tell_stopping() {
    tell(&NotifyState::Stopping);
}

/// How often [`tell_alive`] has to be called; `None`: nobody waits for it.
pub(crate) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().filter(|within| !within.is_zero())
}

fn tell(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(target: "service", %error, "could not tell systemd {state}; it may end the service");
    }
}
