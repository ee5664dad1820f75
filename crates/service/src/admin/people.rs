//! Commands about people: add, list, rename, suspend, remove and let in again.

use super::command::{PersonLine, Reply, Who};
use super::find::{no_company, no_org, this_company, this_org};
use super::outcome::{Admin, Done, Failed, checked_name, counted, done, refused};
use crate::auth::secrets;
use crate::names;
use crate::org::{Event, Renamed};
use crate::store::{
    Added, Addresses, Affiliation, Ended, Hash, ListedPerson, NewPerson, OrgId, Organisation, Standing,
};
use chat::PersonId;
use uuid::Uuid;

impl Admin<'_> {
    pub(super) fn add_person(&self, org: Option<&str>, name: &str, company: Option<&str>, new: bool) -> Done {
        let name = checked_name("a person", name)?;
        let (org, org_is_new) = self.org_to_add_to(org, new)?;
        let company = company.map(|company| self.company_to_add_to(&org, company, new)).transpose()?;
        let affiliation = match &company {
            None => Affiliation::Technician,
            Some((company, _)) => Affiliation::Client { company: company.clone() },
        };
        self.is_free(&org, &affiliation, &name, None, exists)?;
        let secret = secrets::secret();
        let link = self.address_of(&secret)?;
        let person = NewPerson {
            id: PersonId(Uuid::new_v4()),
            org: (org.name.clone(), org.id),
            name: name.clone(),
            affiliation,
        };
        match self.store.add_person(&person, Hash::of(&secret), self.now)? {
            Added::Person(id, person) => {
                let what = match person.affiliation.company() {
                    None => format!("{name} is a technician of {} now.", org.name),
                    Some(company) => format!("{name} of {company} is a client of {} now.", org.name),
                };
                let made = match (org_is_new, &company) {
                    (true, Some((company, true))) => {
                        format!(" The organisation {} and the company {company} are new.", org.name)
                    }
                    (true, _) => format!(" The organisation {} is new.", org.name),
                    (false, Some((company, true))) => format!(" The company {company} is new."),
                    (false, _) => String::new(),
                };
                Ok((
                    Reply::Link { link, done: format!("{what}{made}") },
                    vec![(id, Event::Added(Box::new(person)))],
                ))
            }
            Added::Exists => refused(exists(&name, &org)),
        }
    }

    /// The organisation of a new person, and whether it is new too.
    fn org_to_add_to(&self, asked: Option<&str>, new: bool) -> Result<(Organisation, bool), Failed> {
        let Some(asked) = asked else { return Ok((self.org(None)?, false)) };
        let all = self.store.organisations()?;
        match this_org(asked, &all)? {
            Some(org) => Ok((org, false)),
            None if new => {
                let name = checked_name("an organisation", asked)?;
                Ok((
                    Organisation {
                        id: OrgId(Uuid::new_v4()),
                        name,
                        idle_after: None,
                        complete_after: None,
                        keep_for: None,
                        files_quota: None,
                        typing: true,
                        read_marks: true,
                        addresses: Addresses::default(),
                    },
                    true,
                ))
            }
            None => refused(format!("{} Add --new if this is a new one.", no_org(asked, &all))),
        }
    }

    /// The name of a new client's company, and whether it is new too.
    fn company_to_add_to(
        &self,
        org: &Organisation,
        asked: &str,
        new: bool,
    ) -> Result<(String, bool), Failed> {
        let all = self.store.companies(Some(org.id))?;
        match this_company(asked, &all)? {
            Some(company) => Ok((company.name, false)),
            None if new => Ok((checked_name("a company", asked)?, true)),
            None => refused(format!("{} Add --new if this is a new one.", no_company(asked, org, &all))),
        }
    }

    /// Refuses the name of somebody else with the same affiliation, in these words.
    fn is_free(
        &self,
        org: &Organisation,
        affiliation: &Affiliation,
        name: &str,
        but: Option<PersonId>,
        words: fn(&str, &Organisation) -> String,
    ) -> Result<(), Failed> {
        let people = self.store.people(Some(org.id))?;
        let other = people.iter().find(|each| {
            each.person.affiliation == *affiliation
                && Some(each.person.id) != but
                && names::is_same(&each.person.name, name)
        });
        match other {
            Some(other) => refused(words(&other.person.name, org)),
            None => Ok(()),
        }
    }

    pub(super) fn people(&self, org: Option<&str>) -> Done {
        let org = self.org_or_all(org)?;
        let lines = self.store.people(org)?.into_iter().map(line).collect();
        Ok((Reply::People(lines), Vec::new()))
    }

    pub(super) fn person(&self, who: &Who) -> Done {
        let found = self.find(who)?;
        let id = found.person.id;
        let sign_ins = self.sign_in_lines(|each| each.person == id)?;
        let links = self.link_lines(|each| each.person == id)?;
        Ok((Reply::Person(Box::new(line(found)), sign_ins, links), Vec::new()))
    }

    pub(super) fn rename_person(&self, who: &Who, to: &str) -> Done {
        let to = checked_name("a person", to)?;
        let found = self.find(who)?;
        let org = self.org(Some(&found.org.0.to_string()))?;
        let person = found.person;
        self.is_free(&org, &person.affiliation, &to, Some(person.id), name_is_taken)?;
        if !self.store.rename_person(person.id, &to)? {
            return refused(name_is_taken(&to, &org));
        }
        let notice = (org.id, Event::Renamed(Renamed::Person(person.id, to.clone())));
        Ok((Reply::Done(format!("{} is called {to} now.", person.name)), vec![notice]))
    }

    pub(super) fn suspend(&self, who: &Who) -> Done {
        let found = self.find(who)?;
        let name = &found.person.name;
        match found.person.standing {
            Standing::Suspended => done(format!("{name} was suspended already.")),
            Standing::Active | Standing::Removed => self.take_out(&found, Standing::Suspended, |ended| {
                format!("{name} is suspended. {ended} `person resume` lets them in again.")
            }),
        }
    }

    pub(super) fn remove(&self, who: &Who) -> Done {
        let found = self.find(who)?;
        self.take_out(&found, Standing::Removed, |ended| {
            format!(
                "{} is removed. {ended} What they wrote in chats stays under their name.",
                found.person.name
            )
        })
    }

    fn take_out(&self, found: &ListedPerson, standing: Standing, words: impl Fn(&str) -> String) -> Done {
        let (person, now) = (found.person.id, self.now);
        let Ended { sign_ins, links } = self.store.set_standing(person, standing, now)?;
        let ended = format!(
            "{} and {} have ended. A technician's chats go to other technicians; a client's requests and chats end.",
            capital(&counted(sign_ins.len(), "sign-in")),
            counted(links, "unused link"),
        );
        let notice = (found.org, Event::Stands { person, standing, ended: sign_ins });
        Ok((Reply::Done(words(&ended)), vec![notice]))
    }

    pub(super) fn resume(&self, who: &Who) -> Done {
        let found = self.find(who)?;
        let (person, name) = (found.person.id, &found.person.name);
        match found.person.standing {
            Standing::Active => {
                return refused(format!(
                    "{name} is not suspended. `person link` makes another link for them."
                ));
            }
            Standing::Suspended | Standing::Removed => {}
        }
        let secret = secrets::secret();
        let link = self.address_of(&secret)?;
        // The last step that can fail, and a single one: if it fails, they are still suspended, as the answer says.
        let Ended { sign_ins, .. } = self.store.resume(person, Hash::of(&secret), self.now)?;
        let notice = (found.org, Event::Stands { person, standing: Standing::Active, ended: sign_ins });
        let done = format!("{name} may sign in to {} again, with this link.", found.org_name);
        Ok((Reply::Link { link, done }, vec![notice]))
    }
}

pub(super) fn line(listed: ListedPerson) -> PersonLine {
    let person = listed.person;
    PersonLine {
        id: person.id,
        org: listed.org_name,
        role: person.affiliation.role(),
        company: person.affiliation.company().map(str::to_owned),
        name: person.name,
        suspended: person.standing == Standing::Suspended,
        connected: listed.connected,
        last_seen: person.last_seen,
    }
}

fn exists(name: &str, org: &Organisation) -> String {
    format!(
        "{name} is in {} already. If this is somebody else, use another name; for the same person, `person link` makes another link.",
        org.name
    )
}

/// For somebody who is to be called so: another link would be of no use.
fn name_is_taken(name: &str, org: &Organisation) -> String {
    format!("{} has somebody called {name} already, and nothing was changed. Choose another name.", org.name)
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().collect::<String>() + rest.as_str()).unwrap_or_default()
}
