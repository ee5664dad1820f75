//! The chats that a page shows its user.

use crate::device::Kind;
use crate::world::World;
use chat::Status;
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
}
