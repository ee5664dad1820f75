//! What waits to be written to one connection. The organisation's task puts in and never waits; the connection takes out.
//!
//! Frames are kept in order and never dropped. Changes of people are held back before they get here when the queue is long
//! (`org/people.rs`), so that a slow reader costs little.

use axum::extract::ws::Utf8Bytes;
use protocol::Close;
use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A queue of this many frames is long: about a second of what one person is told on a busy day.
const LONG: usize = 64;
/// A queue of this many is short again.
const SHORT: usize = 16;
/// Bytes after which the reader is given up at once, whatever their number of frames: the snapshot of 10,000 people is a half of it.
pub const TOO_MANY_BYTES: usize = 8 * 1024 * 1024;

/// One connection's queue; both ends hold it.
#[derive(Clone, Default)]
pub(crate) struct Outbox(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue<Utf8Bytes>>,
    changed: Notify,
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
    fn queue(&self) -> MutexGuard<'_, Queue<Utf8Bytes>> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, text: Utf8Bytes) -> Pushed {
        let pushed = self.queue().push(text);
        self.0.changed.notify_one();
        pushed
    }

    /// Closes after what is in it; a reader who is too slow is spared the rest.
    pub(crate) fn close(&self, why: Close) {
        self.queue().close(why);
        self.0.changed.notify_one();
    }

    /// The next thing to write; waits for it. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&self) -> Next<Utf8Bytes> {
        loop {
            let next = self.queue().take();
            if let Some(next) = next {
                return next;
            }
            self.0.changed.notified().await;
        }
    }

    /// Frames and bytes in it; nothing while somebody uses it: whoever only looks makes nobody wait.
    pub(crate) fn depth(&self) -> Option<(usize, usize)> {
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

    #[test]
    fn gives_a_reader_up_who_takes_nothing_of_megabytes() {
        let outbox = Outbox::default();
        let big = "x".repeat(protocol::limits::FRAME_BYTES);
        let frames = TOO_MANY_BYTES / big.len();
        assert!((0..frames).all(|_| outbox.push(big.as_str().into()) != Pushed::TooMany));
        assert_eq!(outbox.push(big.as_str().into()), Pushed::TooMany);
    }
}
