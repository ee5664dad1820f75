//! What the desk takes and gives: inputs and effects. Nothing is decided here.

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
    /// It is lost, and being made again.
    Unlinked,
    /// It cannot be made again, and why.
    GaveUp(String),
    /// What the agent shows.
    View(Box<View>),
    /// What the agent orders.
    Order(ToWindow),
    /// The user closed a window.
    Closed(WindowKind),
    /// A window could not be made, or the portal's page did not load; why, in words.
    Failed(WindowKind, String),
    /// The page of a window has answered that it lives.
    Answered(WindowKind),
    /// The process that runs the page of a window has ended.
    Died(WindowKind),
    /// Input in one of our windows.
    Touched,
    /// No window is left, however that came.
    NoneLeft,
}

/// What is to be done, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Tell the agent.
    Report(WindowReport),
    /// Ask something of the agent; nobody waits for the answer.
    Intend(Intent),
    /// Make the portal's window.
    OpenPortal {
        /// What it shows.
        address: PortalAddress,
        /// Its title.
        title: String,
        /// A client's is narrow.
        role: Role,
        /// Without coming to the front.
        minimised: bool,
    },
    /// Make the status window.
    OpenStatus {
        /// Its title.
        title: String,
        /// Without coming to the front.
        minimised: bool,
    },
    /// Make the window that asks before a link signs in.
    OpenQuestion {
        /// Its title.
        title: String,
    },
    /// Send the portal's window to a fresh address.
    Navigate(PortalAddress),
    /// Open a chat in the portal that is shown.
    GoTo(SessionId),
    /// Bring a window to the front.
    Front(WindowKind),
    /// Take a window away; the user did not ask for it.
    Withdraw(WindowKind),
    /// Ask the page of a window for a sign of life.
    Ask(WindowKind),
    /// End the process that runs the page of a window; that it died comes as an input.
    EndPage(WindowKind),
    /// Load the page of a window again.
    Reload(WindowKind),
    /// Give this to the app's own pages.
    Publish(Box<View>),
    /// End, after the reports are out.
    Exit {
        /// 0 or 1.
        code: u8,
        /// For the terminal, where no window could say it.
        words: Option<String>,
    },
}
