//! State: what the service sends.

use crate::{CannedReply, Devices, ErrorCode, IntentId, Person, Policy, ReplyId, SessionView, You};
use chat::{Message, PersonId, SessionId};
use presence::{Preference, UnixMillis};
use serde::{Deserialize, Serialize};

/// The service's answer to `hello`. Everything the user may see follows, then `synced`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Welcome {
    /// The service's clock, so that a client with a wrong one shows right times.
    pub now: UnixMillis,
    /// Who the user is.
    pub you: You,
    /// The rules to follow.
    pub policy: Policy,
    /// What the user chose; always automatic for a client.
    pub preference: Preference,
}

/// What an `ok` carries besides its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Answer {
    /// The session that `chat.request` or `chat.invite` made or found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub session: Option<SessionId>,
    /// The number that `chat.message` got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub number: Option<u64>,
    /// How many older chats `chat.more` has left for the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub more: Option<u32>,
    /// The code that `portal.code` asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub code: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(more: &u32) -> bool {
    *more == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_nothing(read: &u64) -> bool {
    *read == 0
}

/// A frame from the service to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type")]
pub enum Down {
    /// Begins the state of this connection.
    #[serde(rename = "welcome")]
    Welcome(Welcome),
    /// Everything has been sent; what the client knew before and was not sent again no longer exists.
    #[serde(rename = "synced")]
    Synced {
        /// How many abandoned chats and callbacks there are besides the newest ones, which were sent: `chat.more` asks for them.
        #[serde(default, skip_serializing_if = "is_zero")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<u32>"))]
        more: u32,
    },
    /// Asks for a `beat` in answer.
    #[serde(rename = "beat")]
    Beat,
    /// Who the user is, after a name has changed.
    #[serde(rename = "you")]
    You {
        /// As it is now.
        you: You,
    },
    /// New rules to follow from now on (P2).
    #[serde(rename = "policy")]
    Policy {
        /// All of them.
        policy: Policy,
    },
    /// The user's preference, to all of their devices (P7).
    #[serde(rename = "preference")]
    Preference {
        /// As it is now.
        preference: Preference,
    },
    /// A session as it is now.
    #[serde(rename = "session")]
    Session {
        /// As this reader may see it.
        session: SessionView,
    },
    /// What is personal about a session.
    #[serde(rename = "mine")]
    Mine {
        /// Which session.
        session: SessionId,
        /// Whether the reader silenced it (C3).
        dismissed: bool,
        /// The last message the reader has seen, on any device.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        seen: u64,
        /// Whether it is in front of the reader, on any device (C8).
        visible: bool,
        /// Whether this device rings for it (C3).
        ring: bool,
        /// The last message that the other side has seen: for a client any technician of the chat, for its technicians the client. 0
        /// for everybody else, and where the organisation has switched read marks off.
        #[serde(default, skip_serializing_if = "is_nothing")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<f64>"))]
        read: u64,
    },
    /// Who else is writing in a session, as it is now.
    #[serde(rename = "typing")]
    Typing {
        /// Which session.
        session: SessionId,
        /// Everybody but the reader; the session has their names.
        people: Vec<PersonId>,
    },
    /// Whether somebody is at their desk (clients, C6).
    #[serde(rename = "desk")]
    Desk {
        /// At least one technician is Online.
        staffed: bool,
    },
    /// Messages of a session in order, without a gap from the first one on.
    #[serde(rename = "messages")]
    Messages {
        /// Which session.
        session: SessionId,
        /// The messages.
        messages: Vec<Message>,
    },
    /// Private notes of a session in order, without a gap from the first one on (technicians).
    #[serde(rename = "notes")]
    Notes {
        /// Which session.
        session: SessionId,
        /// The notes.
        notes: Vec<Message>,
    },
    /// People and their presence: after `people.watch` all of them in parts, then changes (technicians).
    #[serde(rename = "people")]
    People {
        /// Whether this is the first part of the whole list: forget everything known before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
        first: bool,
        /// Some of them.
        people: Vec<Person>,
    },
    /// Somebody is no longer in the organisation (technicians).
    #[serde(rename = "person.gone")]
    PersonGone {
        /// Who.
        person: PersonId,
    },
    /// Canned replies: after `reply.list` all of them in parts, then changes (technicians).
    #[serde(rename = "replies")]
    Replies {
        /// Whether this is the first part of the whole list: forget everything known before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
        first: bool,
        /// Some of them.
        replies: Vec<CannedReply>,
    },
    /// A canned reply was removed (technicians).
    #[serde(rename = "reply.gone")]
    ReplyGone {
        /// Which.
        reply: ReplyId,
    },
    /// The user's devices, after `device.list` and at each change from then on.
    #[serde(rename = "devices")]
    Devices {
        /// All of them.
        devices: Devices,
    },
    /// The intent was done.
    #[serde(rename = "ok")]
    Ok {
        /// Which intent.
        re: IntentId,
        /// What it carries.
        #[serde(flatten)]
        answer: Answer,
    },
    /// The intent, or a frame without an id, was refused.
    #[serde(rename = "error")]
    Error {
        /// Which intent; missing if the frame had none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        re: Option<IntentId>,
        /// Why, for programs.
        code: ErrorCode,
        /// Why and what to do, for people.
        message: String,
        /// When a repeat may succeed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
        retry_after_ms: Option<u64>,
        /// For `taken`: who has joined.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        by: Option<String>,
        /// For `taken`: when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        at: Option<UnixMillis>,
    },
    /// The service is going down; connect again after this time.
    #[serde(rename = "reconnect")]
    Reconnect {
        /// In milliseconds, less than the grace.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        after_ms: u64,
    },
}
