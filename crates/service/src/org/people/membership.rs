//! Who belongs to the organisation, and everybody's name.

use super::People;
use crate::org::context::Context;
use crate::org::model::member::Member;
use crate::org::timer::Timer;
use chat::PersonId;
use protocol::{Down, You};
use std::collections::BTreeSet;

impl People {
    /// Has the chats checked of those who were suspended or removed while the service did not run.
    pub(crate) fn watch_membership(&self, cx: &mut Context, person: PersonId) {
        if self.is_out(person) {
            cx.timers.set(cx.now, Timer::Absence(person));
        }
    }

    /// Renames a customer. Returns the people who belong to it.
    pub(crate) fn rename_company(&mut self, from: &str, to: &str) -> BTreeSet<PersonId> {
        self.members
            .values_mut()
            .filter(|member| member.person.affiliation.company() == Some(from))
            .map(|member| {
                member.person.affiliation = crate::store::Affiliation::Client { company: to.to_owned() };
                member.person.id
            })
            .collect()
    }

    /// Who a person is, as their own devices are told.
    pub(crate) fn you(&self, cx: &Context, member: &Member) -> You {
        You {
            id: member.person.id,
            name: member.person.name.clone(),
            role: member.role(),
            organisation: cx.organisation.name.clone(),
            company: member.person.affiliation.company().map(str::to_owned),
        }
    }

    /// Tells people who they are, after that has changed.
    pub(crate) fn tell_who_they_are(&mut self, cx: &mut Context, people: BTreeSet<PersonId>) {
        for person in people {
            let to = self.conns_of(person);
            if let (false, Some(member)) = (to.is_empty(), self.members.get(&person)) {
                let you = self.you(cx, member);
                cx.send_all(to, Down::You { you });
            }
        }
    }
}
