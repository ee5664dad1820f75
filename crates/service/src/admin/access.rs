//! What people sign in with: unused links, and sign-ins.

use super::command::{LinkLine, Reply, SignInLine, Who};
use super::outcome::{Admin, Done, Failed, counted, done, refused};
use crate::auth::secrets::{self, LINK_GOOD_FOR};
use crate::names;
use crate::org::Event;
use crate::settings::LISTEN;
use crate::store::{Hash, LinkId, ListedLink, ListedSignIn, SignInId, Standing};
use protocol::http::SIGN_IN_PATH;
use uuid::Uuid;

impl Admin<'_> {
    pub(super) fn link(&self, who: &Who) -> Done {
        let found = self.find(who)?;
        let name = &found.person.name;
        match found.person.standing {
            Standing::Active => {}
            Standing::Suspended | Standing::Removed => {
                return refused(format!(
                    "{name} is suspended. `person resume` lets them in again, with a new link."
                ));
            }
        }
        let secret = secrets::secret();
        let link = self.address_of(&secret)?;
        let ended = self.store.add_link(found.person.id, Hash::of(&secret), self.now)?;
        let done = match ended {
            0 => format!("This is a new link for {name}."),
            ended => format!(
                "This is a new link for {name}; {} made earlier can no longer be used.",
                counted(ended, "link")
            ),
        };
        Ok((Reply::Link { link, done }, Vec::new()))
    }

    /// The link with this secret, as people are given it.
    pub(super) fn address_of(&self, secret: &str) -> Result<String, Failed> {
        let address = match self.address {
            Some(address) => address.to_owned(),
            None => self.store.address()?.unwrap_or_else(|| format!("http://{LISTEN}")),
        };
        Ok(format!("{address}{SIGN_IN_PATH}#{secret}"))
    }

    pub(super) fn links(&self, org: Option<&str>, name: Option<&str>) -> Done {
        let org = self.org_or_all(org)?;
        let lines = self.link_lines(|each| {
            org.is_none_or(|org| each.org == org) && is_named(name, &each.name, each.person.0)
        })?;
        Ok((Reply::Links(lines), Vec::new()))
    }

    pub(super) fn link_lines(&self, of: impl Fn(&ListedLink) -> bool) -> Result<Vec<LinkLine>, Failed> {
        let links = self.store.links(self.now.minus(LINK_GOOD_FOR))?;
        let lines = links.into_iter().filter(|each| of(each)).map(|link| LinkLine {
            id: link.id.0,
            org: link.org_name,
            name: link.name,
            created: link.created,
            until: link.created.plus(LINK_GOOD_FOR),
        });
        Ok(lines.collect())
    }

    pub(super) fn end_link(&self, id: Uuid) -> Done {
        if self.store.end_link(LinkId(id), self.now)? {
            done("The link can no longer be used.")
        } else {
            refused(format!("There is no link {id} that could still be used. `link list` shows them."))
        }
    }

    pub(super) fn end_links(&self, who: &Who) -> Done {
        let found = self.find(who)?;
        let ended = self.store.end_links(found.person.id, self.now, self.now.minus(LINK_GOOD_FOR))?;
        let name = &found.person.name;
        match ended {
            0 => done(format!("{name} has no link that could still be used.")),
            count => done(format!("{} of {name} can no longer be used.", counted(count, "link"))),
        }
    }

    pub(super) fn sign_ins(&self, org: Option<&str>, name: Option<&str>) -> Done {
        let org = self.org_or_all(org)?;
        let lines = self.sign_in_lines(|each| {
            org.is_none_or(|org| each.org == org) && is_named(name, &each.name, each.person.0)
        })?;
        Ok((Reply::SignIns(lines), Vec::new()))
    }

    pub(super) fn sign_in_lines(
        &self,
        of: impl Fn(&ListedSignIn) -> bool,
    ) -> Result<Vec<SignInLine>, Failed> {
        let lines = self.store.sign_ins()?.into_iter().filter(|each| of(each)).map(|sign_in| SignInLine {
            id: sign_in.id.0,
            org: sign_in.org_name,
            name: sign_in.name,
            device: sign_in.device,
            created: sign_in.created,
        });
        Ok(lines.collect())
    }

    pub(super) fn revoke(&self, id: Uuid) -> Done {
        match self.store.revoke(SignInId(id))? {
            Some(org) => Ok((
                Reply::Done("The sign-in has ended.".to_owned()),
                vec![(org, Event::Revoked(SignInId(id)))],
            )),
            None => refused(format!("There is no sign-in {id}. `sign-in list` shows them.")),
        }
    }

    pub(super) fn revoke_all(&self, who: &Who) -> Done {
        let found = self.find(who)?;
        // In one step: if it fails, all of them are still valid, as the answer says.
        let sign_ins = self.store.revoke_all(found.person.id)?;
        let name = &found.person.name;
        let what = match sign_ins.len() {
            0 => format!("{name} has no sign-ins."),
            1 => format!("1 sign-in of {name} has ended."),
            count => format!("{count} sign-ins of {name} have ended."),
        };
        let notices = sign_ins.into_iter().map(|sign_in| (found.org, Event::Revoked(sign_in)));
        Ok((Reply::Done(what), notices.collect()))
    }
}

/// Whether a name or id means this person; without one, everybody is meant.
fn is_named(asked: Option<&str>, name: &str, id: Uuid) -> bool {
    asked.is_none_or(|asked| names::is_same(asked, name) || asked.parse() == Ok(id))
}
