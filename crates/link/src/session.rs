//! What is said on the connection, pure: intents and activity in, frames out, answers matched.
//!
//! - `hello` comes first; nothing else is said before `welcome`.
//! - An intent with an id is kept in order and repeated under the same id after each reconnect, until it is answered.
//! - Of the messages of one chat only one is unanswered at a time, so that their order is the writer's.
//! - Activity is state: the newest is what `activity`, `beat` and `hello` say; none is queued or repeated (P11).
//! - A connection on which nothing was heard for [`SILENCE`] is dead.
//!
//! It outlives connections: [`Session::begin`] starts the next one. Knows no socket and reads no clock.

use crate::Target;
use presence::{Activity, IdleReason, Moment};
use protocol::limits::SILENCE;
use protocol::{Down, ErrorCode, Hello, IntentId, PreferenceChange, Up};
use std::collections::VecDeque;
use std::time::Duration;
use uuid::Uuid;

/// Most intents that wait for an answer: far more than a user can want during an outage.
pub const UNANSWERED: usize = 64;
/// How often a refusal that may pass (`busy`, `rate_limited`) is tried again before it is passed on.
pub const TRIES: u32 = 5;
/// The wait before that where the service names none.
pub const TRY_AGAIN: Duration = Duration::from_secs(1);

/// A frame to write now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its text.
    pub text: String,
    /// For reports of activity: the text without the token (P13).
    pub report: Option<String>,
}

/// What came of a frame from the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// To be passed on.
    pub down: Option<Down>,
    /// How long the answer to an intent took.
    pub round_trip: Option<Duration>,
}

/// There are [`UNANSWERED`] intents already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// The conversation with the service, across connections.
#[derive(Debug, Default)]
pub struct Session {
    unanswered: VecDeque<Unanswered>,
    /// Frames without an id; only for this connection.
    passing: VecDeque<Up>,
    activity: Option<Stated>,
    stage: Stage,
    last_heard: Moment,
}

#[derive(Debug)]
struct Unanswered {
    id: IntentId,
    up: Up,
    given: Moment,
    tries: u32,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// To be sent on this connection, not before this moment.
    Due(Moment),
    /// Sent on this connection.
    Sent(Moment),
}

/// The activity with the moment at which it held, so that its age can grow.
#[derive(Clone, Copy, Debug)]
struct Stated {
    activity: Activity,
    at: Moment,
    /// A change that this connection has not been told, with the intent's id.
    untold: Option<IntentId>,
    told: Option<(IntentId, Moment)>,
}

#[derive(Debug, Default)]
enum Stage {
    /// No connection.
    #[default]
    Down,
    /// Connected, `hello` is to be said.
    Hello(Target),
    /// `hello` is said.
    Greeted,
    /// `welcome` came; a beat may have to be answered.
    Welcome { beat: bool },
}

impl Session {
    /// Takes an intent.
    ///
    /// # Errors
    /// [`Full`]: it was not taken.
    pub fn send(&mut self, up: Up, now: Moment) -> Result<(), Full> {
        let Some(id) = up.intent() else {
            if let (Stage::Welcome { .. }, true) = (&self.stage, self.passing.len() < UNANSWERED) {
                self.passing.push_back(up);
            }
            return Ok(());
        };
        if matches!(up, Up::Prefer { .. }) {
            // Of two settings only the later counts; one that is on its way keeps its answer.
            self.unanswered.retain(|known| {
                !matches!((&known.up, known.progress), (Up::Prefer { .. }, Progress::Due(_)))
            });
        }
        if self.unanswered.len() >= UNANSWERED {
            return Err(Full);
        }
        self.unanswered.push_back(Unanswered { id, up, given: now, tries: 0, progress: Progress::Due(now) });
        Ok(())
    }

    /// The activity is this from `now` on.
    pub fn state(&mut self, id: IntentId, activity: Activity, now: Moment) {
        let told = self.activity.and_then(|stated| stated.told);
        self.activity = Some(Stated { activity, at: now, untold: Some(id), told });
    }

    /// A connection is open: everything unanswered is to be said again.
    pub fn begin(&mut self, target: Target, now: Moment) {
        self.end();
        self.stage = Stage::Hello(target);
        self.last_heard = now;
    }

    /// The connection is gone.
    pub fn end(&mut self) {
        self.stage = Stage::Down;
        self.passing.clear();
        for each in &mut self.unanswered {
            if let Progress::Sent(at) = each.progress {
                each.progress = Progress::Due(at);
            }
        }
        if let Some(stated) = &mut self.activity {
            stated.told = None;
        }
    }

    /// Forgets what is unanswered: it was for another sign-in, or nobody waits for it.
    pub fn forget(&mut self) {
        self.end();
        self.unanswered.clear();
    }

    /// Takes in a frame.
    pub fn hear(&mut self, down: Down, now: Moment) -> Heard {
        self.last_heard = now;
        match &down {
            Down::Welcome(_) => self.stage = Stage::Welcome { beat: false },
            Down::Beat => {
                if let Stage::Welcome { beat } = &mut self.stage {
                    *beat = true;
                }
                return Heard::default();
            }
            Down::Ok { re, .. } => {
                let round_trip = self.answered(*re, now);
                return Heard { down: Some(down), round_trip };
            }
            Down::Error { re: Some(re), code, retry_after_ms, .. } => {
                if self.tries_again(*re, *code, *retry_after_ms, now) {
                    return Heard::default();
                }
                let round_trip = self.answered(*re, now);
                return Heard { down: Some(down), round_trip };
            }
            Down::Error { re: None, .. }
            | Down::Synced
            | Down::Policy { .. }
            | Down::Preference { .. }
            | Down::Session { .. }
            | Down::SessionGone { .. }
            | Down::Mine { .. }
            | Down::Desk { .. }
            | Down::Messages { .. }
            | Down::People { .. }
            | Down::Devices { .. }
            | Down::Reconnect { .. } => {}
        }
        Heard { down: Some(down), round_trip: None }
    }

    /// Something came that is no frame of ours, a ping: the connection lives.
    pub fn hear_sign_of_life(&mut self, now: Moment) {
        self.last_heard = now;
    }

    /// The next frame that is to be written at `now`; ask until there is none.
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
                self.next_due(now)
            }
        }
    }

    /// When [`Self::next_frame`] or [`Self::is_dead`] has to be asked again without anything having happened.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        let dead = match self.stage {
            Stage::Down => return None,
            Stage::Hello(_) | Stage::Greeted | Stage::Welcome { .. } => self.last_heard.plus(SILENCE),
        };
        let due = self.unanswered.iter().filter_map(|each| match each.progress {
            Progress::Due(at) if matches!(self.stage, Stage::Welcome { .. }) && each.tries > 0 => Some(at),
            Progress::Due(_) | Progress::Sent(_) => None,
        });
        due.chain([dead]).min()
    }

    /// Whether nothing was heard for too long.
    #[must_use]
    pub fn is_dead(&self, now: Moment) -> bool {
        !matches!(self.stage, Stage::Down) && now.since(self.last_heard) >= SILENCE
    }

    fn hello(&mut self, target: Target, now: Moment) -> Frame {
        let mut hello = Hello {
            token: None,
            instance: target.instance,
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

    fn next_due(&mut self, now: Moment) -> Option<Frame> {
        let mut chats: Vec<Uuid> = Vec::new();
        for each in &mut self.unanswered {
            if let Up::Message { session, .. } = &each.up {
                if chats.contains(&session.0) {
                    continue;
                }
                chats.push(session.0);
            }
            match each.progress {
                Progress::Due(at) if at <= now => {
                    each.progress = Progress::Sent(now);
                    return Some(Frame { text: protocol::write(&each.aged(now)), report: None });
                }
                Progress::Due(_) | Progress::Sent(_) => {}
            }
        }
        None
    }

    /// The activity as it is told at `now`: none is ever assumed active (P11).
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
        let index = self.unanswered.iter().position(|each| each.id == id)?;
        match self.unanswered.remove(index)?.progress {
            Progress::Sent(sent) => Some(now.since(sent)),
            Progress::Due(_) => None,
        }
    }

    fn tries_again(&mut self, id: IntentId, code: ErrorCode, after_ms: Option<u64>, now: Moment) -> bool {
        let Some(each) = self.unanswered.iter_mut().find(|each| each.id == id) else { return false };
        if !code.is_retryable() || each.tries >= TRIES {
            return false;
        }
        each.tries += 1;
        each.progress = Progress::Due(now.plus(after_ms.map_or(TRY_AGAIN, Duration::from_millis)));
        true
    }
}

impl Unanswered {
    /// As it is to be said at `now`: a setting is older by as long as it was kept, and has that much less to run (P7).
    fn aged(&self, now: Moment) -> Up {
        let Up::Prefer { id, preference, set_ago_ms } = &self.up else { return self.up.clone() };
        let kept_ms = millis(now.since(self.given));
        let preference = match *preference {
            PreferenceChange::Away { for_ms: Some(for_ms), until_back } => {
                PreferenceChange::Away { for_ms: Some(for_ms.saturating_sub(kept_ms)), until_back }
            }
            unchanged @ (PreferenceChange::Away { for_ms: None, .. } | PreferenceChange::Automatic) => {
                unchanged
            }
        };
        Up::Prefer { id: *id, preference, set_ago_ms: set_ago_ms.saturating_add(kept_ms) }
    }
}

fn report(up: &Up) -> Frame {
    let text = protocol::write(up);
    Frame { report: Some(text.clone()), text }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
