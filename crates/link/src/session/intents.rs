//! Intents that the service has not answered yet, in their order: said again on each connection, until they are (C8).
//!
//! Intents in, what is due out. It knows neither connections nor frames.

use presence::Moment;
use protocol::{ErrorCode, IntentId, PreferenceChange, Up};
use std::collections::VecDeque;
use std::time::Duration;
use uuid::Uuid;

/// Most intents that wait for an answer: far more than a user can want during an outage.
pub const UNANSWERED: usize = 64;
/// How often a refusal that may pass (`busy`, `rate_limited`) is tried again before it is passed on.
pub const TRIES: u32 = 5;
/// The wait before that where the service names none.
pub const TRY_AGAIN: Duration = Duration::from_secs(1);

/// There are [`UNANSWERED`] intents already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What is unanswered.
#[derive(Debug, Default)]
pub(super) struct Intents(VecDeque<Unanswered>);

/// One intent.
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

impl Intents {
    /// Takes one.
    pub(super) fn take(&mut self, id: IntentId, up: Up, now: Moment) -> Result<(), Full> {
        if matches!(up, Up::Prefer { .. }) {
            // Of two settings only the later counts; one that is on its way keeps its answer.
            self.0.retain(|known| {
                !matches!((&known.up, known.progress), (Up::Prefer { .. }, Progress::Due(_)))
            });
        }
        if self.0.len() >= UNANSWERED {
            return Err(Full);
        }
        self.0.push_back(Unanswered { id, up, given: now, tries: 0, progress: Progress::Due(now) });
        Ok(())
    }

    /// The connection is gone: all are to be said again on the next one.
    pub(super) fn say_again(&mut self) {
        for each in &mut self.0 {
            if let Progress::Sent(at) = each.progress {
                each.progress = Progress::Due(at);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Nobody waits for an answer any more.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// When one that was refused is tried again.
    pub(super) fn next_try(&self) -> Option<Moment> {
        let tries = self.0.iter().filter_map(|each| match each.progress {
            Progress::Due(at) if each.tries > 0 => Some(at),
            Progress::Due(_) | Progress::Sent(_) => None,
        });
        tries.min()
    }

    /// The next one that is to be said at `now`.
    pub(super) fn next_due(&mut self, now: Moment) -> Option<Up> {
        let mut chats: Vec<Uuid> = Vec::new();
        for each in &mut self.0 {
            if let Up::Message { session, .. } = &each.up {
                if chats.contains(&session.0) {
                    continue;
                }
                chats.push(session.0);
            }
            match each.progress {
                Progress::Due(at) if at <= now => {
                    each.progress = Progress::Sent(now);
                    return Some(each.aged(now));
                }
                Progress::Due(_) | Progress::Sent(_) => {}
            }
        }
        None
    }

    /// It is answered: how long that took, if it was said on this connection.
    pub(super) fn answered(&mut self, id: IntentId, now: Moment) -> Option<Duration> {
        let index = self.0.iter().position(|each| each.id == id)?;
        match self.0.remove(index)?.progress {
            Progress::Sent(sent) => Some(now.since(sent)),
            Progress::Due(_) => None,
        }
    }

    /// Whether a refusal may pass, so that it is not passed on: the intent is said again.
    pub(super) fn tries_again(
        &mut self,
        id: IntentId,
        code: ErrorCode,
        after_ms: Option<u64>,
        now: Moment,
    ) -> bool {
        let Some(each) = self.0.iter_mut().find(|each| each.id == id) else { return false };
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

/// A duration as it stands on the wire.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
