//! What people may want to do in a session, and the answers to that.

use crate::{Callback, PersonId, Session};
use presence::UnixMillis;

/// What somebody wants to do in an existing session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Join it (technician): while it waits, the first one wins.
    Join,
    /// Join it whether another technician is in it or not (technician, C9).
    Assist,
    /// Offer it to another technician, or to all, and stay until one has joined (technician, C9).
    HandOver {
        /// To whom.
        to: Option<PersonId>,
        /// What they should know.
        note: Option<String>,
    },
    /// Take that offer back (technician, C9).
    Keep,
    /// Silence it for oneself, or do not take over what is offered to oneself (technician).
    Dismiss,
    /// Accept an invitation (client, C7).
    Accept,
    /// Answer an invitation with "Not now" (client, C7).
    Decline,
    /// Write in it; the text has been checked.
    Message,
    /// Write a private note in it (technician); the text has been checked.
    Note,
    /// Leave it; the technician who invited takes the invitation back.
    Leave,
    /// Ask for a call instead, or change the number and the note of that call (client).
    Callback(Callback),
    /// No longer ask for the call (client).
    CancelCallback,
    /// End it (technician).
    Complete {
        /// What was done; required for abandoned and callback (C9).
        note: Option<String>,
    },
    /// Undo one's own completion a few seconds after it (C9).
    Reopen,
}

/// The outcome of an intent that is not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The changed session.
    Changed(Box<Session>),
    /// The session was like this already: a repeat, or nothing to do.
    Already,
}

/// Why an intent is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another technician won the Join.
    #[error("another technician joined first")]
    Taken {
        /// Who.
        by: PersonId,
        /// When.
        at: UnixMillis,
    },
    /// This person may not do this.
    #[error("not allowed for this role or person")]
    NotAllowed,
    /// The session is over.
    #[error("the chat is over")]
    Over,
    /// Completing an abandoned chat or a callback needs a note (C9).
    #[error("a note is needed")]
    NoteNeeded,
    /// The technician to whom it would be handed over is offline, or is in it already (C9).
    #[error("this technician cannot take it over")]
    CannotTakeOver,
    /// As many technicians as possible are in it.
    #[error("too many technicians are in it")]
    Full,
    /// Leaving would leave the client alone: somebody else has to stay, or complete it (C9).
    #[error("nobody else would stay")]
    NobodyStays,
    /// A completion can be undone for a few seconds only (C9).
    #[error("it was completed too long ago")]
    TooLate,
}

impl Refusal {
    /// Who has joined a chat in progress.
    pub(crate) fn taken(session: &Session) -> Self {
        match session.joined_by() {
            Some(winner) => Self::Taken { by: winner.person, at: winner.joined },
            None => Self::Over,
        }
    }
}

/// The session as an intent makes it; `None` if it changes nothing.
pub(crate) type Next = Result<Option<Session>, Refusal>;
