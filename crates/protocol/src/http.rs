//! What goes over HTTP besides the connection: signing in by a one-time link, and the window's code.
//!
//! A link is `{address}/sign-in#{secret}`: the part after `#` never reaches the service by GET, nor its logs.

use crate::Token;
use chat::{Callback, Kind, PersonId, SentFile, SessionId, Status};
use presence::{Role, UnixMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where native apps connect; the token comes in `hello`.
pub const CONNECT_PATH: &str = "/connect";
/// Where a one-time link leads; the page there has a button.
pub const SIGN_IN_PATH: &str = "/sign-in";
/// Where a link is redeemed, by POST of [`Redeem`].
pub const REDEEM_PATH: &str = "/api/sign-in";
/// Where the window's page exchanges its code for a cookie, by POST of [`PortalCode`].
pub const PORTAL_CODE_PATH: &str = "/api/portal-code";
/// Chats that are over, for technicians, below the portal's path for the sake of its cookie. `{path}/{id}/transcript.json` and
/// `{path}/{id}/transcript.txt` are what was said in one of them.
pub const HISTORY_PATH: &str = "/technician/api/history";
/// Where a file of a chat is sent and fetched, below the portal's path: `{path}/api/chats/{session}/files/{message}`.
pub const CHATS_PATH: &str = "/api/chats";
/// The name of the portal pages' cookie.
pub const COOKIE: &str = "deskbell";

/// The portal's path for a role, as [`SignedIn::portal`] gives it: page at `{path}/`, its connection at `{path}/connect`, its cookie for `{path}`.
#[must_use]
pub fn portal_path(role: Role) -> &'static str {
    match role {
        Role::Technician => "/technician",
        Role::Client => "/client",
    }
}

/// Redeems a one-time link with a token that the client made: a lost answer is harmless, since a repeat with the same
/// token is the same sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Redeem {
    /// The link's secret: the part after `#`.
    pub link: String,
    /// 256 random bits in lower-case hex, made by the client.
    pub token: Token,
    /// What the user would call the device.
    pub device: String,
    /// Whether to set the token as the portal's cookie: for browsers.
    #[serde(default)]
    pub cookie: bool,
}

/// The answer to [`Redeem`] and [`PortalCode`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SignedIn {
    /// The person's name.
    pub name: String,
    /// Technician or client.
    pub role: Role,
    /// The organisation's name.
    pub organisation: String,
    /// The portal's path for this role, without a slash at the end.
    pub portal: String,
}

/// Exchanges the window's code for a cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PortalCode {
    /// The code, valid once and for 30 seconds.
    pub code: String,
}

/// Some of the chats that are over, those that began last first: the answer to `GET` of [`HISTORY_PATH`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct History {
    /// The chats.
    pub chats: Vec<EndedChat>,
    /// Whether there are older ones: ask with `before` and the id of the last one.
    pub more: bool,
}

/// A chat that is over, as technicians see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EndedChat {
    /// Which.
    pub id: SessionId,
    /// Who started it.
    pub kind: Kind,
    /// The client.
    pub client: PersonNamed,
    /// The client's company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub company: Option<String>,
    /// What it was about.
    pub subject: String,
    /// The ticket number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reference: Option<String>,
    /// When it began.
    pub created: UnixMillis,
    /// When it stopped waiting or being in progress.
    pub ended: UnixMillis,
    /// When it was completed.
    pub completed: UnixMillis,
    /// What it was before it was completed; chats of older versions do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub was: Option<Status>,
    /// Who completed it; without it, the service has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub completed_by: Option<PersonNamed>,
    /// The technicians who were in it.
    pub technicians: Vec<Stay>,
    /// How the client asked to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub callback: Option<Callback>,
    /// What was noted at completion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub note: Option<String>,
    /// How many messages it has.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub messages: u64,
    /// How many private notes it has.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub notes: u64,
    /// In a list that was searched: a part of the last message with one of the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub found: Option<String>,
}

/// Somebody, with their current name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PersonNamed {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
}

/// A technician who was in a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Stay {
    /// Who.
    pub who: PersonNamed,
    /// When they joined.
    pub joined: UnixMillis,
    /// When they left, if they did before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub left: Option<UnixMillis>,
}

/// What was said in a chat, for technicians.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Transcript {
    /// The chat.
    pub chat: EndedChat,
    /// Its messages, in order.
    pub messages: Vec<Said>,
    /// Its private notes, in order; in a transcript without them, `chat.note` is left out, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Said>>"))]
    pub notes: Vec<Said>,
    /// Whether nothing is missing: a transcript has a limit.
    pub is_whole: bool,
}

/// A message or a private note of a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Said {
    /// Its number among the messages, or among the notes, from 1.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// Its id, with which a file is fetched.
    pub id: Uuid,
    /// Who wrote it.
    pub from: PersonId,
    /// Their name.
    pub name: String,
    /// When the service accepted it.
    pub at: UnixMillis,
    /// What it says; empty for a file.
    pub text: String,
    /// The file that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub file: Option<SentFile>,
}

/// The answer to a file that was sent in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FileStored {
    /// The number of its message.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
}

/// What went wrong, with a 4xx or 5xx status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Problem {
    /// What happened, why, and what to do, for people.
    pub message: String,
}
