//! Whether a tray shows the app, and when the window takes over the tray's duties because no tray does.

use super::contract::TrayIcon;
use presence::Moment;
use std::time::Duration;

/// How long a tray may take to come after login, and once more to draw the icon that it has taken, before the window takes over
/// its duties.
const TRAY_WITHIN: Duration = Duration::from_secs(10);

/// The wait for a tray.
#[derive(Debug)]
pub(super) struct TrayFallback {
    has_tray: bool,
    until: Option<Moment>,
    /// A tray has taken the icon since it was last drawn. A tray that takes it again and again gets no more time.
    was_taken: bool,
    /// The window has taken over.
    stood_in: bool,
    /// The tray did not come while the screen was locked, so its time begins again after unlocking.
    waits_for_unlock: bool,
}

impl TrayFallback {
    pub(super) fn new(now: Moment) -> Self {
        Self {
            has_tray: false,
            until: Some(now.plus(TRAY_WITHIN)),
            was_taken: false,
            stood_in: false,
            waits_for_unlock: false,
        }
    }

    /// Whether a tray shows the app.
    pub(super) fn has_tray(&self) -> bool {
        self.has_tray
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.until
    }

    pub(super) fn on_tray_icon(&mut self, icon: TrayIcon, now: Moment) {
        let until = now.plus(TRAY_WITHIN);
        self.has_tray = icon == TrayIcon::Drawn;
        match icon {
            TrayIcon::Drawn => {
                self.until = None;
                self.was_taken = false;
                self.stood_in = false;
                self.waits_for_unlock = false;
            }
            TrayIcon::Taken | TrayIcon::NoTray if self.stood_in => {}
            TrayIcon::Taken if !self.was_taken => {
                self.was_taken = true;
                self.until = Some(until);
            }
            TrayIcon::Taken | TrayIcon::NoTray => _ = self.until.get_or_insert(until),
        }
    }

    pub(super) fn on_unlocked(&mut self, now: Moment) {
        if std::mem::take(&mut self.waits_for_unlock) {
            self.until = Some(now.plus(TRAY_WITHIN));
        }
    }

    /// Returns whether the wait is over and the window takes over now. It does not while the screen is locked: a window over the lock screen
    /// would receive the password.
    pub(super) fn on_timeout(&mut self, now: Moment, is_locked: bool) -> bool {
        if self.until.take_if(|until| *until <= now).is_none() {
            return false;
        }
        if is_locked {
            self.waits_for_unlock = true;
        } else {
            self.stood_in = true;
        }
        !is_locked
    }
}
