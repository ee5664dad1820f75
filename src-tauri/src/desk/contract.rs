//! The inputs and effects of the desk. Nothing is decided here.

use crate::address::PortalAddress;
use agent::view::{Intent, ToWindow, View, WindowReport};
use chat::SessionId;
use presence::Role;

/// One of the windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowKind {
    /// The service's page.
    Portal,
    /// The desk page.
    Status,
    /// The question before a link signs in: a page of the app's own, too.
    SignIn,
}

/// What happens to the window program.
#[derive(Clone, Debug)]
pub enum Input {
    /// The connection to the agent is up, for the first time or again.
    Linked,
    /// The connection is lost, and is being made again.
    Unlinked,
    /// The connection cannot be made again, and why.
    GaveUp(String),
    /// The agent's view.
    View(Box<View>),
    /// An order from the agent.
    Order(ToWindow),
    /// The user closed a window.
    Closed(WindowKind),
    /// A window could not be made, or the portal's page did not load; why, in words.
    Failed(WindowKind, String),
    /// The page of a window has answered that it is alive.
    Answered(WindowKind),
    /// The process that runs the page of a window has ended.
    Died(WindowKind),
    /// Input in one of our windows.
    Touched,
    /// No window is left, for whatever reason.
    NoneLeft,
}

/// What is to be done, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Tell the agent.
    Report(WindowReport),
    /// Send the agent an intent; nobody waits for the answer.
    Intend(Intent),
    /// Make the portal's window.
    OpenPortal {
        /// What it shows.
        address: PortalAddress,
        /// Its title.
        title: String,
        /// A client's window is narrow.
        role: Role,
        /// Whether it opens minimised.
        minimised: bool,
    },
    /// Make the status window.
    OpenStatus {
        /// Its title.
        title: String,
        /// Whether it opens minimised.
        minimised: bool,
    },
    /// Make the window that asks before a link signs in.
    OpenQuestion {
        /// Its title.
        title: String,
    },
    /// Send the portal's window to a new address.
    Navigate(PortalAddress),
    /// Open a chat in the portal that is already shown.
    GoTo(SessionId),
    /// Bring a window to the front.
    Front(WindowKind),
    /// Close a window although the user did not ask for it.
    Withdraw(WindowKind),
    /// Ask the page of a window whether it responds.
    Ask(WindowKind),
    /// End the process that runs the page of a window; its end is reported as an input.
    EndPage(WindowKind),
    /// Reload the page of a window.
    Reload(WindowKind),
    /// Send this to the app's own pages.
    Publish(Box<View>),
    /// End, once the reports are sent.
    Exit {
        /// 0 or 1.
        code: u8,
        /// A message for the terminal, if no window could show it.
        words: Option<String>,
    },
}
