//! The loop: waits for the first of order, frame and time, feeds the course, writes what it says.
//!
//! It has no opinions: what an order, a frame or an end means is `course`'s. Every end of a connection, wanted or not, goes
//! through [`Driver::after`]. All waits run by a [`Clock`] that goes on while the machine sleeps.

mod flood;
mod socket;

use crate::clock::{Clock, SleepWatch, Timer, wait};
use crate::course::{Course, Ended, Ending, NO_CODE, Next, Taken};
use crate::dial::DIAL_WITHIN;
use crate::session::Frame;
use crate::{Dial, Event, Order, Target};
use flood::Flood;
use futures_util::{SinkExt, StreamExt};
use presence::Moment;
use socket::{HANDSHAKE_WITHIN, Socket, leave, open, words};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{self, Message};

/// How long one small frame may take to be handed to the system: past this its buffer is full and the way is dead.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// How long opening a connection may take by the clock that counts sleep: more than its parts may take together, so that
/// only an attempt that the machine has slept through meets it.
const OPEN_WITHIN: Duration =
    DIAL_WITHIN.saturating_add(HANDSHAKE_WITHIN).saturating_add(Duration::from_secs(5));

/// Runs the link until `orders` is closed, with `bye` if it is connected then.
///
/// `seed` makes the jitter. Both channels want room for some 64: a snapshot comes as fast as it can be read.
pub async fn drive(
    dial: Arc<dyn Dial>,
    clock: Arc<dyn Clock>,
    seed: u64,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<Event>,
) {
    let course = Course::new(seed);
    let (timer, sleeps) = (clock.timer(), SleepWatch::new(clock.now()));
    Driver { dial, clock, timer, sleeps, orders, events, course }.run().await;
}

struct Driver {
    dial: Arc<dyn Dial>,
    clock: Arc<dyn Clock>,
    timer: Box<dyn Timer>,
    sleeps: SleepWatch,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<Event>,
    course: Course,
}

/// Why the loop stops waiting.
enum Stop {
    /// What is has ended.
    Ending(Ending),
    /// The agent is gone.
    Shutdown,
}

impl From<Ending> for Stop {
    fn from(ending: Ending) -> Self {
        Self::Ending(ending)
    }
}

impl Driver {
    async fn run(mut self) {
        loop {
            let (stop, socket) = match self.course.next() {
                Next::Wait => (self.wait_for_target().await, None),
                Next::Rest(until) => (self.rest(until).await, None),
                Next::Connect(target) => self.connect(target).await,
            };
            match stop {
                Stop::Ending(ending) => self.after(ending, socket).await,
                Stop::Shutdown => {
                    if let Some(socket) = socket {
                        leave(socket).await;
                    }
                    return;
                }
            }
        }
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The ending, if the machine has slept since this was asked last: a socket from before is not to be trusted, and a
    /// wait from before is over.
    fn slept(&mut self) -> Option<Ending> {
        let now = self.now();
        self.sleeps.has_slept(now).then(|| self.course.woke())
    }

    async fn wait_for_target(&mut self) -> Stop {
        loop {
            let order = self.orders.recv().await;
            if let Some(stop) = self.take(order).await {
                return stop;
            }
        }
    }

    /// Waits between two attempts.
    async fn rest(&mut self, until: Moment) -> Stop {
        loop {
            let stop = tokio::select! {
                biased;
                order = self.orders.recv() => self.take(order).await,
                () = wait(self.timer.as_mut(), until) => {
                    Some(self.slept().unwrap_or(Ending::Rested).into())
                }
            };
            if let Some(stop) = stop {
                return stop;
            }
        }
    }

    /// Takes an order in; says so if it ends what is.
    async fn take(&mut self, order: Option<Order>) -> Option<Stop> {
        let Some(order) = order else { return Some(Stop::Shutdown) };
        let slept = self.slept();
        let taken = self.course.take(order, self.now());
        self.told(taken).await.or(slept.map(Stop::from))
    }

    async fn connect(&mut self, target: Target) -> (Stop, Option<Socket>) {
        let dial = Arc::clone(&self.dial);
        let opening = open(dial.as_ref(), &target.address);
        tokio::pin!(opening);
        let until = self.now().plus(OPEN_WITHIN);
        let mut socket = loop {
            let stop = tokio::select! {
                biased;
                order = self.orders.recv() => self.take(order).await,
                opened = &mut opening => match opened {
                    Ok(socket) => break socket,
                    Err(why) => Some(self.slept().unwrap_or(Ending::Lost(why)).into()),
                },
                () = wait(self.timer.as_mut(), until) => {
                    let late = || Ending::Lost(format!("{} did not answer", target.address.host()));
                    Some(self.slept().unwrap_or_else(late).into())
                }
            };
            if let Some(stop) = stop {
                return (stop, None);
            }
        };
        self.course.opened(target.clone(), self.now());
        let stop = self.talk(&mut socket).await;
        (stop, Some(socket))
    }

    async fn talk(&mut self, socket: &mut Socket) -> Stop {
        if let Err(ending) = self.write(socket).await {
            return ending.into();
        }
        self.tell(Event::Up).await;
        let mut flood = Flood::default();
        loop {
            let due = self.course.next_timeout().unwrap_or_default();
            let stop = tokio::select! {
                biased;
                order = self.orders.recv() => self.take(order).await,
                message = socket.next() => match self.slept() {
                    // What lay in a socket from before the sleep is said again on the next one.
                    Some(ending) => Some(ending.into()),
                    None => self.read(message, &mut flood).await,
                },
                () = wait(self.timer.as_mut(), due) => {
                    self.slept().or_else(|| self.course.silence(self.now())).map(Stop::from)
                }
            };
            if let Some(stop) = stop {
                return stop;
            }
            if let Err(ending) = self.write(socket).await {
                return ending.into();
            }
        }
    }

    /// Writes all that the course has to say now.
    async fn write(&mut self, socket: &mut Socket) -> Result<(), Ending> {
        while let Some(Frame { text, report }) = self.course.next_frame(self.now()) {
            let until = self.now().plus(WRITE_WITHIN);
            let sent = tokio::select! {
                biased;
                sent = socket.send(Message::text(text)) => sent.map_err(|error| words(&error)),
                () = wait(self.timer.as_mut(), until) => Err("nothing can be sent any more".to_owned()),
            };
            if let Err(why) = sent {
                return Err(self.slept().unwrap_or(Ending::Lost(why)));
            }
            if let Some(text) = report {
                self.tell(Event::Sent { text }).await;
            }
        }
        Ok(())
    }

    async fn read(
        &mut self,
        message: Option<Result<Message, tungstenite::Error>>,
        flood: &mut Flood,
    ) -> Option<Stop> {
        match message {
            Some(Ok(message)) if !flood.lets_through(message.len(), self.now()) => {
                Some(Ending::Lost("the service says more than any app can take".to_owned()).into())
            }
            None => Some(Ending::Lost("the service has ended the connection".to_owned()).into()),
            Some(Err(error)) => Some(Ending::Lost(words(&error)).into()),
            Some(Ok(Message::Text(text))) => {
                let taken = self.course.hear(&text, self.now());
                self.told(taken).await
            }
            Some(Ok(Message::Close(frame))) => {
                Some(Course::closed(frame.map_or(NO_CODE, |frame| u16::from(frame.code))).into())
            }
            Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                let now = self.now();
                self.course.hear_sign_of_life(now);
                None
            }
        }
    }

    async fn told(&mut self, taken: Taken) -> Option<Stop> {
        for event in taken.tell {
            self.tell(event).await;
        }
        taken.ending.map(Stop::from)
    }

    /// The one place through which every end goes. A socket is dropped without a close frame, which would mean leaving
    /// (P10), unless leaving is what is wanted.
    async fn after(&mut self, ending: Ending, socket: Option<Socket>) {
        let Ended { tell, bye } = self.course.end(ending, self.now());
        match socket {
            Some(socket) if bye => leave(socket).await,
            Some(_) | None => {}
        }
        if let Some(event) = tell {
            self.tell(event).await;
        }
    }

    async fn tell(&mut self, event: Event) {
        // An agent that is gone has closed the orders too, which the loop sees next.
        let _ = self.events.send(event).await;
    }
}

#[cfg(test)]
mod tests;
