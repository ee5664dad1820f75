//! The nouns of the store: what goes in and what comes out of its steps. Plain data; it knows no database.

use chat::{PersonId, Session, SessionId};
use presence::user::Stamped;
use presence::{Preference, Role, UnixMillis};
use std::time::Duration;
use uuid::Uuid;

/// Tells an organisation apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgId(pub Uuid);

/// Tells a sign-in apart. Not a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignInId(pub Uuid);

/// Tells a one-time link apart: the beginning of its secret's hash. Not a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub Uuid);

/// SHA-256 of a token or of a link's secret: all that is kept of either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// Somebody to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The id they get.
    pub id: PersonId,
    /// The organisation's name, and the id it gets if it is new.
    pub org: (String, OrgId),
    /// Their name.
    pub name: String,
    /// Technician, or client of a company (with the id it gets if it is new).
    pub affiliation: Affiliation,
}

/// What somebody is in the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affiliation {
    /// Works at the organisation itself.
    Technician,
    /// Belongs to the customer of this name.
    Client {
        /// The customer's name.
        company: String,
    },
}

impl Affiliation {
    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        match self {
            Self::Technician => Role::Technician,
            Self::Client { .. } => Role::Client,
        }
    }

    /// The customer's name, for clients.
    #[must_use]
    pub fn company(&self) -> Option<&str> {
        match self {
            Self::Technician => None,
            Self::Client { company } => Some(company),
        }
    }
}

/// Whether somebody is of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are, and may sign in.
    Active,
    /// They may not sign in until an administrator lets them in again.
    Suspended,
    /// They are not, for good: what they said stays under their name.
    Removed,
}

/// A person as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// What they are.
    pub affiliation: Affiliation,
    /// What they chose, and when.
    pub preference: (Preference, UnixMillis),
    /// The last frame of their last device; zero if there never was one.
    pub last_seen: UnixMillis,
    /// Whether they are of the organisation.
    pub standing: Standing,
}

/// An organisation without its people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Which.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its threshold, if it set one (P2).
    pub idle_after: Option<Duration>,
    /// After how long abandoned chats and callbacks are completed by the service, if it set that.
    pub complete_after: Option<Duration>,
}

/// What kind of device it is: closing differs (P10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// The app.
    Native,
    /// A portal page in a browser.
    Page,
}

/// A device as it was last known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDevice {
    /// Whose.
    pub person: PersonId,
    /// Which run.
    pub instance: Uuid,
    /// By which sign-in.
    pub sign_in: SignInId,
    /// App or page.
    pub kind: DeviceKind,
    /// What its user calls it.
    pub name: String,
    /// Its activity, stamped; of an active one, since when its user is active on any device (P9).
    pub stamp: Stamped,
    /// Its last change from idle to active; zero if there was none.
    pub active_since: UnixMillis,
    /// When its last frame came.
    pub last_frame: UnixMillis,
    /// Whether it was connected when this was saved: later frames may have come then, the last of them within a beat of
    /// [`OrgSnapshot::alive_at`].
    pub connected: bool,
}

/// What is saved in one step of what changes all the time: presence, and how far people have seen chats.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Devices as they are now.
    pub devices: Vec<StoredDevice>,
    /// Devices that are gone.
    pub gone: Vec<(PersonId, Uuid)>,
    /// Preferences that have ended by themselves, or whose times were moved with the clock, and when each was set (P7).
    pub preferences: Vec<(PersonId, Preference, UnixMillis)>,
    /// When people were last seen.
    pub last_seen: Vec<(PersonId, UnixMillis)>,
    /// When a frame has come from any device of this organisation.
    pub alive: Option<(OrgId, UnixMillis)>,
    /// How far people have seen sessions; it never goes back.
    pub seen: Vec<(SessionId, PersonId, u64)>,
}

impl Changes {
    /// Whether there is nothing to save.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.has_presence() && self.seen.is_empty()
    }

    /// Whether there is more to save than what people have seen.
    #[must_use]
    pub fn has_presence(&self) -> bool {
        let Self { devices, gone, preferences, last_seen, alive, seen: _ } = self;
        !(devices.is_empty() && gone.is_empty() && preferences.is_empty() && last_seen.is_empty())
            || alive.is_some()
    }
}

/// All that an organisation's task starts from.
#[derive(Clone, Debug)]
pub struct OrgSnapshot {
    /// The organisation.
    pub organisation: Organisation,
    /// Its people.
    pub people: Vec<Person>,
    /// Who was connected when it was last saved.
    pub devices: Vec<StoredDevice>,
    /// When a frame had come from any device, as last saved; zero if none ever has.
    pub alive_at: UnixMillis,
    /// All sessions that are not completed.
    pub sessions: Vec<Session>,
    /// Who has seen which of them how far.
    pub seen: Vec<(SessionId, PersonId, u64)>,
}

/// What a token proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The sign-in itself.
    pub sign_in: SignInId,
    /// For the sign-in of the app's window: the app's, and its instance.
    pub window_of: Option<(SignInId, Uuid)>,
    /// Who.
    pub person: Person,
    /// Where.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
}

/// What came of adding a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// They are in this organisation now.
    Person(OrgId, Person),
    /// There is one of this name already.
    Exists,
}

/// What came of redeeming a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// Signed in; a repeat with the same token gives the same.
    Account(Box<Account>),
    /// There is no such link.
    Unknown,
    /// It was used by somebody else, or its sign-in has been ended.
    Used,
    /// It was ended: by an administrator, or by a newer link of the same person.
    Ended,
    /// It was made too long ago.
    Expired,
}

/// What ended when somebody was taken out, or let in again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Their sign-ins, without those of windows.
    pub sign_ins: Vec<SignInId>,
    /// How many links that were not used.
    pub links: usize,
}

/// A person as an administrator lists them; people who were removed are not listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPerson {
    /// Their organisation.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// The person.
    pub person: Person,
    /// Whether a device was connected when presence was last saved.
    pub connected: bool,
}

/// A customer of an organisation as an administrator lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCompany {
    /// Whose customer it is.
    pub org: OrgId,
    /// That organisation's name.
    pub org_name: String,
    /// Its name.
    pub name: String,
    /// How many people it has.
    pub people: u64,
}

/// A sign-in as an administrator lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSignIn {
    /// Which.
    pub id: SignInId,
    /// The organisation.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// Whose.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What the user calls the device.
    pub device: String,
    /// Since when.
    pub created: UnixMillis,
}

/// A link that can still sign somebody in, as an administrator lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedLink {
    /// Which.
    pub id: LinkId,
    /// The organisation.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// Whose.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// When it was made.
    pub created: UnixMillis,
}

/// What came of creating a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is stored now.
    New,
    /// The same intent made it before; this is how it stands.
    Before(Box<Session>),
    /// The client has another active one without, or with the same, reference (C1).
    OtherActive(SessionId),
    /// As many of the client's requests wait as may (C1).
    TooManyWaiting,
}

/// What came of storing a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is stored now.
    Done,
    /// Somebody else changed it first; this is how it stands. `None`: there is none.
    Lost(Option<Box<Session>>),
}

/// A message that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownMessage {
    /// Its number in its session.
    pub number: u64,
    /// Who wrote it.
    pub from: PersonId,
}

/// What came of storing a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePut {
    /// It is stored now.
    Done,
    /// One of this id was stored before.
    Before(KnownMessage),
    /// Somebody else changed the session first; this is how it stands. `None`: there is none.
    Lost(Option<Box<Session>>),
}
