//! People write: a page says so while they do, unless it is a private note, and says it again when they stop.

use crate::device::Kind;
use crate::world::World;
use chat::Status;
use link::Order;
use protocol::Up;

impl World {
    /// Begins to write in one of one's chats, goes on, or stops; now and then in a chat of others, where nobody is told. A page with an error
    /// claims to have seen more than there is.
    pub(crate) fn writes(&mut self, page: usize) {
        let Kind::Page(own) = &self.devices[page].kind else { return };
        if !own.is_open || !own.model.is_synced {
            return;
        }
        let mut chats = self.own_chats(page, Status::Handled);
        if self.dice.chance(100) {
            chats.extend(self.others_chats(page));
        }
        let Some(session) = self.dice.pick(&chats).map(|chat| chat.id) else { return };
        let up = if self.dice.chance(100) {
            let number = self.dice.between(1, 40);
            Up::Seen { session, number }
        } else {
            Up::Typing { session, typing: self.dice.chance(750) }
        };
        self.order(page, Order::Send(up));
        self.run(page);
    }
}
