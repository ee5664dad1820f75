//! The administrator's commands and their answers as data, as the `control` socket carries them. They do nothing.

use chat::PersonId;
use presence::{Role, UnixMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody, as an administrator names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Their organisation, by name or id; may be left out where there is one.
    pub org: Option<String>,
    /// Their name, or their id.
    pub name: String,
    /// The customer's name, where several people have this name.
    pub company: Option<String>,
}

/// What an administrator wants. Organisations are named by name or id, and may be left out where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Add a person; answered with a link.
    AddPerson {
        /// The organisation.
        org: Option<String>,
        /// The person's name.
        name: String,
        /// The customer's name for a client; none for a technician.
        company: Option<String>,
        /// Whether an organisation and a company that are not there are to be made.
        new: bool,
    },
    /// Another link for a person, in place of those that were not used.
    Link(Who),
    /// People.
    People {
        /// Of this organisation only.
        org: Option<String>,
    },
    /// All about one person.
    Person(Who),
    /// Give a person another name.
    RenamePerson {
        /// Whom.
        who: Who,
        /// The new one.
        to: String,
    },
    /// Take somebody out until they are let in again.
    Suspend(Who),
    /// Let somebody in again; answered with a link.
    Resume(Who),
    /// Take somebody out for good.
    Remove(Who),
    /// Links that can still sign somebody in.
    Links {
        /// Of this organisation only.
        org: Option<String>,
        /// Of people of this name only.
        name: Option<String>,
    },
    /// End a link.
    EndLink {
        /// Which.
        id: Uuid,
    },
    /// End all links of a person.
    EndLinks(Who),
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
    /// End all sign-ins of a person.
    RevokeAll(Who),
    /// Organisations.
    Orgs,
    /// Add an organisation.
    AddOrg {
        /// Its name.
        name: String,
    },
    /// Give an organisation another name.
    RenameOrg {
        /// Which.
        org: String,
        /// The new one.
        to: String,
    },
    /// Companies.
    Companies {
        /// Of this organisation only.
        org: Option<String>,
    },
    /// Add a company.
    AddCompany {
        /// Whose customer it is.
        org: Option<String>,
        /// Its name.
        name: String,
    },
    /// Give a company another name.
    RenameCompany {
        /// Whose customer it is.
        org: Option<String>,
        /// Its name.
        name: String,
        /// The new one.
        to: String,
    },
    /// Set the threshold (P2).
    IdleAfter {
        /// Of this organisation.
        org: Option<String>,
        /// In milliseconds.
        idle_after_ms: u64,
    },
    /// Set after how long abandoned chats and callbacks are completed by the service.
    CompleteAfter {
        /// Of this organisation; may be left out where there is one.
        org: Option<String>,
        /// In milliseconds.
        complete_after_ms: u64,
    },
}

impl Command {
    /// Whether it may begin a database: elsewhere a mistyped folder would look like an empty service.
    #[must_use]
    pub fn begins(&self) -> bool {
        match self {
            Self::AddPerson { new, .. } => *new,
            Self::AddOrg { .. } => true,
            Self::Link(_)
            | Self::People { .. }
            | Self::Person(_)
            | Self::RenamePerson { .. }
            | Self::Suspend(_)
            | Self::Resume(_)
            | Self::Remove(_)
            | Self::Links { .. }
            | Self::EndLink { .. }
            | Self::EndLinks(_)
            | Self::SignIns { .. }
            | Self::Revoke { .. }
            | Self::RevokeAll(_)
            | Self::Orgs
            | Self::RenameOrg { .. }
            | Self::Companies { .. }
            | Self::AddCompany { .. }
            | Self::RenameCompany { .. }
            | Self::IdleAfter { .. }
            | Self::CompleteAfter { .. } => false,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A one-time link was made.
    Link {
        /// A secret: it is printed once and logged never.
        link: String,
        /// What was done.
        done: String,
    },
    /// People.
    People(Vec<PersonLine>),
    /// One of them, and what they can sign in with.
    Person(Box<PersonLine>, Vec<SignInLine>, Vec<LinkLine>),
    /// Links.
    Links(Vec<LinkLine>),
    /// Sign-ins.
    SignIns(Vec<SignInLine>),
    /// Organisations.
    Orgs(Vec<OrgLine>),
    /// Companies.
    Companies(Vec<CompanyLine>),
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
    /// Whether they may not sign in.
    pub suspended: bool,
    /// Whether a device is connected or in grace.
    pub connected: bool,
    /// The last frame of their last device, in milliseconds since 1970; 0 if there never was one. It may be a minute old, and
    /// says little of somebody who is connected.
    pub last_seen: UnixMillis,
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

/// A link in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkLine {
    /// Which. Not its secret, which nobody has but who was given it.
    pub id: Uuid,
    /// The organisation.
    pub org: String,
    /// Whose.
    pub name: String,
    /// When it was made.
    pub created: UnixMillis,
    /// Until when it can be used.
    pub until: UnixMillis,
}

/// An organisation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgLine {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many technicians it has.
    pub technicians: usize,
    /// How many clients it has.
    pub clients: usize,
    /// Its threshold (P2), in milliseconds.
    pub idle_after_ms: u64,
    /// After how many milliseconds the service completes abandoned chats and callbacks.
    pub complete_after_ms: u64,
}

/// A company in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyLine {
    /// The organisation.
    pub org: String,
    /// Its name.
    pub name: String,
    /// How many people it has.
    pub people: u64,
}
