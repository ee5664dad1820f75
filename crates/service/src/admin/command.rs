//! The administrator's commands and their answers as data, as the `control` socket carries them.

use chat::PersonId;
use presence::{Role, UnixMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody, as an administrator names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Their organisation, by name or id; may be left out if there is only one.
    pub org: Option<String>,
    /// Their name, or their id.
    pub name: String,
    /// The customer's name, if several people have this name.
    pub company: Option<String>,
}

/// What an administrator wants done. Organisations are given by name or id, and may be left out if there is only one.
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
        /// Whether to create the organisation and the company if they do not exist.
        new: bool,
    },
    /// Another link for a person, which replaces those that were not used.
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
    /// Suspend somebody until they are let in again.
    Suspend(Who),
    /// Let somebody in again; answered with a link.
    Resume(Who),
    /// Remove somebody for good.
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
    /// An organisation's canned replies.
    CannedReplies {
        /// Of this organisation only.
        org: Option<String>,
    },
    /// Add a canned reply for all technicians.
    AddCannedReply {
        /// Whose it is.
        org: Option<String>,
        /// Its short name.
        name: String,
        /// What it says.
        text: String,
    },
    /// Change one.
    ChangeCannedReply {
        /// Whose it is.
        org: Option<String>,
        /// Its name or id.
        name: String,
        /// Its new name, if it gets one.
        to: Option<String>,
        /// What it says from now on, if that changes.
        text: Option<String>,
    },
    /// Remove one.
    RemoveCannedReply {
        /// Whose it is.
        org: Option<String>,
        /// Its name or id.
        name: String,
    },
    /// Set the threshold (P2).
    IdleAfter {
        /// Of this organisation.
        org: Option<String>,
        /// In milliseconds.
        idle_after_ms: u64,
    },
    /// Set how long completed chats are kept.
    KeepFor {
        /// Of this organisation; may be left out if there is only one.
        org: Option<String>,
        /// In milliseconds.
        keep_for_ms: u64,
    },
    /// Set how long the service waits before it completes abandoned chats and callbacks.
    CompleteAfter {
        /// Of this organisation; may be left out if there is only one.
        org: Option<String>,
        /// In milliseconds.
        complete_after_ms: u64,
    },
    /// Set how many bytes the files of chats may take together.
    FilesQuota {
        /// Of this organisation; may be left out if there is only one.
        org: Option<String>,
        /// In bytes; 0: no files.
        bytes: u64,
    },
    /// Set whether people see that others are writing.
    Typing {
        /// Of this organisation; may be left out if there is only one.
        org: Option<String>,
        /// Whether they do.
        is_on: bool,
    },
    /// Set whether people see how far others have read.
    ReadMarks {
        /// Of this organisation; may be left out if there is only one.
        org: Option<String>,
        /// Whether they do.
        is_on: bool,
    },
    /// Set where what chats refer to is shown.
    TicketAddress {
        /// Of this organisation; may be left out if there is only one.
        org: Option<String>,
        /// With `{reference}`; `None`: nowhere.
        template: Option<String>,
    },
    /// Set where people with a role have a portal of their organisation.
    PortalAddress {
        /// Of this organisation; may be left out if there is only one.
        org: Option<String>,
        /// Technicians or clients.
        role: Role,
        /// With `{session}`; `None`: they use the service's portal.
        template: Option<String>,
    },
}

impl Command {
    /// Whether it may create a database: with any other command, a mistyped folder would look like an empty service.
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
            | Self::CannedReplies { .. }
            | Self::AddCannedReply { .. }
            | Self::ChangeCannedReply { .. }
            | Self::RemoveCannedReply { .. }
            | Self::IdleAfter { .. }
            | Self::KeepFor { .. }
            | Self::CompleteAfter { .. }
            | Self::FilesQuota { .. }
            | Self::Typing { .. }
            | Self::ReadMarks { .. }
            | Self::TicketAddress { .. }
            | Self::PortalAddress { .. } => false,
        }
    }
}

/// The outcome of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A one-time link was made.
    Link {
        /// A secret: printed once, never logged.
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
    /// Canned replies.
    CannedReplies(Vec<CannedReplyLine>),
    /// It was done.
    Done(String),
    /// It was not done, and why.
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
    /// says little about somebody who is connected.
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
    /// Which. Not its secret: only the person who was given the link has that.
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
    /// For how many milliseconds completed chats are kept.
    pub keep_for_ms: u64,
    /// How many bytes the files of its chats may take together; 0: no files.
    pub files_quota_bytes: u64,
    /// Whether people see that others are writing.
    pub typing: bool,
    /// Whether people see how far others have read.
    pub read_marks: bool,
    /// Where what chats refer to is shown, with `{reference}` in place of the reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_address: Option<String>,
    /// Where technicians have a portal of the organisation's own, with `{session}` in place of a chat's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician_portal: Option<String>,
    /// Where clients have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_portal: Option<String>,
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

/// An organisation's canned reply in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedReplyLine {
    /// Which.
    pub id: Uuid,
    /// The organisation.
    pub org: String,
    /// Its short name.
    pub name: String,
    /// What it says.
    pub text: String,
}
