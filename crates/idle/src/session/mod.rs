//! Lock and sleep of the login session (P4): combines what several programs say into facts.
//!
//! logind and the desktops' screen savers each say whether the session is locked: it is while any of
//! them says so. Only running programs are asked: nothing here starts a service.

mod said;

pub(crate) use said::{Said, Teller};

use crate::platform::{self, SessionEnv};
use crate::source::{FactSender, Orders};
use presence::device::Fact;
use std::collections::BTreeSet;
use tokio::sync::{mpsc, watch};

/// Who says at present that the session is locked. Pure.
#[derive(Debug, Default)]
struct Locks {
    by: BTreeSet<Teller>,
}

impl Locks {
    /// Takes a statement of one program; returns a fact only if it changes the overall state.
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

/// How many statements may wait: there are a few a day, and they are read at once.
const MAX_UNHEARD: usize = 16;

/// Reports lock and sleep, for ever.
pub(crate) async fn run(
    env: SessionEnv,
    orders: watch::Sender<Orders>,
    releases: watch::Receiver<u64>,
    facts: FactSender,
) {
    let (say, said) = mpsc::channel(MAX_UNHEARD);
    tokio::join!(platform::watch_session(env, say, releases), listen(said, orders, facts));
}

async fn listen(mut said: mpsc::Receiver<Said>, orders: watch::Sender<Orders>, facts: FactSender) {
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
