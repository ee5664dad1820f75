//! Who belongs to the organisation: people who are taken out of it, let in again, or called differently. What somebody who is
//! taken out was in is handed on (C9), also where that happened while the service did not run.

use crate::org::timer::Timer;
use crate::org::{Core, Renamed};
use crate::store::{SignInId, Standing};
use chat::{PersonId, Session, SessionId};
use protocol::{Close, Down};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Core {
    /// Whether this person was taken out of the organisation.
    pub(in crate::org) fn is_out(&self, person: PersonId) -> bool {
        self.members.get(&person).is_some_and(|member| !member.is_in())
    }

    pub(in crate::org) fn is_with_somebody_out(&self, session: &Session) -> bool {
        chat::without(session, |person| self.is_out(person), self.wall).is_some()
    }

    /// Somebody was taken out: their devices go, their chats are handed on. Or they were let in again.
    pub(in crate::org) fn stands(&mut self, person: PersonId, standing: Standing, ended: &[SignInId]) {
        for sign_in in ended {
            self.revoked(*sign_in);
        }
        let Some(member) = self.members.get_mut(&person) else { return };
        let was_in = member.is_in();
        member.person.standing = standing;
        let (role, state, is_in) = (member.role(), member.presence.state(), member.is_in());
        match (was_in, is_in) {
            (true, false) => self.facts.unseen(role, state),
            (false, true) => self.facts.seen(role, None, state),
            (true, true) | (false, false) => {}
        }
        tracing::info!(target: "service", person = %person.0, ?standing, "somebody's standing was changed");
        if !is_in {
            self.show_out(person);
            self.absence_due(person);
        }
        self.person_changed(person);
    }

    /// Ends whatever of theirs did not end with a sign-in that is known.
    fn show_out(&mut self, person: PersonId) {
        for conn in self.conns_of(person) {
            self.forget(conn, Some(Close::SignIn));
        }
        let devices = self.members.get(&person).into_iter().flat_map(|member| member.devices.iter());
        let here: Vec<Uuid> =
            devices.filter(|(_, device)| device.is_here()).map(|(instance, _)| *instance).collect();
        for instance in here {
            self.remove_device(person, instance);
        }
    }

    /// Looks at the chats of somebody who was taken out while the service did not run.
    pub(in crate::org) fn watch_standing(&mut self, person: PersonId) {
        if self.is_out(person) {
            self.timers.set(self.now, Timer::Absence(person));
        }
    }

    /// A name has changed: everybody who is shown it is told.
    pub(in crate::org) fn renamed(&mut self, renamed: Renamed) {
        let people = match renamed {
            Renamed::Person(person, name) => {
                let Some(member) = self.members.get_mut(&person) else { return };
                member.person.name = name;
                BTreeSet::from([person])
            }
            Renamed::Company { from, to } => self.rename_company(&from, &to),
            Renamed::Organisation(name) => {
                self.organisation.name = name;
                self.tell_who_they_are(self.members.keys().copied().collect());
                return;
            }
        };
        for person in &people {
            self.person_changed(*person);
        }
        let shown: Vec<SessionId> = self
            .sessions
            .values()
            .filter(|session| {
                people.contains(&session.client)
                    || session.participants.iter().any(|each| people.contains(&each.person))
            })
            .map(|session| session.id)
            .collect();
        for session in shown {
            self.frames.remove(&session);
            self.send_session(session);
        }
        self.tell_who_they_are(people);
    }

    /// Gives the people who belong to it.
    fn rename_company(&mut self, from: &str, to: &str) -> BTreeSet<PersonId> {
        self.members
            .values_mut()
            .filter(|member| member.person.belongs.company() == Some(from))
            .map(|member| {
                member.person.belongs = crate::store::Belongs::Client { company: to.to_owned() };
                member.person.id
            })
            .collect()
    }

    fn tell_who_they_are(&mut self, people: BTreeSet<PersonId>) {
        for person in people {
            let to = self.conns_of(person);
            if let (false, Some(member)) = (to.is_empty(), self.members.get(&person)) {
                let you = self.you(member);
                self.send_all(to, Down::You { you });
            }
        }
    }
}
