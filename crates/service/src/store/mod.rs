//! Permanent storage: accounts, hashed secrets, preferences, the last known state of devices, sessions, messages.
//!
//! Every method is one atomic step and durable when it returns. No SQL, cursor, clock or randomness crosses the trait: the caller
//! provides ids, hashes and times. The suite defines how a store behaves.

mod error;
mod model;
mod sqlite;
#[cfg(test)]
mod suite;

pub use error::StoreError;
pub use model::{
    Account, Added, AddressOf, Addresses, Affiliation, Changes, CompletedPage, Created, DeviceKind, Ended,
    EndedSession, FileId, Hash, HistoryPage, HistoryQuery, KnownMessage, LinkId, ListedCompany, ListedLink,
    ListedPerson, ListedSignIn, MessagePut, NewPerson, OrgId, OrgSnapshot, Organisation, Person, Put,
    Redeemed, ReplyOwner, ReplyPut, SignInId, Standing, StoredDevice, StoredFile, StoredReply,
};
pub use sqlite::Sqlite;
pub(crate) use sqlite::copy::{
    Contents, Source, copy, examine, files_in, remove_parts, sign_everybody_out, sync_folder_of,
};

use chat::{Audience, Message, PersonId, Session, SessionId};
use presence::{Preference, UnixMillis};
use protocol::ReplyId;
use std::time::Duration;
use uuid::Uuid;

/// The result of a step.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Permanent storage.
pub trait Store: Send + Sync + 'static {
    /// Adds a person with a link, and the organisation and company on first use. Names are compared as they
    /// are written: the caller finds out what an administrator may have meant.
    ///
    /// # Errors
    /// As all methods: nothing has changed.
    fn add_person(&self, person: &NewPerson, link: Hash, now: UnixMillis) -> Result<Added>;
    /// Makes another link for a person and ends their unused ones. Returns how many it has ended.
    ///
    /// # Errors
    /// As all methods.
    fn add_link(&self, person: PersonId, link: Hash, now: UnixMillis) -> Result<usize>;
    /// Everybody who was not removed, or those in one organisation.
    ///
    /// # Errors
    /// As all methods.
    fn people(&self, org: Option<OrgId>) -> Result<Vec<ListedPerson>>;
    /// Suspends or removes somebody, or lets them in again; their sign-ins and links end in each case. The own canned replies of somebody who
    /// is removed are deleted.
    ///
    /// # Errors
    /// As all methods.
    fn set_standing(&self, person: PersonId, standing: Standing, now: UnixMillis) -> Result<Ended>;
    /// Lets somebody in again with this link; their earlier sign-ins and links end.
    ///
    /// # Errors
    /// As all methods.
    fn resume(&self, person: PersonId, link: Hash, now: UnixMillis) -> Result<Ended>;
    /// Gives a person another name. `false`: somebody with the same affiliation has it.
    ///
    /// # Errors
    /// As all methods.
    fn rename_person(&self, person: PersonId, name: &str) -> Result<bool>;
    /// Links made at `not_before` or later that were neither used nor ended.
    ///
    /// # Errors
    /// As all methods.
    fn links(&self, not_before: UnixMillis) -> Result<Vec<ListedLink>>;
    /// Ends an unused link. `false`: there is no such link any more.
    ///
    /// # Errors
    /// As all methods.
    fn end_link(&self, link: LinkId, now: UnixMillis) -> Result<bool>;
    /// Ends all unused links of a person that were made at `not_before` or later. Returns how many.
    ///
    /// # Errors
    /// As all methods.
    fn end_links(&self, person: PersonId, now: UnixMillis, not_before: UnixMillis) -> Result<usize>;
    /// Binds a link that was made at `not_before` or later to a token: after that, only a repeat with the same token succeeds.
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
    /// Whom a token belongs to; `None` if nobody.
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
    /// The sign-ins of everybody, without those of windows.
    ///
    /// # Errors
    /// As all methods.
    fn sign_ins(&self) -> Result<Vec<ListedSignIn>>;
    /// Ends a sign-in, that of its window, and its devices. Returns the organisation it was in; `None` if there is no such sign-in.
    ///
    /// # Errors
    /// As all methods.
    fn revoke(&self, sign_in: SignInId) -> Result<Option<OrgId>>;
    /// Ends all sign-ins of a person, with their windows and devices. Returns them, without those of windows.
    ///
    /// # Errors
    /// As all methods.
    fn revoke_all(&self, person: PersonId) -> Result<Vec<SignInId>>;

    /// All organisations.
    ///
    /// # Errors
    /// As all methods.
    fn organisations(&self) -> Result<Vec<Organisation>>;
    /// Adds an organisation. `false`: there is one with this name.
    ///
    /// # Errors
    /// As all methods.
    fn add_org(&self, org: OrgId, name: &str) -> Result<bool>;
    /// Gives an organisation another name. `false`: another one has it.
    ///
    /// # Errors
    /// As all methods.
    fn rename_org(&self, org: OrgId, name: &str) -> Result<bool>;
    /// The customers of all organisations, or of one.
    ///
    /// # Errors
    /// As all methods.
    fn companies(&self, org: Option<OrgId>) -> Result<Vec<ListedCompany>>;
    /// Adds a customer. `false`: there is one with this name.
    ///
    /// # Errors
    /// As all methods.
    fn add_company(&self, org: OrgId, name: &str) -> Result<bool>;
    /// Gives a customer another name. `false`: another one has it.
    ///
    /// # Errors
    /// As all methods.
    fn rename_company(&self, org: OrgId, from: &str, to: &str) -> Result<bool>;
    /// Sets the threshold of an organisation (P2).
    ///
    /// # Errors
    /// As all methods.
    fn set_idle_after(&self, org: OrgId, idle_after: Duration) -> Result<()>;
    /// Sets after how long the service completes an organisation's abandoned chats and callbacks.
    ///
    /// # Errors
    /// As all methods.
    fn set_complete_after(&self, org: OrgId, complete_after: Duration) -> Result<()>;
    /// Sets for how long an organisation keeps completed sessions.
    ///
    /// # Errors
    /// As all methods.
    fn set_keep_for(&self, org: OrgId, keep_for: Duration) -> Result<()>;
    /// Sets how many bytes the files of an organisation's chats may take together; 0: no files.
    ///
    /// # Errors
    /// As all methods.
    fn set_files_quota(&self, org: OrgId, bytes: u64) -> Result<()>;
    /// Sets whether people of an organisation see that others are writing.
    ///
    /// # Errors
    /// As all methods.
    fn set_typing(&self, org: OrgId, is_on: bool) -> Result<()>;
    /// Sets whether people of an organisation see how far others have read.
    ///
    /// # Errors
    /// As all methods.
    fn set_read_marks(&self, org: OrgId, is_on: bool) -> Result<()>;
    /// Sets an address of an organisation's own systems; `None`: it has none.
    ///
    /// # Errors
    /// As all methods.
    fn set_address_template(&self, org: OrgId, of: AddressOf, template: Option<&str>) -> Result<()>;
    /// Everything that an organisation's task starts from.
    ///
    /// # Errors
    /// As all methods. `None`: there is no such organisation.
    fn load(&self, org: OrgId) -> Result<Option<OrgSnapshot>>;
    /// What currently keeps it from storing, in words; `None` if nothing is known. It does not touch the disk.
    fn trouble(&self) -> Option<String>;
    /// How many commits were synced to the disk since it was opened; simultaneous steps share one.
    fn commits(&self) -> u64;
    /// The address under which the service was last reached, for links made while it does not run.
    ///
    /// # Errors
    /// As all methods.
    fn address(&self) -> Result<Option<String>>;
    /// Stores that address.
    ///
    /// # Errors
    /// As all methods.
    fn set_address(&self, address: &str) -> Result<()>;

    /// The canned replies of this owner, by name.
    ///
    /// # Errors
    /// As all methods.
    fn replies(&self, org: OrgId, of: ReplyOwner) -> Result<Vec<StoredReply>>;
    /// Stores a canned reply, in place of the one that this owner has under its id, or as one more if they have fewer than `max`.
    ///
    /// # Errors
    /// As all methods.
    fn put_reply(&self, org: OrgId, of: ReplyOwner, reply: &StoredReply, max: usize) -> Result<ReplyPut>;
    /// Removes a canned reply of this owner. `false`: they have none with this id.
    ///
    /// # Errors
    /// As all methods.
    fn remove_reply(&self, org: OrgId, of: ReplyOwner, id: ReplyId) -> Result<bool>;

    /// Saves changes of presence, and how far people have seen sessions.
    ///
    /// # Errors
    /// As all methods.
    fn save(&self, changes: &Changes) -> Result<()>;
    /// Stores a preference that was set at `set` (P7).
    ///
    /// # Errors
    /// As all methods.
    fn set_preference(&self, person: PersonId, preference: Preference, set: UnixMillis) -> Result<()>;

    /// Creates a session (C1), unless `waiting` requests of its client wait.
    ///
    /// # Errors
    /// As all methods.
    fn create_session(&self, org: OrgId, session: &Session, waiting: usize) -> Result<Created>;
    /// A session of the organisation, even if it is completed.
    ///
    /// # Errors
    /// As all methods.
    fn session(&self, org: OrgId, id: SessionId) -> Result<Option<Session>>;
    /// A client's completed sessions, those that began last first, at most `max`; with `before`, only those that began before that one. An
    /// invitation without a chat is not among them.
    ///
    /// # Errors
    /// As all methods.
    fn completed_of(
        &self,
        org: OrgId,
        client: PersonId,
        before: Option<SessionId>,
        max: usize,
    ) -> Result<CompletedPage>;
    /// The organisation's completed sessions that match, those that began last first, at most `max`. It may take long, and delays no other
    /// step.
    ///
    /// # Errors
    /// As all methods.
    fn history(&self, org: OrgId, query: &HistoryQuery, max: usize) -> Result<HistoryPage>;
    /// One of them.
    ///
    /// # Errors
    /// As all methods.
    fn ended(&self, org: OrgId, id: SessionId) -> Result<Option<EndedSession>>;
    /// Deletes sessions that were completed before this time, with their messages, about `rows` rows in one step. Nobody sees a part of one.
    /// Returns whether more is left.
    ///
    /// # Errors
    /// As all methods.
    fn delete_ended(&self, org: OrgId, before: UnixMillis, rows: usize) -> Result<bool>;
    /// Replaces the session whose revision is `if_rev`.
    ///
    /// # Errors
    /// As all methods.
    fn put_session(&self, org: OrgId, session: &Session, if_rev: u64) -> Result<Put>;
    /// Stores a message or a private note together with its changed session, if the revision is `if_rev`; a message's author has seen it.
    ///
    /// # Errors
    /// As all methods.
    fn put_message(
        &self,
        org: OrgId,
        session: &Session,
        if_rev: u64,
        audience: Audience,
        message: &Message,
    ) -> Result<MessagePut>;
    /// Stores a message that is a file, whose contents are on the disk under the name `stored`, as [`Store::put_message`], if the
    /// organisation's files have room for it.
    ///
    /// # Errors
    /// As all methods.
    fn put_file(
        &self,
        org: OrgId,
        session: &Session,
        if_rev: u64,
        message: &Message,
        stored: FileId,
    ) -> Result<MessagePut>;
    /// The file of a message.
    ///
    /// # Errors
    /// As all methods.
    fn file(&self, session: SessionId, message: Uuid) -> Result<Option<StoredFile>>;
    /// How many bytes an organisation's files may still take; `None`: it has turned them off.
    ///
    /// # Errors
    /// As all methods.
    fn files_room(&self, org: OrgId) -> Result<Option<u64>>;
    /// Those among these that are no chat's.
    ///
    /// # Errors
    /// As all methods.
    fn unknown_files(&self, stored: &[FileId]) -> Result<Vec<FileId>>;
    /// Files whose chats were deleted, in the order of their ids, those after this one, at most `max`: their contents are to be removed.
    ///
    /// # Errors
    /// As all methods.
    fn deleted_files(&self, after: Option<FileId>, max: usize) -> Result<Vec<FileId>>;
    /// Forgets these: their contents were removed.
    ///
    /// # Errors
    /// As all methods.
    fn forget_deleted_files(&self, stored: &[FileId]) -> Result<()>;
    /// A message or note that was stored before under this id.
    ///
    /// # Errors
    /// As all methods.
    fn message_known(&self, session: SessionId, audience: Audience, id: Uuid)
    -> Result<Option<KnownMessage>>;
    /// Messages or notes after a number, in order, at most `max`.
    ///
    /// # Errors
    /// As all methods.
    fn messages(
        &self,
        session: SessionId,
        audience: Audience,
        after: u64,
        max: usize,
    ) -> Result<Vec<Message>>;
}
