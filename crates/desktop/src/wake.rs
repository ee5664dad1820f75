//! All that can wake the program, as one type.
//!
//! Each source of wakes sends these; the loop in `run` turns each into an input of the agent.

use agent::agent::{Problem, TrayIcon};
use agent::settings::KnownAccount;
use agent::toast::ToastEvent;
use agent::view::Intent;
use protocol::Token;
use std::process::ExitStatus;

/// Wakes that may wait: bursts are a few clicks; a full queue makes their senders wait.
pub(crate) const MAX_QUEUED_WAKES: usize = 64;

/// What happened.
#[derive(Debug)]
pub(crate) enum Wake {
    /// The idle watch has seen something.
    Seen(idle::Seen),
    /// From the link to the service.
    Link(link::Event),
    /// Over the local socket.
    Local(local::server::Request),
    /// An item of the tray's menu was clicked.
    TrayMenu(Intent),
    /// The tray's picture was clicked.
    TrayClicked,
    /// What has become of the tray icon has changed.
    TrayIcon(TrayIcon),
    /// What became of a toast.
    Toast(ToastEvent),
    /// Whether the desktop is in do-not-disturb now.
    DoNotDisturb(bool),
    /// The desktop allows the next window to come to the front.
    ActivationToken(String),
    /// Something is wrong on this machine, or no longer is.
    Notice {
        /// What.
        about: Problem,
        /// What follows from it, in words.
        words: Option<String>,
    },
    /// A one-time link was redeemed, or not.
    Redeemed(Result<(Token, KnownAccount), String>),
    /// The window process has ended; `None` if how it ended is not known.
    WindowExited(Option<ExitStatus>),
    /// The window has ended without being closed.
    WindowCrashed {
        /// Whether there is a display to open it on again.
        has_display: bool,
    },
    /// The system or the user at a terminal wants the program to end.
    Signal,
    /// The next turn of the agent's loop is due.
    Timeout,
}
