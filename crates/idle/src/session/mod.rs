//! Lock and sleep of the login session (P4): what several programs say, joined into facts.
//!
//! logind and the desktops' screen savers each say whether the session is locked: it is while any of
//! them says so. Nobody is asked who is not running, and nothing here starts a service.

#![cfg_attr(
    not(any(test, target_os = "linux")),
    expect(dead_code, reason = "nobody says anything there yet")
)]

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod logind;
#[cfg(target_os = "linux")]
mod screensaver;

use crate::SessionEnv;
use crate::source::{Facts, Orders};
use presence::device::Fact;
use std::collections::BTreeSet;
use tokio::sync::{mpsc, watch};

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

/// Who says at present that the session is locked. Pure.
#[derive(Debug, Default)]
struct Locks {
    by: BTreeSet<Teller>,
}

impl Locks {
    /// Takes what one says; a fact only when it changes the whole.
    fn on(&mut self, teller: Teller, locked: bool) -> Option<Fact> {
        let was_locked = !self.by.is_empty();
        if locked {
            self.by.insert(teller);
        } else {
            self.by.remove(&teller);
        }
        match (was_locked, !self.by.is_empty()) {
            (false, true) => Some(Fact::Locked),
            (true, false) => Some(Fact::Unlocked),
            (true, true) | (false, false) => None,
        }
    }
}

/// How many statements may wait: they are a few a day, and taken up at once.
const MAX_UNHEARD: usize = 16;

/// Tells of lock and sleep, for ever.
#[cfg(target_os = "linux")]
pub(crate) async fn run(
    env: SessionEnv,
    orders: watch::Sender<Orders>,
    releases: watch::Receiver<u64>,
    facts: Facts,
) {
    let (say, said) = mpsc::channel(MAX_UNHEARD);
    let logind = logind::watch(env.clone(), say.clone(), releases);
    tokio::join!(logind, screensaver::watch(env, say), listen(said, orders, facts));
}

async fn listen(mut said: mpsc::Receiver<Said>, orders: watch::Sender<Orders>, facts: Facts) {
    let mut locks = Locks::default();
    while let Some(said) = said.recv().await {
        match said {
            Said::Locked(teller, locked) => {
                tracing::debug!(?teller, locked, "lock");
                if let Some(fact) = locks.on(teller, locked) {
                    facts.tell(fact).await;
                }
            }
            Said::Suspending => facts.tell(Fact::Suspending).await,
            Said::Resumed => {
                facts.tell(Fact::Resumed).await;
                orders.send_modify(Orders::expect_input);
            }
        }
    }
}

/// Other systems' ways come with their sources.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn run(
    _env: SessionEnv,
    _orders: watch::Sender<Orders>,
    _releases: watch::Receiver<u64>,
    _facts: Facts,
) {
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_locked_while_anyone_says_so() {
        let mut locks = Locks::default();
        assert_eq!(locks.on(Teller::Logind, false), None);
        assert_eq!(locks.on(Teller::GnomeScreenSaver, true), Some(Fact::Locked));
        assert_eq!(locks.on(Teller::Logind, true), None);
        assert_eq!(locks.on(Teller::GnomeScreenSaver, false), None);
        assert_eq!(locks.on(Teller::FreedesktopScreenSaver, false), None);
        assert_eq!(locks.on(Teller::Logind, true), None);
        assert_eq!(locks.on(Teller::Logind, false), Some(Fact::Unlocked));
        assert_eq!(locks.on(Teller::Logind, false), None);
    }
}
