//! The contract of the sources; the mechanisms of each system are in `platform`.
//!
//! *Event* sources are told of changes and cost nothing in between; *polled* ones ask when the threshold could run out, and
//! twice a second only while away. What a source is, is what passes the suite in `tests/it/suite.rs`.

mod orders;
pub(crate) mod polled;

pub use orders::Orders;

use crate::seen::{Seen, Source, SourceKind};
use futures_util::future::BoxFuture;
use presence::device::Fact;
use tokio::sync::{mpsc, watch};

/// A mechanism that sees the input of the whole login session (P3), and tells facts:
///
/// - First [`Fact::IdleFor`] the time since the last input, also when the threshold ran out long before; the same after
///   every change of the [`Orders`]. A source that cannot know says nothing until it does: on an X server that was started
///   after the source before was lost, and counts from its start, until the first input.
/// - [`Fact::IdleFor`] when the threshold runs out; its age leads to the last input within 0.5 s (P6).
/// - [`Fact::Active`] at the first input afterwards (P5), and at the first one after each waking (P4).
/// - Nothing in between: while input goes on, silence means that it does.
/// - [`IdleSource::run`] ends when there is nothing to see any more, and does not wait for an answer that may never come.
pub trait IdleSource: Send + 'static {
    /// Which one it is.
    fn kind(&self) -> SourceKind;

    /// Why it sees input: a clause for the user.
    fn why(&self) -> String;

    /// Tells facts until the source is lost.
    fn run(self: Box<Self>, orders: watch::Receiver<Orders>, facts: FactSender) -> BoxFuture<'static, Lost>;
}

/// The source has ended.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Lost {
    /// Why, for the user: a clause.
    pub why: String,
}

/// A source does not work here and now.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// Nothing can ever work in this session: looking again is of no use.
    #[error("{0}")]
    Never(String),
    /// Nothing on this display can work now: no other mechanism needs to be tried.
    #[error("{0}")]
    Session(String),
    /// This mechanism is missing.
    #[error("{0}")]
    Mechanism(String),
}

/// What an attempt ends with: a source and why it was taken.
pub(crate) type Attempt = Result<(Box<dyn IdleSource>, String), Unavailable>;

/// Hands facts to the reader of the watch.
#[derive(Clone, Debug)]
pub struct FactSender {
    seen: mpsc::Sender<Seen>,
}

impl FactSender {
    pub(crate) fn new(seen: mpsc::Sender<Seen>) -> Self {
        Self { seen }
    }

    /// Tells a fact. Without a reader it is lost, and the watch ends.
    pub async fn tell(&self, fact: Fact) {
        tracing::debug!(?fact, "seen");
        self.send(Seen::Fact(fact)).await;
    }

    /// Tells which source is in use.
    pub(crate) async fn tell_source(&self, source: Source) {
        tracing::info!(?source, "source of input");
        self.send(Seen::Source(source)).await;
    }

    /// Ends when nobody reads any more.
    pub(crate) async fn unread(&self) {
        self.seen.closed().await;
    }

    async fn send(&self, seen: Seen) {
        if self.seen.send(seen).await.is_err() {
            tracing::debug!("nobody reads what is seen");
        }
    }
}
