//! What waits to be written to one connection. The organisation's task puts in and never waits; the connection takes out.
//!
//! Frames are kept in order and never dropped. Changes of people are held back before they get here when the queue is long
//! (`org/people/watching.rs`), so that a slow reader costs little.

use crate::metrics::Counted;
use crate::org::ConnId;
use axum::extract::ws::Utf8Bytes;
use prometheus_client::metrics::gauge::Gauge;
use protocol::Close;
use std::collections::{HashMap, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A queue of this many frames is long: about a second of what one person is told on a busy day.
const LONG: usize = 64;
/// A queue of this many is short again.
const SHORT: usize = 16;
/// Bytes after which the reader is given up at once, whatever their number of frames: the snapshot of 10,000 people is a half of it.
pub const TOO_MANY_BYTES: usize = 8 * 1024 * 1024;

/// A frame's text: one for all connections that it goes to.
pub type Text = Utf8Bytes;

/// One connection's queue; both ends hold it.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue<Text>>,
    changed: Notify,
    /// Counted until the last who holds it lets go of it.
    _counted: Option<Counted>,
}

/// The queues of an organisation's connections: one for each that is connected and has not ended. Those that are left when this is
/// dropped are closed, so that their devices connect again.
#[derive(Default)]
pub struct Outboxes(HashMap<ConnId, Outbox>);

impl Outboxes {
    /// A connection that comes, with its queue.
    pub fn insert(&mut self, conn: ConnId, outbox: Outbox) {
        self.0.insert(conn, outbox);
    }

    /// Puts a frame into a connection's queue; `None` if it has none any more.
    pub fn push(&self, conn: ConnId, text: Text) -> Option<Pushed> {
        self.0.get(&conn).map(|outbox| outbox.push(text))
    }

    /// Closes a connection after what is in its queue, which belongs to the connection alone from now on.
    pub fn close(&mut self, conn: ConnId, why: Close) {
        if let Some(outbox) = self.0.remove(&conn) {
            outbox.close(why);
        }
    }

    /// A connection has ended: nothing is kept of it.
    pub fn ended(&mut self, conn: ConnId) {
        self.0.remove(&conn);
    }

    /// Whether a connection can be told anything.
    #[must_use]
    pub fn has(&self, conn: ConnId) -> bool {
        self.0.contains_key(&conn)
    }

    /// The connections that have a queue.
    pub fn conns(&self) -> impl Iterator<Item = ConnId> + '_ {
        self.0.keys().copied()
    }
}

impl Drop for Outboxes {
    fn drop(&mut self) {
        for outbox in self.0.values() {
            outbox.close(Close::GoingDown);
        }
    }
}

/// The queue itself, pure.
#[derive(Debug)]
pub struct Queue<T> {
    frames: VecDeque<T>,
    bytes: usize,
    long: bool,
    close: Option<Close>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { frames: VecDeque::new(), bytes: 0, long: false, close: None }
    }
}

/// What putting a frame in has made of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// Nothing to speak of.
    Fine,
    /// It has just become long.
    Long,
    /// It is beyond all measure; close the connection.
    TooMany,
}

/// What comes out.
#[derive(Debug)]
pub enum Next<T> {
    /// A frame; `short`: the queue has just become short again.
    Frame {
        /// Its text.
        text: T,
        /// Whether to say that there is room.
        short: bool,
    },
    /// All has been taken out, and the connection is to be closed.
    Close(Close),
}

impl<T: Deref<Target = str>> Queue<T> {
    /// Puts a frame in; after a close, nowhere.
    pub fn push(&mut self, text: T) -> Pushed {
        if self.close.is_some() {
            return Pushed::Fine;
        }
        self.bytes += text.len();
        self.frames.push_back(text);
        if self.bytes > TOO_MANY_BYTES {
            Pushed::TooMany
        } else if !self.long && self.frames.len() >= LONG {
            self.long = true;
            Pushed::Long
        } else {
            Pushed::Fine
        }
    }

    /// Closes after what is in it; a reader who is too slow is spared the rest.
    pub fn close(&mut self, why: Close) {
        self.close.get_or_insert(why);
        if why == Close::TooSlow {
            self.frames.clear();
            self.bytes = 0;
        }
    }

    /// Frames in it, and their bytes.
    #[must_use]
    pub fn depth(&self) -> (usize, usize) {
        (self.frames.len(), self.bytes)
    }

    /// The next thing to write, if there is one.
    pub fn take(&mut self) -> Option<Next<T>> {
        if let Some(text) = self.frames.pop_front() {
            self.bytes -= text.len();
            let short = self.long && self.frames.len() <= SHORT;
            if short {
                self.long = false;
            }
            return Some(Next::Frame { text, short });
        }
        // The queue of an ordinary connection is empty nearly always: it keeps no memory then.
        self.frames.shrink_to_fit();
        self.close.map(Next::Close)
    }
}

impl Outbox {
    /// An empty one that counts in this gauge.
    pub(crate) fn counted(gauge: &Gauge) -> Self {
        Self(Arc::new(Shared { _counted: Some(Counted::new(gauge)), ..Shared::default() }))
    }

    fn queue(&self) -> MutexGuard<'_, Queue<Text>> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a frame in; after a close, nowhere.
    pub fn push(&self, text: Text) -> Pushed {
        let pushed = self.queue().push(text);
        self.0.changed.notify_one();
        pushed
    }

    /// Closes after what is in it; a reader who is too slow is spared the rest.
    pub fn close(&self, why: Close) {
        self.queue().close(why);
        self.0.changed.notify_one();
    }

    /// The next thing to write, if there is one.
    #[must_use]
    pub fn take(&self) -> Option<Next<Text>> {
        self.queue().take()
    }

    /// The next thing to write; waits for it. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&self) -> Next<Text> {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.0.changed.notified().await;
        }
    }

    /// Frames and bytes in it; nothing while somebody uses it: whoever only looks makes nobody wait.
    #[must_use]
    pub fn depth(&self) -> Option<(usize, usize)> {
        self.0.queue.try_lock().ok().map(|queue| queue.depth())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_the_order_says_once_that_it_is_long_and_once_that_it_is_short_again() {
        let outbox = Outbox::default();
        let pushed: Vec<Pushed> = (0..LONG + 1).map(|n| outbox.push(n.to_string().into())).collect();
        assert_eq!(pushed.iter().filter(|each| **each == Pushed::Long).count(), 1);
        assert_eq!(pushed[LONG - 1], Pushed::Long);
        outbox.close(Close::GoingDown);
        let mut shorts = 0;
        for n in 0..=LONG {
            let Next::Frame { text, short } = outbox.next().await else { panic!("a frame") };
            assert_eq!(text.as_str(), n.to_string());
            shorts += usize::from(short);
        }
        assert_eq!(shorts, 1);
        assert!(matches!(outbox.next().await, Next::Close(Close::GoingDown)));
    }

    #[tokio::test]
    async fn nothing_is_kept_of_a_connection_that_has_ended_and_those_that_are_left_are_closed() {
        let gauge = Gauge::default();
        let mut outboxes = Outboxes::default();
        let [ended, closed, left] = [1, 2, 3].map(|number| {
            let (conn, outbox) = (ConnId(number), Outbox::counted(&gauge));
            outboxes.insert(conn, outbox.clone());
            outbox
        });
        assert_eq!(gauge.get(), 3);
        outboxes.ended(ConnId(1));
        outboxes.close(ConnId(2), Close::Replaced);
        assert!(!outboxes.has(ConnId(1)) && !outboxes.has(ConnId(2)) && outboxes.has(ConnId(3)));
        drop(ended);
        assert!(matches!(closed.next().await, Next::Close(Close::Replaced)));
        drop(closed);
        assert_eq!(gauge.get(), 1);
        drop(outboxes);
        assert!(matches!(left.next().await, Next::Close(Close::GoingDown)));
    }

    #[test]
    fn gives_a_reader_up_who_takes_nothing_of_megabytes() {
        let outbox = Outbox::default();
        let big = "x".repeat(protocol::limits::FRAME_BYTES);
        let frames = TOO_MANY_BYTES / big.len();
        assert!((0..frames).all(|_| outbox.push(big.as_str().into()) != Pushed::TooMany));
        assert_eq!(outbox.push(big.as_str().into()), Pushed::TooMany);
    }
}
