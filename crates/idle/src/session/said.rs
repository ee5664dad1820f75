//! What programs of the desktop say about the session.

#![cfg_attr(
    not(any(test, target_os = "linux")),
    expect(dead_code, reason = "nobody says anything there yet")
)]

/// Who says whether the session is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Teller {
    /// logind's `LockedHint`.
    Logind,
    /// `org.freedesktop.ScreenSaver`.
    FreedesktopScreenSaver,
    /// `org.gnome.ScreenSaver`.
    GnomeScreenSaver,
}

/// What one of them said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Whether the session is locked.
    Locked(Teller, bool),
    /// The machine is about to sleep.
    Suspending,
    /// It woke.
    Resumed,
}
