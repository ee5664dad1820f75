//! The loop: waits for the first of order, frame and time, feeds the session, writes what it says.
//!
//! It has no opinions: what is said is `session`'s, when to try again is `backoff`'s. Every end of a connection, wanted or
//! not, goes through [`Driver::after`]. Time is tokio's, so that a paused clock drives it.

use crate::backoff::Backoff;
use crate::session::{Frame, Full, Session};
use crate::{Address, Dial, End, Event, Order, Target};
use futures_util::{SinkExt, StreamExt};
use presence::Moment;
use protocol::{Close, Down, ErrorCode, Up};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How long the WebSocket handshake may take: it is one exchange.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long one small frame may take to be handed to the system: past this its buffer is full and the way is dead.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// Bytes read at once: tungstenite allocates this for good, 128 KiB by default.
const READ_BUFFER_BYTES: usize = 4096;
/// How long `bye` and the close may take; after that the grace does it.
const BYE_WITHIN: Duration = Duration::from_secs(2);

type Socket = WebSocketStream<Box<dyn crate::dial::Stream>>;

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
    Driver { dial, orders, events, session, backoff, zero: Instant::now(), target: None }.run().await;
}

struct Driver {
    dial: Arc<dyn Dial>,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<Event>,
    session: Session,
    backoff: Backoff,
    zero: Instant,
    target: Option<Target>,
}

/// How a connection, or the attempt to make one, ended.
#[derive(Debug)]
enum Ending {
    /// Lost, or not made.
    Lost(String),
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
            let (ending, socket) = match self.target.clone() {
                Some(target) => self.connect(&target).await,
                None => (self.wait_for_target().await, None),
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
        let now = self.now();
        match ending {
            Ending::Lost(why) => {
                drop(socket);
                let wait = self.backoff.lost(now);
                self.lost(why, wait).await
            }
            Ending::Drained(after) => {
                drop(socket);
                let wait = self.backoff.told(now, after);
                self.lost("the service restarts".to_owned(), wait).await
            }
            Ending::Closed(end) => {
                self.target = None;
                self.session.forget();
                self.tell(Event::Ended(end)).await;
                Then::Continue
            }
            Ending::Distrusted => Then::Continue,
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

    /// Says so and waits; an order that changes something ends the wait.
    async fn lost(&mut self, why: String, retry_in: Duration) -> Then {
        tracing::info!(why, retry_in_ms = retry_in.as_millis(), "no connection");
        self.tell(Event::Lost { why, retry_in }).await;
        let until = Instant::now() + retry_in;
        loop {
            let ending = tokio::select! {
                biased;
                order = self.orders.recv() => self.take(order).await,
                () = sleep_until(until) => return Then::Continue,
            };
            match ending {
                None => {}
                Some(Ending::Shutdown) => return Then::Stop,
                Some(Ending::Ordered { .. }) => {
                    if self.target.is_none() {
                        self.session.forget();
                    }
                    return Then::Continue;
                }
                Some(Ending::Lost(_) | Ending::Drained(_) | Ending::Closed(_) | Ending::Distrusted) => {
                    return Then::Continue;
                }
            }
        }
    }

    async fn tell(&self, event: Event) {
        // An agent that is gone has closed the orders too, which the loop sees next.
        let _ = self.events.send(event).await;
    }
}

async fn open(dial: &dyn Dial, address: &Address) -> Result<Socket, String> {
    let stream = dial.dial(address).await.map_err(|error| error.to_string())?;
    let url = format!("ws://{}{}", address.authority(), protocol::http::CONNECT_PATH);
    let mut request = url.into_client_request().map_err(|error| words(&error))?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol::SUBPROTOCOL));
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(protocol::limits::FRAME_BYTES))
        .max_frame_size(Some(protocol::limits::FRAME_BYTES));
    match timeout(HANDSHAKE_WITHIN, client_async_with_config(request, stream, Some(config))).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(words(&error)),
        Err(_) => Err(format!("{} did not answer", address.host())),
    }
}

/// Says `bye` and closes, as far as the way allows; the grace does the rest.
async fn leave(mut socket: Socket) {
    let leaving = async {
        socket.send(Message::text(protocol::write(&Up::Bye))).await?;
        socket.close(None).await?;
        // The close is done when the other end has said so too; what comes before that is of no use any more.
        while let Some(Ok(_)) = socket.next().await {}
        Ok::<(), tungstenite::Error>(())
    };
    if !matches!(timeout(BYE_WITHIN, leaving).await, Ok(Ok(()))) {
        tracing::debug!("left without an answer");
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

/// An error of the socket in words that end a sentence "No connection: …".
fn words(error: &tungstenite::Error) -> String {
    match error {
        tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => {
            "the service has closed the connection".to_owned()
        }
        tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
            "the connection was cut".to_owned()
        }
        tungstenite::Error::Io(why) => format!("the connection broke ({why})"),
        tungstenite::Error::Http(response) => {
            format!("the service is not there: the address answers {}", response.status())
        }
        other => format!("the service does not speak as expected ({other})"),
    }
}

#[cfg(test)]
mod tests;
