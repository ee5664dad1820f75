//! A chat session as its reader's role may see it: a client sees no notes, and only the names and states of technicians.

use chat::{Callback, Kind, PersonId, SessionId, Status};
use presence::{State, UnixMillis};
use serde::{Deserialize, Serialize};

/// A session as its reader may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SessionView {
    /// Which.
    pub id: SessionId,
    /// Grows with each stored change. The higher of two is newer; the same one may come again with other states in it.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub rev: u64,
    /// Who started it.
    pub kind: Kind,
    /// Where it is in its life.
    pub status: Status,
    /// The client.
    pub client: PersonId,
    /// The client's name.
    pub client_name: String,
    /// The client's company, for technicians.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub company: Option<String>,
    /// The technician who invited the client, for `push` (C7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub inviter: Option<Inviter>,
    /// What it is about; an invitation may leave it empty.
    pub subject: String,
    /// The ticket number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reference: Option<String>,
    /// When the client asked, or was invited.
    pub created: UnixMillis,
    /// When it began to wait.
    pub waiting_since: UnixMillis,
    /// When it stopped being active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub ended: Option<UnixMillis>,
    /// Who completed it: one of its people. Without it, the service has, or for a client somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub completed_by: Option<PersonId>,
    /// The technicians who joined, in order, including those who left.
    pub participants: Vec<ParticipantView>,
    /// The offer to hand it over, for technicians while it is in progress (C9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub hand_over: Option<Box<HandOverView>>,
    /// From when its technicians are reminded to answer, for technicians; while the client waits for their first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub answer_due: Option<UnixMillis>,
    /// How many requests wait before this one; for its own client while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub ahead: Option<u32>,
    /// Whether to offer a callback already (C6): nobody is Online, or everybody who could join has silenced it; for its own client
    /// while it waits. After `policy.ring.pressing_until_ms` of waiting, offer it anyway.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub callback_offered: bool,
    /// How to call back, for technicians and for its own client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub callback: Option<Callback>,
    /// What was noted at completion, for technicians.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub note: Option<String>,
    /// The number of the last message; 0 if there is none.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub messages: u64,
    /// The number of the last private note, for technicians.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub notes: Option<u64>,
}

/// The technician who invited a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Inviter {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
}

/// A session in progress that is offered to other technicians (C9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HandOverView {
    /// Who offers it.
    pub by: PersonId,
    /// To whom; without it, to all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub to: Option<PersonId>,
    /// That technician's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub to_name: Option<String>,
    /// What the next one should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub note: Option<String>,
    /// Since when.
    pub at: UnixMillis,
    /// When it came to nothing, since nobody was left who could take the chat over: they answered "Not now", silenced it or went offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub declined: Option<UnixMillis>,
}

impl SessionView {
    /// Since when it rings: since it waits, was offered to other technicians, or should have been answered.
    #[must_use]
    pub fn rings_since(&self) -> UnixMillis {
        self.open_offer().map(|offer| offer.at).or(self.answer_due).unwrap_or(self.waiting_since)
    }

    /// The offer to hand it over, unless it has come to nothing (C9).
    #[must_use]
    pub fn open_offer(&self) -> Option<&HandOverView> {
        let is_open = |offer: &&HandOverView| self.status == Status::Handled && offer.declined.is_none();
        self.hand_over.as_deref().filter(is_open)
    }

    /// Whether it is a chat in progress that is not offered to others: if it rings, those in it are reminded to answer (C3).
    #[must_use]
    pub fn rings_for_answer(&self) -> bool {
        self.status == Status::Handled && self.open_offer().is_none()
    }

    /// Whether it is offered to this technician, who is not in it (C9).
    #[must_use]
    pub fn is_offered_to(&self, person: PersonId) -> bool {
        let is_theirs = |offer: &HandOverView| offer.by != person && offer.to.is_none_or(|to| to == person);
        self.open_offer().is_some_and(is_theirs)
            && !self.participants.iter().any(|each| each.left.is_none() && each.person == person)
    }
}

/// A technician of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ParticipantView {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Online, away or offline, without reason or time.
    pub state: State,
    /// When they joined.
    pub joined: UnixMillis,
    /// When they left, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub left: Option<UnixMillis>,
}
