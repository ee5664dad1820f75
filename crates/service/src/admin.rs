//! The administrator's commands as data, and what they do to the store. The same code does them while the service runs (they
//! come by the `control` socket then, and running organisations are told) and while it does not.

mod command;

pub use command::{Command, PersonLine, Reply, SignInLine};

use crate::account;
use crate::org::Event;
use crate::settings::LISTEN;
use crate::store::{Added, Belongs, Hash, Linked, NewPerson, OrgId, SignInId, Store, StoreError};
use crate::words;
use chat::PersonId;
use presence::UnixMillis;
use protocol::http::SIGN_IN_PATH;
use protocol::limits::{IDLE_AFTER_MAX, IDLE_AFTER_MIN, NAME_CHARS};
use std::time::Duration;
use uuid::Uuid;

/// Whom to tell of what was done, where the service runs.
pub(crate) type Notice = (OrgId, Event);

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

/// Does a command, and says whom to tell of it. `address` is where people reach the service, if the caller knows better than the store. Blocks.
pub(crate) fn perform(
    store: &dyn Store,
    command: Command,
    address: Option<&str>,
    now: UnixMillis,
) -> Result<(Reply, Option<Notice>), StoreError> {
    match command {
        Command::AddPerson { org, name, company } => add_person(store, &org, &name, company, address, now),
        Command::Link { org, name, company } => {
            let secret = account::secret();
            let linked = store.add_link(&org, &name, company.as_deref(), Hash::of(&secret), now)?;
            Ok((linked_reply(store, linked, (&org, &name), &secret, address)?, None))
        }
        Command::People { org } => Ok(match unknown_org(store, org.as_deref())? {
            Some(problem) => (Reply::Refused(problem), None),
            None => (Reply::People(people(store, org.as_deref())?), None),
        }),
        Command::SignIns { org, name } => {
            if let Some(problem) = unknown_org(store, org.as_deref())? {
                return Ok((Reply::Refused(problem), None));
            }
            let lines =
                store.sign_ins(org.as_deref(), name.as_deref())?.into_iter().map(|sign_in| SignInLine {
                    id: sign_in.id.0,
                    org: sign_in.org,
                    name: sign_in.name,
                    device: sign_in.device,
                    created: sign_in.created,
                });
            Ok((Reply::SignIns(lines.collect()), None))
        }
        Command::Revoke { id } => Ok(match store.revoke(SignInId(id))? {
            Some(org) => {
                (Reply::Done("The sign-in has ended.".to_owned()), Some((org, Event::Revoked(SignInId(id)))))
            }
            None => (Reply::Refused(format!("There is no sign-in {id}. `sign-in list` shows them.")), None),
        }),
        Command::IdleAfter { org, idle_after_ms } => {
            set_idle_after(store, org.as_deref(), Duration::from_millis(idle_after_ms))
        }
    }
}

fn add_person(
    store: &dyn Store,
    org: &str,
    name: &str,
    company: Option<String>,
    address: Option<&str>,
    now: UnixMillis,
) -> Result<(Reply, Option<Notice>), StoreError> {
    let texts = [
        Some(("organisation", org)),
        Some(("person", name)),
        company.as_deref().map(|text| ("company", text)),
    ];
    for (what, text) in texts.into_iter().flatten() {
        if let Err(problem) = check_name(what, text) {
            return Ok((Reply::Refused(problem), None));
        }
    }
    let secret = account::secret();
    let person = NewPerson {
        id: PersonId(Uuid::new_v4()),
        org: (org.to_owned(), OrgId(Uuid::new_v4())),
        name: name.to_owned(),
        belongs: company.map_or(Belongs::Technician, |company| Belongs::Client { company }),
    };
    Ok(match store.add_person(&person, Hash::of(&secret), now)? {
        Added::Person(org, person) => {
            (link(store, &secret, address)?, Some((org, Event::Added(Box::new(person)))))
        }
        Added::Exists => {
            let problem = format!(
                "{name} is in {org} already. Use another name, or `person link` for another link for the same person."
            );
            (Reply::Refused(problem), None)
        }
    })
}

fn linked_reply(
    store: &dyn Store,
    linked: Linked,
    (org, name): (&str, &str),
    secret: &str,
    address: Option<&str>,
) -> Result<Reply, StoreError> {
    Ok(match linked {
        Linked::Person(_) => link(store, secret, address)?,
        Linked::Nobody => {
            Reply::Refused(format!("There is no {name} in {org}. `person list` shows who there is."))
        }
        Linked::Several(companies) => {
            let companies: Vec<&str> = companies
                .iter()
                .map(|company| if company.is_empty() { "(technician)" } else { company })
                .collect();
            let companies = companies.join(", ");
            Reply::Refused(format!(
                "There are several of the name {name} in {org}: {companies}. Add --company."
            ))
        }
    })
}

fn link(store: &dyn Store, secret: &str, address: Option<&str>) -> Result<Reply, StoreError> {
    let address = match address {
        Some(address) => address.to_owned(),
        None => store.address()?.unwrap_or_else(|| format!("http://{LISTEN}")),
    };
    Ok(Reply::Link(format!("{address}{SIGN_IN_PATH}#{secret}")))
}

fn people(store: &dyn Store, org: Option<&str>) -> Result<Vec<PersonLine>, StoreError> {
    let lines = store.people(org)?.into_iter().map(|listed| PersonLine {
        id: listed.person.id,
        org: listed.org,
        role: listed.person.belongs.role(),
        company: listed.person.belongs.company().map(str::to_owned),
        name: listed.person.name,
        connected: listed.connected,
    });
    Ok(lines.collect())
}

/// What to say where an organisation was named that is not there.
fn unknown_org(store: &dyn Store, org: Option<&str>) -> Result<Option<String>, StoreError> {
    let Some(org) = org else { return Ok(None) };
    let names: Vec<String> = store.organisations()?.into_iter().map(|each| each.name).collect();
    Ok((!names.iter().any(|name| name == org)).then(|| no_such_org(org, &names.join(", "))))
}

fn no_such_org(org: &str, names: &str) -> String {
    if names.is_empty() {
        "There is no organisation yet. `person add` makes one.".to_owned()
    } else {
        format!("There is no organisation {org}. There are: {names}.")
    }
}

fn set_idle_after(
    store: &dyn Store,
    org: Option<&str>,
    idle_after: Duration,
) -> Result<(Reply, Option<Notice>), StoreError> {
    if !(IDLE_AFTER_MIN..=IDLE_AFTER_MAX).contains(&idle_after) {
        let problem = "The idle threshold must be between 5s and 60m.".to_owned();
        return Ok((Reply::Refused(problem), None));
    }
    let organisations = store.organisations()?;
    let names = organisations.iter().map(|each| each.name.clone()).collect::<Vec<_>>().join(", ");
    let chosen = match (org, organisations.as_slice()) {
        (Some(org), all) => all.iter().find(|each| each.name == org).ok_or_else(|| no_such_org(org, &names)),
        (None, [only]) => Ok(only),
        (None, []) => Err("There is no organisation yet. `person add` makes one.".to_owned()),
        (None, _) => Err(format!("There are several organisations: {names}. Add --org.")),
    };
    match chosen {
        Ok(organisation) => {
            store.set_idle_after(organisation.id, idle_after)?;
            let done =
                format!("People of {} are idle after {} s.", organisation.name, idle_after.as_secs_f64());
            Ok((Reply::Done(done), Some((organisation.id, Event::IdleAfter(idle_after)))))
        }
        Err(problem) => Ok((Reply::Refused(problem), None)),
    }
}

fn check_name(what: &str, name: &str) -> Result<(), String> {
    if name.is_empty() || words::line(name, NAME_CHARS) != name {
        return Err(format!(
            "The name of a {what} has between 1 and {NAME_CHARS} characters on one line that can be seen, without spaces at its ends."
        ));
    }
    Ok(())
}
