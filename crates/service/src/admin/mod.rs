//! The administrator's commands as data, and what they do to the store. The same code does them whether or not the service runs; if
//! it does, they come over the `control` socket, one after the other, and running organisations are told.

mod access;
mod command;
pub(crate) mod control_socket;
pub(crate) mod data_folder;
mod find;
mod organisations;
mod outcome;
mod people;
mod replies;
#[cfg(test)]
mod tests;

pub use command::{
    CannedReplyLine, Command, CompanyLine, LinkLine, OrgLine, PersonLine, Reply, SignInLine, Who,
};

use crate::store::{Store, StoreError};
pub(crate) use outcome::Notice;
use outcome::{Admin, Done, Failed};
use presence::UnixMillis;

/// Does a command on a store that no service runs on. `address` is where people reach the service, if the caller knows better
/// than the store. Blocks.
///
/// # Errors
/// If the store cannot be used; nothing has changed then.
pub fn run(
    store: &dyn Store,
    command: Command,
    address: Option<&str>,
    now: UnixMillis,
) -> Result<Reply, StoreError> {
    perform(store, command, address, now).map(|(reply, _)| reply)
}

/// Does a command, and says whom to tell about it. Two at once on one store would not see each other's names. `address` is where
/// people reach the service, if the caller knows better than the store. Blocks.
pub(crate) fn perform(
    store: &dyn Store,
    command: Command,
    address: Option<&str>,
    now: UnixMillis,
) -> Result<(Reply, Vec<Notice>), StoreError> {
    match (Admin { store, address, now }).perform(command) {
        Ok(done) => Ok(done),
        Err(Failed::Refused(why)) => Ok((Reply::Refused(why), Vec::new())),
        Err(Failed::Store(error)) => Err(error),
    }
}

impl Admin<'_> {
    fn perform(&self, command: Command) -> Done {
        match command {
            Command::AddPerson { org, name, company, new } => {
                self.add_person(org.as_deref(), &name, company.as_deref(), new)
            }
            Command::Link(who) => self.link(&who),
            Command::People { org } => self.people(org.as_deref()),
            Command::Person(who) => self.person(&who),
            Command::RenamePerson { who, to } => self.rename_person(&who, &to),
            Command::Suspend(who) => self.suspend(&who),
            Command::Resume(who) => self.resume(&who),
            Command::Remove(who) => self.remove(&who),
            Command::Links { org, name } => self.links(org.as_deref(), name.as_deref()),
            Command::EndLink { id } => self.end_link(id),
            Command::EndLinks(who) => self.end_links(&who),
            Command::SignIns { org, name } => self.sign_ins(org.as_deref(), name.as_deref()),
            Command::Revoke { id } => self.revoke(id),
            Command::RevokeAll(who) => self.revoke_all(&who),
            Command::Orgs => self.orgs(),
            Command::AddOrg { name } => self.add_org(&name),
            Command::RenameOrg { org, to } => self.rename_org(&org, &to),
            Command::Companies { org } => self.companies(org.as_deref()),
            Command::AddCompany { org, name } => self.add_company(org.as_deref(), &name),
            Command::RenameCompany { org, name, to } => self.rename_company(org.as_deref(), &name, &to),
            Command::CannedReplies { org } => self.canned_replies(org.as_deref()),
            Command::AddCannedReply { org, name, text } => {
                self.add_canned_reply(org.as_deref(), &name, &text)
            }
            Command::ChangeCannedReply { org, name, to, text } => {
                self.change_canned_reply(org.as_deref(), &name, to.as_deref(), text.as_deref())
            }
            Command::RemoveCannedReply { org, name } => self.remove_canned_reply(org.as_deref(), &name),
            Command::IdleAfter { org, idle_after_ms } => self.set_idle_after(org.as_deref(), idle_after_ms),
            Command::KeepFor { org, keep_for_ms } => self.set_keep_for(org.as_deref(), keep_for_ms),
            Command::CompleteAfter { org, complete_after_ms } => {
                self.set_complete_after(org.as_deref(), complete_after_ms)
            }
            Command::FilesQuota { org, bytes } => self.set_files_quota(org.as_deref(), bytes),
            Command::Typing { org, is_on } => self.set_typing(org.as_deref(), is_on),
            Command::ReadMarks { org, is_on } => self.set_read_marks(org.as_deref(), is_on),
            Command::TicketAddress { org, template } => {
                self.set_ticket_address(org.as_deref(), template.as_deref())
            }
            Command::PortalAddress { org, role, template } => {
                self.set_portal_address(org.as_deref(), role, template.as_deref())
            }
        }
    }
}
