//! Intents: what a device sends.

use crate::ReplyId;
use chat::{PersonId, SessionId};
use presence::Activity;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// The id of one intent: a repeat with the same id gives the same answer and does nothing twice.
pub type IntentId = Uuid;

/// Distinguishes the devices of one sign-in: random, new at each start of the app or page.
pub type Instance = Uuid;

/// A sign-in's secret: 256 random bits in hex. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct Token(pub String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What runs on the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct App {
    /// `deskbell` or `portal`, or what a foreign client calls itself.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What its user would call the device: a host name, a browser's name.
    pub device: String,
}

/// The first frame of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Hello {
    /// The sign-in; a portal page has it in its cookie instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub token: Option<Token>,
    /// Which run of the app or page this is.
    pub instance: Instance,
    /// Numbers the connections of this instance: each has a higher number than the one before it. Frames of two connections
    /// may arrive in the wrong order; the number tells the service which connection the client still uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub attempt: Option<u64>,
    /// What runs there.
    pub app: App,
    /// Whether it can show a toast with sound.
    #[serde(default)]
    pub can_ring: bool,
    /// The current activity of its user (P11).
    pub activity: Activity,
}

/// The preference that a technician chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PreferenceChange {
    /// Follow the devices.
    Automatic,
    /// Away: for a time, until back, or until cleared where neither is given.
    Away {
        /// For how long from now, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
        for_ms: Option<u64>,
        /// Until the first input after a full idle threshold.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
        until_back: bool,
    },
}

/// A frame from a device to the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type")]
pub enum Up {
    /// Begins the connection, within [`crate::limits::HELLO_WITHIN`].
    #[serde(rename = "hello")]
    Hello(Hello),
    /// Answers a beat, and restates the activity (P11).
    #[serde(rename = "beat")]
    Beat {
        /// What the device sees.
        activity: Activity,
    },
    /// The activity has changed.
    #[serde(rename = "activity")]
    Activity {
        /// The intent.
        id: IntentId,
        /// What the device sees.
        activity: Activity,
    },
    /// The device leaves, as by closing its connection: at once, a portal page unless it is back soon (P10).
    #[serde(rename = "bye")]
    Bye,
    /// Sets the preference (technicians, P7).
    #[serde(rename = "prefer")]
    Prefer {
        /// The intent.
        id: IntentId,
        /// What is wanted.
        preference: PreferenceChange,
        /// How long ago the user set it, in milliseconds: the later of two settings wins, even if it arrives first.
        #[serde(default)]
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        set_ago_ms: u64,
    },
    /// Asks for a chat (clients, C1). The session gets the intent's id.
    #[serde(rename = "chat.request")]
    Request {
        /// The intent, and the session's id.
        id: IntentId,
        /// About what, one line.
        subject: String,
        /// A ticket number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        reference: Option<String>,
    },
    /// Invites a client who is Online to a chat (technicians, C7). The session gets the intent's id.
    #[serde(rename = "chat.invite")]
    Invite {
        /// The intent, and the session's id.
        id: IntentId,
        /// Whom.
        client: PersonId,
        /// About what, one line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        subject: Option<String>,
    },
    /// Accepts an invitation (clients, C7).
    #[serde(rename = "chat.accept")]
    Accept {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Answers an invitation with "Not now" (clients, C7).
    #[serde(rename = "chat.decline")]
    Decline {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Joins a waiting session, or takes over one that is offered (technicians, C4, C9).
    #[serde(rename = "chat.join")]
    Join {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Joins a session whether another technician is in it or not (technicians, C9).
    #[serde(rename = "chat.assist")]
    Assist {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Offers a session in progress to another technician, or to all; the sender stays until one has joined (technicians, C9).
    #[serde(rename = "chat.hand_over")]
    HandOver {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
        /// To whom; without it, to all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        to: Option<PersonId>,
        /// What the next one should know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        note: Option<String>,
    },
    /// Takes that offer back (technicians, C9).
    #[serde(rename = "chat.keep")]
    Keep {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Silences a waiting session for this technician (C3), or answers a hand-over with "Not now" (C9).
    #[serde(rename = "chat.dismiss")]
    Dismiss {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Writes in a session (C8). The message gets the intent's id.
    #[serde(rename = "chat.message")]
    Message {
        /// The intent, and the message's id.
        id: IntentId,
        /// Which session.
        session: SessionId,
        /// What it says.
        text: String,
    },
    /// Writes a private note in a session (technicians). The note gets the intent's id.
    #[serde(rename = "chat.note")]
    Note {
        /// The intent, and the note's id.
        id: IntentId,
        /// Which session.
        session: SessionId,
        /// What it says.
        text: String,
    },
    /// Leaves a session; if the client leaves, it ends (C5, C9). Takes an invitation back (C7).
    #[serde(rename = "chat.leave")]
    Leave {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Asks to be called instead of waiting, or changes the number and the note of that call (clients, C5).
    #[serde(rename = "chat.callback")]
    Callback {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
        /// The number to call.
        phone: String,
        /// What else to know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        note: Option<String>,
    },
    /// Cancels a callback (clients, C5).
    #[serde(rename = "chat.cancel_callback")]
    CancelCallback {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Completes a session (technicians, C9).
    #[serde(rename = "chat.complete")]
    Complete {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
        /// What was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        note: Option<String>,
    },
    /// Undoes one's own completion, a few seconds after it (technicians, C9).
    #[serde(rename = "chat.reopen")]
    Reopen {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
    },
    /// Asks for the messages of a session after a number, and for the new ones from then on.
    #[serde(rename = "chat.open")]
    Open {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
        /// The last number already known; 0 for all.
        #[serde(default)]
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        after: u64,
    },
    /// Asks for the private notes of a session after a number, and for the new ones from then on (technicians).
    #[serde(rename = "chat.notes")]
    Notes {
        /// The intent.
        id: IntentId,
        /// Which session.
        session: SessionId,
        /// The last number already known; 0 for all.
        #[serde(default)]
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        after: u64,
    },
    /// Asks for the next chats, older than those the connection already knows: abandoned chats and callbacks (technicians), or their own
    /// completed ones (clients, C8).
    #[serde(rename = "chat.more")]
    More {
        /// The intent.
        id: IntentId,
    },
    /// Says which session is in front of the reader, if any (C8).
    #[serde(rename = "chat.visible")]
    Visible {
        /// Which session.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        session: Option<SessionId>,
    },
    /// Says up to which message the reader has seen a session.
    #[serde(rename = "chat.seen")]
    Seen {
        /// Which session.
        session: SessionId,
        /// The last number seen.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        number: u64,
    },
    /// Says that the user is writing in a session, or no longer does. It ends by itself after [`crate::limits::TYPING`]; a client that
    /// goes on writing repeats it every [`crate::limits::TYPING_REPEAT`].
    #[serde(rename = "chat.typing")]
    Typing {
        /// Which session.
        session: SessionId,
        /// Whether they are writing.
        typing: bool,
    },
    /// Says that the toast for a waiting session is on the screen (C3).
    #[serde(rename = "ring.shown")]
    RingShown {
        /// Which session.
        session: SessionId,
    },
    /// Asks for the people one may see, and for their changes from then on.
    #[serde(rename = "people.watch")]
    WatchPeople,
    /// Asks for the canned replies of the organisation and of the user, and for their changes from then on (technicians).
    #[serde(rename = "reply.list")]
    ListReplies {
        /// The intent.
        id: IntentId,
    },
    /// Adds or changes one of the user's own canned replies (technicians).
    #[serde(rename = "reply.put")]
    PutReply {
        /// The intent.
        id: IntentId,
        /// Which one: a new id adds one.
        reply: ReplyId,
        /// Its short name, one line.
        name: String,
        /// What it says.
        text: String,
    },
    /// Removes one of the user's own canned replies (technicians).
    #[serde(rename = "reply.remove")]
    RemoveReply {
        /// The intent.
        id: IntentId,
        /// Which one.
        reply: ReplyId,
    },
    /// Asks for the user's devices.
    #[serde(rename = "device.list")]
    ListDevices {
        /// The intent.
        id: IntentId,
    },
    /// Ends the sign-in of one of the user's devices; without `device`, of this one.
    #[serde(rename = "device.sign_out")]
    SignOut {
        /// The intent.
        id: IntentId,
        /// Which device, as `devices` names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        device: Option<Uuid>,
    },
    /// Asks for a code that lets the app's window open the portal as this user (native apps).
    #[serde(rename = "portal.code")]
    PortalCode {
        /// The intent.
        id: IntentId,
    },
}

impl Up {
    /// The intent's id, for frames that are answered.
    #[must_use]
    pub fn intent(&self) -> Option<IntentId> {
        match self {
            Self::Activity { id, .. }
            | Self::Prefer { id, .. }
            | Self::Request { id, .. }
            | Self::Invite { id, .. }
            | Self::Accept { id, .. }
            | Self::Decline { id, .. }
            | Self::Join { id, .. }
            | Self::Assist { id, .. }
            | Self::HandOver { id, .. }
            | Self::Keep { id, .. }
            | Self::Dismiss { id, .. }
            | Self::Message { id, .. }
            | Self::Note { id, .. }
            | Self::Leave { id, .. }
            | Self::Callback { id, .. }
            | Self::CancelCallback { id, .. }
            | Self::Complete { id, .. }
            | Self::Reopen { id, .. }
            | Self::Open { id, .. }
            | Self::Notes { id, .. }
            | Self::More { id }
            | Self::ListReplies { id }
            | Self::PutReply { id, .. }
            | Self::RemoveReply { id, .. }
            | Self::ListDevices { id }
            | Self::SignOut { id, .. }
            | Self::PortalCode { id } => Some(*id),
            Self::Hello(_)
            | Self::Beat { .. }
            | Self::Bye
            | Self::Visible { .. }
            | Self::Seen { .. }
            | Self::Typing { .. }
            | Self::RingShown { .. }
            | Self::WatchPeople => None,
        }
    }
}
