//! The slot of one key on the screen: what the daemon shows there, and what may be shown there next.
//!
//! It knows no other slot: which of two toasts matters more is for the board to say.

use crate::toast::Toast;
use std::num::NonZeroU32;

/// The number under which a daemon knows a toast.
pub type Id = u32;

/// Tells calls to the daemon apart.
pub type Call = NonZeroU32;

/// What became of the toast of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// The daemon was asked to show it and has not answered yet.
    Pending { call: Call, toast: Toast, replaces: Option<Id> },
    /// The daemon shows it.
    OnScreen {
        id: Id,
        toast: Toast,
        /// The user has pressed something: if the toast closes now, the user did not dismiss it.
        acted: bool,
    },
    /// A run that was killed has left it on the screen.
    LeftOver(Id),
    /// The user closed it or its time ran out. It comes back only with a greater ring.
    Gone { ring: Option<u64> },
    /// The daemon would not show it. A changed toast is tried at once, the same one when it is `due`.
    Refused { toast: Toast, due: bool },
    /// It was taken off the screen for a more important one, and comes back when it is `due`.
    MadeRoom { toast: Toast, due: bool },
}

/// How to show a toast in its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Showing {
    /// The toast that it replaces.
    pub(super) replaces: Option<Id>,
    pub(super) sounds: bool,
}

impl Showing {
    /// As a toast of which nothing is on the screen.
    pub(super) fn first(toast: &Toast) -> Self {
        Self { replaces: None, sounds: toast.ring.is_some() }
    }
}

impl Slot {
    /// How to show `toast` here now; `None` if it is shown already, is on its way, or has to wait.
    pub(super) fn next(&self, toast: &Toast) -> Option<Showing> {
        match self {
            Self::Pending { .. } => None,
            Self::LeftOver(id) => Some(Showing { replaces: Some(*id), sounds: toast.ring.is_some() }),
            Self::OnScreen { toast: shown, .. } if shown == toast => None,
            Self::OnScreen { id, toast: shown, .. } => {
                Some(Showing { replaces: Some(*id), sounds: toast.ring > shown.ring })
            }
            Self::Refused { toast: refused, due: false } if refused == toast => None,
            Self::Refused { .. } => Some(Showing::first(toast)),
            Self::MadeRoom { toast: shown, due: true } => {
                Some(Showing { replaces: None, sounds: toast.ring > shown.ring })
            }
            Self::Gone { ring } if toast.ring > *ring => Some(Showing { replaces: None, sounds: true }),
            Self::Gone { .. } | Self::MadeRoom { due: false, .. } => None,
        }
    }

    /// The number to close if the toast is not wanted any more. A pending one is closed when its number is known.
    pub(super) fn closable(&self) -> Option<Id> {
        match self {
            Self::OnScreen { id, .. } | Self::LeftOver(id) => Some(*id),
            Self::Pending { .. } | Self::Gone { .. } | Self::Refused { .. } | Self::MadeRoom { .. } => None,
        }
    }

    /// The number of the toast on the screen, also of one that is about to be replaced.
    pub(super) fn on_screen(&self) -> Option<Id> {
        match self {
            Self::OnScreen { id, .. } | Self::LeftOver(id) | Self::Pending { replaces: Some(id), .. } => {
                Some(*id)
            }
            Self::Pending { replaces: None, .. }
            | Self::Gone { .. }
            | Self::Refused { .. }
            | Self::MadeRoom { .. } => None,
        }
    }

    /// Whether its toast is wanted, and waits for room on the screen.
    pub(super) fn waits_for_room(&self) -> bool {
        match self {
            Self::Refused { .. } | Self::MadeRoom { .. } => true,
            Self::Pending { .. } | Self::OnScreen { .. } | Self::LeftOver(_) | Self::Gone { .. } => false,
        }
    }

    /// There may be room now.
    pub(super) fn try_again(&mut self) {
        match self {
            Self::Refused { due, .. } | Self::MadeRoom { due, .. } => *due = true,
            Self::Pending { .. } | Self::OnScreen { .. } | Self::LeftOver(_) | Self::Gone { .. } => {}
        }
    }

    /// The toast `id` is off the screen without our doing. If it was here: the slot from now on, and whether the user may have
    /// closed the toast.
    pub(super) fn closed(&self, id: Id) -> Option<(Self, bool)> {
        match self {
            Self::OnScreen { id: shown, toast, acted } if *shown == id => {
                Some((Self::Gone { ring: toast.ring }, !acted))
            }
            // Nobody knows any more whether it had sounded; the next ring brings it back.
            Self::LeftOver(left) if *left == id => Some((Self::Gone { ring: Some(0) }, true)),
            Self::OnScreen { .. }
            | Self::LeftOver(_)
            // The toast that replaces it is on its way.
            | Self::Pending { .. }
            | Self::Gone { .. }
            | Self::Refused { .. }
            | Self::MadeRoom { .. } => None,
        }
    }

    /// The daemon has ended, and its numbers with it: the slot from now on, if anything of it still counts, and whether its toast
    /// counts as closed.
    pub(super) fn daemon_gone(self) -> (Option<Self>, bool) {
        match self {
            // It would have gone by itself: a new daemon would show it as news, hours later.
            Self::OnScreen { toast, .. } if !toast.stays => (Some(Self::Gone { ring: toast.ring }), true),
            Self::Gone { ring } => (Some(Self::Gone { ring }), false),
            // The next daemon may show it, so its answer is waited for.
            Self::Pending { call, toast, replaces: _ } => {
                (Some(Self::Pending { call, toast, replaces: None }), false)
            }
            Self::OnScreen { .. } | Self::LeftOver(_) | Self::Refused { .. } | Self::MadeRoom { .. } => {
                (None, false)
            }
        }
    }
}
