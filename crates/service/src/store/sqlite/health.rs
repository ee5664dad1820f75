//! Says what is wrong with the database when it goes wrong, and that it is over when it is: once each, not with every step.

use super::StoreError;
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often is said again what goes on to be wrong.
const SAY_EVERY: Duration = Duration::from_secs(10 * 60);

/// How long nothing may have gone wrong before it counts as over: on a full disk a small step still finds room now and then,
/// and what could not be saved is tried again each second.
const CALM_FOR: Duration = Duration::from_secs(2);

/// What was said last of one connection to the database.
#[derive(Default)]
pub(super) struct Health(Mutex<Option<Said>>);

struct Said {
    what: Discriminant<StoreError>,
    passes: bool,
    at: Instant,
    failed: Instant,
}

/// What is worth a line in the log.
#[derive(Debug, PartialEq, Eq)]
enum News {
    Nothing,
    Wrong,
    Over,
}

impl Health {
    /// Takes in how a step went.
    pub(super) fn note(&self, error: Option<&StoreError>) {
        match self.news(error, Instant::now()) {
            News::Nothing => {}
            News::Over => tracing::info!(target: "service", "the database can be used again"),
            News::Wrong => match error {
                None => {}
                Some(busy @ StoreError::Busy) => {
                    tracing::warn!(target: "service", "{busy}. {}", busy.advice());
                }
                Some(error) => tracing::error!(target: "service", "{error}. {}", error.advice()),
            },
        }
    }

    fn news(&self, error: Option<&StoreError>, now: Instant) -> News {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (error, said.as_mut()) {
            (None, None) => News::Nothing,
            // That another step could be done says nothing about what is damaged.
            (None, Some(last)) if !last.passes || now.duration_since(last.failed) < CALM_FOR => News::Nothing,
            (None, Some(_)) => {
                *said = None;
                News::Over
            }
            (Some(error), Some(last))
                if last.what == discriminant(error) && now.duration_since(last.at) < SAY_EVERY =>
            {
                last.failed = now;
                News::Nothing
            }
            (Some(error), _) => {
                let what = discriminant(error);
                *said = Some(Said { what, passes: error.is_retryable(), at: now, failed: now });
                News::Wrong
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_once_and_that_it_is_over_as_well() {
        let health = Health::default();
        let start = Instant::now();
        let damaged = StoreError::Damaged(String::new());
        let steps = [
            (0, None, News::Nothing),
            (1, Some(&StoreError::Full), News::Wrong),
            (2, Some(&StoreError::Full), News::Nothing),
            (3, None, News::Nothing),
            (4, Some(&StoreError::Full), News::Nothing),
            (6, None, News::Over),
            (10, None, News::Nothing),
            (11, Some(&StoreError::Full), News::Wrong),
            (12, Some(&StoreError::Busy), News::Wrong),
            (13, Some(&damaged), News::Wrong),
            (99, None, News::Nothing),
            (100, Some(&damaged), News::Nothing),
            (13 + 600, Some(&damaged), News::Wrong),
        ];
        for (second, error, news) in steps {
            assert_eq!(health.news(error, start + Duration::from_secs(second)), news, "second {second}");
        }
    }
}
