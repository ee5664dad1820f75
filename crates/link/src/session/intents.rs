//! Intents that the service has not answered yet, in order: they are sent again on each connection until they are answered (C8).
//!
//! Intents in, due intents out. It knows neither connections nor frames.

use presence::Moment;
use protocol::{ErrorCode, IntentId, PreferenceChange, Up};
use std::collections::VecDeque;
use std::time::Duration;
use uuid::Uuid;

/// Most intents that may wait for an answer: far more than a user needs during an outage.
pub const UNANSWERED: usize = 64;
/// How often a temporary refusal (`busy`, `rate_limited`) is tried again before it is passed on.
pub const TRIES: u32 = 5;
/// The wait before that if the service gives none.
pub const TRY_AGAIN: Duration = Duration::from_secs(1);

/// There are [`UNANSWERED`] intents already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// The unanswered intents.
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
    /// To be sent on this connection, but not before this time.
    Due(Moment),
    /// Sent on this connection.
    Sent(Moment),
}

impl Intents {
    /// Takes one.
    pub(super) fn take(&mut self, id: IntentId, up: Up, now: Moment) -> Result<(), Full> {
        if matches!(up, Up::Prefer { .. }) {
            // Of two settings only the later one counts; one that was already sent keeps its answer.
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

    /// The connection is gone: all of them have to be sent again on the next one.
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

    /// The next one to send at `now`.
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

    /// It was answered; returns how long that took, if it was sent on this connection.
    pub(super) fn answered(&mut self, id: IntentId, now: Moment) -> Option<Duration> {
        let index = self.0.iter().position(|each| each.id == id)?;
        match self.0.remove(index)?.progress {
            Progress::Sent(sent) => Some(now.since(sent)),
            Progress::Due(_) => None,
        }
    }

    /// Whether a refusal is temporary, so that the intent is sent again and the refusal is not passed on.
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
    /// The intent as it has to be sent at `now`: a setting is older by the time for which it was kept, and has that much
    /// less time left (P7).
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

/// A duration as written on the wire.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
