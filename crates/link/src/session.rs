//! What is said on the connection: intents and activity in, frames out, answers matched. Pure.
//!
//! - `hello` comes first; nothing else is said before `welcome`.
//! - An intent with an id is kept in order and repeated under the same id after each reconnect, until it is answered.
//! - Only one message of each chat is unanswered at a time, so that messages keep their order.
//! - Activity is state: `activity`, `beat` and `hello` carry the latest one; none is queued or repeated (P11).
//! - A connection on which nothing arrived for [`SILENCE`] is dead; so is one that has not sent its whole state within
//!   [`SYNCED_WITHIN`], even if other frames arrive.
//!
//! It outlives connections: [`Session::begin`] starts the next one. `intents` keeps the intents; this file keeps the order
//! of frames on a connection, and the activity. Knows no socket and reads no clock.

mod intents;

pub use intents::{Full, TRIES, TRY_AGAIN, UNANSWERED};

use crate::Target;
use intents::{Intents, millis};
use presence::{Activity, IdleReason, Moment};
use protocol::limits::SILENCE;
use protocol::{Down, Hello, IntentId, Up};
use std::collections::VecDeque;
use std::time::Duration;

/// How long a connection may take from its beginning to `synced`: a snapshot of the largest size over a bad line takes half
/// of it.
pub const SYNCED_WITHIN: Duration = Duration::from_secs(2 * 60);

/// Why a connection is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Nothing arrived for [`SILENCE`].
    Silent,
    /// It has not sent its state within [`SYNCED_WITHIN`].
    Unsynced,
}

/// A frame to write now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its text.
    pub text: String,
    /// For reports of activity: the text without the token (P13).
    pub report: Option<String>,
}

/// The result of a frame from the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// To be passed on.
    pub down: Option<Down>,
    /// How long the answer to an intent took.
    pub round_trip: Option<Duration>,
}

/// The conversation with the service, across connections.
#[derive(Debug, Default)]
pub struct Session {
    intents: Intents,
    /// Frames without an id; only for this connection.
    passing: VecDeque<Up>,
    activity: Option<Stated>,
    stage: Stage,
    /// How many connections this session has begun: the number in `hello`.
    attempts: u64,
    last_heard: Moment,
    /// The time by which this connection has to have sent its state, until it has.
    to_sync: Option<Moment>,
}

/// The activity and the time at which it was true, so that its age can grow.
#[derive(Clone, Copy, Debug)]
struct Stated {
    activity: Activity,
    at: Moment,
    /// A change that was not yet sent on this connection, with the intent's id.
    untold: Option<IntentId>,
    told: Option<(IntentId, Moment)>,
}

#[derive(Debug, Default)]
enum Stage {
    /// No connection.
    #[default]
    Down,
    /// Connected; `hello` has to be sent.
    Hello(Target),
    /// `hello` was sent.
    Greeted,
    /// `welcome` has arrived; a beat may have to be answered.
    Welcome { beat: bool },
}

impl Session {
    /// Takes an intent.
    ///
    /// # Errors
    /// [`Full`]: it was not accepted.
    pub fn send(&mut self, up: Up, now: Moment) -> Result<(), Full> {
        let Some(id) = up.intent() else {
            if let (Stage::Welcome { .. }, true) = (&self.stage, self.passing.len() < UNANSWERED) {
                self.passing.push_back(up);
            }
            return Ok(());
        };
        self.intents.take(id, up, now)
    }

    /// This is the activity from `now` on.
    pub fn state(&mut self, id: IntentId, activity: Activity, now: Moment) {
        let told = self.activity.and_then(|stated| stated.told);
        self.activity = Some(Stated { activity, at: now, untold: Some(id), told });
    }

    /// A connection is open: everything unanswered has to be sent again.
    pub fn begin(&mut self, target: Target, now: Moment) {
        self.end();
        self.attempts = self.attempts.saturating_add(1);
        self.stage = Stage::Hello(target);
        self.last_heard = now;
        self.to_sync = Some(now.plus(SYNCED_WITHIN));
    }

    /// The connection is gone.
    pub fn end(&mut self) {
        self.stage = Stage::Down;
        self.to_sync = None;
        self.passing.clear();
        self.intents.say_again();
        if let Some(stated) = &mut self.activity {
            stated.told = None;
        }
    }

    /// Forgets unanswered intents: they were for another sign-in, or nobody waits for them.
    pub fn forget(&mut self) {
        self.end();
        self.intents.clear();
    }

    /// Takes in a frame.
    pub fn hear(&mut self, down: Down, now: Moment) -> Heard {
        self.last_heard = now;
        match &down {
            Down::Welcome(_) => self.stage = Stage::Welcome { beat: false },
            // Before `welcome`, the service says nothing else.
            Down::Synced { .. } if matches!(self.stage, Stage::Welcome { .. }) => self.to_sync = None,
            Down::Beat => {
                if let Stage::Welcome { beat } = &mut self.stage {
                    *beat = true;
                }
            }
            Down::Ok { re, .. } => {
                let round_trip = self.answered(*re, now);
                return Heard { down: Some(down), round_trip };
            }
            Down::Error { re: Some(re), code, retry_after_ms, .. } => {
                if self.intents.tries_again(*re, *code, *retry_after_ms, now) {
                    return Heard::default();
                }
                let round_trip = self.answered(*re, now);
                return Heard { down: Some(down), round_trip };
            }
            Down::Error { re: None, .. }
            | Down::Synced { .. }
            | Down::You { .. }
            | Down::Policy { .. }
            | Down::Preference { .. }
            | Down::Session { .. }
            | Down::Mine { .. }
            | Down::Typing { .. }
            | Down::Desk { .. }
            | Down::Messages { .. }
            | Down::Notes { .. }
            | Down::People { .. }
            | Down::PersonGone { .. }
            | Down::Replies { .. }
            | Down::ReplyGone { .. }
            | Down::Devices { .. }
            | Down::Reconnect { .. } => {}
        }
        Heard { down: Some(down), round_trip: None }
    }

    /// Something arrived that is not one of our frames, such as a ping: the connection is alive.
    pub fn hear_sign_of_life(&mut self, now: Moment) {
        self.last_heard = now;
    }

    /// How many intents wait for an answer.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.intents.len()
    }

    /// The next frame to write at `now`; call until it returns `None`.
    pub fn next_frame(&mut self, now: Moment) -> Option<Frame> {
        match &mut self.stage {
            Stage::Down | Stage::Greeted => None,
            Stage::Hello(_) => {
                let Stage::Hello(target) = std::mem::replace(&mut self.stage, Stage::Greeted) else {
                    return None;
                };
                Some(self.hello(target, now))
            }
            Stage::Welcome { beat } => {
                if std::mem::take(beat) {
                    return Some(report(&Up::Beat { activity: self.told_now(now) }));
                }
                if let Some(id) = self.activity.as_mut().and_then(|stated| stated.untold.take()) {
                    let activity = self.told_now(now);
                    if let Some(stated) = &mut self.activity {
                        stated.told = Some((id, now));
                    }
                    return Some(report(&Up::Activity { id, activity }));
                }
                if let Some(up) = self.passing.pop_front() {
                    return Some(Frame { text: protocol::write(&up), report: None });
                }
                self.intents.next_due(now).map(|up| Frame { text: protocol::write(&up), report: None })
            }
        }
    }

    /// When [`Self::next_frame`] or [`Self::death`] has to be called again even if nothing happens.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        let silent = self.last_heard.plus(SILENCE);
        let dead = self.to_sync.map_or(silent, |until| until.min(silent));
        match self.stage {
            Stage::Down => None,
            Stage::Hello(_) | Stage::Greeted => Some(dead),
            Stage::Welcome { .. } => self.intents.next_try().into_iter().chain([dead]).min(),
        }
    }

    /// Why the connection is dead, if it is.
    #[must_use]
    pub fn death(&self, now: Moment) -> Option<Death> {
        if matches!(self.stage, Stage::Down) {
            None
        } else if now.since(self.last_heard) >= SILENCE {
            Some(Death::Silent)
        } else {
            self.to_sync.is_some_and(|until| until <= now).then_some(Death::Unsynced)
        }
    }

    fn hello(&mut self, target: Target, now: Moment) -> Frame {
        let mut hello = Hello {
            token: None,
            instance: target.instance,
            attempt: Some(self.attempts),
            app: target.app,
            can_ring: target.can_ring,
            activity: self.told_now(now),
        };
        if let Some(stated) = &mut self.activity {
            stated.untold = None;
        }
        let report = protocol::write(&Up::Hello(hello.clone()));
        hello.token = Some(target.token);
        Frame { text: protocol::write(&Up::Hello(hello)), report: Some(report) }
    }

    /// The activity as sent at `now`: a device is never assumed to be active (P11).
    fn told_now(&self, now: Moment) -> Activity {
        match self.activity {
            Some(Stated { activity: Activity::Idle { reason, idle_for_ms }, at, .. }) => {
                Activity::Idle { reason, idle_for_ms: idle_for_ms.saturating_add(millis(now.since(at))) }
            }
            Some(Stated { activity: Activity::Active, .. }) => Activity::Active,
            None => Activity::Idle { reason: IdleReason::Idle, idle_for_ms: 0 },
        }
    }

    fn answered(&mut self, id: IntentId, now: Moment) -> Option<Duration> {
        if let Some(Stated { told: Some((known, sent)), .. }) = self.activity
            && known == id
        {
            return Some(now.since(sent));
        }
        self.intents.answered(id, now)
    }
}

fn report(up: &Up) -> Frame {
    let text = protocol::write(up);
    Frame { report: Some(text.clone()), text }
}

#[cfg(test)]
mod tests;
