//! Waits and acts for the link's loop: passes in whichever comes first of an order, a frame or a timer, and performs what
//! comes out.
//!
//! It decides nothing: `link_loop` does. All waits use a [`Clock`] that keeps running while the machine sleeps.

mod socket;

use crate::clock::{Clock, Clocks, Timer, wait};
use crate::link_loop::{Act, LinkInput, LinkLoop, Received};
use crate::{Dial, Event, Order};
use futures_util::{SinkExt, StreamExt};
use socket::{Socket, leave, open, words};
use std::collections::VecDeque;
use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{self, Message};

/// Runs the link until `orders` is closed; says `bye` if it is connected then.
///
/// `seed` determines the jitter. Both channels need room for about 64 items: a snapshot arrives as fast as it can be read.
pub async fn drive(
    dial: Arc<dyn Dial>,
    clock: Arc<dyn Clock>,
    seed: u64,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<Event>,
) {
    let started = Instant::now();
    let timer = clock.timer();
    let link = LinkLoop::new(seed, Clocks { moment: clock.now(), awake: started.elapsed() });
    Driver { dial, clock, started, timer, orders, events, link, opening: None, socket: None }.run().await;
}

type Opening = Pin<Box<dyn Future<Output = Result<Socket, String>> + Send>>;

struct Driver {
    dial: Arc<dyn Dial>,
    clock: Arc<dyn Clock>,
    /// Uses tokio's clock, which stops while the machine sleeps.
    started: Instant,
    timer: Box<dyn Timer>,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<Event>,
    link: LinkLoop,
    opening: Option<Opening>,
    socket: Option<Socket>,
}

/// What the driver waits for.
enum Woken {
    Order(Option<Order>),
    Opened(Result<Socket, String>),
    Received(Option<Result<Message, tungstenite::Error>>),
    Due,
}

impl Driver {
    async fn run(mut self) {
        loop {
            let woken = self.wait().await;
            let acts = match woken {
                Woken::Order(order) => self.on(LinkInput::Order(order)),
                Woken::Opened(opened) => {
                    self.opening = None;
                    let opened = opened.map(|socket| self.socket = Some(socket));
                    self.on(LinkInput::Opened(opened))
                }
                Woken::Received(message) => self.on(LinkInput::Received(received(message.as_ref()))),
                Woken::Due => self.on(LinkInput::Due),
            };
            let mut acts = VecDeque::from(acts);
            while let Some(act) = acts.pop_front() {
                match act {
                    Act::Open(address) => {
                        self.opening = Some(Box::pin(open(Arc::clone(&self.dial), address)));
                    }
                    Act::Write(text) => acts.extend(self.write(text).await),
                    // An agent that is gone has also closed the orders, which the loop sees next.
                    Act::Tell(event) => _ = self.events.send(event).await,
                    Act::Drop => (self.opening, self.socket) = (None, None),
                    Act::Leave => {
                        if let Some(socket) = self.socket.take() {
                            leave(socket).await;
                        }
                    }
                    Act::Stop => return,
                }
            }
        }
    }

    fn on(&mut self, wake: LinkInput<'_>) -> Vec<Act> {
        let now = Clocks { moment: self.clock.now(), awake: self.started.elapsed() };
        self.link.on(wake, now)
    }

    async fn wait(&mut self) -> Woken {
        let Self { timer, orders, link, opening, socket, .. } = self;
        let due = async {
            match link.next_timeout() {
                Some(due) => wait(timer.as_mut(), due).await,
                None => pending().await,
            }
        };
        let opened = async {
            match opening {
                Some(opening) => opening.await,
                None => pending().await,
            }
        };
        let message = async {
            match socket {
                Some(socket) => socket.next().await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            order = orders.recv() => Woken::Order(order),
            opened = opened => Woken::Opened(opened),
            message = message => Woken::Received(message),
            () = due => Woken::Due,
        }
    }

    /// Writes a frame; returns what is to be done next.
    async fn write(&mut self, text: String) -> Vec<Act> {
        let (Some(socket), Some(until)) = (&mut self.socket, self.link.next_timeout()) else {
            return Vec::new();
        };
        let written = tokio::select! {
            biased;
            sent = socket.send(Message::text(text)) => Some(sent.map_err(|error| words(&error))),
            () = wait(self.timer.as_mut(), until) => None,
        };
        self.on(written.map_or(LinkInput::Due, LinkInput::Written))
    }
}

fn received(message: Option<&Result<Message, tungstenite::Error>>) -> Received<'_> {
    match message {
        None => Received::Ended("the service has ended the connection".to_owned()),
        Some(Err(error)) => Received::Ended(words(error)),
        Some(Ok(Message::Text(text))) => Received::Text(text),
        Some(Ok(Message::Close(frame))) => Received::Close(frame.as_ref().map(|frame| u16::from(frame.code))),
        Some(Ok(
            message @ (Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_)),
        )) => Received::Other(message.len()),
    }
}

#[cfg(test)]
mod tests;
