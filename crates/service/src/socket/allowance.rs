//! How much one connection may send: a burst, then so many frames a second. What is beyond is refused, and whoever goes on
//! all the same is given up. Pure: it is told what time it is.

use super::frame;
use crate::bucket::Bucket;
use crate::words;
use protocol::{Down, ErrorCode, IntentId, Up};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Frames beyond the limit, within [`REFUSED_WITHIN`], after which the connection is closed: three times what may come at once.
const REFUSED_MAX: usize = 150;
/// The time within which they are counted.
const REFUSED_WITHIN: Duration = Duration::from_secs(60);

/// What one connection may still send.
#[derive(Debug)]
pub struct Allowance {
    bucket: Bucket,
    refused: VecDeque<Instant>,
}

/// What a frame's text is.
#[derive(Debug)]
pub enum Read {
    /// A frame.
    Frame(Up),
    /// Nothing, for the reason that answers it.
    Refused(Box<Down>),
    /// One too many: close the connection.
    TooMany,
}

impl Allowance {
    /// So many at once, so many a second, from `now` on.
    #[must_use]
    pub fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        Self { bucket: Bucket::new(burst, per_second, now), refused: VecDeque::new() }
    }

    /// Reads a frame that came at `now`.
    pub fn read(&mut self, text: &str, now: Instant) -> Read {
        let read = frame::read(text);
        match self.bucket.take(now) {
            Ok(()) => match read {
                Ok(up) => Read::Frame(up),
                Err(error) => Read::Refused(error),
            },
            // Leaving is never refused.
            Err(_) if matches!(read, Ok(Up::Bye)) => Read::Frame(Up::Bye),
            Err(wait) => self.refuse(read.ok().and_then(|up| up.intent()), wait, now),
        }
    }

    /// Takes a ping that came at `now`; its answer costs as much as another's. `false`: one too many, close the connection.
    pub fn ping(&mut self, now: Instant) -> bool {
        match self.bucket.take(now) {
            Ok(()) => true,
            Err(wait) => !matches!(self.refuse(None, wait, now), Read::TooMany),
        }
    }

    fn refuse(&mut self, re: Option<IntentId>, wait: Duration, now: Instant) -> Read {
        while self.refused.front().is_some_and(|at| now.duration_since(*at) > REFUSED_WITHIN) {
            self.refused.pop_front();
        }
        if self.refused.len() >= REFUSED_MAX {
            return Read::TooMany;
        }
        self.refused.push_back(now);
        let after_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
        Read::Refused(Box::new(words::retry(re, ErrorCode::RateLimited, words::RATE_LIMITED, after_ms)))
    }
}

/// What a frame's text says, whatever is allowed; `None` if it is none of ours.
#[must_use]
pub fn parse(text: &str) -> Option<Up> {
    frame::read(text).ok()
}
