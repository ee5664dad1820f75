//! The toasts that belong on the screen: a set that the shell reconciles with the desktop.
//!
//! The shell shows what is new, replaces what has changed under the same key, and closes what is no longer in the set.
//! It reports back by [`ToastEvent`]. Nothing here knows a notification daemon.

use chat::SessionId;

/// Identifies a toast: a toast with the same key takes the place of the earlier one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToastKey {
    /// A waiting request (C3).
    Request(SessionId),
    /// All waiting requests, from three on (C3).
    Several,
    /// An invitation: at its client the question, at the technician who sent it the answer (C7).
    Invitation(SessionId),
    /// What became of a chat that this user offered to others (C9).
    HandOver(SessionId),
    /// The client left before anyone joined (C5).
    Abandoned(SessionId),
    /// The client asks to be called (C5).
    Callback(SessionId),
    /// New messages of a chat (C8).
    Message(SessionId),
    /// News, told apart by its number.
    News(u64),
}

impl ToastKey {
    /// Whether it stands for waiting requests.
    #[must_use]
    pub fn is_of_requests(&self) -> bool {
        match self {
            Self::Request(_) | Self::Several => true,
            Self::Invitation(_)
            | Self::HandOver(_)
            | Self::Abandoned(_)
            | Self::Callback(_)
            | Self::Message(_)
            | Self::News(_) => false,
        }
    }
}

/// A toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Which.
    pub key: ToastKey,
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// What can be done, in order.
    pub buttons: Vec<Button>,
    /// The number of its ring: a greater one than before under the same key shows it again with sound. `None` is silent.
    pub ring: Option<u64>,
    /// Whether its ring is the louder and longer one (C3).
    pub is_late: bool,
    /// Whether it stays until it is withdrawn; otherwise the desktop decides how long.
    pub stays: bool,
    /// Whether the desktop is asked to show it before all others, and whatever the user is doing.
    pub is_critical: bool,
}

/// A button of a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it does.
    pub action: ToastAction,
    /// What it says.
    pub label: String,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToastAction {
    /// Join the request; of several, the longest.
    Join,
    /// Silence the request for this user.
    Dismiss,
    /// Accept the invitation.
    Accept,
    /// Answer the invitation with "Not now".
    Decline,
}

impl ToastAction {
    /// All.
    pub const ALL: [Self; 4] = [Self::Join, Self::Dismiss, Self::Accept, Self::Decline];

    /// The name under which a desktop gives it back when it is pressed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Dismiss => "dismiss",
            Self::Accept => "accept",
            Self::Decline => "decline",
        }
    }

    /// The action of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// Something that happened to a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToastEvent {
    /// The daemon has confirmed that it is on the screen.
    Shown(ToastKey),
    /// A button was pressed.
    Pressed(ToastKey, ToastAction),
    /// The toast itself was clicked.
    Clicked(ToastKey),
    /// The user closed it or its time ran out, which decides nothing.
    Closed(ToastKey),
}
