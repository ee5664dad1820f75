//! Commands about organisations and their customers: add, list, rename, and change settings.

use super::command::{CompanyLine, OrgLine, Reply};
use super::outcome::{Admin, Done, Failed, checked_name, done, refused};
use crate::org::{Event, Renamed};
use crate::store::{AddressOf, OrgId, Organisation};
use crate::{names, words};
use presence::Role;
use protocol::address_template::{AddressTemplate, Placeholder};
use protocol::limits::{
    COMPLETE_AFTER, COMPLETE_AFTER_MAX, COMPLETE_AFTER_MIN, FILES_QUOTA, FILES_QUOTA_MAX, IDLE_AFTER,
    IDLE_AFTER_MAX, IDLE_AFTER_MIN, KEEP_FOR, KEEP_FOR_MAX, KEEP_FOR_MIN,
};
use std::time::Duration;
use uuid::Uuid;

impl Admin<'_> {
    pub(super) fn orgs(&self) -> Done {
        let people = self.store.people(None)?;
        let lines = self.store.organisations()?.into_iter().map(|org| {
            let of = |role: Role| {
                people
                    .iter()
                    .filter(|each| each.org == org.id && each.person.affiliation.role() == role)
                    .count()
            };
            OrgLine {
                id: org.id.0,
                technicians: of(Role::Technician),
                clients: of(Role::Client),
                idle_after_ms: millis(org.idle_after.unwrap_or(IDLE_AFTER)),
                complete_after_ms: millis(org.complete_after.unwrap_or(COMPLETE_AFTER)),
                keep_for_ms: millis(org.keep_for.unwrap_or(KEEP_FOR)),
                files_quota_bytes: org.files_quota.unwrap_or(FILES_QUOTA),
                typing: org.typing,
                read_marks: org.read_marks,
                ticket_address: org.addresses.ticket,
                technician_portal: org.addresses.technician_portal,
                client_portal: org.addresses.client_portal,
                name: org.name,
            }
        });
        Ok((Reply::Orgs(lines.collect()), Vec::new()))
    }

    pub(super) fn add_org(&self, name: &str) -> Done {
        let name = checked_name("an organisation", name)?;
        self.org_is_free(&name, None)?;
        if !self.store.add_org(OrgId(Uuid::new_v4()), &name)? {
            return refused(org_exists(&name));
        }
        done(format!("The organisation {name} is new. `person add` adds people to it."))
    }

    pub(super) fn rename_org(&self, asked: &str, to: &str) -> Done {
        let to = checked_name("an organisation", to)?;
        let org = self.org(Some(asked))?;
        self.org_is_free(&to, Some(org.id))?;
        if !self.store.rename_org(org.id, &to)? {
            return refused(org_exists(&to));
        }
        let notice = (org.id, Event::Renamed(Renamed::Organisation(to.clone())));
        Ok((Reply::Done(format!("The organisation {} is called {to} now.", org.name)), vec![notice]))
    }

    fn org_is_free(&self, name: &str, but: Option<OrgId>) -> Result<(), Failed> {
        let others: Vec<Organisation> =
            self.store.organisations()?.into_iter().filter(|org| Some(org.id) != but).collect();
        match others.iter().find(|org| names::is_same(&org.name, name)) {
            Some(other) => refused(org_exists(&other.name)),
            None => Ok(()),
        }
    }

    pub(super) fn companies(&self, org: Option<&str>) -> Done {
        let org = self.org_or_all(org)?;
        let lines = self.store.companies(org)?.into_iter().map(|company| CompanyLine {
            org: company.org_name,
            name: company.name,
            people: company.people,
        });
        Ok((Reply::Companies(lines.collect()), Vec::new()))
    }

    pub(super) fn add_company(&self, org: Option<&str>, name: &str) -> Done {
        let name = checked_name("a company", name)?;
        let org = self.org(org)?;
        self.company_is_free(&org, &name, None)?;
        if !self.store.add_company(org.id, &name)? {
            return refused(company_exists(&name, &org));
        }
        done(format!("The company {name} is new in {}.", org.name))
    }

    pub(super) fn rename_company(&self, org: Option<&str>, asked: &str, to: &str) -> Done {
        let to = checked_name("a company", to)?;
        let org = self.org(org)?;
        let from = self.company(&org, asked)?.name;
        self.company_is_free(&org, &to, Some(&from))?;
        if !self.store.rename_company(org.id, &from, &to)? {
            return refused(company_exists(&to, &org));
        }
        let done = format!("The company {from} is called {to} now.");
        Ok((Reply::Done(done), vec![(org.id, Event::Renamed(Renamed::Company { from, to }))]))
    }

    fn company_is_free(&self, org: &Organisation, name: &str, but: Option<&str>) -> Result<(), Failed> {
        let all = self.store.companies(Some(org.id))?;
        let mut others = all.iter().filter(|company| Some(company.name.as_str()) != but);
        match others.find(|company| names::is_same(&company.name, name)) {
            Some(other) => refused(company_exists(&other.name, org)),
            None => Ok(()),
        }
    }

    pub(super) fn set_idle_after(&self, org: Option<&str>, idle_after_ms: u64) -> Done {
        let idle_after = Duration::from_millis(idle_after_ms);
        if !(IDLE_AFTER_MIN..=IDLE_AFTER_MAX).contains(&idle_after) {
            return refused("The idle threshold must be between 5s and 60m.");
        }
        let org = self.org(org)?;
        self.store.set_idle_after(org.id, idle_after)?;
        let done = format!("People of {} are idle after {}.", org.name, words::span(idle_after));
        Ok((Reply::Done(done), vec![(org.id, Event::IdleAfter(idle_after))]))
    }

    pub(super) fn set_complete_after(&self, org: Option<&str>, complete_after_ms: u64) -> Done {
        let complete_after = Duration::from_millis(complete_after_ms);
        if !(COMPLETE_AFTER_MIN..=COMPLETE_AFTER_MAX).contains(&complete_after) {
            return refused(
                "Abandoned chats and callbacks may be completed after 1h at the earliest and 365d at the latest.",
            );
        }
        let org = self.org(org)?;
        self.store.set_complete_after(org.id, complete_after)?;
        let after = words::span(complete_after);
        let done = format!("Abandoned chats and callbacks of {} are completed after {after}.", org.name);
        Ok((Reply::Done(done), vec![(org.id, Event::CompleteAfter(complete_after))]))
    }

    pub(super) fn set_keep_for(&self, org: Option<&str>, keep_for_ms: u64) -> Done {
        let keep_for = Duration::from_millis(keep_for_ms);
        if !(KEEP_FOR_MIN..=KEEP_FOR_MAX).contains(&keep_for) {
            return refused("Completed chats may be kept for 1d at the least and 3650d at the most.");
        }
        let org = self.org(org)?;
        self.store.set_keep_for(org.id, keep_for)?;
        let kept = words::span(keep_for);
        let done = format!(
            "Completed chats of {} are kept for {kept} after their end, then deleted with their messages.",
            org.name
        );
        Ok((Reply::Done(done), vec![(org.id, Event::KeepFor(keep_for))]))
    }

    pub(super) fn set_files_quota(&self, org: Option<&str>, bytes: u64) -> Done {
        if bytes > FILES_QUOTA_MAX {
            return refused(
                "Files may take 1024TiB at the most. Choose a quota that the disk of the data folder has.",
            );
        }
        let org = self.org(org)?;
        self.store.set_files_quota(org.id, bytes)?;
        let done = if bytes == 0 {
            format!(
                "Nobody can send files in chats of {} any more. Files that were sent before stay.",
                org.name
            )
        } else {
            format!("The files in chats of {} may take {} together.", org.name, words::size(bytes))
        };
        Ok((Reply::Done(done), vec![(org.id, Event::FilesQuota(bytes))]))
    }

    pub(super) fn set_typing(&self, org: Option<&str>, is_on: bool) -> Done {
        let org = self.org(org)?;
        self.store.set_typing(org.id, is_on)?;
        let done = format!("People of {} {} that others are writing.", org.name, see(is_on));
        Ok((Reply::Done(done), vec![(org.id, Event::Typing(is_on))]))
    }

    pub(super) fn set_read_marks(&self, org: Option<&str>, is_on: bool) -> Done {
        let org = self.org(org)?;
        self.store.set_read_marks(org.id, is_on)?;
        let done = format!("People of {} {} how far others have read.", org.name, see(is_on));
        Ok((Reply::Done(done), vec![(org.id, Event::ReadMarks(is_on))]))
    }

    pub(super) fn set_ticket_address(&self, org: Option<&str>, template: Option<&str>) -> Done {
        if let Some(Err(error)) = template.map(|text| AddressTemplate::parse(text, Placeholder::Reference)) {
            return refused(error.to_string());
        }
        let org = self.org(org)?;
        let of = AddressOf::Ticket;
        self.store.set_address_template(org.id, of, template)?;
        let done = match template {
            Some(_) => format!("References lead technicians of {} to this address.", org.name),
            None => format!("References lead technicians of {} nowhere.", org.name),
        };
        Ok((Reply::Done(done), vec![(org.id, Event::Address(of, template.map(str::to_owned)))]))
    }

    pub(super) fn set_portal_address(&self, org: Option<&str>, role: Role, template: Option<&str>) -> Done {
        if let Some(Err(error)) = template.map(|text| AddressTemplate::parse(text, Placeholder::Session)) {
            return refused(error.to_string());
        }
        let org = self.org(org)?;
        let of = AddressOf::Portal(role);
        self.store.set_address_template(org.id, of, template)?;
        let who = match role {
            Role::Technician => "technicians",
            Role::Client => "clients",
        };
        let done = match template {
            Some(_) => {
                format!("The app opens this address in the system's browser for {who} of {}.", org.name)
            }
            None => format!("The app opens the service's own portal for {who} of {}.", org.name),
        };
        Ok((Reply::Done(done), vec![(org.id, Event::Address(of, template.map(str::to_owned)))]))
    }
}

fn see(is_on: bool) -> &'static str {
    if is_on { "see" } else { "do not see" }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn org_exists(name: &str) -> String {
    format!("There is an organisation {name} already. `org list` shows them.")
}

fn company_exists(name: &str, org: &Organisation) -> String {
    format!("{} has a company {name} already. `company list` shows them.", org.name)
}
