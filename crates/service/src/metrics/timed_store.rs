//! A store that times another one, so that every step appears in the metrics. It changes nothing.

use super::Metrics;
use crate::metrics::label::Step;
use crate::store::{
    Account, Added, AddressOf, Changes, CompletedPage, Created, Ended, EndedSession, FileId, Hash,
    HistoryPage, HistoryQuery, KnownMessage, LinkId, ListedCompany, ListedLink, ListedPerson, ListedSignIn,
    MessagePut, NewPerson, OrgId, OrgSnapshot, Organisation, Put, Redeemed, ReplyOwner, ReplyPut, Result,
    SignInId, Standing, Store, StoredFile, StoredReply,
};
use chat::{Audience, Message, PersonId, Session, SessionId};
use presence::{Preference, UnixMillis};
use protocol::ReplyId;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The other store, and the metrics.
pub(crate) struct Timed {
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    /// Called before each step in tests; it may panic.
    #[cfg(test)]
    pub(crate) planted: Option<Box<dyn Fn(Step) + Send + Sync>>,
}

impl Timed {
    pub(crate) fn new(store: Arc<dyn Store>, metrics: Arc<Metrics>) -> Self {
        Self {
            store,
            metrics,
            #[cfg(test)]
            planted: None,
        }
    }

    fn time<T>(&self, step: Step, does: impl FnOnce(&dyn Store) -> Result<T>) -> Result<T> {
        #[cfg(test)]
        if let Some(planted) = &self.planted {
            planted(step);
        }
        let begun = Instant::now();
        let done = does(&*self.store);
        self.metrics.store_step(step, begun.elapsed(), done.as_ref().err());
        self.metrics.committed(self.store.commits());
        done
    }
}

impl Store for Timed {
    fn add_person(&self, person: &NewPerson, link: Hash, now: UnixMillis) -> Result<Added> {
        self.time(Step::Administration, |store| store.add_person(person, link, now))
    }

    fn add_link(&self, person: PersonId, link: Hash, now: UnixMillis) -> Result<usize> {
        self.time(Step::Administration, |store| store.add_link(person, link, now))
    }

    fn people(&self, org: Option<OrgId>) -> Result<Vec<ListedPerson>> {
        self.time(Step::Administration, |store| store.people(org))
    }

    fn set_standing(&self, person: PersonId, standing: Standing, now: UnixMillis) -> Result<Ended> {
        self.time(Step::Administration, |store| store.set_standing(person, standing, now))
    }

    fn resume(&self, person: PersonId, link: Hash, now: UnixMillis) -> Result<Ended> {
        self.time(Step::Administration, |store| store.resume(person, link, now))
    }

    fn rename_person(&self, person: PersonId, name: &str) -> Result<bool> {
        self.time(Step::Administration, |store| store.rename_person(person, name))
    }

    fn links(&self, not_before: UnixMillis) -> Result<Vec<ListedLink>> {
        self.time(Step::Administration, |store| store.links(not_before))
    }

    fn end_link(&self, link: LinkId, now: UnixMillis) -> Result<bool> {
        self.time(Step::Administration, |store| store.end_link(link, now))
    }

    fn end_links(&self, person: PersonId, now: UnixMillis, not_before: UnixMillis) -> Result<usize> {
        self.time(Step::Administration, |store| store.end_links(person, now, not_before))
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
        self.time(Step::Redeem, |store| store.redeem(link, token, sign_in, device, now, not_before))
    }

    fn account(&self, token: Hash) -> Result<Option<Account>> {
        self.time(Step::Account, |store| store.account(token))
    }

    fn add_window(
        &self,
        of: SignInId,
        instance: Uuid,
        sign_in: SignInId,
        token: Hash,
        now: UnixMillis,
    ) -> Result<Option<Account>> {
        self.time(Step::AddWindow, |store| store.add_window(of, instance, sign_in, token, now))
    }

    fn sign_ins(&self) -> Result<Vec<ListedSignIn>> {
        self.time(Step::Administration, Store::sign_ins)
    }

    fn revoke(&self, sign_in: SignInId) -> Result<Option<OrgId>> {
        self.time(Step::Revoke, |store| store.revoke(sign_in))
    }

    fn revoke_all(&self, person: PersonId) -> Result<Vec<SignInId>> {
        self.time(Step::Revoke, |store| store.revoke_all(person))
    }

    fn organisations(&self) -> Result<Vec<Organisation>> {
        self.time(Step::Administration, Store::organisations)
    }

    fn add_org(&self, org: OrgId, name: &str) -> Result<bool> {
        self.time(Step::Administration, |store| store.add_org(org, name))
    }

    fn rename_org(&self, org: OrgId, name: &str) -> Result<bool> {
        self.time(Step::Administration, |store| store.rename_org(org, name))
    }

    fn companies(&self, org: Option<OrgId>) -> Result<Vec<ListedCompany>> {
        self.time(Step::Administration, |store| store.companies(org))
    }

    fn add_company(&self, org: OrgId, name: &str) -> Result<bool> {
        self.time(Step::Administration, |store| store.add_company(org, name))
    }

    fn rename_company(&self, org: OrgId, from: &str, to: &str) -> Result<bool> {
        self.time(Step::Administration, |store| store.rename_company(org, from, to))
    }

    fn set_idle_after(&self, org: OrgId, idle_after: Duration) -> Result<()> {
        self.time(Step::Administration, |store| store.set_idle_after(org, idle_after))
    }

    fn set_typing(&self, org: OrgId, is_on: bool) -> Result<()> {
        self.time(Step::Administration, |store| store.set_typing(org, is_on))
    }
    fn set_read_marks(&self, org: OrgId, is_on: bool) -> Result<()> {
        self.time(Step::Administration, |store| store.set_read_marks(org, is_on))
    }

    fn set_address_template(&self, org: OrgId, of: AddressOf, template: Option<&str>) -> Result<()> {
        self.time(Step::Administration, |store| store.set_address_template(org, of, template))
    }
    fn set_complete_after(&self, org: OrgId, complete_after: Duration) -> Result<()> {
        self.time(Step::Administration, |store| store.set_complete_after(org, complete_after))
    }

    fn set_keep_for(&self, org: OrgId, keep_for: Duration) -> Result<()> {
        self.time(Step::Administration, |store| store.set_keep_for(org, keep_for))
    }

    fn set_files_quota(&self, org: OrgId, bytes: u64) -> Result<()> {
        self.time(Step::Administration, |store| store.set_files_quota(org, bytes))
    }

    fn load(&self, org: OrgId) -> Result<Option<OrgSnapshot>> {
        self.time(Step::Load, |store| store.load(org))
    }

    fn trouble(&self) -> Option<String> {
        self.store.trouble()
    }

    fn commits(&self) -> u64 {
        self.store.commits()
    }

    fn address(&self) -> Result<Option<String>> {
        self.time(Step::Administration, Store::address)
    }

    fn set_address(&self, address: &str) -> Result<()> {
        self.time(Step::Administration, |store| store.set_address(address))
    }

    fn save(&self, changes: &Changes) -> Result<()> {
        self.time(Step::Save, |store| store.save(changes))
    }

    fn set_preference(&self, person: PersonId, preference: Preference, set: UnixMillis) -> Result<()> {
        self.time(Step::SetPreference, |store| store.set_preference(person, preference, set))
    }

    fn create_session(&self, org: OrgId, session: &Session, waiting: usize) -> Result<Created> {
        self.time(Step::CreateSession, |store| store.create_session(org, session, waiting))
    }

    fn replies(&self, org: OrgId, of: ReplyOwner) -> Result<Vec<StoredReply>> {
        self.time(Step::Replies, |store| store.replies(org, of))
    }

    fn put_reply(&self, org: OrgId, of: ReplyOwner, reply: &StoredReply, max: usize) -> Result<ReplyPut> {
        self.time(Step::PutReply, |store| store.put_reply(org, of, reply, max))
    }

    fn remove_reply(&self, org: OrgId, of: ReplyOwner, id: ReplyId) -> Result<bool> {
        self.time(Step::PutReply, |store| store.remove_reply(org, of, id))
    }

    fn session(&self, org: OrgId, id: SessionId) -> Result<Option<Session>> {
        self.time(Step::Session, |store| store.session(org, id))
    }

    fn completed_of(
        &self,
        org: OrgId,
        client: PersonId,
        before: Option<SessionId>,
        max: usize,
    ) -> Result<CompletedPage> {
        self.time(Step::Completed, |store| store.completed_of(org, client, before, max))
    }

    fn history(&self, org: OrgId, query: &HistoryQuery, max: usize) -> Result<HistoryPage> {
        self.time(Step::History, |store| store.history(org, query, max))
    }

    fn ended(&self, org: OrgId, id: SessionId) -> Result<Option<EndedSession>> {
        self.time(Step::History, |store| store.ended(org, id))
    }

    fn delete_ended(&self, org: OrgId, before: UnixMillis, rows: usize) -> Result<bool> {
        self.time(Step::DeleteEnded, |store| store.delete_ended(org, before, rows))
    }

    fn put_session(&self, org: OrgId, session: &Session, if_rev: u64) -> Result<Put> {
        self.time(Step::PutSession, |store| store.put_session(org, session, if_rev))
    }

    fn put_message(
        &self,
        org: OrgId,
        session: &Session,
        if_rev: u64,
        audience: Audience,
        message: &Message,
    ) -> Result<MessagePut> {
        self.time(Step::PutMessage, |store| store.put_message(org, session, if_rev, audience, message))
    }

    fn put_file(
        &self,
        org: OrgId,
        session: &Session,
        if_rev: u64,
        message: &Message,
        stored: FileId,
    ) -> Result<MessagePut> {
        self.time(Step::PutFile, |store| store.put_file(org, session, if_rev, message, stored))
    }

    fn file(&self, session: SessionId, message: Uuid) -> Result<Option<StoredFile>> {
        self.time(Step::File, |store| store.file(session, message))
    }

    fn files_room(&self, org: OrgId) -> Result<Option<u64>> {
        self.time(Step::FilesRoom, |store| store.files_room(org))
    }

    fn unknown_files(&self, stored: &[FileId]) -> Result<Vec<FileId>> {
        self.time(Step::SweepFiles, |store| store.unknown_files(stored))
    }

    fn deleted_files(&self, after: Option<FileId>, max: usize) -> Result<Vec<FileId>> {
        self.time(Step::SweepFiles, |store| store.deleted_files(after, max))
    }

    fn forget_deleted_files(&self, stored: &[FileId]) -> Result<()> {
        self.time(Step::SweepFiles, |store| store.forget_deleted_files(stored))
    }

    fn message_known(
        &self,
        session: SessionId,
        audience: Audience,
        id: Uuid,
    ) -> Result<Option<KnownMessage>> {
        self.time(Step::MessageNumber, |store| store.message_known(session, audience, id))
    }

    fn messages(
        &self,
        session: SessionId,
        audience: Audience,
        after: u64,
        max: usize,
    ) -> Result<Vec<Message>> {
        self.time(Step::Messages, |store| store.messages(session, audience, after, max))
    }
}
