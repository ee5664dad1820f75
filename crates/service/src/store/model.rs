//! The nouns of the store: the inputs and outputs of its steps. Plain data; it knows no database.

use chat::{PersonId, SentFile, Session, SessionId};
use presence::user::Stamped;
use presence::{Preference, Role, UnixMillis};
use protocol::ReplyId;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// Identifies an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgId(pub Uuid);

/// Identifies a sign-in. Not a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignInId(pub Uuid);

/// Names the contents of a file in a chat, on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub Uuid);

/// A file of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Where its contents are.
    pub stored: FileId,
    /// What its people see of it.
    pub file: SentFile,
}

/// Identifies a one-time link: the beginning of its secret's hash. Not a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub Uuid);

/// SHA-256 of a token or of a link's secret: neither is stored otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// A person to add.
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

/// Somebody's role, and their company if they are a client.
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

/// Whether somebody belongs to the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They do, and may sign in.
    Active,
    /// They may not sign in until an administrator lets them in again.
    Suspended,
    /// They do not, for good: what they wrote stays under their name.
    Removed,
}

/// A person as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their affiliation.
    pub affiliation: Affiliation,
    /// Their preference, and when they set it.
    pub preference: (Preference, UnixMillis),
    /// The last frame of their last device; zero if there never was one.
    pub last_seen: UnixMillis,
    /// Whether they belong to the organisation.
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
    /// After how long the service completes abandoned chats and callbacks, if it set that.
    pub complete_after: Option<Duration>,
    /// For how long it keeps completed sessions, if it set that.
    pub keep_for: Option<Duration>,
    /// How many bytes the files of its chats may take together, if it set that; 0: no files.
    pub files_quota: Option<u64>,
    /// Whether people see that others are writing.
    pub typing: bool,
    /// Whether people see how far others have read.
    pub read_marks: bool,
    /// Addresses of its own systems.
    pub addresses: Addresses,
}

/// Addresses of an organisation's own systems, as templates, where it has set them (C10).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Of what a chat refers to: a ticket.
    pub ticket: Option<String>,
    /// Of a portal of its own for technicians.
    pub technician_portal: Option<String>,
    /// Of one for clients.
    pub client_portal: Option<String>,
}

impl Addresses {
    /// Sets one of them.
    pub fn set(&mut self, of: AddressOf, template: Option<String>) {
        match of {
            AddressOf::Ticket => self.ticket = template,
            AddressOf::Portal(Role::Technician) => self.technician_portal = template,
            AddressOf::Portal(Role::Client) => self.client_portal = template,
        }
    }
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressOf {
    /// What a chat refers to.
    Ticket,
    /// A portal of its own for this role.
    Portal(Role),
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
    /// The run of the app or page.
    pub instance: Uuid,
    /// Its sign-in.
    pub sign_in: SignInId,
    /// App or page.
    pub kind: DeviceKind,
    /// What its user calls it.
    pub name: String,
    /// Its activity, stamped; if active, since when its user is active on any device (P9).
    pub stamp: Stamped,
    /// Its last change from idle to active; zero if it never was active.
    pub active_since: UnixMillis,
    /// When its last frame arrived.
    pub last_frame: UnixMillis,
    /// Whether it was connected when this was saved: if so, later frames may have arrived, the last one within a beat of
    /// [`OrgSnapshot::alive_at`].
    pub connected: bool,
}

/// Frequent changes that are saved in one step: presence, and how far people have seen chats.
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
    /// When a frame last arrived from any device of this organisation.
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

    /// Whether there is anything to save besides what people have seen.
    #[must_use]
    pub fn has_presence(&self) -> bool {
        let Self { devices, gone, preferences, last_seen, alive, seen: _ } = self;
        !(devices.is_empty() && gone.is_empty() && preferences.is_empty() && last_seen.is_empty())
            || alive.is_some()
    }
}

/// Whose canned reply it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyOwner {
    /// The organisation's: all its technicians see it.
    Organisation,
    /// A technician's own: nobody else sees it.
    Person(PersonId),
}

/// A canned reply as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReply {
    /// Which.
    pub id: ReplyId,
    /// Its short name.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The result of storing a canned reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyPut {
    /// It is stored now, in place of one with the same id and owner.
    Done,
    /// The owner has as many as may be.
    TooMany,
    /// Somebody else's has this id, or the owner was removed.
    NotTheirs,
}

/// Everything that an organisation's task starts from.
#[derive(Clone, Debug)]
pub struct OrgSnapshot {
    /// The organisation.
    pub organisation: Organisation,
    /// Its people.
    pub people: Vec<Person>,
    /// The devices that were known when it was last saved.
    pub devices: Vec<StoredDevice>,
    /// When a frame last arrived from any device, as last saved; zero if none ever did.
    pub alive_at: UnixMillis,
    /// All sessions that are not completed.
    pub sessions: Vec<Session>,
    /// How far each person has seen each of them, and those whose completion may still be undone.
    pub seen: Vec<(SessionId, PersonId, u64)>,
    /// The organisation's canned replies.
    pub replies: Vec<StoredReply>,
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

/// The result of adding a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// They were added to this organisation.
    Person(OrgId, Person),
    /// There is somebody with this name already.
    Exists,
}

/// The result of redeeming a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// Signed in; a repeat with the same token gives the same result.
    Account(Box<Account>),
    /// There is no such link.
    Unknown,
    /// Somebody else has used it, or its sign-in was ended.
    Used,
    /// It was ended: by an administrator, or by a newer link of the same person.
    Ended,
    /// It was made too long ago.
    Expired,
}

/// What ended when somebody was suspended, removed or let in again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Their sign-ins, without those of windows.
    pub sign_ins: Vec<SignInId>,
    /// How many unused links.
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

/// The result of creating a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is stored now.
    New,
    /// The same intent made it before; this is its current state.
    Before(Box<Session>),
    /// The client has another active one without, or with the same, reference (C1).
    OtherActive(SessionId),
    /// The most requests that a client may have waiting are waiting already (C1).
    TooManyWaiting,
}

/// Some of a client's completed sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedPage {
    /// Those that began last first.
    pub sessions: Vec<Session>,
    /// How many older ones there are.
    pub more: u64,
}

/// What somebody looks for among completed sessions; everything that is given has to match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Beginnings of words: each is in a message, the subject, the reference, or the client's or company's name, whatever its accents.
    pub words: String,
    /// Its client, or a technician who was in it.
    pub person: Option<PersonId>,
    /// The client's company.
    pub company: Option<String>,
    /// The ticket number.
    pub reference: Option<String>,
    /// Only those that began before this one.
    pub before: Option<SessionId>,
}

/// Some of the completed sessions that match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPage {
    /// Those that began last first.
    pub sessions: Vec<EndedSession>,
    /// Whether there are older ones.
    pub more: bool,
}

/// A completed session, with the names of those whom it mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// The session.
    pub session: Session,
    /// Their names.
    pub names: BTreeMap<PersonId, String>,
    /// The client's company.
    pub company: Option<String>,
    /// The last message with a word that was looked for.
    pub found: Option<String>,
}

/// The result of storing a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is stored now.
    Done,
    /// Somebody else changed it first; this is its current state. `None`: it does not exist.
    Lost(Option<Box<Session>>),
    /// It would be active again, and its client has another one that is (C1).
    OtherActive,
}

/// A message that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownMessage {
    /// Its number in its session.
    pub number: u64,
    /// Who wrote it.
    pub from: PersonId,
}

/// The result of storing a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePut {
    /// It is stored now.
    Done,
    /// A message with this id was stored before.
    Before(KnownMessage),
    /// Somebody else changed the session first; this is its current state. `None`: it does not exist.
    Lost(Option<Box<Session>>),
    /// It is a file, and the organisation's files have no room for it.
    NoRoom,
}
