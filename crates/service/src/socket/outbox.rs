//! Frames that wait to be written to one connection. The organisation's task adds them and never waits; the connection takes them out.
//!
//! Frames are kept in order and never dropped. While the queue is long, changes of people are held back before they get here
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

/// A queue with this many frames is long: about what one person is sent within a second on a busy day.
const LONG: usize = 64;
/// A queue with this many frames is short again.
const SHORT: usize = 16;
/// Bytes in the queue at which the connection is closed at once, however many frames they are: the snapshot of 10,000 people is half of
/// this.
pub const TOO_MANY_BYTES: usize = 8 * 1024 * 1024;

/// A frame's text, shared by all connections that it goes to.
pub type Text = Utf8Bytes;

/// One connection's queue; both ends hold it.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue<Text>>,
    changed: Notify,
    /// Counted until the last holder drops it.
    _counted: Option<Counted>,
}

/// The queues of an organisation's connections, one for each that has not ended. Those that are left when this is dropped are closed, so
/// that their devices connect again.
#[derive(Default)]
pub struct Outboxes(HashMap<ConnId, Outbox>);

impl Outboxes {
    /// Adds a new connection with its queue.
    pub fn insert(&mut self, conn: ConnId, outbox: Outbox) {
        self.0.insert(conn, outbox);
    }

    /// Puts a frame into a connection's queue; `None` if it no longer has one.
    pub fn push(&self, conn: ConnId, text: Text) -> Option<Pushed> {
        self.0.get(&conn).map(|outbox| outbox.push(text))
    }

    /// Closes a connection after the frames in its queue. From now on, only the connection holds the queue.
    pub fn close(&mut self, conn: ConnId, why: Close) {
        if let Some(outbox) = self.0.remove(&conn) {
            outbox.close(why);
        }
    }

    /// A connection has ended: drops its queue.
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

/// What adding a frame has done to the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// Nothing that matters.
    Fine,
    /// It has just become long.
    Long,
    /// It is far too long: close the connection.
    TooMany,
}

/// The next thing to write.
#[derive(Debug)]
pub enum Next<T> {
    /// A frame; `short`: the queue has just become short again.
    Frame {
        /// Its text.
        text: T,
        /// Whether to report that there is room again.
        short: bool,
    },
    /// All frames have been taken out: close the connection.
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
        // The queue of an ordinary connection is nearly always empty: it keeps no memory then.
        self.frames.shrink_to_fit();
        self.close.map(Next::Close)
    }
}

impl Outbox {
    /// An empty queue that is counted in this gauge.
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

    /// Waits for the next thing to write. Nothing is lost if the future is dropped.
    pub(crate) async fn next(&self) -> Next<Text> {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.0.changed.notified().await;
        }
    }

    /// Frames and bytes in it; `None` while it is in use, so that measuring makes nobody wait.
    #[must_use]
    pub fn depth(&self) -> Option<(usize, usize)> {
        self.0.queue.try_lock().ok().map(|queue| queue.depth())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_the_order_and_reports_once_that_it_is_long_and_once_that_it_is_short_again() {
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
    async fn the_queue_of_an_ended_connection_is_dropped_and_those_left_are_closed() {
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
    fn closes_a_reader_that_leaves_megabytes_in_its_queue() {
        let outbox = Outbox::default();
        let big = "x".repeat(protocol::limits::FRAME_BYTES);
        let frames = TOO_MANY_BYTES / big.len();
        assert!((0..frames).all(|_| outbox.push(big.as_str().into()) != Pushed::TooMany));
        assert_eq!(outbox.push(big.as_str().into()), Pushed::TooMany);
    }
}
