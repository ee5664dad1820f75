//! The link's loop without its waiting: takes what woke it, returns what is to be done. Pure.
//!
//! - Call [`LinkLoop::on`] with whatever came first: an order, the answer to an [`Act`], something on the connection, or
//!   [`LinkInput::Due`] when [`LinkLoop::next_timeout`] has come.
//! - Carry out the acts in their order. [`Act::Open`] and [`Act::Write`] are answered by a wake; between a write and its answer
//!   pass in nothing but [`LinkInput::Due`].
//! - After [`Act::Stop`] it is over.
//!
//! `connection_policy` decides what an order, a frame or an ending means. Every end of a connection, wanted or not, goes
//! through `LinkLoop::end`. Knows no socket and reads no clock: `driver` waits and acts for the program, and the simulated
//! world does so for its devices.

use crate::clock::{Clocks, SleepWatch};
use crate::connection_policy::{ConnectionPolicy, Ended, Ending, NO_CODE, Next, Step};
use crate::dial::DIAL_WITHIN;
use crate::flood::Flood;
use crate::session::Frame;
use crate::{Address, Event, Order, Target};
use presence::Moment;
use std::time::Duration;

/// How long the system may take to accept one small frame: after that, its buffer is full and the connection is dead.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// How long the WebSocket handshake may take: it is one exchange.
pub(crate) const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long opening a connection may take by the clock that counts sleep: more than its parts may take together, so that
/// only an attempt during which the machine slept reaches it.
const OPEN_WITHIN: Duration =
    DIAL_WITHIN.saturating_add(HANDSHAKE_WITHIN).saturating_add(Duration::from_secs(5));

/// What wakes the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkInput<'a> {
    /// An order from the agent; `None` if the agent is gone.
    Order(Option<Order>),
    /// The connection is open, or the reason why it is not, in words that end a sentence "No connection: …".
    Opened(Result<(), String>),
    /// Something arrived on the connection.
    Received(Received<'a>),
    /// The system has accepted the frame, or the reason why it has not.
    Written(Result<(), String>),
    /// The time of [`LinkLoop::next_timeout`] has come.
    Due,
}

/// What arrives on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// A text frame.
    Text(&'a str),
    /// Any other frame but a close, with its size in bytes.
    Other(usize),
    /// A close frame, with its code if it has one.
    Close(Option<u16>),
    /// The end, without a close frame; why, in words.
    Ended(String),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Open a connection to this address; [`LinkInput::Opened`] gives the result.
    Open(Address),
    /// Write this text frame; [`LinkInput::Written`] gives the result. It is the last act of its list.
    Write(String),
    /// Tell the agent.
    Tell(Event),
    /// Give up the attempt, or drop the connection without a close frame, which would mean leaving (P10).
    Drop,
    /// Say `bye` and close.
    Leave,
    /// The loop is over.
    Stop,
}

/// The loop of one link.
#[derive(Debug)]
pub struct LinkLoop {
    policy: ConnectionPolicy,
    sleeps: SleepWatch,
    phase: Phase,
}

/// What the loop is doing.
#[derive(Debug)]
enum Phase {
    /// No connection is wanted.
    Waiting,
    /// The next attempt is made at this time.
    Pausing(Moment),
    /// A connection is being opened, until this time.
    Opening { target: Target, until: Moment },
    /// There is a connection.
    Talking(Talk),
}

#[derive(Debug)]
struct Talk {
    flood: Flood,
    /// The agent knows of the connection: everything that a connection begins with was written.
    is_told: bool,
    /// The frame that is being written: its time limit, and what to report afterwards.
    writing: Option<(Moment, Option<String>)>,
}

impl LinkLoop {
    /// A link that has no orders yet; `seed` determines the jitter of its waits.
    #[must_use]
    pub fn new(seed: u64, now: Clocks) -> Self {
        Self { policy: ConnectionPolicy::new(seed), sleeps: SleepWatch::new(now), phase: Phase::Waiting }
    }

    /// Takes what woke the loop at `now`; returns what is to be done, in order.
    pub fn on(&mut self, wake: LinkInput<'_>, now: Clocks) -> Vec<Act> {
        let mut acts = Vec::new();
        let ending = match wake {
            LinkInput::Order(None) => {
                acts.extend(match self.phase {
                    Phase::Waiting | Phase::Pausing(_) => None,
                    Phase::Opening { .. } => Some(Act::Drop),
                    Phase::Talking(_) => Some(Act::Leave),
                });
                acts.push(Act::Stop);
                return acts;
            }
            LinkInput::Order(Some(order)) => {
                let slept = self.slept(now);
                let step = self.policy.take(order, now.moment);
                told(&mut acts, step).or(slept)
            }
            LinkInput::Opened(Ok(())) => {
                self.opened(now.moment);
                None
            }
            LinkInput::Opened(Err(why)) => Some(self.slept(now).unwrap_or(Ending::Lost(why))),
            // Whatever was waiting in a socket from before a sleep is sent again on the next one.
            LinkInput::Received(received) => {
                self.slept(now).or_else(|| self.read(&mut acts, &received, now.moment))
            }
            LinkInput::Written(Ok(())) => {
                self.written(&mut acts);
                None
            }
            LinkInput::Written(Err(why)) => Some(self.slept(now).unwrap_or(Ending::Lost(why))),
            LinkInput::Due => self.slept(now).or_else(|| self.due(now.moment)),
        };
        if let Some(ending) = ending {
            self.end(&mut acts, ending, now.moment);
        }
        self.write(&mut acts, now.moment);
        acts
    }

    /// When to pass in [`LinkInput::Due`], unless something else comes first.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        match &self.phase {
            Phase::Waiting => None,
            Phase::Pausing(until) | Phase::Opening { until, .. } => Some(*until),
            Phase::Talking(Talk { writing: Some((until, _)), .. }) => Some(*until),
            Phase::Talking(Talk { writing: None, .. }) => self.policy.next_timeout(),
        }
    }

    /// How many intents wait for an answer; at most [`crate::session::UNANSWERED`].
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.policy.unanswered()
    }

    /// The ending, if the machine has slept since the last call: the old socket cannot be trusted, and the old wait is over.
    fn slept(&mut self, now: Clocks) -> Option<Ending> {
        let slept = self.sleeps.has_slept(now);
        match self.phase {
            Phase::Waiting => None,
            Phase::Pausing(_) | Phase::Opening { .. } | Phase::Talking(_) => {
                slept.then(|| self.policy.woke())
            }
        }
    }

    /// Something was due; returns the ending if something has taken too long.
    fn due(&self, now: Moment) -> Option<Ending> {
        match &self.phase {
            Phase::Pausing(until) => (*until <= now).then_some(Ending::RetryDue),
            Phase::Opening { target, until } => {
                (*until <= now).then(|| Ending::Lost(format!("{} did not answer", target.address.host())))
            }
            Phase::Talking(Talk { writing: Some((until, _)), .. }) => {
                (*until <= now).then(|| Ending::Lost("nothing can be sent any more".to_owned()))
            }
            Phase::Talking(Talk { writing: None, .. }) => self.policy.silence(now),
            Phase::Waiting => None,
        }
    }

    fn opened(&mut self, now: Moment) {
        let talk = Talk { flood: Flood::default(), is_told: false, writing: None };
        match std::mem::replace(&mut self.phase, Phase::Talking(talk)) {
            Phase::Opening { target, .. } => self.policy.opened(target, now),
            // Nothing was asked for.
            other @ (Phase::Waiting | Phase::Pausing(_) | Phase::Talking(_)) => self.phase = other,
        }
    }

    fn read(&mut self, acts: &mut Vec<Act>, received: &Received<'_>, now: Moment) -> Option<Ending> {
        let Phase::Talking(talk) = &mut self.phase else { return None };
        let bytes = match received {
            Received::Text(text) => text.len(),
            Received::Other(bytes) => *bytes,
            Received::Close(_) | Received::Ended(_) => 0,
        };
        if !talk.flood.lets_through(bytes, now) {
            return Some(Ending::Lost("the service says more than any app can take".to_owned()));
        }
        match received {
            Received::Text(text) => told(acts, self.policy.hear(text, now)),
            Received::Other(_) => {
                self.policy.hear_sign_of_life(now);
                None
            }
            Received::Close(code) => Some(ConnectionPolicy::closed(code.unwrap_or(NO_CODE))),
            Received::Ended(why) => Some(Ending::Lost(why.clone())),
        }
    }

    /// The system has accepted the frame.
    fn written(&mut self, acts: &mut Vec<Act>) {
        let Phase::Talking(talk) = &mut self.phase else { return };
        if let Some((_, Some(text))) = talk.writing.take() {
            acts.push(Act::Tell(Event::Sent { text }));
        }
    }

    /// Writes the next frame, if there is a connection and something to send.
    fn write(&mut self, acts: &mut Vec<Act>, now: Moment) {
        let Phase::Talking(talk) = &mut self.phase else { return };
        if talk.writing.is_some() {
            return;
        }
        if let Some(Frame { text, report }) = self.policy.next_frame(now) {
            talk.writing = Some((now.plus(WRITE_WITHIN), report));
            acts.push(Act::Write(text));
        } else if !talk.is_told {
            talk.is_told = true;
            acts.push(Act::Tell(Event::Up));
        }
    }

    /// Every end goes through this function, whether of a connection, an attempt or a pause. Then the next step begins.
    fn end(&mut self, acts: &mut Vec<Act>, ending: Ending, now: Moment) {
        let Ended { tell, bye } = self.policy.end(ending, now);
        acts.extend(match self.phase {
            Phase::Waiting | Phase::Pausing(_) => None,
            Phase::Opening { .. } => Some(Act::Drop),
            Phase::Talking(_) => Some(if bye { Act::Leave } else { Act::Drop }),
        });
        acts.extend(tell.map(Act::Tell));
        self.phase = match self.policy.next() {
            Next::Wait => Phase::Waiting,
            Next::WaitUntil(until) => Phase::Pausing(until),
            Next::Connect(target) => {
                acts.push(Act::Open(target.address.clone()));
                Phase::Opening { target, until: now.plus(OPEN_WITHIN) }
            }
        };
    }
}

/// Queues the reports; returns the ending, if there is one.
fn told(acts: &mut Vec<Act>, step: Step) -> Option<Ending> {
    acts.extend(step.tell.into_iter().map(Act::Tell));
    step.ending
}
