//! Input of the whole login session → facts for [`presence::device`] (P2 to P6, P12).
//!
//! [`watch`] finds a source on this machine ([`probe`]), lets it report when input ends and begins ([`source`]), adds what
//! the session says about lock and sleep ([`session`]) and sends all of it down one channel, in order, as [`Seen`]. Nothing
//! here knows what a fact means for presence, reads a clock on behalf of others, or learns which key was pressed (P13).
//! The receiver stamps each fact on arrival.

mod machine;
mod platform;
pub mod probe;
pub mod scripted;
mod seen;
pub mod session;
pub mod source;

pub use platform::{HelperError, SessionEnv, run_helper};
pub use seen::{Helper, Seen, Source, SourceKind};

use machine::Machine;

use source::{FactSender, Orders};
use std::future::Future;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// How many facts may wait to be read: there are a few an hour, so a reader this far behind has stopped.
const MAX_UNREAD_SEEN: usize = 64;

/// What the watch needs to start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The threshold until the service sends the organisation's (P2).
    pub idle_after: Duration,
    /// How to start the `device_query` helper; without it that source is left out.
    pub helper: Option<Helper>,
    /// Try only this source, and never one that cannot be right in this session.
    pub only: Option<SourceKind>,
}

/// A running watch; it ends when this is dropped.
#[derive(Debug)]
pub struct Watch {
    orders: watch::Sender<Orders>,
    releases: watch::Sender<u64>,
    tasks: JoinSet<()>,
}

/// Watches the input, the lock and the sleep of the session this process runs in.
///
/// # Panics
/// Outside a tokio runtime with time and IO.
#[must_use]
pub fn watch(setup: Setup) -> (Watch, mpsc::Receiver<Seen>) {
    watch_in(SessionEnv::read(), setup)
}

/// Watches the session that `env` describes.
///
/// # Panics
/// Outside a tokio runtime with time and IO.
#[must_use]
pub fn watch_in(env: SessionEnv, setup: Setup) -> (Watch, mpsc::Receiver<Seen>) {
    let (mut watch, facts, seen) = Watch::new(setup.idle_after);
    let orders = watch.orders.subscribe();
    let prober = Machine::new(env.clone(), setup.helper, setup.only);
    watch.spawn(&facts, probe::drive(prober, orders, facts.clone()));
    let session = session::run(env, watch.orders.clone(), watch.releases.subscribe(), facts.clone());
    watch.spawn(&facts, session);
    (watch, seen)
}

impl Watch {
    fn new(idle_after: Duration) -> (Self, FactSender, mpsc::Receiver<Seen>) {
        let (sender, seen) = mpsc::channel(MAX_UNREAD_SEEN);
        let orders = watch::Sender::new(Orders { idle_after, wakings: 0 });
        let watch = Self { orders, releases: watch::Sender::new(0), tasks: JoinSet::new() };
        (watch, FactSender::new(sender), seen)
    }

    /// Runs `work` until it ends, the watch is dropped, or nobody reads any more.
    fn spawn(&mut self, facts: &FactSender, work: impl Future<Output = ()> + Send + 'static) {
        let facts = facts.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = facts.unread() => {}
                () = work => {}
            }
        });
    }

    /// Sets the organisation's threshold (P2): the source uses it at once and reports again what it sees.
    pub fn set_idle_after(&self, idle_after: Duration) {
        self.orders.send_modify(|orders| orders.idle_after = idle_after);
    }

    /// Asks for [`presence::device::Fact::Active`] at the next input, even if the threshold has not run out: after waking
    /// up (P4). The watch does this by itself when the machine wakes.
    pub fn expect_input(&self) {
        self.orders.send_modify(Orders::expect_input);
    }

    /// The report before sleep was sent: the machine may sleep (P4).
    pub fn release_sleep(&self) {
        self.releases.send_modify(|count| *count += 1);
    }
}
