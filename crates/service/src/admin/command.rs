//! The administrator's commands and their answers as data, as the `control` socket carries them. They do nothing.

use chat::PersonId;
use presence::{Role, UnixMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an administrator wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Add a person, and the organisation and company on first use; answered with a link.
    AddPerson {
        /// The organisation's name.
        org: String,
        /// The person's name.
        name: String,
        /// The customer's name for a client; none for a technician.
        company: Option<String>,
    },
    /// Another link for a person.
    Link {
        /// The organisation's name.
        org: String,
        /// The person's name.
        name: String,
        /// The customer's name, where several people have this name.
        company: Option<String>,
    },
    /// People.
    People {
        /// Of this organisation only.
        org: Option<String>,
    },
    /// Sign-ins.
    SignIns {
        /// Of this organisation only.
        org: Option<String>,
        /// Of people of this name only.
        name: Option<String>,
    },
    /// End a sign-in.
    Revoke {
        /// Which.
        id: Uuid,
    },
    /// Set the threshold (P2).
    IdleAfter {
        /// Of this organisation; may be left out where there is one.
        org: Option<String>,
        /// In milliseconds.
        idle_after_ms: u64,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A one-time link. A secret: it is printed once and logged never.
    Link(String),
    /// People.
    People(Vec<PersonLine>),
    /// Sign-ins.
    SignIns(Vec<SignInLine>),
    /// It is done.
    Done(String),
    /// It is not done, and why.
    Refused(String),
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    /// Who.
    pub id: PersonId,
    /// Their organisation.
    pub org: String,
    /// Their name.
    pub name: String,
    /// Technician or client.
    pub role: Role,
    /// The customer, for clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Whether a device is connected or in grace.
    pub connected: bool,
}

/// A sign-in in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLine {
    /// Which.
    pub id: Uuid,
    /// The organisation.
    pub org: String,
    /// Whose.
    pub name: String,
    /// What the user calls the device.
    pub device: String,
    /// Since when.
    pub created: UnixMillis,
}
