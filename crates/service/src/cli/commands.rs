//! Turns the arguments into an administrator's command.

use super::arguments::{
    CompanyVerb, LinkVerb, Listed, ListedOf, OneOrAllOf, OrgVerb, PersonVerb, ReplyVerb, RoleName, Setting,
    SignInVerb, Switch, ThePerson,
};
use crate::admin::{Command, Who};
use anyhow::{Context, bail};
use std::io::Read;

/// Most bytes of a text that are read from standard input: what the longest canned reply takes, and as much again for white space.
const TEXT_READ_BYTES: u64 = 2 * 4 * protocol::limits::REPLY_CHARS as u64;

/// A command, and whether to answer in JSON.
pub(super) type Typed = (Command, bool);

fn who(ThePerson { of, name, company }: ThePerson) -> Who {
    Who { org: of.org, name, company }
}

pub(super) fn person(verb: PersonVerb) -> anyhow::Result<Typed> {
    Ok(match verb {
        PersonVerb::Add { of, role, name, company, new } => {
            let company = match (role, company) {
                (RoleName::Technician, None) => None,
                (RoleName::Client, Some(company)) => Some(company),
                (RoleName::Technician, Some(_)) => {
                    bail!("a technician belongs to no company; leave --company out")
                }
                (RoleName::Client, None) => bail!("a client belongs to a company; add --company NAME"),
            };
            (Command::AddPerson { org: of.org, name, company, new }, false)
        }
        PersonVerb::Link(person) => (Command::Link(who(person)), false),
        PersonVerb::List(Listed { org, json }) => (Command::People { org }, json),
        PersonVerb::Show { who: person, json } => (Command::Person(who(person)), json),
        PersonVerb::Rename { who: person, to } => (Command::RenamePerson { who: who(person), to }, false),
        PersonVerb::Suspend(person) => (Command::Suspend(who(person)), false),
        PersonVerb::Resume(person) => (Command::Resume(who(person)), false),
        PersonVerb::Remove(person) => (Command::Remove(who(person)), false),
    })
}

pub(super) fn link(verb: LinkVerb) -> Typed {
    match verb {
        LinkVerb::List(ListedOf { listed: Listed { org, json }, name }) => {
            (Command::Links { org, name }, json)
        }
        LinkVerb::Revoke(which) => {
            (one_or_all(which, |id| Command::EndLink { id }, Command::EndLinks), false)
        }
    }
}

pub(super) fn sign_in(verb: SignInVerb) -> Typed {
    match verb {
        SignInVerb::List(ListedOf { listed: Listed { org, json }, name }) => {
            (Command::SignIns { org, name }, json)
        }
        SignInVerb::Revoke(which) => {
            (one_or_all(which, |id| Command::Revoke { id }, Command::RevokeAll), false)
        }
    }
}

/// The arguments guarantee that one of the two is given.
fn one_or_all(
    which: OneOrAllOf,
    one: impl Fn(uuid::Uuid) -> Command,
    all: impl Fn(Who) -> Command,
) -> Command {
    let OneOrAllOf { id, person, org, company } = which;
    match id {
        Some(id) => one(id),
        None => all(Who { org, name: person.unwrap_or_default(), company }),
    }
}

pub(super) fn org(verb: OrgVerb) -> Typed {
    match verb {
        OrgVerb::List { json } => (Command::Orgs, json),
        OrgVerb::Add { name } => (Command::AddOrg { name }, false),
        OrgVerb::Rename { name, to } => (Command::RenameOrg { org: name, to }, false),
        OrgVerb::Set(Setting::IdleAfter { idle_after, of }) => {
            let idle_after_ms = u64::try_from(idle_after.as_millis()).unwrap_or(u64::MAX);
            (Command::IdleAfter { org: of.org, idle_after_ms }, false)
        }
        OrgVerb::Set(Setting::KeepChats { keep_for, of }) => {
            let keep_for_ms = u64::try_from(keep_for.as_millis()).unwrap_or(u64::MAX);
            (Command::KeepFor { org: of.org, keep_for_ms }, false)
        }
        OrgVerb::Set(Setting::CompleteAfter { complete_after, of }) => {
            let complete_after_ms = u64::try_from(complete_after.as_millis()).unwrap_or(u64::MAX);
            (Command::CompleteAfter { org: of.org, complete_after_ms }, false)
        }
        OrgVerb::Set(Setting::FilesQuota { bytes, of }) => {
            (Command::FilesQuota { org: of.org, bytes }, false)
        }
        OrgVerb::Set(Setting::Typing { is, of }) => {
            (Command::Typing { org: of.org, is_on: is == Switch::On }, false)
        }
        OrgVerb::Set(Setting::ReadMarks { is, of }) => {
            (Command::ReadMarks { org: of.org, is_on: is == Switch::On }, false)
        }
        OrgVerb::Set(Setting::TicketAddress { template, of }) => {
            (Command::TicketAddress { org: of.org, template: unless_none(template) }, false)
        }
        OrgVerb::Set(Setting::PortalAddress { role, template, of }) => {
            let (role, template) = (role.into(), unless_none(template));
            (Command::PortalAddress { org: of.org, role, template }, false)
        }
    }
}

/// The word `none` removes an address.
fn unless_none(template: String) -> Option<String> {
    (template != "none").then_some(template)
}

pub(super) fn company(verb: CompanyVerb) -> Typed {
    match verb {
        CompanyVerb::List(Listed { org, json }) => (Command::Companies { org }, json),
        CompanyVerb::Add { name, of } => (Command::AddCompany { org: of.org, name }, false),
        CompanyVerb::Rename { name, to, of } => (Command::RenameCompany { org: of.org, name, to }, false),
    }
}

pub(super) fn reply(verb: ReplyVerb) -> anyhow::Result<Typed> {
    Ok(match verb {
        ReplyVerb::List(Listed { org, json }) => (Command::CannedReplies { org }, json),
        ReplyVerb::Add { name, text, of } => {
            (Command::AddCannedReply { org: of.org, name, text: typed_or_read(text)? }, false)
        }
        ReplyVerb::Change { name, to, text, of } => {
            let text = text.map(typed_or_read).transpose()?;
            (Command::ChangeCannedReply { org: of.org, name, to, text }, false)
        }
        ReplyVerb::Remove { name, of } => (Command::RemoveCannedReply { org: of.org, name }, false),
    })
}

/// A text of several lines is more easily piped than quoted.
fn typed_or_read(text: String) -> anyhow::Result<String> {
    if text != "-" {
        return Ok(text);
    }
    let mut read = String::new();
    let most = TEXT_READ_BYTES + 1;
    std::io::stdin()
        .take(most)
        .read_to_string(&mut read)
        .context("could not read the text from standard input")?;
    if read.len() as u64 == most {
        bail!("the text on standard input is longer than any canned reply may be");
    }
    Ok(read)
}
