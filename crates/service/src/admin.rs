//! The administrator's commands as data, and what they do to the store. The same code does them while the service runs (they
//! come by the `control` socket then, and running organisations are told) and while it does not.

use crate::account;
use crate::org::Event;
use crate::settings::LISTEN;
use crate::store::{Added, Belongs, Hash, Linked, NewPerson, OrgId, SignInId, Store, StoreError};
use chat::PersonId;
use presence::{Role, UnixMillis};
use protocol::http::SIGN_IN_PATH;
use protocol::limits::{IDLE_AFTER_MAX, IDLE_AFTER_MIN, NAME_CHARS};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// What an administrator wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Add a person, and the organisation and company on first use; answered with a link.
    AddPerson {
        /// The organisation's name.
        org: String,
        /// The person's name.
        name: String,
        /// The customer's name for a client; none for a technician.
        company: Option<String>,
    },
    /// Another link for a person.
    Link {
        /// The organisation's name.
        org: String,
        /// The person's name.
        name: String,
        /// The customer's name, where several people have this name.
        company: Option<String>,
    },
    /// People.
    People {
        /// Of this organisation only.
        org: Option<String>,
    },
    /// Sign-ins.
    SignIns {
        /// Of this organisation only.
        org: Option<String>,
        /// Of people of this name only.
        name: Option<String>,
    },
    /// End a sign-in.
    Revoke {
        /// Which.
        id: Uuid,
    },
    /// Set the threshold (P2).
    IdleAfter {
        /// Of this organisation; may be left out where there is one.
        org: Option<String>,
        /// In milliseconds.
        idle_after_ms: u64,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A one-time link. A secret: it is printed once and logged never.
    Link(String),
    /// People.
    People(Vec<PersonLine>),
    /// Sign-ins.
    SignIns(Vec<SignInLine>),
    /// It is done.
    Done(String),
    /// It is not done, and why.
    Refused(String),
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    /// Who.
    pub id: PersonId,
    /// Their organisation.
    pub org: String,
    /// Their name.
    pub name: String,
    /// Technician or client.
    pub role: Role,
    /// The customer, for clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Whether a device is connected or in grace.
    pub connected: bool,
}

/// A sign-in in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLine {
    /// Which.
    pub id: Uuid,
    /// The organisation.
    pub org: String,
    /// Whose.
    pub name: String,
    /// What the user calls the device.
    pub device: String,
    /// Since when.
    pub created: UnixMillis,
}

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
        Command::People { org } => Ok((Reply::People(people(store, org.as_deref())?), None)),
        Command::SignIns { org, name } => {
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
        (Some(org), all) => all
            .iter()
            .find(|each| each.name == org)
            .ok_or_else(|| format!("There is no organisation {org}. There are: {names}.")),
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
    if name.trim() != name
        || name.is_empty()
        || name.chars().any(char::is_control)
        || name.chars().count() > NAME_CHARS
    {
        return Err(format!(
            "The name of a {what} has between 1 and {NAME_CHARS} characters on one line, without spaces at its ends."
        ));
    }
    Ok(())
}
