//! The client's end of the connection to the live chat service.
//!
//! [`drive`] waits and acts: [`Order`]s come in from the agent, [`Event`]s go out to it. The loop itself is the pure
//! [`link_loop`]; [`connection_policy`] decides what orders and endings mean, [`session`] what is said on the wire, and
//! [`backoff`] when to try again; [`dial`] opens streams. This crate does not know what an activity, a preference or a chat
//! means, and stores nothing.

mod address;
pub mod backoff;
mod clock;
pub mod connection_policy;
pub mod dial;
mod driver;
mod flood;
pub mod link_loop;
mod redeem;
pub mod session;

pub use address::{Address, AddressError};
pub use clock::{Clock, Clocks, Timer, TokioClock};
pub use dial::{Dial, DialError, Dialer};
pub use driver::drive;
pub use redeem::{RedeemError, redeem};

use presence::Activity;
use protocol::{App, Down, Instance, IntentId, Token, Up};
use std::time::Duration;

/// Where to connect, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The service.
    pub address: Address,
    /// The sign-in.
    pub token: Token,
    /// Which run of the app this is.
    pub instance: Instance,
    /// The app that is running here.
    pub app: App,
    /// Whether it can show a toast with sound.
    pub can_ring: bool,
}

/// What the agent wants of the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Be connected to this target from now on, and keep trying. Forgets intents that another target has not answered.
    Connect(Target),
    /// Send this intent. With an id, it is kept and repeated after each reconnect until it is answered; without one, it is
    /// sent if the connection is up and dropped otherwise. Not for `hello`, `beat`, `activity`, `bye`.
    Send(Up),
    /// This is the activity from now on (P11): it is sent at once if the connection is up, and restated in each beat and
    /// hello. It is state: a newer one replaces it, and it is never repeated under its id.
    Activity {
        /// Its id, answered by `ok`.
        id: IntentId,
        /// The activity; its age grows here from now on.
        activity: Activity,
    },
    /// Be disconnected from now on, and forget unanswered intents.
    Disconnect {
        /// Say `bye`: the device leaves at once (P10). Without it, it stays in grace.
        bye: bool,
    },
    /// The network has changed or the machine has woken up: the open socket cannot be trusted, and the wait is over.
    RetryNow,
}

/// What the link tells the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A socket is open and `hello` was sent; [`Event::Down`] with `welcome` follows, or the end.
    Up,
    /// A frame from the service. The link answers `beat` itself; it is passed on because its arrival tells the agent how
    /// late it is at the service.
    Down(Box<Down>),
    /// The connection is lost, or could not be made; the link tries again by itself.
    Lost {
        /// Why, for people.
        why: String,
        /// When the link tries again.
        retry_in: Duration,
    },
    /// The connection has ended, and the link does not try again until the next [`Order::Connect`].
    Ended(End),
    /// A report of activity was sent: its exact text, except the token of a `hello` (P13).
    Sent {
        /// The frame's text.
        text: String,
    },
    /// How long the answer to an intent took.
    RoundTrip(Duration),
}

/// Why the link has given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The sign-in is unknown or was ended: the user has to sign in again.
    SignIn,
    /// A copy of this run is connected with the same instance: it has taken over twice within a short time.
    Replaced,
}
