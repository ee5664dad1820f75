//! The store on one machine: SQLite in WAL mode, each commit synced to the disk before it is answered.
//!
//! One thread writes, with its own connection, and takes all waiting steps into one commit (`sqlite/writer.rs`). Reads use another
//! connection, so that a crowd that reconnects does not wait for commits.
//! All of the service's SQL is in this file's folder. It decides nothing.

mod accounts;
mod changes;
mod checked;
mod connection;
pub(crate) mod copy;
mod directory;
mod errors;
mod files;
mod health;
mod history;
mod identity;
mod integrity;
mod organisations;
mod replies;
mod retention;
mod schema;
mod sessions;
mod values;
mod writer;

use super::{
    Account, Added, AddressOf, Changes, CompletedPage, Created, Ended, EndedSession, FileId, Hash,
    HistoryPage, HistoryQuery, KnownMessage, LinkId, ListedCompany, ListedLink, ListedPerson, ListedSignIn,
    MessagePut, NewPerson, OrgId, OrgSnapshot, Organisation, Put, Redeemed, ReplyOwner, ReplyPut, Result,
    SignInId, Standing, Store, StoreError, StoredFile, StoredReply,
};
use crate::platform;
use chat::{Audience, Message, PersonId, Session, SessionId};
use connection::prepared;
use health::Health;
use presence::{Preference, UnixMillis};
use protocol::ReplyId;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};
use schema::{MIGRATIONS, migrate};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;
use writer::Writer;

/// The SQLite store.
pub struct Sqlite {
    /// First, since it uses the connections until it is dropped.
    background: Option<checked::Background>,
    access: Access,
    writing: Health,
    reading: Arc<Health>,
    /// Last: it reads the database after all connections are closed.
    mark: Option<checked::Mark>,
}

/// How the database is reached.
enum Access {
    /// In a file, which is read while it is being written.
    File {
        /// Writes.
        writer: Writer,
        /// Reads.
        reader: Mutex<Connection>,
        /// Searches, which may take longer than anybody who signs in should wait.
        searcher: Mutex<Connection>,
    },
    /// In memory, where a second connection would see another database, and commits need no sync that steps could share.
    Memory(Mutex<Connection>),
}

impl Sqlite {
    /// Opens or creates the database file, for its owner only. A database that was intact when it was closed is not read again; one that was
    /// touched since is read completely first, some seconds for each gigabyte; a large one that was not closed cleanly is read while in use.
    ///
    /// # Errors
    /// If the file cannot be used, is damaged, or a newer version of the service wrote it; it is left as it is then.
    pub fn open(file: &Path) -> Result<Self> {
        create_private(file)?;
        integrity::check_log(file)?;
        let before = checked::before(file);
        let bytes = std::fs::metadata(file).map_err(|error| errors::from_io(&error))?.len();
        let reads = checked::reads(before, bytes);
        let mut writer = prepared(Connection::open(file).map_err(StoreError::from)?)?;
        // Closing it would write the log into the database; that waits until both are known to be intact.
        writer.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let done = identity::format(&writer)?;
        match reads {
            checked::Reads::All => integrity::read_all(&writer)?,
            checked::Reads::Ends | checked::Reads::EndsFirst => integrity::read_ends(&writer)?,
        }
        let kept =
            (done > 0 && done < MIGRATIONS.len()).then(|| copy::before_migration(file, done)).transpose()?;
        let begun = begin(&mut writer, file, done, reads);
        if let (Err(_), Some(kept)) = (&begun, kept) {
            // Nothing was changed. Repeated attempts must not fill the disk with copies of the same database.
            let _ = std::fs::remove_file(kept);
        }
        let mark = begun?;
        writer.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        let reader = || -> Result<Mutex<Connection>> {
            let reader = prepared(Connection::open(file).map_err(StoreError::from)?)?;
            reader.pragma_update(None, "query_only", true)?;
            Ok(Mutex::new(reader))
        };
        let (reader, searcher) = (reader()?, reader()?);
        let writer = Writer::start(writer, file.to_owned())?;
        let mut store = Self::on(Access::File { writer, reader, searcher });
        if reads == checked::Reads::EndsFirst {
            store.background = Some(mark.read_beside(store.reading.clone())?);
        }
        store.mark = Some(mark);
        Ok(store)
    }

    fn on(access: Access) -> Self {
        Self { background: None, access, writing: Health::default(), reading: Arc::default(), mark: None }
    }

    /// A database in memory, for tests.
    ///
    /// # Errors
    /// If SQLite runs out of memory.
    pub fn in_memory() -> Result<Self> {
        let mut connection = prepared(Connection::open_in_memory()?)?;
        migrate(&mut connection, 0)?;
        Ok(Self::on(Access::Memory(Mutex::new(connection))))
    }

    /// Runs one atomic step, and returns when it is durable.
    fn write<T, F>(&self, step: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let done = match &self.access {
            Access::File { writer, .. } => writer.write(step),
            Access::Memory(connection) => {
                written(&mut locked(connection), step).map_err(|error| errors::of_writing(error, None))
            }
        };
        self.writing.note(done.as_ref().err());
        done
    }

    /// Reads in one snapshot.
    fn read<T>(&self, step: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let (Access::File { reader: connection, .. } | Access::Memory(connection)) = &self.access;
        self.read_on(connection, step)
    }

    /// The same for what may take long.
    fn search<T>(&self, step: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let (Access::File { searcher: connection, .. } | Access::Memory(connection)) = &self.access;
        self.read_on(connection, step)
    }

    fn read_on<T>(
        &self,
        connection: &Mutex<Connection>,
        step: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let done = read(&mut locked(connection), step);
        self.reading.note(done.as_ref().err());
        done
    }
}

/// Makes the first change to the database: migrates it to this version's format.
fn begin(writer: &mut Connection, file: &Path, done: usize, reads: checked::Reads) -> Result<checked::Mark> {
    let mark = checked::Mark::take(file, reads != checked::Reads::EndsFirst)?;
    writer.pragma_update(None, "journal_mode", "WAL")?;
    migrate(writer, done)?;
    Ok(mark)
}

fn written<T>(
    connection: &mut Connection,
    step: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = step(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

fn read<T>(connection: &mut Connection, step: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    Ok(step(&transaction)?)
}

/// A poisoned lock does no harm: an unfinished transaction was rolled back when it was dropped.
fn locked(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn create_private(file: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let options = platform::private_file(options.create(true).append(true));
    options.open(file).map(drop).map_err(|error| errors::from_io(&error))
}

impl Store for Sqlite {
    fn add_person(&self, person: &NewPerson, link: Hash, now: UnixMillis) -> Result<Added> {
        let person = person.clone();
        self.write(move |sql| accounts::add_person(sql, &person, link, now))
    }
    fn add_link(&self, person: PersonId, link: Hash, now: UnixMillis) -> Result<usize> {
        self.write(move |sql| accounts::add_link(sql, person, link, now))
    }
    fn people(&self, org: Option<OrgId>) -> Result<Vec<ListedPerson>> {
        self.read(|sql| directory::people(sql, org))
    }
    fn set_standing(&self, person: PersonId, standing: Standing, now: UnixMillis) -> Result<Ended> {
        self.write(move |sql| accounts::set_standing(sql, person, standing, now))
    }
    fn resume(&self, person: PersonId, link: Hash, now: UnixMillis) -> Result<Ended> {
        self.write(move |sql| accounts::resume(sql, person, link, now))
    }
    fn rename_person(&self, person: PersonId, name: &str) -> Result<bool> {
        let name = name.to_owned();
        self.write(move |sql| directory::rename_person(sql, person, &name))
    }
    fn links(&self, not_before: UnixMillis) -> Result<Vec<ListedLink>> {
        self.read(|sql| directory::links(sql, not_before))
    }
    fn end_link(&self, link: LinkId, now: UnixMillis) -> Result<bool> {
        self.write(move |sql| accounts::end_link(sql, link, now))
    }
    fn end_links(&self, person: PersonId, now: UnixMillis, not_before: UnixMillis) -> Result<usize> {
        self.write(move |sql| accounts::end_links(sql, person, now, not_before))
    }
    fn redeem(
        &self,
        link: Hash,
        token: Hash,
        sign_in: SignInId,
        device: &str,
        now: UnixMillis,
        not_before: UnixMillis,
    ) -> Result<Redeemed> {
        // Anybody may send this: without a good link, nobody takes up the writer's time.
        match self.read(|sql| accounts::look_up_link(sql, link, token, not_before))? {
            accounts::Link::Answered(answer) => return Ok(answer),
            accounts::Link::Good(_) => {}
        }
        let device = device.to_owned();
        self.write(move |sql| accounts::redeem(sql, link, token, sign_in, &device, now, not_before))
    }
    fn account(&self, token: Hash) -> Result<Option<Account>> {
        self.read(|sql| accounts::account(sql, token))
    }
    fn add_window(
        &self,
        of: SignInId,
        instance: Uuid,
        sign_in: SignInId,
        token: Hash,
        now: UnixMillis,
    ) -> Result<Option<Account>> {
        self.write(move |sql| accounts::add_window(sql, of, instance, sign_in, token, now))
    }
    fn sign_ins(&self) -> Result<Vec<ListedSignIn>> {
        self.read(directory::sign_ins)
    }
    fn revoke(&self, sign_in: SignInId) -> Result<Option<OrgId>> {
        self.write(move |sql| accounts::revoke(sql, sign_in))
    }
    fn revoke_all(&self, person: PersonId) -> Result<Vec<SignInId>> {
        self.write(move |sql| accounts::end_sign_ins(sql, person))
    }
    fn organisations(&self) -> Result<Vec<Organisation>> {
        self.read(organisations::organisations)
    }
    fn add_org(&self, org: OrgId, name: &str) -> Result<bool> {
        let name = name.to_owned();
        self.write(move |sql| directory::add_org(sql, org, &name))
    }
    fn rename_org(&self, org: OrgId, name: &str) -> Result<bool> {
        let name = name.to_owned();
        self.write(move |sql| directory::rename_org(sql, org, &name))
    }
    fn companies(&self, org: Option<OrgId>) -> Result<Vec<ListedCompany>> {
        self.read(|sql| directory::companies(sql, org))
    }
    fn add_company(&self, org: OrgId, name: &str) -> Result<bool> {
        let name = name.to_owned();
        self.write(move |sql| directory::add_company(sql, org, &name))
    }
    fn rename_company(&self, org: OrgId, from: &str, to: &str) -> Result<bool> {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.write(move |sql| directory::rename_company(sql, org, &from, &to))
    }
    fn set_idle_after(&self, org: OrgId, idle_after: Duration) -> Result<()> {
        self.write(move |sql| organisations::set_idle_after(sql, org, idle_after))
    }
    fn set_complete_after(&self, org: OrgId, complete_after: Duration) -> Result<()> {
        self.write(move |sql| organisations::set_complete_after(sql, org, complete_after))
    }
    fn set_keep_for(&self, org: OrgId, keep_for: Duration) -> Result<()> {
        self.write(move |sql| organisations::set_keep_for(sql, org, keep_for))
    }
    fn set_files_quota(&self, org: OrgId, bytes: u64) -> Result<()> {
        self.write(move |sql| files::set_quota(sql, org, bytes))
    }
    fn set_typing(&self, org: OrgId, is_on: bool) -> Result<()> {
        self.write(move |sql| organisations::set_typing(sql, org, is_on))
    }
    fn set_read_marks(&self, org: OrgId, is_on: bool) -> Result<()> {
        self.write(move |sql| organisations::set_read_marks(sql, org, is_on))
    }

    fn set_address_template(&self, org: OrgId, of: AddressOf, template: Option<&str>) -> Result<()> {
        let template = template.map(str::to_owned);
        self.write(move |sql| organisations::set_address_template(sql, org, of, template.as_deref()))
    }
    fn load(&self, org: OrgId) -> Result<Option<OrgSnapshot>> {
        self.read(|sql| organisations::load(sql, org))
    }
    fn trouble(&self) -> Option<String> {
        self.writing.trouble()
    }
    fn commits(&self) -> u64 {
        match &self.access {
            Access::File { writer, .. } => writer.commits(),
            Access::Memory(_) => 0,
        }
    }
    fn address(&self) -> Result<Option<String>> {
        self.read(organisations::address)
    }
    fn set_address(&self, address: &str) -> Result<()> {
        if self.address()?.as_deref() == Some(address) {
            return Ok(());
        }
        let address = address.to_owned();
        self.write(move |sql| organisations::set_address(sql, &address))
    }
    fn replies(&self, org: OrgId, of: ReplyOwner) -> Result<Vec<StoredReply>> {
        self.read(|sql| replies::list(sql, org, of))
    }
    fn put_reply(&self, org: OrgId, of: ReplyOwner, reply: &StoredReply, max: usize) -> Result<ReplyPut> {
        let reply = reply.clone();
        self.write(move |sql| replies::put(sql, org, of, &reply, max))
    }
    fn remove_reply(&self, org: OrgId, of: ReplyOwner, id: ReplyId) -> Result<bool> {
        self.write(move |sql| replies::remove(sql, org, of, id))
    }
    fn save(&self, changes: &Changes) -> Result<()> {
        let changes = changes.clone();
        self.write(move |sql| changes::save(sql, &changes))
    }
    fn set_preference(&self, person: PersonId, preference: Preference, set: UnixMillis) -> Result<()> {
        self.write(move |sql| changes::set_preference(sql, person, preference, set))
    }
    fn create_session(&self, org: OrgId, session: &Session, waiting: usize) -> Result<Created> {
        let session = session.clone();
        self.write(move |sql| sessions::create(sql, org, &session, waiting))
    }
    fn session(&self, org: OrgId, id: SessionId) -> Result<Option<Session>> {
        self.read(|sql| sessions::get(sql, org, id))
    }
    fn completed_of(
        &self,
        org: OrgId,
        client: PersonId,
        before: Option<SessionId>,
        max: usize,
    ) -> Result<CompletedPage> {
        self.read(|sql| sessions::completed_of(sql, org, client, before, max))
    }
    fn history(&self, org: OrgId, query: &HistoryQuery, max: usize) -> Result<HistoryPage> {
        self.search(|sql| history::history(sql, org, query, max))
    }
    fn ended(&self, org: OrgId, id: SessionId) -> Result<Option<EndedSession>> {
        self.search(|sql| history::ended(sql, org, id))
    }
    fn delete_ended(&self, org: OrgId, before: UnixMillis, rows: usize) -> Result<bool> {
        self.write(move |sql| retention::delete_ended(sql, org, before, rows))
    }
    fn put_session(&self, org: OrgId, session: &Session, if_rev: u64) -> Result<Put> {
        let session = session.clone();
        self.write(move |sql| sessions::put(sql, org, &session, if_rev))
    }
    fn put_message(
        &self,
        org: OrgId,
        session: &Session,
        if_rev: u64,
        audience: Audience,
        message: &Message,
    ) -> Result<MessagePut> {
        let (session, message) = (session.clone(), message.clone());
        self.write(move |sql| sessions::put_message(sql, org, &session, if_rev, audience, &message))
    }
    fn put_file(
        &self,
        org: OrgId,
        session: &Session,
        if_rev: u64,
        message: &Message,
        stored: FileId,
    ) -> Result<MessagePut> {
        let (session, message) = (session.clone(), message.clone());
        self.write(move |sql| files::put(sql, org, &session, if_rev, &message, stored))
    }
    fn file(&self, session: SessionId, message: Uuid) -> Result<Option<StoredFile>> {
        self.read(|sql| files::get(sql, session, message))
    }
    fn files_room(&self, org: OrgId) -> Result<Option<u64>> {
        self.read(|sql| files::room(sql, org))
    }
    fn unknown_files(&self, stored: &[FileId]) -> Result<Vec<FileId>> {
        self.read(|sql| files::unknown(sql, stored))
    }
    fn deleted_files(&self, after: Option<FileId>, max: usize) -> Result<Vec<FileId>> {
        self.read(|sql| files::deleted(sql, after, max))
    }
    fn forget_deleted_files(&self, stored: &[FileId]) -> Result<()> {
        let stored = stored.to_vec();
        self.write(move |sql| files::forget_deleted(sql, &stored))
    }
    fn message_known(
        &self,
        session: SessionId,
        audience: Audience,
        id: Uuid,
    ) -> Result<Option<KnownMessage>> {
        self.read(|sql| sessions::message_known(sql, session, audience, id))
    }
    fn messages(
        &self,
        session: SessionId,
        audience: Audience,
        after: u64,
        max: usize,
    ) -> Result<Vec<Message>> {
        self.read(|sql| sessions::messages(sql, session, audience, after, max))
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;

    #[test]
    fn the_page_that_the_advice_names_says_what_to_do_about_a_damaged_database() {
        let advice = StoreError::Damaged(String::new()).advice();
        let documented = include_str!("../../../../docs/troubleshooting.md");
        let heading = advice.split('"').nth(1).unwrap();
        assert!(documented.contains(&format!("\n### {heading}\n")), "{advice}");
        let packaged = include_str!("../../../xtask/src/bundle/contents.rs");
        let folder = advice.split(" in /").nth(1).unwrap().split(')').next().unwrap();
        assert!(packaged.contains(&format!("\"{folder}/troubleshooting.md\"")), "{advice}");
    }
}
