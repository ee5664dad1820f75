//! Logs what is wrong with the database when a fault begins, the state each minute while it lasts, and the end of it: never one line for
//! each step, however many fail.

use super::StoreError;
use std::mem::{Discriminant, discriminant, take};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often a fault that lasts or comes back is logged.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// How long no step may have failed before a fault counts as over: on a full disk a small step still finds room now and then, and unsaved
/// changes are tried again each second.
const CALM_FOR: Duration = Duration::from_secs(2);

/// For how long a failed step counts as the current state, if none has succeeded since: connected devices cause a write at least this
/// often, and unsaved changes are tried again each second. If nobody is connected, the state is unknown.
const KNOWN_FOR: Duration = Duration::from_secs(60);

/// What was logged about one connection to the database.
#[derive(Default)]
pub(super) struct Health(Mutex<Option<Trouble>>);

/// The last fault, and what was logged about it. It is remembered for a while after it is over: what comes and goes every second is one
/// fault, not many.
struct Trouble {
    /// The kinds that were logged, each when it first occurred: at most as many as there are errors.
    kinds: Vec<Discriminant<StoreError>>,
    /// When the last line was written.
    said: Instant,
    /// When a step last failed.
    failed: Instant,
    /// Whether a step that succeeds says nothing about the last failure.
    lasts: bool,
    /// Whether its end was logged.
    over: bool,
    /// Steps that failed since the last line.
    unsaid: u64,
    /// The last failure, in words; `None` after a success, or if another program only held the database.
    what: Option<String>,
}

/// An event worth a line in the log, with the number of failed steps that were not logged.
#[derive(Debug, PartialEq, Eq)]
enum News {
    Nothing,
    Wrong { before: u64 },
    Over { before: u64 },
}

impl Health {
    /// Takes in how a step went.
    pub(super) fn note(&self, error: Option<&StoreError>) {
        let more = |before: u64| (before > 0).then_some(before);
        match self.news(error, Instant::now()) {
            News::Nothing => {}
            News::Over { before } => {
                tracing::info!(target: "service", failed_before = more(before), "the database can be used again");
            }
            News::Wrong { before } => match error {
                None => {}
                Some(busy @ StoreError::Busy) => {
                    tracing::warn!(target: "service", failed_before = more(before), "{busy}. {}", busy.advice());
                }
                Some(error) => {
                    tracing::error!(target: "service", failed_before = more(before), "{error}. {}", error.advice());
                }
            },
        }
    }

    /// What is wrong now, in words, if anything is known to be.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble_at(Instant::now())
    }

    fn trouble_at(&self, now: Instant) -> Option<String> {
        let trouble = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.as_ref().filter(|last| now.duration_since(last.failed) < KNOWN_FOR)?.what.clone()
    }

    fn news(&self, error: Option<&StoreError>, now: Instant) -> News {
        let mut trouble = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match error {
            Some(error) => Trouble::failed(&mut trouble, error, now),
            None => trouble.as_mut().map_or(News::Nothing, |trouble| trouble.succeeded(now)),
        }
    }
}

impl Trouble {
    fn failed(before: &mut Option<Self>, error: &StoreError, now: Instant) -> News {
        // The last fault is long over: this is another one.
        before.take_if(|last| last.over && now.duration_since(last.failed) >= SAY_EVERY);
        let trouble = before.get_or_insert(Self {
            kinds: Vec::new(),
            said: now,
            failed: now,
            lasts: false,
            over: false,
            unsaid: 0,
            what: None,
        });
        trouble.failed = now;
        trouble.what = match error {
            StoreError::Busy => None,
            error => Some(error.to_string()),
        };
        trouble.lasts = match error {
            StoreError::Damaged(_) | StoreError::Foreign(_) | StoreError::Newer { .. } => true,
            StoreError::Busy
            | StoreError::Full
            | StoreError::ReadOnly
            | StoreError::Refused(_)
            | StoreError::Down(_) => false,
        };
        let kind = discriminant(error);
        let is_new = !trouble.kinds.contains(&kind);
        if !is_new && now.duration_since(trouble.said) < SAY_EVERY {
            trouble.unsaid += 1;
            return News::Nothing;
        }
        if is_new {
            trouble.kinds.push(kind);
        }
        trouble.said = now;
        trouble.over = false;
        News::Wrong { before: take(&mut trouble.unsaid) }
    }

    fn succeeded(&mut self, now: Instant) -> News {
        if now.duration_since(self.failed) >= CALM_FOR {
            self.what = None;
        }
        if self.over || self.lasts || now.duration_since(self.failed) < CALM_FOR {
            return News::Nothing;
        }
        self.over = true;
        self.said = now;
        News::Over { before: take(&mut self.unsaid) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Option<&StoreError> = Some(&StoreError::Full);

    fn at(health: &Health, start: Instant, ms: u64, error: Option<&StoreError>) -> News {
        health.news(error, start + Duration::from_millis(ms))
    }

    #[test]
    fn a_fault_and_its_end_are_each_logged_at_once() {
        let (health, start) = (Health::default(), Instant::now());
        let damaged = StoreError::Damaged(String::new());
        let steps = [
            (0, None, News::Nothing),
            (1, FULL, News::Wrong { before: 0 }),
            (2, FULL, News::Nothing),
            (3, None, News::Nothing),
            (4, FULL, News::Nothing),
            (6, None, News::Over { before: 2 }),
            (10, None, News::Nothing),
            (70, FULL, News::Wrong { before: 0 }),
            (71, Some(&StoreError::Busy), News::Wrong { before: 0 }),
            (72, FULL, News::Nothing),
            (73, Some(&damaged), News::Wrong { before: 1 }),
            // Another step's success says nothing about damage.
            (99, None, News::Nothing),
            (100, Some(&damaged), News::Nothing),
            (73 + 60, Some(&damaged), News::Wrong { before: 1 }),
        ];
        for (second, error, news) in steps {
            assert_eq!(at(&health, start, 1_000 * second, error), news, "second {second}");
        }
    }

    #[test]
    fn a_fault_is_current_until_a_step_succeeds_or_for_a_minute_without_steps() {
        let (health, start) = (Health::default(), Instant::now());
        let trouble = |second| health.trouble_at(start + Duration::from_secs(second));
        assert_eq!(trouble(0), None);
        at(&health, start, 1_000, FULL);
        assert!(trouble(59).is_some_and(|what| what.contains("the disk is full")));
        assert_eq!(trouble(61), None, "nobody has tried since");
        at(&health, start, 62_000, FULL);
        at(&health, start, 70_000, None);
        assert_eq!(trouble(71), None);
        // It comes back, and is not logged again so soon.
        assert_eq!(at(&health, start, 72_000, FULL), News::Nothing);
        assert!(trouble(73).is_some());
        at(&health, start, 80_000, None);
        at(&health, start, 81_000, Some(&StoreError::Busy));
        assert_eq!(trouble(82), None, "it waits for another program");
    }

    #[test]
    fn a_store_that_keeps_failing_is_a_line_a_minute_with_a_count() {
        let (health, start) = (Health::default(), Instant::now());
        // A hundred steps a second for ten minutes, with every kind of failure among them.
        let kinds = [StoreError::Full, StoreError::Down("disk I/O error".to_owned()), StoreError::ReadOnly];
        let (mut lines, mut counted) = (Vec::new(), 0);
        for step in 0..60_000_u64 {
            match at(&health, start, 10 * step, Some(&kinds[step as usize % kinds.len()])) {
                News::Nothing => {}
                News::Wrong { before } => {
                    lines.push(step / 100);
                    counted += before + 1;
                }
                News::Over { .. } => panic!("it is not over"),
            }
        }
        assert_eq!(lines, [0, 0, 0, 60, 120, 180, 240, 300, 360, 420, 480, 540]);
        assert_eq!(at(&health, start, 602_000, None), News::Over { before: 60_000 - counted });
    }

    #[test]
    fn a_fault_that_comes_and_goes_does_not_flood_the_log_either() {
        let (health, start) = (Health::default(), Instant::now());
        let (mut wrong, mut over) = (0, 0);
        for second in 0..600 {
            match at(&health, start, 1_000 * second, if second % 4 == 0 { FULL } else { None }) {
                News::Nothing => {}
                News::Wrong { .. } => wrong += 1,
                News::Over { .. } => over += 1,
            }
        }
        assert!((9..=10).contains(&wrong) && over == wrong, "{wrong} times wrong, {over} times over");
    }
}
