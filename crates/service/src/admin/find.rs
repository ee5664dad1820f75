//! Finds whom and what an administrator means, by name, without regard to case, or by id. If there is no match, the refusal names the
//! nearest ones.

use super::command::Who;
use super::outcome::{Admin, Failed, refused};
use crate::names;
use crate::store::{ListedCompany, ListedPerson, OrgId, Organisation, StoredReply};
use uuid::Uuid;

impl Admin<'_> {
    /// The organisation with this name or id; the only one, if none is given.
    pub(super) fn org(&self, asked: Option<&str>) -> Result<Organisation, Failed> {
        let all = self.store.organisations()?;
        let Some(asked) = asked else {
            return match <[Organisation; 1]>::try_from(all) {
                Ok([only]) => Ok(only),
                Err(all) if all.is_empty() => refused(NO_ORG),
                Err(all) => {
                    refused(format!("There are several organisations: {}. Add --org.", org_names(&all)))
                }
            };
        };
        match this_org(asked, &all)? {
            Some(org) => Ok(org),
            None => refused(no_org(asked, &all)),
        }
    }

    /// The same, but all of them if none is given.
    pub(super) fn org_or_all(&self, asked: Option<&str>) -> Result<Option<OrgId>, Failed> {
        asked.map(|_| self.org(asked).map(|org| org.id)).transpose()
    }

    /// The company with this name.
    pub(super) fn company(&self, org: &Organisation, asked: &str) -> Result<ListedCompany, Failed> {
        let all = self.store.companies(Some(org.id))?;
        match this_company(asked, &all)? {
            Some(company) => Ok(company),
            None => refused(no_company(asked, org, &all)),
        }
    }

    /// The person with this name or id.
    pub(super) fn find(&self, who: &Who) -> Result<ListedPerson, Failed> {
        let org = self.org(who.org.as_deref())?;
        let all = self.store.people(Some(org.id))?;
        if let Some(person) = by_id(&who.name, &all, |person| person.person.id.0) {
            return Ok(person.clone());
        }
        let company = who.company.as_deref().map(|company| self.company(&org, company)).transpose()?;
        let among: Vec<ListedPerson> = all
            .into_iter()
            .filter(|each| {
                company
                    .as_ref()
                    .is_none_or(|company| each.person.affiliation.company() == Some(&company.name))
            })
            .collect();
        match names::meant(&who.name, &among, |each| &each.person.name).as_slice() {
            [person] => Ok((*person).clone()),
            [] => refused(no_person(&who.name, &org, &among)),
            several => {
                let several: Vec<String> = several.iter().map(|person| described(person)).collect();
                refused(format!(
                    "Several people in {} have this name: {}. Add --company, or give the id as --name.",
                    org.name,
                    several.join(", ")
                ))
            }
        }
    }
}

const NO_ORG: &str = "There is no organisation yet. `org add NAME` makes one.";

/// `None` if nothing has this name or id.
pub(super) fn this_org(asked: &str, all: &[Organisation]) -> Result<Option<Organisation>, Failed> {
    if let Some(org) = by_id(asked, all, |org| org.id.0) {
        return Ok(Some(org.clone()));
    }
    match names::meant(asked, all, |org| &org.name).as_slice() {
        [] => Ok(None),
        [org] => Ok(Some((*org).clone())),
        several => {
            let several: Vec<String> =
                several.iter().map(|org| format!("{} ({})", org.name, org.id.0)).collect();
            refused(format!(
                "Several organisations have this name: {}. Write it exactly so, or give the id, and `org rename` one of them.",
                several.join(", ")
            ))
        }
    }
}

/// `None` if nothing has this name.
pub(super) fn this_company(asked: &str, all: &[ListedCompany]) -> Result<Option<ListedCompany>, Failed> {
    match names::meant(asked, all, |company| &company.name).as_slice() {
        [] => Ok(None),
        [company] => Ok(Some((*company).clone())),
        several => {
            let several: Vec<&str> = several.iter().map(|company| company.name.as_str()).collect();
            refused(format!(
                "Several companies have this name: {}. Write it exactly so, and `company rename` one of them.",
                several.join(", ")
            ))
        }
    }
}

/// The canned reply with this name or id.
pub(super) fn this_reply(
    asked: &str,
    org: &Organisation,
    all: &[StoredReply],
) -> Result<StoredReply, Failed> {
    if let Some(reply) = by_id(asked, all, |reply| reply.id.0) {
        return Ok(reply.clone());
    }
    match names::meant(asked, all, |reply| &reply.name).first() {
        Some(reply) => Ok((*reply).clone()),
        None => refused(match nearest(asked, all.iter().map(|reply| reply.name.as_str())) {
            None => format!("{} has no canned reply yet. `reply add NAME TEXT` makes one.", org.name),
            Some(nearest) => format!("{} has no canned reply {asked}. {nearest}", org.name),
        }),
    }
}

pub(super) fn no_org(asked: &str, all: &[Organisation]) -> String {
    match nearest(asked, all.iter().map(|org| org.name.as_str())) {
        None => NO_ORG.to_owned(),
        Some(nearest) => format!("There is no organisation {asked}. {nearest}"),
    }
}

pub(super) fn no_company(asked: &str, org: &Organisation, all: &[ListedCompany]) -> String {
    match nearest(asked, all.iter().map(|company| company.name.as_str())) {
        None => format!("{} has no company yet. `company add NAME` makes one.", org.name),
        Some(nearest) => format!("{} has no company {asked}. {nearest}", org.name),
    }
}

fn no_person(asked: &str, org: &Organisation, among: &[ListedPerson]) -> String {
    let nearest = nearest(asked, among.iter().map(|each| each.person.name.as_str()));
    format!(
        "There is no {asked} in {}. {} `person list` shows everybody.",
        org.name,
        nearest.unwrap_or_default()
    )
    .replace("  ", " ")
}

/// The nearest names in a sentence; `None` if there are no names at all.
fn nearest<'a>(asked: &str, all: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let names = names::nearest(asked, all);
    match names.as_slice() {
        [] => None,
        [only] => Some(format!("The nearest is: {only}.")),
        several => Some(format!("The nearest are: {}.", several.join(", "))),
    }
}

fn by_id<'a, T>(asked: &str, all: &'a [T], id: impl Fn(&T) -> Uuid) -> Option<&'a T> {
    let asked: Uuid = asked.parse().ok()?;
    all.iter().find(|each| id(each) == asked)
}

fn org_names(all: &[Organisation]) -> String {
    all.iter().map(|org| org.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What distinguishes people with the same name.
fn described(listed: &ListedPerson) -> String {
    let person = &listed.person;
    match person.affiliation.company() {
        None => format!("{} (technician, {})", person.name, person.id.0),
        Some(company) => format!("{} ({company}, {})", person.name, person.id.0),
    }
}
