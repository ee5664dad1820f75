//! The local socket: one running agent for each login session and profile; the window and the terminal connect to it.
//!
//! One JSON object a line. [`ToAgent`] goes up, [`FromAgent`] comes down. Only the same user may connect. This crate moves
//! lines and knows the socket's path; it does not know what an intent does.

mod bind_error;
pub mod client;
mod lines;
pub mod server;
pub mod socket_path;
mod transport;
#[cfg(windows)]
mod windows_user;

pub use lines::LineError;

use agent::view::{Answer, Intent, RequestId, ToWindow, View, WindowReport};
use serde::{Deserialize, Serialize};

/// Longest line, in bytes: a view with everything that can wait is far shorter.
pub const LINE_BYTES: usize = 1024 * 1024;

/// A line to the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToAgent {
    /// Wants something; answered by [`FromAgent::Answer`].
    Intent {
        /// The request.
        id: RequestId,
        /// What is wanted.
        intent: Intent,
    },
    /// Wants the view now and after each change.
    Watch,
    /// From the window process.
    Window(WindowReport),
}

/// A line from the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromAgent {
    /// How an intent ended.
    Answer {
        /// The request.
        id: RequestId,
        /// How.
        answer: Answer,
    },
    /// The current view.
    View(Box<View>),
    /// For the window process.
    Window(ToWindow),
    /// Too many connections are open to serve this one; it is closed next.
    Full,
}
