//! A source that a test controls: it behaves as an event source on tokio's clock, so that on a paused clock hours take no time.
//!
//! It goes through the same [`crate::probe`] and passes the same suite as the real ones. Cues take effect in order.

use crate::Watch;
use crate::probe::{Prober, drive};
use crate::seen::{Seen, SourceKind};
use crate::source::{Attempt, FactSender, IdleSource, Lost, Orders};
use futures_util::future::BoxFuture;
use presence::device::Fact;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::time::{Instant, sleep_until};

/// The product's threshold (P2), with which [`script`] begins.
const IDLE_AFTER: Duration = Duration::from_secs(300);

/// The test's control over the user and the machine.
#[derive(Debug)]
pub struct Script {
    cues: mpsc::UnboundedSender<Cue>,
    releases: watch::Receiver<u64>,
    /// The number of releases at the last [`Script::suspend`].
    released_before: AtomicU64,
}

#[derive(Clone, Copy, Debug)]
enum Cue {
    Input,
    Session(Fact),
    Lose,
    Restore,
}

/// A watch with a threshold of 5 minutes whose user gave the last input just now.
#[must_use]
pub fn script() -> (Script, Watch, mpsc::Receiver<Seen>) {
    script_with(IDLE_AFTER, Duration::ZERO)
}

/// A watch with this threshold whose user gave the last input `idle_for` ago.
#[must_use]
pub fn script_with(idle_after: Duration, idle_for: Duration) -> (Script, Watch, mpsc::Receiver<Seen>) {
    let (mut watch, facts, seen) = Watch::new(idle_after);
    let (cues, heard) = mpsc::unbounded_channel();
    let now = Instant::now();
    let play = Play {
        cues: heard,
        last_input: now.checked_sub(idle_for).unwrap_or(now),
        is_lost: false,
        expects_input: false,
    };
    let prober = Stage { play: Arc::new(Mutex::new(play)), facts: facts.clone() };
    let orders = watch.orders.subscribe();
    watch.spawn(&facts, drive(prober, orders, facts.clone()));
    let script = Script { cues, releases: watch.releases.subscribe(), released_before: AtomicU64::new(0) };
    (script, watch, seen)
}

impl Script {
    /// The user touches mouse or keyboard.
    pub fn input(&self) {
        self.cue(Cue::Input);
    }

    /// The session is locked.
    pub fn lock(&self) {
        self.cue(Cue::Session(Fact::Locked));
    }

    /// The session is unlocked.
    pub fn unlock(&self) {
        self.cue(Cue::Session(Fact::Unlocked));
    }

    /// The machine is about to sleep; it waits for [`Watch::release_sleep`].
    pub fn suspend(&self) {
        self.released_before.store(*self.releases.borrow(), Ordering::SeqCst);
        self.cue(Cue::Session(Fact::Suspending));
    }

    /// The machine wakes.
    pub fn resume(&self) {
        self.cue(Cue::Session(Fact::Resumed));
    }

    /// The source ends, as when an X server ends.
    pub fn lose(&self) {
        self.cue(Cue::Lose);
    }

    /// The source can be found again.
    pub fn restore(&self) {
        self.cue(Cue::Restore);
    }

    /// Whether [`Watch::release_sleep`] was called since the last [`Script::suspend`].
    #[must_use]
    pub fn sleep_released(&self) -> bool {
        *self.releases.borrow() != self.released_before.load(Ordering::SeqCst)
    }

    /// Waits until [`Script::sleep_released`]; for ever if the watch is dropped first.
    pub async fn until_sleep_released(&self) {
        let before = self.released_before.load(Ordering::SeqCst);
        if self.releases.clone().wait_for(|count| *count != before).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    fn cue(&self, cue: Cue) {
        if self.cues.send(cue).is_err() {
            tracing::debug!(?cue, "the watch has ended");
        }
    }
}

/// The state of the script.
struct Play {
    cues: mpsc::UnboundedReceiver<Cue>,
    last_input: Instant,
    is_lost: bool,
    expects_input: bool,
}

struct Stage {
    play: Arc<Mutex<Play>>,
    facts: FactSender,
}

impl Prober for Stage {
    // The script knows what the user did meanwhile.
    async fn probe(&mut self, _lost_at: Option<Instant>) -> Attempt {
        let mut play = self.play.lock().await;
        while play.is_lost {
            match play.cues.recv().await {
                Some(Cue::Input) => play.last_input = Instant::now(),
                Some(Cue::Session(fact)) => play.session(fact, &self.facts).await,
                Some(Cue::Lose) => {}
                Some(Cue::Restore) => play.is_lost = false,
                None => std::future::pending().await,
            }
        }
        let source = Scripted { play: Arc::clone(&self.play) };
        let why = source.why();
        Ok((Box::new(source), why))
    }
}

struct Scripted {
    play: Arc<Mutex<Play>>,
}

impl IdleSource for Scripted {
    fn kind(&self) -> SourceKind {
        SourceKind::Scripted
    }

    fn why(&self) -> String {
        "a script plays the user".into()
    }

    fn run(
        self: Box<Self>,
        mut orders: watch::Receiver<Orders>,
        facts: FactSender,
    ) -> BoxFuture<'static, Lost> {
        Box::pin(async move {
            self.play.lock().await.run(&mut orders, &facts).await;
            Lost { why: "the script took the source away".into() }
        })
    }
}

impl Play {
    /// Plays until the source is lost.
    async fn run(&mut self, orders: &mut watch::Receiver<Orders>, facts: &FactSender) {
        let mut now = *orders.borrow_and_update();
        let mut is_away = self.restate(now, facts).await;
        while !self.is_lost {
            tokio::select! {
                biased;
                Ok(()) = orders.changed() => {
                    let before = std::mem::replace(&mut now, *orders.borrow_and_update());
                    self.expects_input |= before.wakings != now.wakings;
                    is_away = self.restate(now, facts).await;
                }
                Some(cue) = self.cues.recv() => match cue {
                    Cue::Input => {
                        self.last_input = Instant::now();
                        if std::mem::take(&mut self.expects_input) || is_away {
                            facts.tell(Fact::Active).await;
                        }
                        is_away = false;
                    }
                    Cue::Session(fact) => self.session(fact, facts).await,
                    Cue::Lose => self.is_lost = true,
                    Cue::Restore => {}
                },
                () = sleep_until(self.last_input + now.idle_after), if !is_away => {
                    is_away = self.restate(now, facts).await;
                }
            }
        }
    }

    /// Reports what is seen; returns whether the threshold has run out.
    async fn restate(&self, orders: Orders, facts: &FactSender) -> bool {
        let idle_for = self.last_input.elapsed();
        facts.tell(Fact::IdleFor(idle_for)).await;
        idle_for >= orders.idle_after
    }

    async fn session(&mut self, fact: Fact, facts: &FactSender) {
        self.expects_input |= fact == Fact::Resumed;
        facts.tell(fact).await;
    }
}
