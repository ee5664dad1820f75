//! The administrator's commands as data, and what they do to the store. The same code does them while the service runs (they
//! come by the `control` socket then, one after the other, and running organisations are told) and while it does not.

mod access;
mod command;
pub(crate) mod control_socket;
mod find;
mod organisations;
mod people;
#[cfg(test)]
mod tests;

pub use command::{Command, CompanyLine, LinkLine, OrgLine, PersonLine, Reply, SignInLine, Who};

use crate::org::Event;
use crate::store::{OrgId, Store, StoreError};
use crate::{names, words};
use presence::UnixMillis;
use protocol::limits::NAME_CHARS;

/// Whom to tell of what was done, where the service runs.
pub(crate) type Notice = (OrgId, Event);

/// What was done, and whom to tell.
type Done = Result<(Reply, Vec<Notice>), Failed>;

/// Why a command was not done; nothing has changed.
enum Failed {
    /// In words for the administrator.
    Refused(String),
    /// The store could not do it.
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What all commands work with.
struct Admin<'a> {
    store: &'a dyn Store,
    /// Where people reach the service, if the caller knows better than the store.
    address: Option<&'a str>,
    now: UnixMillis,
}

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

/// Does a command, and says whom to tell of it. Two at once on one store would not see each other's names. `address` is where
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
            Command::IdleAfter { org, idle_after_ms } => self.set_idle_after(org.as_deref(), idle_after_ms),
            Command::CompleteAfter { org, complete_after_ms } => {
                self.set_complete_after(org.as_deref(), complete_after_ms)
            }
        }
    }
}

fn refused<T>(why: impl Into<String>) -> Result<T, Failed> {
    Err(Failed::Refused(why.into()))
}

/// What is done, where nobody has to be told.
fn done(what: impl Into<String>) -> Done {
    Ok((Reply::Done(what.into()), Vec::new()))
}

/// A new name as it is stored. `what` with its article: it begins a sentence's middle.
fn checked_name(what: &str, name: &str) -> Result<String, Failed> {
    if name.is_empty() || words::line(name, NAME_CHARS) != name {
        return refused(format!(
            "The name of {what} has between 1 and {NAME_CHARS} characters on one line that can be seen, without spaces at its ends."
        ));
    }
    Ok(names::composed(name))
}

/// So many, in words: `no links`, `1 link`, `2 links`.
fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        more => format!("{more} {what}s"),
    }
}
