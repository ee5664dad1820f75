//! A chat session as the service keeps it, whole.

use crate::SentFile;
use presence::UnixMillis;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Limits on what people write; the service refuses more.
pub mod limits {
    /// Longest subject, in characters: one line of a toast.
    pub const SUBJECT_CHARS: usize = 200;
    /// Longest reference (a ticket number), in characters.
    pub const REFERENCE_CHARS: usize = 40;
    /// Longest message, in characters: 16 KiB in the worst case, a quarter of a frame.
    pub const MESSAGE_CHARS: usize = 4_000;
    /// Largest file, in bytes: a screenshot of a large screen has some 5 MB, and a log that is sent whole less.
    pub const FILE_BYTES: u64 = 10 * 1024 * 1024;
    /// Longest name of a file, in characters: as long as file systems allow in bytes.
    pub const FILE_NAME_CHARS: usize = 255;
    /// Longest note of a callback or completion, in characters.
    pub const NOTE_CHARS: usize = 2_000;
    /// Longest phone number as written, in characters.
    pub const PHONE_CHARS: usize = 40;
    /// Most technicians that a session remembers, including those who left.
    pub const PARTICIPANTS: usize = 16;
    /// Most requests of one client that wait at once (C1): each rings at every technician.
    pub const WAITING_OF_CLIENT: usize = 3;
    /// Most abandoned chats and callbacks of one client that stay open: more than a person leaves behind before somebody calls.
    pub const FOLLOW_UPS_OF_CLIENT: usize = 20;
    /// Most abandoned chats and callbacks of an organisation that stay open: more than any service desk works through.
    pub const FOLLOW_UPS: usize = 2_000;
    /// For how long a completion can be undone (C9), in milliseconds: the 8 seconds for which it is offered, and 2 for the way here.
    pub const UNDO_MS: u64 = 10_000;
    /// Most intents that a session remembers, so that a repeat gets the same answer: repeats come within minutes, and nobody changes
    /// a chat this often in that time.
    pub const APPLIED: usize = 64;
}

/// Identifies a session: the id of the intent that began it, so that a repeat finds the session it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct SessionId(pub Uuid);

/// Identifies a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct PersonId(pub Uuid);

/// A person's name as others read it.
pub type Name = String;

/// Who started the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A client asked for a chat.
    Request,
    /// A technician invited the client (C7).
    Push,
}

/// Where the session is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for the client's answer: an invitation (C7).
    Invited,
    /// Waits for a technician.
    Waiting,
    /// A technician joined.
    Handled,
    /// The client left before anyone joined (C5).
    Abandoned,
    /// The client asked to be called (C5).
    Callback,
    /// Over.
    Completed,
}

impl Status {
    /// All statuses, in the order of a session's life: the final one comes last.
    pub const ALL: [Self; 6] =
        [Self::Invited, Self::Waiting, Self::Handled, Self::Abandoned, Self::Callback, Self::Completed];

    /// Its name on the wire, in the database and in metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Waiting => "waiting",
            Self::Handled => "handled",
            Self::Abandoned => "abandoned",
            Self::Callback => "callback",
            Self::Completed => "completed",
        }
    }

    /// Whether the client is in it: waiting or handled (C1).
    #[must_use]
    pub fn is_active(self) -> bool {
        match self {
            Self::Waiting | Self::Handled => true,
            Self::Invited | Self::Abandoned | Self::Callback | Self::Completed => false,
        }
    }

    /// Whether it is going on: somebody in it waits for somebody else, or they talk.
    #[must_use]
    pub fn is_live(self) -> bool {
        self.is_active() || self == Self::Invited
    }

    /// Whether it waits for a technician to complete it with a note: abandoned, or to be called back (C5).
    #[must_use]
    pub fn is_follow_up(self) -> bool {
        match self {
            Self::Abandoned | Self::Callback => true,
            Self::Invited | Self::Waiting | Self::Handled | Self::Completed => false,
        }
    }
}

/// A technician in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Who.
    pub person: PersonId,
    /// When they joined.
    pub joined: UnixMillis,
    /// When they left, if they did.
    pub left: Option<UnixMillis>,
}

/// A technician offers a chat in progress to others, and stays until one of them has joined (C9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// Who offers it.
    pub by: PersonId,
    /// To whom; `None`: to all.
    pub to: Option<PersonId>,
    /// What the next one should know.
    pub note: Option<String>,
    /// Since when.
    pub at: UnixMillis,
    /// When the technician to whom it is offered answered "Not now", if they did.
    pub declined: Option<UnixMillis>,
}

/// How to call a client back (C5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Callback {
    /// The number as the client wrote it.
    pub phone: String,
    /// Anything else the client wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub note: Option<String>,
}

/// Whether this can be a phone number: it has a digit, of any script. Extensions, prefixes, letters on keys and notes in between are all
/// real, so nothing more can be asked of it (decision 0043).
#[must_use]
pub fn is_phone(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

/// How a session became completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Who completed it: a technician, or the client by leaving a chat in progress, declining an invitation or cancelling a callback;
    /// `None`: the service itself.
    pub by: Option<PersonId>,
    /// What was noted.
    pub note: Option<String>,
    /// What it was before; `None` if an older version stored it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<BeforeEnding>,
}

/// What a session was before it was completed, so that this can be undone (C9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeEnding {
    /// Where it was in its life.
    pub status: Status,
    /// When it had stopped waiting.
    pub ended: Option<UnixMillis>,
    /// The offer to hand it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_over: Option<HandOver>,
    /// When it was completed.
    pub until: UnixMillis,
}

/// An intent that has changed a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The intent's id.
    pub id: Uuid,
    /// Whose it was.
    pub by: PersonId,
}

/// A whole chat session, as only the service sees it. It is stored as JSON: a new field needs `#[serde(default)]`, so that sessions of
/// an older version can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// The technician who invited the client, if the client did not ask (C7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<PersonId>,
    /// Where it is in its life.
    pub status: Status,
    /// The client whose chat it is.
    pub client: PersonId,
    /// What it is about, one line; an invitation may leave it empty.
    pub subject: String,
    /// A ticket number, if the client gave one.
    pub reference: Option<String>,
    /// When the client asked, or was invited.
    pub created: UnixMillis,
    /// When it began to wait: `created`, or when it returned to the queue.
    pub waiting_since: UnixMillis,
    /// When it stopped waiting or being handled.
    pub ended: Option<UnixMillis>,
    /// The technicians who joined, in the order of their last Join.
    pub participants: Vec<Participant>,
    /// The offer to hand it over, while it is in progress (C9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_over: Option<HandOver>,
    /// Since when the client waits for the first answer, while no technician who joined has written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<UnixMillis>,
    /// The technicians who silenced it for themselves (C3).
    pub dismissed: Vec<PersonId>,
    /// How to call back, for `callback`.
    pub callback: Option<Callback>,
    /// How it ended, for `completed`.
    pub ending: Option<Ending>,
    /// How many messages it has; the number of the last one.
    pub messages: u64,
    /// How many private notes it has; the number of the last one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub notes: u64,
    /// The last intents that changed it, the newest last; messages have their own ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<Applied>,
    /// Grows by one with each change.
    pub rev: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Session {
    /// Who started it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.invited_by.is_some() { Kind::Push } else { Kind::Request }
    }

    /// When it was completed: an abandoned chat or a callback ended before that.
    #[must_use]
    pub fn completed(&self) -> Option<UnixMillis> {
        let ending = self.ending.as_ref()?;
        ending.before.as_ref().map(|before| before.until).or(self.ended)
    }

    /// The technicians who are in it now.
    pub fn present(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.participants.iter().filter(|each| each.left.is_none()).map(|each| each.person)
    }

    /// Who won the Join (C4): the first technician in it now.
    #[must_use]
    pub fn joined_by(&self) -> Option<&Participant> {
        self.participants.iter().find(|each| each.left.is_none())
    }

    /// Whether it is offered to this technician, who is not in it (C9).
    #[must_use]
    pub fn is_offered_to(&self, person: PersonId) -> bool {
        let is_theirs = |offer: &HandOver| {
            offer.declined.is_none() && offer.by != person && offer.to.is_none_or(|to| to == person)
        };
        self.status == Status::Handled
            && self.hand_over.as_ref().is_some_and(is_theirs)
            && !self.present().any(|each| each == person)
    }

    /// Whether the client still waits for the first answer of this technician, who is in it and does not hand it over.
    #[must_use]
    pub fn awaits_answer_of(&self, person: PersonId) -> bool {
        self.status == Status::Handled
            && self.unanswered.is_some()
            && self.hand_over.as_ref().is_none_or(|offer| offer.declined.is_some())
            && self.present().any(|each| each == person)
    }

    /// Whether an intent has been applied: its repeat gets the same answer and does nothing, even if the chat has changed since (C4).
    #[must_use]
    pub fn has_applied(&self, applied: Applied) -> bool {
        self.applied.contains(&applied)
    }

    /// Remembers an intent that has changed it.
    #[must_use]
    pub fn with_applied(mut self, applied: Applied) -> Self {
        if self.applied.len() >= limits::APPLIED {
            self.applied.remove(0);
        }
        self.applied.push(applied);
        self
    }

    /// Whether this person may write in it.
    #[must_use]
    pub fn has(&self, person: PersonId) -> bool {
        self.client == person || self.present().any(|each| each == person)
    }
}

/// For whom something is written in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// A message, for everybody in it.
    Everybody,
    /// A private note, for technicians. Notes have numbers of their own: a client would notice gaps in those of messages.
    Technicians,
}

/// One message or private note, kept for good (C8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Message {
    /// Its number in the session, from 1.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// The id of the intent that sent it.
    pub id: Uuid,
    /// Who wrote it.
    pub from: PersonId,
    /// When the service accepted it.
    pub at: UnixMillis,
    /// What it says; empty for a file.
    pub text: String,
    /// The file that was sent. Its address has the id of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub file: Option<SentFile>,
}

#[cfg(test)]
mod tests {
    use super::{Status, is_phone};
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn every_way_to_write_a_number_is_one_and_words_alone_are_not() {
        for real in [
            "+64 9 555 0100",
            "1-800-FLOWERS",
            "(030) 901820",
            "ext. 7",
            "**1",
            "٠٩١٢٣٤٥٦٧٨٩",
            "０３−１２３４",
        ] {
            assert!(is_phone(real), "{real}");
        }
        for words in ["", "abc", "my mobile", "the same as before", "+()-"] {
            assert!(!is_phone(words), "{words}");
        }
    }

    #[test]
    fn a_status_has_one_name_everywhere_and_its_place_in_the_list() {
        for (place, status) in Status::ALL.into_iter().enumerate() {
            let name: StrDeserializer<Error> = status.name().into_deserializer();
            assert_eq!(Status::deserialize(name).unwrap(), status);
            assert_eq!(status as usize, place, "{status:?}");
        }
    }
}
