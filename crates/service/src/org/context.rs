//! The context that every part of the core gets: the time, the settings, timers, the store queue, and the effects of this turn.
//!
//! An organisation has two clocks. Spans and timers go by [`Moment`], which nobody sets; the wall clock is for what is shown and
//! stored. Unless somebody sets the wall clock, both run at the same rate, so that each can be computed from the other.

use super::counts::Counts;
use super::event::{ConnId, Effect, Frame};
use super::store_queue::{BUSY_RETRY_MS, Job, StoreQueue};
use super::timer::Timers;
use crate::clock::{CLOCK_SET, Now};
use crate::config::Config;
use crate::store::Organisation;
use crate::words;
use presence::{Moment, Role, UnixMillis};
use protocol::{Answer, Down, ErrorCode, IntentId, Policy};
use std::time::Duration;

/// The context of one organisation.
pub(crate) struct Context {
    pub(crate) config: Config,
    pub(crate) organisation: Organisation,
    /// Now, for spans.
    pub(crate) now: Moment,
    /// Now, for what is shown and stored.
    pub(crate) wall: UnixMillis,
    /// A moment, and the time that the wall clock, as it is set now, shows at that moment.
    base: (Moment, UnixMillis),
    pub(crate) timers: Timers,
    pub(crate) queue: StoreQueue,
    pub(crate) counts: Counts,
    /// Whether the service is going down.
    pub(crate) draining: bool,
    /// The effects of this turn, in order.
    pub(crate) effects: Vec<Effect>,
}

impl Context {
    /// A context at `now`; `wall` is the time that is shown and stored.
    pub(crate) fn new(config: Config, organisation: Organisation, now: Moment, wall: UnixMillis) -> Self {
        Self {
            config,
            organisation,
            now,
            wall,
            base: (now, wall),
            timers: Timers::default(),
            queue: StoreQueue::default(),
            counts: Counts::default(),
            draining: false,
            effects: Vec::new(),
        }
    }

    /// Takes in what the clocks show. If the wall clock was set, returns by how many milliseconds.
    pub(crate) fn tick(&mut self, now: Now) -> Option<i64> {
        self.now = now.moment;
        self.wall = self.unix(now.moment);
        let differs = now.unix.0.abs_diff(self.wall.0);
        if u128::from(differs) <= CLOCK_SET.as_millis() {
            return None;
        }
        let by_ms = i128::from(now.unix.0) - i128::from(self.wall.0);
        let by_ms = i64::try_from(by_ms).unwrap_or(0);
        tracing::warn!(target: "service", by_ms, "the machine's clock was set");
        self.base.1 = UnixMillis(self.base.1.0.saturating_add_signed(by_ms));
        self.wall = self.unix(self.now);
        Some(by_ms)
    }

    /// The time that the wall clock, as it is set now, shows at a moment.
    pub(crate) fn unix(&self, moment: Moment) -> UnixMillis {
        let (base, unix) = self.base;
        unix.plus(moment.since(base)).minus(base.since(moment))
    }

    /// The moment at which the wall clock, as it is set now, shows a time.
    pub(crate) fn moment(&self, time: UnixMillis) -> Moment {
        let (base, unix) = self.base;
        base.plus(time.since(unix)).minus(unix.since(time))
    }

    /// The rules that devices of this role are told.
    pub(crate) fn policy(&self, role: Role) -> Policy {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Policy {
            idle_after_ms: millis(self.idle_after()),
            beat_ms: millis(self.config.beat),
            grace_ms: millis(self.config.grace),
            invitation_ms: millis(self.config.invitation),
            file_bytes: self.file_bytes(),
            ring: self.config.ring,
            typing: self.organisation.typing,
            read_marks: self.organisation.read_marks,
            ticket_address: match role {
                Role::Technician => self.organisation.addresses.ticket.clone(),
                Role::Client => None,
            },
            portal_address: match role {
                Role::Technician => self.organisation.addresses.technician_portal.clone(),
                Role::Client => self.organisation.addresses.client_portal.clone(),
            },
        }
    }

    /// The idle threshold (P2).
    pub(crate) fn idle_after(&self) -> Duration {
        self.organisation.idle_after.unwrap_or(protocol::limits::IDLE_AFTER)
    }

    /// How long an abandoned chat or a callback stays open.
    pub(crate) fn complete_after(&self) -> Duration {
        self.organisation.complete_after.unwrap_or(protocol::limits::COMPLETE_AFTER)
    }

    /// How long completed chats are kept.
    pub(crate) fn keep_for(&self) -> Duration {
        self.organisation.keep_for.unwrap_or(protocol::limits::KEEP_FOR)
    }

    /// Largest file that may be sent in a chat, in bytes; 0: no files.
    pub(crate) fn file_bytes(&self) -> u64 {
        let quota = self.organisation.files_quota.unwrap_or(protocol::limits::FILES_QUOTA);
        if self.config.files_folder.is_some() { quota.min(chat::limits::FILE_BYTES) } else { 0 }
    }

    /// Sends a frame to one connection.
    pub(crate) fn send(&mut self, conn: ConnId, frame: impl Into<Frame>) {
        self.send_all(vec![conn], frame);
    }

    /// Sends a frame to all of these.
    pub(crate) fn send_all(&mut self, to: Vec<ConnId>, frame: impl Into<Frame>) {
        if !to.is_empty() && !self.draining {
            self.effects.push(Effect::Send(to, frame.into()));
        }
    }

    /// Answers an intent: done.
    pub(crate) fn ok(&mut self, conn: ConnId, re: IntentId) {
        self.send(conn, Down::Ok { re, answer: Answer::default() });
    }

    /// Answers an intent: refused.
    pub(crate) fn refuse(&mut self, conn: ConnId, re: IntentId, code: ErrorCode, message: &str) {
        self.send(conn, words::error(Some(re), code, message));
    }

    /// Answers an intent: not now, try again.
    pub(crate) fn busy(&mut self, conn: ConnId, re: IntentId) {
        let error = words::retry(Some(re), ErrorCode::Busy, words::BUSY, BUSY_RETRY_MS);
        self.send(conn, error);
    }

    /// Queues a job for the store. If the queue is full, tells the connection that asked, and returns `false`.
    pub(crate) fn enqueue(&mut self, job: Job) -> bool {
        if self.queue.is_full()
            && let Some((conn, re)) = job.requester()
        {
            self.busy(conn, re);
            return false;
        }
        self.queue.push(job);
        true
    }

    /// When to try again what the store refused.
    pub(crate) fn busy_over(&self) -> Moment {
        self.now.plus(Duration::from_millis(BUSY_RETRY_MS))
    }
}
