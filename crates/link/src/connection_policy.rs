//! What orders, frames and endings mean for the link: whether to be connected, when to try, what an ending means. Pure.
//!
//! - While disconnected, ask [`ConnectionPolicy::next`] what to do; do it until it is done or an order ends it.
//! - When a connection is open, call [`ConnectionPolicy::opened`], and write the frames that
//!   [`ConnectionPolicy::next_frame`] returns, now and after each call.
//! - Pass every ending to [`ConnectionPolicy::end`]; its result says how to leave the socket and what to tell the agent.
//!
//! `session` decides what is said on the connection, and `backoff` how long to wait. Knows no socket and reads no clock.

use crate::backoff::Backoff;
use crate::session::{Death, Frame, Full, Session};
use crate::{End, Event, Order, Target};
use presence::Moment;
use protocol::limits::WORDS_CHARS;
use protocol::{Close, Down, ErrorCode, display_text};
use std::time::Duration;

/// Two closes with `4409` within this time mean that a copy of this run really is connected; a single one may be about an
/// abandoned connection of its own that arrived late. Longer than the longest wait between two attempts.
const REPLACED_AGAIN: Duration = Duration::from_secs(60);

/// Decides for one link whether it is connected, and when it tries again.
#[derive(Debug)]
pub struct ConnectionPolicy {
    session: Session,
    backoff: Backoff,
    target: Option<Target>,
    /// No attempt is made before this time.
    pause: Option<Moment>,
    /// Why there is no connection, as last reported.
    said: Option<String>,
    /// When the service last closed a connection because another one of this instance had taken its place.
    replaced: Option<Moment>,
}

/// What to do while there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Wait for an order.
    Wait,
    /// Wait until this time, or for an order; then end with [`Ending::RetryDue`].
    WaitUntil(Moment),
    /// Make a connection.
    Connect(Target),
}

/// How a connection, an attempt to make one, or a wait for one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The connection was lost, or could not be made.
    Lost(String),
    /// The pause after a loss is over: the next attempt is due.
    RetryDue,
    /// The service asked to come back after this time.
    Drained(Duration),
    /// Closed permanently.
    Closed(End),
    /// The old socket can no longer be trusted.
    Distrusted,
    /// An order has changed the target.
    Ordered {
        /// Whether to leave with `bye`.
        bye: bool,
    },
}

/// What follows from an order or a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Reports for the agent, in order.
    pub tell: Vec<Event>,
    /// The ending, if it ends the connection, the attempt or the wait.
    pub ending: Option<Ending>,
}

/// What follows from an ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Reports for the agent.
    pub tell: Option<Event>,
    /// Say `bye` and close; otherwise the socket is dropped without a close frame, which would mean leaving (P10).
    pub bye: bool,
}

impl Step {
    fn ending(ending: Ending) -> Self {
        Self { tell: Vec::new(), ending: Some(ending) }
    }

    fn told(event: Event) -> Self {
        Self { tell: vec![event], ending: None }
    }
}

impl ConnectionPolicy {
    /// A link that has no orders yet; `seed` determines the jitter of its waits.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            session: Session::default(),
            backoff: Backoff::new(seed),
            target: None,
            pause: None,
            said: None,
            replaced: None,
        }
    }

    /// What to do while there is no connection.
    #[must_use]
    pub fn next(&self) -> Next {
        match (&self.target, self.pause) {
            (None, _) => Next::Wait,
            (Some(_), Some(until)) => Next::WaitUntil(until),
            (Some(target), None) => Next::Connect(target.clone()),
        }
    }

    /// Takes an order in.
    pub fn take(&mut self, order: Order, now: Moment) -> Step {
        match order {
            Order::Connect(target) if self.target.as_ref() == Some(&target) => Step::default(),
            Order::Connect(target) => {
                if self.target.as_ref().is_some_and(|known| known.token != target.token) {
                    self.session.forget();
                }
                self.backoff.reset();
                self.target = Some(target);
                Step::ending(Ending::Ordered { bye: false })
            }
            Order::Disconnect { bye } => {
                self.target = None;
                Step::ending(Ending::Ordered { bye })
            }
            Order::RetryNow => {
                self.backoff.reset();
                Step::ending(Ending::Distrusted)
            }
            Order::Activity { id, activity } => {
                self.session.state(id, activity, now);
                Step::default()
            }
            Order::Send(up) => {
                let re = up.intent();
                match self.session.send(up, now) {
                    Ok(()) => Step::default(),
                    Err(Full) => Step::told(Event::Down(Box::new(too_much_waits(re)))),
                }
            }
        }
    }

    /// A connection to this target is open.
    pub fn opened(&mut self, target: Target, now: Moment) {
        self.backoff.connected(now);
        self.said = None;
        tracing::info!("connected");
        self.session.begin(target, now);
    }

    /// The next frame to write at `now`; call until it returns `None`.
    pub fn next_frame(&mut self, now: Moment) -> Option<Frame> {
        self.session.next_frame(now)
    }

    /// When [`Self::next_frame`] or [`Self::silence`] has to be called again even if nothing happens.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        self.session.next_timeout()
    }

    /// The ending, if the connection has been silent for too long, or the service did not send its state.
    #[must_use]
    pub fn silence(&self, now: Moment) -> Option<Ending> {
        let words = match self.session.death(now)? {
            Death::Silent => "the service has fallen silent",
            Death::Unsynced => "the service did not send its whole state in time",
        };
        Some(Ending::Lost(words.to_owned()))
    }

    /// How many intents wait for an answer; at most [`crate::session::UNANSWERED`].
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.session.unanswered()
    }

    /// Takes in a text from the service.
    pub fn hear(&mut self, text: &str, now: Moment) -> Step {
        let down = match protocol::read_down(text) {
            Ok(down) => down,
            Err(error) => {
                // A newer service may send frames that this app does not know. Do not disconnect for that.
                let error = display_text::line(&error.to_string(), WORDS_CHARS);
                tracing::debug!(error, "a frame that this app does not know");
                self.hear_sign_of_life(now);
                return Step::default();
            }
        };
        if let Down::Reconnect { after_ms } = down {
            return Step::ending(Ending::Drained(Duration::from_millis(after_ms)));
        }
        let heard = self.session.hear(down, now);
        let round_trip = heard.round_trip.map(Event::RoundTrip);
        let down = heard.down.map(|down| Event::Down(Box::new(down)));
        Step { tell: round_trip.into_iter().chain(down).collect(), ending: None }
    }

    /// Something arrived that is not one of our frames, such as a ping: the connection is alive.
    pub fn hear_sign_of_life(&mut self, now: Moment) {
        self.session.hear_sign_of_life(now);
    }

    /// The ending when the machine has slept: the old socket cannot be trusted, the network may have changed, and nobody
    /// should wait for what was decided before.
    pub fn woke(&mut self) -> Ending {
        tracing::info!("this computer has slept");
        self.backoff.reset();
        Ending::Distrusted
    }

    /// What it means that the service closed with this code, or with [`NO_CODE`] if it gave none.
    #[must_use]
    pub fn closed(code: u16) -> Ending {
        let lost = |words: &str| Ending::Lost(words.to_owned());
        match Close::of(code) {
            Some(Close::SignIn) => Ending::Closed(End::SignIn),
            Some(Close::Replaced) => Ending::Closed(End::Replaced),
            Some(Close::GoingDown) => lost("the service restarts"),
            Some(Close::Protocol) => lost("the service does not understand this app"),
            Some(Close::TooSlow) => lost("this computer answered the service too slowly"),
            Some(Close::TooMany) => {
                lost("the service says that this is too much: too many devices, windows or requests")
            }
            None => lost("the service has closed the connection"),
        }
    }

    /// Every ending goes through this function.
    pub fn end(&mut self, ending: Ending, now: Moment) -> Ended {
        self.session.end();
        self.pause = None;
        match ending {
            Ending::Lost(why) => {
                let wait = self.backoff.lost(now);
                self.lost(&why, wait, now)
            }
            Ending::Drained(after) => {
                let wait = self.backoff.told(now, after);
                self.lost("the service restarts", wait, now)
            }
            Ending::Closed(End::SignIn) => self.give_up(End::SignIn),
            Ending::Closed(End::Replaced) => {
                let before = self.replaced.replace(now);
                if before.is_some_and(|before| now.since(before) < REPLACED_AGAIN) {
                    return self.give_up(End::Replaced);
                }
                // Nobody else should have this instance, so try once more before giving up.
                let wait = self.backoff.lost(now);
                self.lost("the service has put another connection in place of this one", wait, now)
            }
            Ending::RetryDue | Ending::Distrusted => Ended { tell: None, bye: false },
            Ending::Ordered { bye } => {
                if self.target.is_none() {
                    self.session.forget();
                }
                Ended { tell: None, bye }
            }
        }
    }

    /// Does not try again until the next order.
    fn give_up(&mut self, end: End) -> Ended {
        self.target = None;
        self.session.forget();
        Ended { tell: Some(Event::Ended(end)), bye: false }
    }

    /// Reports it, and waits before the next attempt.
    fn lost(&mut self, why: &str, retry_in: Duration, now: Moment) -> Ended {
        let why = display_text::line(why, WORDS_CHARS);
        let retry_in_ms = retry_in.as_millis();
        if self.said.as_ref() == Some(&why) {
            tracing::debug!(why, retry_in_ms, "still no connection");
        } else {
            tracing::info!(why, retry_in_ms, "no connection");
            self.said = Some(why.clone());
        }
        self.pause = Some(now.plus(retry_in));
        Ended { tell: Some(Event::Lost { why, retry_in }), bye: false }
    }
}

/// What a close frame without a code counts as.
pub const NO_CODE: u16 = 1005;

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
