//! The loop of one organisation: waits, feeds the core, does what it says. It has no opinions, and is the only writer to the
//! organisation's sockets.

use super::step::{self, Stepped};
use super::{Connected, Core, Effect, Event};
use crate::account::Codes;
use crate::clock::{Clock, Now};
use crate::config::Config;
use crate::metrics::Ledger;
use crate::outbox::{Outbox, Outboxes, Pushed};
use crate::store::{OrgId, OrgSnapshot, Store, StoreError};
use protocol::{Answer, Close, Down};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Events that may wait for the task before those who send them wait: a frame of each of a thousand devices.
pub(crate) const EVENTS: usize = 1024;
/// Events taken in one go before timers and the store get their turn.
const AT_ONCE: usize = 64;

/// Longest sleep of the loop. Tokio's timers stand still while the machine sleeps; what was due meanwhile is done at most this
/// long after it wakes. Looking costs next to nothing.
const LOOK_AFTER: Duration = Duration::from_secs(5);

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
    /// What the clocks showed when the task woke: they are looked at once for all that is done then.
    now: Now,
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
        let now = clock.read();
        let mut core = Core::new(snapshot, config, now);
        let outboxes = Outboxes::default();
        let (step, drained) = (None, false);
        let mut hands = Hands { org, store, now, codes, ledger, outboxes, step, running, drained };
        let mut batch = Vec::with_capacity(AT_ONCE);
        while !hands.drained {
            hands.ledger.post(core.facts());
            let now = clock.moment();
            let wait = core.next_timeout().map_or(LOOK_AFTER, |at| at.since(now).min(LOOK_AFTER));
            let mut stepped = None;
            tokio::select! {
                // All senders are gone only when the process ends.
                taken = inputs.recv_many(&mut batch, AT_ONCE) => if taken == 0 { return },
                done = join(&mut hands.step) => {
                    hands.step = None;
                    stepped = Some(done);
                }
                () = tokio::time::sleep(wait) => {}
            }
            hands.now = clock.read();
            if let Some(done) = stepped {
                hands.feed(&mut core, Event::Stepped(done));
            }
            for input in batch.drain(..) {
                hands.take(&mut core, input);
            }
            let effects = core.on_timeout(hands.now);
            hands.perform(&mut core, effects);
        }
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
