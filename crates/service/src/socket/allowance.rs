//! How much one connection may send: a burst, then a steady rate of frames. Frames beyond the limit are refused, and a connection that
//! keeps sending too many is closed. Pure: it is told what time it is.

use super::frame;
use crate::bucket::Bucket;
use crate::words;
use protocol::{Down, ErrorCode, IntentId, Up};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Most refused frames within [`REFUSED_WITHIN`] before the connection is closed: three times what may come at once.
const REFUSED_MAX: usize = 150;
/// The time over which refused frames are counted.
const REFUSED_WITHIN: Duration = Duration::from_secs(60);

/// What one connection may still send.
#[derive(Debug)]
pub struct Allowance {
    bucket: Bucket,
    refused: VecDeque<Instant>,
}

/// The result of reading a frame's text.
#[derive(Debug)]
pub enum Read {
    /// A frame.
    Frame(Up),
    /// The frame is refused with this answer.
    Refused(Box<Down>),
    /// Too many were refused: close the connection.
    TooMany,
}

impl Allowance {
    /// Allows this many frames at once and this many per second, from `now` on.
    #[must_use]
    pub fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        Self { bucket: Bucket::new(burst, per_second, now), refused: VecDeque::new() }
    }

    /// Reads a frame that arrived at `now`.
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

    /// Takes a ping that arrived at `now`; answering it costs as much as answering a frame. `false`: too many, close the connection.
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

/// Reads a frame's text without regard to limits; `None` if it is not a frame of the protocol.
#[must_use]
pub fn parse(text: &str) -> Option<Up> {
    frame::read(text).ok()
}
