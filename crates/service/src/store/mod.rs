//! Truth: accounts, hashed secrets, preferences, the last that was known of devices, sessions, messages.
//!
//! Every method is one atomic step and durable when it returns. No SQL, cursor, clock or randomness crosses the trait:
//! ids, hashes and times come in from the caller. What a store is, its suite says.

mod sqlite;
#[cfg(test)]
mod suite;

pub use sqlite::Sqlite;

use chat::{Message, PersonId, Session, SessionId};
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

/// SHA-256 of a token or of a link's secret: all that is kept of either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// Why a step was not done. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another one is writing; a repeat may succeed.
    #[error("the database is busy")]
    Busy,
    /// It cannot be read or written.
    #[error("the database cannot be used: {0}")]
    Down(String),
}

impl StoreError {
    /// Whether a repeat may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Busy => true,
            Self::Down(_) => false,
        }
    }
}

/// What a step gives.
pub type Result<T> = std::result::Result<T, StoreError>;

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
    pub belongs: Belongs,
}

/// What somebody is in the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// Works at the organisation itself.
    Technician,
    /// Belongs to the customer of this name.
    Client {
        /// The customer's name.
        company: String,
    },
}

impl Belongs {
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

/// A person as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// What they are.
    pub belongs: Belongs,
    /// What they chose, and when.
    pub preference: (Preference, UnixMillis),
    /// The last frame of their last device; zero if there never was one.
    pub last_seen: UnixMillis,
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
    /// Its activity, stamped.
    pub stamp: Stamped,
    /// Its last change from idle to active; zero if there was none.
    pub active_since: UnixMillis,
    /// When its last frame came.
    pub last_frame: UnixMillis,
}

/// What is saved of presence in one step.
#[derive(Clone, Debug, Default)]
pub struct PresenceChanges {
    /// Devices as they are now.
    pub devices: Vec<StoredDevice>,
    /// Devices that are gone.
    pub gone: Vec<(PersonId, Uuid)>,
    /// When people were last seen.
    pub last_seen: Vec<(PersonId, UnixMillis)>,
}

impl PresenceChanges {
    /// Whether there is nothing to save.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty() && self.gone.is_empty() && self.last_seen.is_empty()
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

/// What came of looking a person up by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linked {
    /// The link leads to them.
    Person(PersonId),
    /// Nobody is called so.
    Nobody,
    /// Several are: in these companies.
    Several(Vec<String>),
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
    /// It was made too long ago.
    Expired,
}

/// A person as an administrator lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPerson {
    /// Their organisation.
    pub org: String,
    /// The person.
    pub person: Person,
    /// Whether a device was connected when presence was last saved.
    pub connected: bool,
}

/// A sign-in as an administrator lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSignIn {
    /// Which.
    pub id: SignInId,
    /// The organisation.
    pub org: String,
    /// Whose.
    pub name: String,
    /// What the user calls the device.
    pub device: String,
    /// Since when.
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
}

/// What came of storing a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is stored now.
    Done,
    /// Somebody else changed it first; this is how it stands. `None`: there is none.
    Lost(Option<Box<Session>>),
}

/// What came of storing a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePut {
    /// It is stored now.
    Done,
    /// It was stored before, under this number.
    Before(u64),
    /// Somebody else changed the session first; this is how it stands. `None`: there is none.
    Lost(Option<Box<Session>>),
}

/// What is kept for good.
pub trait Store: Send + Sync + 'static {
    /// Adds a person with a link, and the organisation and company on first use.
    ///
    /// # Errors
    /// As all methods: nothing has changed.
    fn add_person(&self, person: &NewPerson, link: Hash, now: UnixMillis) -> Result<Added>;
    /// Makes another link for a person; `company` tells two of one name apart.
    ///
    /// # Errors
    /// As all methods.
    fn add_link(
        &self,
        org: &str,
        name: &str,
        company: Option<&str>,
        link: Hash,
        now: UnixMillis,
    ) -> Result<Linked>;
    /// All people, or those of one organisation.
    ///
    /// # Errors
    /// As all methods.
    fn people(&self, org: Option<&str>) -> Result<Vec<ListedPerson>>;
    /// Binds a link that was made at `not_before` or later to a token: from then on only a repeat with the same token succeeds.
    ///
    /// # Errors
    /// As all methods.
    fn redeem(
        &self,
        link: Hash,
        token: Hash,
        sign_in: SignInId,
        device: &str,
        now: UnixMillis,
        not_before: UnixMillis,
    ) -> Result<Redeemed>;
    /// Who a token belongs to; `None` if to nobody any more.
    ///
    /// # Errors
    /// As all methods.
    fn account(&self, token: Hash) -> Result<Option<Account>>;
    /// Makes the sign-in of the app's window, which ends with the app's; there is one for each app, the newest.
    ///
    /// # Errors
    /// As all methods. `None`: the app's sign-in has ended.
    fn add_window(
        &self,
        of: SignInId,
        instance: Uuid,
        sign_in: SignInId,
        token: Hash,
        now: UnixMillis,
    ) -> Result<Option<Account>>;
    /// The sign-ins of everybody, of an organisation, or of the people of a name in it; without those of windows.
    ///
    /// # Errors
    /// As all methods.
    fn sign_ins(&self, org: Option<&str>, name: Option<&str>) -> Result<Vec<ListedSignIn>>;
    /// Ends a sign-in, its window's and its devices. Gives the organisation it was in; `None` if there was none.
    ///
    /// # Errors
    /// As all methods.
    fn revoke(&self, sign_in: SignInId) -> Result<Option<OrgId>>;

    /// All organisations.
    ///
    /// # Errors
    /// As all methods.
    fn organisations(&self) -> Result<Vec<Organisation>>;
    /// Sets the threshold of an organisation (P2).
    ///
    /// # Errors
    /// As all methods.
    fn set_idle_after(&self, org: OrgId, idle_after: Duration) -> Result<()>;
    /// All that an organisation's task starts from.
    ///
    /// # Errors
    /// As all methods. `None`: there is no such organisation.
    fn load(&self, org: OrgId) -> Result<Option<OrgSnapshot>>;
    /// The address under which the service was last reached, for links made while it does not run.
    ///
    /// # Errors
    /// As all methods.
    fn address(&self) -> Result<Option<String>>;
    /// Keeps that address.
    ///
    /// # Errors
    /// As all methods.
    fn set_address(&self, address: &str) -> Result<()>;

    /// Saves what changed of presence.
    ///
    /// # Errors
    /// As all methods.
    fn save_presence(&self, changes: &PresenceChanges) -> Result<()>;
    /// Stores a preference that was set at `set` (P7).
    ///
    /// # Errors
    /// As all methods.
    fn set_preference(&self, person: PersonId, preference: Preference, set: UnixMillis) -> Result<()>;

    /// Creates a session (C1).
    ///
    /// # Errors
    /// As all methods.
    fn create_session(&self, org: OrgId, session: &Session) -> Result<Created>;
    /// A session of the organisation, completed ones too.
    ///
    /// # Errors
    /// As all methods.
    fn session(&self, org: OrgId, id: SessionId) -> Result<Option<Session>>;
    /// Replaces the session whose revision is `if_rev`.
    ///
    /// # Errors
    /// As all methods.
    fn put_session(&self, org: OrgId, session: &Session, if_rev: u64) -> Result<Put>;
    /// Stores a message with the session as it is with it, if the revision is `if_rev`; its author has seen it.
    ///
    /// # Errors
    /// As all methods.
    fn put_message(
        &self,
        org: OrgId,
        session: &Session,
        if_rev: u64,
        message: &Message,
    ) -> Result<MessagePut>;
    /// The number of a message that was stored before.
    ///
    /// # Errors
    /// As all methods.
    fn message_number(&self, session: SessionId, id: Uuid) -> Result<Option<u64>>;
    /// Messages after a number, in order, at most `max`.
    ///
    /// # Errors
    /// As all methods.
    fn messages(&self, session: SessionId, after: u64, max: usize) -> Result<Vec<Message>>;
    /// Notes how far somebody has seen a session; never goes back.
    ///
    /// # Errors
    /// As all methods.
    fn set_seen(&self, session: SessionId, person: PersonId, number: u64) -> Result<()>;
}
