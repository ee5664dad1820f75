//! The loop: waits for the first of order, frame and time, feeds the session, writes what it says.
//!
//! It has no opinions: what is said is `session`'s, when to try again is `backoff`'s. Every end of a connection, wanted or
//! not, goes through [`Driver::after`]. Time is tokio's, so that a paused clock drives it.

mod socket;

use crate::backoff::Backoff;
use crate::session::{Frame, Full, Session};
use crate::{Dial, End, Event, Order, Target};
use futures_util::{SinkExt, StreamExt};
use presence::Moment;
use protocol::{Close, Down, ErrorCode};
use socket::{Socket, leave, open, words};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::{self, Message};

/// How long one small frame may take to be handed to the system: past this its buffer is full and the way is dead.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// Runs the link until `orders` is closed, with `bye` if it is connected then.
///
/// `seed` makes the jitter. Both channels want room for some 64: a snapshot comes as fast as it can be read.
pub async fn drive(
    dial: Arc<dyn Dial>,
    seed: u64,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<Event>,
) {
    let session = Session::default();
    let backoff = Backoff::new(seed);
    let zero = Instant::now();
    Driver { dial, orders, events, session, backoff, zero, target: None, pause: None, said: None }
        .run()
        .await;
}

struct Driver {
    dial: Arc<dyn Dial>,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<Event>,
    session: Session,
    backoff: Backoff,
    zero: Instant,
    target: Option<Target>,
    /// No attempt is made before this moment.
    pause: Option<Instant>,
    /// Why there is no connection, as it was said last.
    said: Option<String>,
}

/// How a connection, or the attempt to make one, ended.
#[derive(Debug)]
enum Ending {
    /// Lost, or not made.
    Lost(String),
    /// The pause after a loss is over.
    Rested,
    /// The service asked to come back after this time.
    Drained(Duration),
    /// Closed for good.
    Closed(End),
    /// The old socket is not to be trusted any more.
    Distrusted,
    /// An order has changed the target.
    Ordered { bye: bool },
    /// The agent is gone.
    Shutdown,
}

/// What comes after an ending.
enum Then {
    Continue,
    Stop,
}

impl Driver {
    async fn run(mut self) {
        loop {
            let (ending, socket) = match (self.target.clone(), self.pause) {
                (Some(_), Some(until)) => (self.rest(until).await, None),
                (Some(target), None) => self.connect(&target).await,
                (None, _) => (self.wait_for_target().await, None),
            };
            match self.after(ending, socket).await {
                Then::Continue => {}
                Then::Stop => return,
            }
        }
    }

    fn now(&self) -> Moment {
        Moment::at(self.zero.elapsed())
    }

    async fn wait_for_target(&mut self) -> Ending {
        loop {
            let order = self.orders.recv().await;
            if let Some(ending) = self.take(order).await {
                return ending;
            }
        }
    }

    /// Waits between two attempts.
    async fn rest(&mut self, until: Instant) -> Ending {
        loop {
            let ending = tokio::select! {
                biased;
                order = self.orders.recv() => self.take(order).await,
                () = sleep_until(until) => Some(Ending::Rested),
            };
            if let Some(ending) = ending {
                return ending;
            }
        }
    }

    /// Takes an order in; the ending if it ends what is.
    async fn take(&mut self, order: Option<Order>) -> Option<Ending> {
        let now = self.now();
        match order {
            None => Some(Ending::Shutdown),
            Some(Order::Connect(target)) if self.target.as_ref() == Some(&target) => None,
            Some(Order::Connect(target)) => {
                if self.target.as_ref().is_some_and(|known| known.token != target.token) {
                    self.session.forget();
                }
                self.backoff.reset();
                self.target = Some(target);
                Some(Ending::Ordered { bye: false })
            }
            Some(Order::Disconnect { bye }) => {
                self.target = None;
                Some(Ending::Ordered { bye })
            }
            Some(Order::RetryNow) => {
                self.backoff.reset();
                Some(Ending::Distrusted)
            }
            Some(Order::Activity { id, activity }) => {
                self.session.state(id, activity, now);
                None
            }
            Some(Order::Send(up)) => {
                let re = up.intent();
                if self.session.send(up, now) == Err(Full) {
                    self.tell(Event::Down(Box::new(too_much_waits(re)))).await;
                }
                None
            }
        }
    }

    async fn connect(&mut self, target: &Target) -> (Ending, Option<Socket>) {
        let dial = Arc::clone(&self.dial);
        let opening = open(dial.as_ref(), &target.address);
        tokio::pin!(opening);
        let mut socket = loop {
            tokio::select! {
                biased;
                order = self.orders.recv() => if let Some(ending) = self.take(order).await {
                    return (ending, None);
                },
                opened = &mut opening => match opened {
                    Ok(socket) => break socket,
                    Err(why) => return (Ending::Lost(why), None),
                },
            }
        };
        self.backoff.connected(self.now());
        self.said = None;
        tracing::info!("connected");
        self.session.begin(target.clone(), self.now());
        let ending = self.talk(&mut socket).await;
        (ending, Some(socket))
    }

    async fn talk(&mut self, socket: &mut Socket) -> Ending {
        if let Err(ending) = self.write(socket).await {
            return ending;
        }
        self.tell(Event::Up).await;
        loop {
            let due = self
                .session
                .next_timeout()
                .map_or(self.zero, |moment| self.zero + moment.since(Moment::default()));
            let ending = tokio::select! {
                biased;
                order = self.orders.recv() => self.take(order).await,
                message = socket.next() => self.read(message).await,
                () = sleep_until(due) => self.session.is_dead(self.now()).then(|| {
                    Ending::Lost("the service has fallen silent".to_owned())
                }),
            };
            if let Some(ending) = ending {
                return ending;
            }
            if let Err(ending) = self.write(socket).await {
                return ending;
            }
        }
    }

    /// Writes all that the session has to say now.
    async fn write(&mut self, socket: &mut Socket) -> Result<(), Ending> {
        while let Some(Frame { text, report }) = self.session.next_frame(self.now()) {
            match timeout(WRITE_WITHIN, socket.send(Message::text(text))).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Err(Ending::Lost(words(&error))),
                Err(_) => return Err(Ending::Lost("nothing can be sent any more".to_owned())),
            }
            if let Some(text) = report {
                self.tell(Event::Sent { text }).await;
            }
        }
        Ok(())
    }

    async fn read(&mut self, message: Option<Result<Message, tungstenite::Error>>) -> Option<Ending> {
        let now = self.now();
        match message {
            None => Some(Ending::Lost("the service has ended the connection".to_owned())),
            Some(Err(error)) => Some(Ending::Lost(words(&error))),
            Some(Ok(Message::Text(text))) => {
                let down = match protocol::read_down(&text) {
                    Ok(down) => down,
                    Err(error) => {
                        // A newer service may say what this app does not know: that is no reason to part.
                        tracing::debug!(%error, "a frame that this app does not know");
                        self.session.hear_sign_of_life(now);
                        return None;
                    }
                };
                self.hear(down, now).await
            }
            Some(Ok(Message::Close(frame))) => {
                let code = frame.map_or(1005, |frame| u16::from(frame.code));
                Some(End::of(Close::next(code)).map_or_else(
                    || Ending::Lost("the service has closed the connection".to_owned()),
                    Ending::Closed,
                ))
            }
            Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                self.session.hear_sign_of_life(now);
                None
            }
        }
    }

    async fn hear(&mut self, down: Down, now: Moment) -> Option<Ending> {
        if let Down::Reconnect { after_ms } = down {
            return Some(Ending::Drained(Duration::from_millis(after_ms)));
        }
        let heard = self.session.hear(down, now);
        if let Some(round_trip) = heard.round_trip {
            self.tell(Event::RoundTrip(round_trip)).await;
        }
        if let Some(down) = heard.down {
            self.tell(Event::Down(Box::new(down))).await;
        }
        None
    }

    /// The one place through which every end goes. A socket is dropped without a close frame, which would mean leaving
    /// (P10), unless leaving is what is wanted.
    async fn after(&mut self, ending: Ending, socket: Option<Socket>) -> Then {
        self.session.end();
        self.pause = None;
        let now = self.now();
        match ending {
            Ending::Lost(why) => {
                drop(socket);
                let wait = self.backoff.lost(now);
                self.lost(why, wait).await;
                Then::Continue
            }
            Ending::Drained(after) => {
                drop(socket);
                let wait = self.backoff.told(now, after);
                self.lost("the service restarts".to_owned(), wait).await;
                Then::Continue
            }
            Ending::Closed(end) => {
                self.target = None;
                self.session.forget();
                self.tell(Event::Ended(end)).await;
                Then::Continue
            }
            Ending::Rested | Ending::Distrusted => Then::Continue,
            Ending::Ordered { bye } => {
                if self.target.is_none() {
                    self.session.forget();
                }
                if let (true, Some(socket)) = (bye, socket) {
                    leave(socket).await;
                }
                Then::Continue
            }
            Ending::Shutdown => {
                if let Some(socket) = socket {
                    leave(socket).await;
                }
                Then::Stop
            }
        }
    }

    /// Says so; the pause comes before the next attempt.
    async fn lost(&mut self, why: String, retry_in: Duration) {
        let retry_in_ms = retry_in.as_millis();
        if self.said.as_ref() == Some(&why) {
            tracing::debug!(why, retry_in_ms, "still no connection");
        } else {
            tracing::info!(why, retry_in_ms, "no connection");
            self.said = Some(why.clone());
        }
        self.pause = Some(Instant::now() + retry_in);
        self.tell(Event::Lost { why, retry_in }).await;
    }

    async fn tell(&self, event: Event) {
        // An agent that is gone has closed the orders too, which the loop sees next.
        let _ = self.events.send(event).await;
    }
}

fn too_much_waits(re: Option<uuid::Uuid>) -> Down {
    Down::Error {
        re,
        code: ErrorCode::Busy,
        message: "Too much waits for the connection already. Try again when it is back.".to_owned(),
        retry_after_ms: None,
        by: None,
        at: None,
    }
}

#[cfg(test)]
mod tests;
