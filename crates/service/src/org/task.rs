//! The loop of one organisation: waits, feeds the core, does what it says. It has no opinions, and is the only writer to the
//! organisation's sockets.

use super::step::{self, Stepped};
use super::{Connected, Core, Effect, Event};
use crate::account::Codes;
use crate::clock::Clock;
use crate::config::Config;
use crate::metrics::Ledger;
use crate::outbox::{Outbox, Outboxes, Pushed};
use crate::store::{OrgId, OrgSnapshot, Store, StoreError};
use presence::UnixMillis;
use protocol::{Answer, Close, Down};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Events that may wait for the task before those who send them wait: a frame of each of a thousand devices.
pub(crate) const EVENTS: usize = 1024;
/// Events taken in one go before timers and the store get their turn.
const AT_ONCE: usize = 64;

/// A clock that differs by more than this from the time that has passed was set; less is the slewing of time servers.
const CLOCK_SET: Duration = Duration::from_secs(2);

/// All that can wake the task from outside.
pub(crate) enum Input {
    /// A connection comes.
    Connected(Arrival),
    /// Anything else.
    Event(Event),
}

/// A connection that comes, with its queue. One that is never taken in is closed, so that it comes again.
pub(crate) struct Arrival(Option<(Box<Connected>, Outbox)>);

impl Arrival {
    pub(crate) fn new(connected: Box<Connected>, outbox: Outbox) -> Self {
        Self(Some((connected, outbox)))
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if let Some((_, outbox)) = &self.0 {
            outbox.close(Close::GoingDown);
        }
    }
}

/// What a life of the task starts from and works with.
pub(crate) struct Start {
    pub(crate) org: OrgId,
    pub(crate) snapshot: OrgSnapshot,
    pub(crate) config: Config,
    pub(crate) inputs: mpsc::Receiver<Input>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Clock,
    pub(crate) codes: Arc<Codes>,
    pub(crate) ledger: Ledger,
    /// Held by a step of the store while it runs, also where the task has ended meanwhile.
    pub(crate) running: Arc<tokio::sync::Mutex<()>>,
}

/// What the loop does for the core.
struct Hands {
    org: OrgId,
    store: Arc<dyn Store>,
    /// What the clock showed when the task woke: it is looked at once for all that is done then, so that a clock that is set
    /// meanwhile is first seen to be set, and nothing is due before.
    now: UnixMillis,
    codes: Arc<Codes>,
    ledger: Ledger,
    outboxes: Outboxes,
    step: Option<JoinHandle<Stepped>>,
    running: Arc<tokio::sync::Mutex<()>>,
    drained: bool,
}

impl Start {
    /// Runs until the organisation is drained. Those who come too late to be told are closed.
    ///
    /// # Panics
    /// If the core does, or a step of the store: what is in memory may be wrong then, and is to be loaded again.
    pub(crate) async fn run(self) {
        let Self { org, snapshot, config, mut inputs, store, clock, codes, ledger, running } = self;
        let now = clock.now();
        let mut core = Core::new(snapshot, config, now);
        let outboxes = Outboxes::default();
        let (step, drained) = (None, false);
        let mut hands = Hands { org, store, now, codes, ledger, outboxes, step, running, drained };
        let mut batch = Vec::with_capacity(AT_ONCE);
        let mut known = Known { now, at: Instant::now() };
        while !hands.drained {
            hands.ledger.post(core.facts());
            let now = clock.now();
            let wait = core.next_timeout().map(|at| at.since(now));
            let mut stepped = None;
            tokio::select! {
                // All senders are gone only when the process ends.
                taken = inputs.recv_many(&mut batch, AT_ONCE) => if taken == 0 { return },
                done = join(&mut hands.step) => {
                    hands.step = None;
                    stepped = Some(done);
                }
                () = sleep(wait) => {}
            }
            hands.now = clock.now();
            if let Some(by_ms) = known.was_set(hands.now) {
                hands.feed(&mut core, Event::ClockSet { by_ms });
            }
            if let Some(done) = stepped {
                hands.feed(&mut core, Event::Stepped(done));
            }
            for input in batch.drain(..) {
                hands.take(&mut core, input);
            }
            if core.next_timeout().is_some_and(|at| at <= hands.now) {
                let effects = core.on_timeout(hands.now);
                hands.perform(&mut core, effects);
            }
        }
    }
}

/// What the clock showed, and when.
struct Known {
    now: UnixMillis,
    at: Instant,
}

impl Known {
    /// By how many milliseconds the clock was set since it was last looked at, if it was.
    fn was_set(&mut self, now: UnixMillis) -> Option<i64> {
        let passed = self.at.elapsed();
        let expected = self.now.plus(passed);
        *self = Self { now, at: self.at + passed };
        (now.0.abs_diff(expected.0) as u128 > CLOCK_SET.as_millis())
            .then(|| i64::try_from(i128::from(now.0) - i128::from(expected.0)).unwrap_or(0))
    }
}

async fn join(step: &mut Option<JoinHandle<Stepped>>) -> Stepped {
    match step {
        Some(step) => match step.await {
            Ok(stepped) => stepped,
            // Whether it was done, nobody knows: the organisation is loaded again.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Stepped::Failed(StoreError::Down(error.to_string())),
        },
        None => std::future::pending().await,
    }
}

async fn sleep(wait: Option<std::time::Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

impl Hands {
    fn take(&mut self, core: &mut Core, input: Input) {
        let event = match input {
            Input::Connected(mut arrival) => {
                let Some((connected, outbox)) = arrival.0.take() else { return };
                self.outboxes.insert(connected.conn, outbox);
                Event::Connected(connected)
            }
            Input::Event(event) => event,
        };
        if let Event::Frame(..) | Event::Refused(..) = &event {
            self.ledger.received();
        }
        let ended = if let Event::Ended(conn, _) = &event { Some(*conn) } else { None };
        self.feed(core, event);
        if let Some(conn) = ended {
            self.outboxes.ended(conn);
        }
    }

    fn feed(&mut self, core: &mut Core, event: Event) {
        let effects = core.on(event, self.now);
        self.perform(core, effects);
    }

    /// Does the effects in order, and those that follow from what their doing showed.
    fn perform(&mut self, core: &mut Core, effects: Vec<Effect>) {
        let mut todo = VecDeque::from(effects);
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::Send(to, frame) => {
                    self.ledger.sent(&frame, to.len());
                    let text = axum::extract::ws::Utf8Bytes::from(protocol::write(&*frame));
                    for conn in to {
                        let event = match self.outboxes.push(conn, text.clone()) {
                            None | Some(Pushed::Fine) => continue,
                            Some(Pushed::Long) => Event::Congested(conn),
                            Some(Pushed::TooMany) => {
                                self.outboxes.close(conn, Close::TooSlow);
                                Event::Ended(conn, super::Ended::Lost)
                            }
                        };
                        todo.extend(core.on(event, self.now));
                    }
                }
                Effect::Close(conn, why) => self.outboxes.close(conn, why),
                Effect::Store(step) => {
                    let (store, org) = (self.store.clone(), self.org);
                    let running = self.running.clone().try_lock_owned();
                    self.step = Some(tokio::task::spawn_blocking(move || {
                        let _running = running;
                        step::perform(&*store, org, step)
                    }));
                }
                Effect::PortalCode { conn, re, sign_in, instance } => {
                    let code = self.codes.make(sign_in, instance);
                    let answer = Answer { code: Some(code), ..Answer::default() };
                    if self.outboxes.has(conn) {
                        let frame = Down::Ok { re, answer };
                        self.ledger.sent(&frame, 1);
                        self.outboxes.push(conn, protocol::write(&frame).into());
                    }
                }
                Effect::Note(note) => self.ledger.note(note),
                Effect::Drained => self.drained = true,
            }
        }
    }
}
