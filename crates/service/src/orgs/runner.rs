//! The loop of one organisation without its waiting: it passes inputs to the core and performs the effects. It decides nothing, and is
//! the only writer to the organisation's sockets.
//!
//! - Call [`Runner::turn`] with all inputs that have arrived: they are handled in order, and then whatever is due.
//! - At [`Runner::next_turn`] call it without inputs.
//! - A step begun by [`Process::begin`] is answered in a later turn. There is one at a time.
//! - After [`Runner::is_drained`] it is over.
//!
//! It never waits: `task` waits for the service, and the simulated world for itself.

use crate::clock::Now;
use crate::config::Config;
use crate::org::counts::{Counts, Occurrence};
use crate::org::store_request::{StoreReply, StoreRequest};
use crate::org::{ArrivedFile, ConnId, Connected, Core, Effect, Ended, Event, Frame};
use crate::socket::outbox::{Outbox, Outboxes, Pushed};
use crate::store::{OrgSnapshot, SignInId};
use presence::Moment;
use protocol::{Answer, Close, Down};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Longest time between two turns. Timers of the process may stop while the machine sleeps; whatever was due meanwhile is done at most this
/// long after it wakes. A turn costs next to nothing.
const LOOK_AFTER: Duration = Duration::from_secs(5);

/// An input from outside.
pub enum Input {
    /// A new connection.
    Connected(Arrival),
    /// The reply to a step of the store.
    StoreReply(StoreReply),
    /// Anything else.
    Event(Event),
    /// A file that somebody sends, and who waits for the answer.
    File(Box<ArrivedFile>, oneshot::Sender<Down>),
    /// Whether turns are still taken: answered by the next one.
    Probe(oneshot::Sender<()>),
}

/// A new connection with its queue. If it is never accepted, it is closed, so that the device connects again.
pub struct Arrival(Option<(Box<Connected>, Outbox)>);

impl Arrival {
    /// This connection, with this queue.
    #[must_use]
    pub fn new(connected: Box<Connected>, outbox: Outbox) -> Self {
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

/// What the loop needs from the process in which it runs.
pub trait Process {
    /// Begins a step of the store.
    fn begin(&mut self, step: StoreRequest);
    /// A new code for the portal window of this run of the app.
    fn portal_code(&mut self, sign_in: SignInId, instance: Uuid) -> String;
    /// A frame goes into the queues of these connections.
    fn sends(&mut self, frame: &Down, to: &[ConnId]);
    /// A connection is closed after the frames in its queue.
    fn closes(&mut self, conn: ConnId);
    /// A frame has arrived from a connection.
    fn received(&mut self);
    /// Something happened that is counted.
    fn occurred(&mut self, occurrence: Occurrence);
}

/// The loop of one organisation.
pub struct Runner<P> {
    core: Core,
    outboxes: Outboxes,
    /// Who waits for what became of a file.
    files: HashMap<ConnId, oneshot::Sender<Down>>,
    process: P,
    /// What the clocks showed when the turn began: they are read once for the whole turn.
    now: Now,
    is_drained: bool,
}

impl<P: Process> Runner<P> {
    /// Starts from what was stored.
    #[must_use]
    pub fn new(snapshot: OrgSnapshot, config: Config, process: P, now: Now) -> Self {
        let core = Core::new(snapshot, config, now);
        Self { core, outboxes: Outboxes::default(), files: HashMap::new(), process, now, is_drained: false }
    }

    /// Handles these inputs, and whatever is due.
    pub fn turn(&mut self, inputs: impl IntoIterator<Item = Input>, now: Now) {
        self.now = now;
        for input in inputs {
            self.take(input);
        }
        let effects = self.core.on_timeout(now);
        self.perform(effects);
    }

    /// How long until the next turn, if there are no inputs.
    #[must_use]
    pub fn next_turn(&self, now: Moment) -> Duration {
        self.core.next_timeout().map_or(LOOK_AFTER, |at| at.since(now).min(LOOK_AFTER))
    }

    /// Whether everybody has been told that the service goes down, and everything is stored.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.is_drained
    }

    /// The core, to read it.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// The connections that have a queue.
    pub fn queues(&self) -> impl Iterator<Item = ConnId> + '_ {
        self.outboxes.conns()
    }

    /// The process around it.
    pub fn process(&mut self) -> &mut P {
        &mut self.process
    }

    /// The current counts.
    pub(crate) fn counts(&self) -> Counts {
        self.core.counts()
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Connected(mut arrival) => {
                let Some((connected, outbox)) = arrival.0.take() else { return };
                self.outboxes.insert(connected.conn, outbox);
                self.feed(Event::Connected(connected));
            }
            Input::Probe(answer) => {
                // The answer may be late.
                let _ = answer.send(());
            }
            Input::File(file, answer) => {
                // Nobody waits any more for those that were never answered.
                self.files.retain(|_, answer| !answer.is_closed());
                self.files.insert(file.conn, answer);
                self.feed(Event::FileArrived(file));
            }
            Input::StoreReply(reply) => self.feed(Event::StoreReply(reply)),
            Input::Event(event) => {
                if let Event::Frame(..) | Event::Refused(..) = &event {
                    self.process.received();
                }
                let ended = if let Event::Ended(conn, _) = &event { Some(*conn) } else { None };
                self.feed(event);
                if let Some(conn) = ended {
                    self.outboxes.ended(conn);
                }
            }
        }
    }

    fn feed(&mut self, event: Event) {
        let effects = self.core.on(event, self.now);
        self.perform(effects);
    }

    /// Performs the effects in order, and those that follow from performing them.
    fn perform(&mut self, effects: Vec<Effect>) {
        let mut todo = VecDeque::from(effects);
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::Send(to, frame) => {
                    for event in self.send(&to, &frame) {
                        todo.extend(self.core.on(event, self.now));
                    }
                }
                Effect::Close(conn, why) => {
                    self.outboxes.close(conn, why);
                    self.process.closes(conn);
                }
                Effect::Store(step) => self.process.begin(step),
                Effect::PortalCode { conn, re, sign_in, instance } => {
                    let code = self.process.portal_code(sign_in, instance);
                    let answer = Answer { code: Some(code), ..Answer::default() };
                    if self.outboxes.has(conn) {
                        let frame = Down::Ok { re, answer };
                        self.process.sends(&frame, &[conn]);
                        self.outboxes.push(conn, protocol::write(&frame).into());
                    }
                }
                Effect::Occurrence(occurrence) => self.process.occurred(occurrence),
                Effect::Drained => self.is_drained = true,
            }
        }
    }

    /// Puts a frame into the queues of these connections. Returns what the core has to know about the queues.
    fn send(&mut self, to: &[ConnId], frame: &Frame) -> Vec<Event> {
        self.process.sends(frame, to);
        let text = frame.text();
        let mut events = Vec::new();
        for conn in to {
            if let Some(answer) = self.files.remove(conn) {
                // The sender of the file may have gone away meanwhile.
                let _ = answer.send((**frame).clone());
                continue;
            }
            match self.outboxes.push(*conn, text.clone()) {
                None | Some(Pushed::Fine) => {}
                Some(Pushed::Long) => events.push(Event::Congested(*conn)),
                Some(Pushed::TooMany) => {
                    self.outboxes.close(*conn, Close::TooSlow);
                    self.process.closes(*conn);
                    events.push(Event::Ended(*conn, Ended::Lost));
                }
            }
        }
        events
    }
}
