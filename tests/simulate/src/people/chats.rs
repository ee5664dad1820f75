//! The chats and the people that a page shows its user.

use crate::device::Kind;
use crate::world::World;
use chat::{PersonId, SessionId, Status};
use presence::{Role, State};
use protocol::SessionView;

impl World {
    pub(crate) fn own_chats(&self, page: usize, status: Status) -> Vec<SessionView> {
        let Kind::Page(own) = &self.devices[page].kind else { return Vec::new() };
        let Some(me) = own.model.me.filter(|_| own.is_open) else { return Vec::new() };
        own.model
            .sessions
            .values()
            .filter(|session| session.status == status)
            .filter(|session| {
                session.client == me
                    || status != Status::Handled
                    || session.participants.iter().any(|each| each.person == me && each.left.is_none())
            })
            .cloned()
            .collect()
    }

    /// Chats in progress that a technician's page shows and its user is not in.
    pub(crate) fn others_chats(&self, page: usize) -> Vec<SessionView> {
        let Kind::Page(own) = &self.devices[page].kind else { return Vec::new() };
        let mine: Vec<SessionId> =
            self.own_chats(page, Status::Handled).into_iter().map(|session| session.id).collect();
        let is_other =
            |session: &&SessionView| session.status == Status::Handled && !mine.contains(&session.id);
        own.model.sessions.values().filter(|_| own.is_open).filter(is_other).cloned().collect()
    }

    /// The other technicians of the organisation.
    pub(crate) fn colleagues_of(&self, page: usize) -> Vec<PersonId> {
        let (org, me) = (self.devices[page].org, self.devices[page].person);
        let others = self.people.iter().enumerate().filter(|(person, _)| *person != me);
        others
            .filter(|(_, each)| each.org == org && each.role == Role::Technician)
            .map(|(_, each)| each.id)
            .collect()
    }

    /// The clients whom a technician's page shows as connected.
    pub(crate) fn clients_of(&self, page: usize) -> Vec<PersonId> {
        let Kind::Page(own) = &self.devices[page].kind else { return Vec::new() };
        let is_there =
            |id: &PersonId| own.model.people.get(id).is_some_and(|is| is.state() != State::Offline);
        let clients = self.people.iter().filter(|each| each.role == Role::Client).map(|each| each.id);
        clients.filter(is_there).collect()
    }
}
