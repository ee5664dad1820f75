//! The contract of the sources; the mechanisms of each system are in `platform`.
//!
//! *Event* sources are told of changes and cost nothing in between; *polled* ones ask when the threshold could run out, and
//! twice a second only while the user is away. Every source passes the suite in `tests/it/suite.rs`.

mod orders;
pub(crate) mod polled;

pub use orders::Orders;

use crate::seen::{Seen, Source, SourceKind};
use futures_util::future::BoxFuture;
use presence::device::Fact;
use tokio::sync::{mpsc, watch};

/// A mechanism that sees the input of the whole login session (P3), and reports facts:
///
/// - First [`Fact::IdleFor`] with the time since the last input, even if the threshold ran out long before; the same after
///   every change of the [`Orders`]. A source that cannot know this reports nothing until it does. For instance, an X
///   server that was started after the previous source was lost counts from its own start, so the source waits for the
///   first input.
/// - [`Fact::IdleFor`] when the threshold runs out; its age gives the time of the last input within 0.5 s (P6).
/// - [`Fact::Active`] at the first input afterwards (P5), and at the first one after each waking (P4).
/// - Nothing in between: after `Active`, silence means that the user is still active.
/// - [`IdleSource::run`] ends when the source can see nothing any more, and does not wait for an answer that may never come.
pub trait IdleSource: Send + 'static {
    /// Its kind.
    fn kind(&self) -> SourceKind;

    /// Why it sees input: a clause for the user.
    fn why(&self) -> String;

    /// Reports facts until the source is lost.
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
    /// Nothing can ever work in this session, so looking again is useless.
    #[error("{0}")]
    Never(String),
    /// Nothing on this display can work now, so no other mechanism needs to be tried.
    #[error("{0}")]
    Session(String),
    /// This mechanism is missing.
    #[error("{0}")]
    Mechanism(String),
}

/// The result of an attempt: a source and why it was chosen.
pub(crate) type Attempt = Result<(Box<dyn IdleSource>, String), Unavailable>;

/// Sends facts to the reader of the watch.
#[derive(Clone, Debug)]
pub struct FactSender {
    seen: mpsc::Sender<Seen>,
}

impl FactSender {
    pub(crate) fn new(seen: mpsc::Sender<Seen>) -> Self {
        Self { seen }
    }

    /// Reports a fact. Without a reader it is lost, and the watch ends.
    pub async fn tell(&self, fact: Fact) {
        tracing::debug!(?fact, "seen");
        self.send(Seen::Fact(fact)).await;
    }

    /// Reports which source is in use.
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
