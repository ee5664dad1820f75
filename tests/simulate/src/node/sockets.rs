//! What the service receives on its sockets.

use crate::fault::Fault;
use crate::net::{ConnId, Item};
use crate::node::NodeConn;
use crate::node::turn::WRITE_WITHIN_MS;
use crate::world::World;
use service::socket::conversation::{Conversation, Received, Written};
use service::socket::outbox::Outbox;

impl World {
    pub(crate) fn at_service(&mut self, id: ConnId, item: Item) {
        if !self.arrives(id, true, &item) {
            return;
        }
        let Some(device) = self.conns.get(id).map(|conn| conn.device) else { return };
        match item {
            Item::Dial if !self.node.is_up || self.node.draining => self.send_down(id, Item::Refused),
            Item::Dial => {
                let slow = self.dice.chance(20);
                if slow {
                    self.faults.count(Fault::SlowReader);
                }
                let conversation = Conversation::new(&self.node.config, self.node.instant(self.now));
                let (person, org) = (self.devices[device].person, self.devices[device].org);
                let conn = NodeConn {
                    person,
                    org,
                    role: self.people[person].role,
                    joined: false,
                    conversation,
                    outbox: Outbox::default(),
                    stuck_since: None,
                    slow,
                };
                self.node.conns.insert(id, conn);
                self.send_down(id, Item::Opened);
            }
            Item::Text(text) => {
                self.trace.frame(self.now, id, true, &text);
                self.received(id, Received::Text(&text));
            }
            Item::Close(_) => self.received(id, Received::Close),
            Item::Cut => self.received(id, Received::Lost),
            Item::Opened | Item::Refused => {}
        }
    }

    fn received(&mut self, id: ConnId, received: Received<'_>) {
        let now = self.node.instant(self.now);
        let Some(conn) = self.node.conns.get_mut(&id) else { return };
        let step = conn.conversation.received(received, now);
        self.follow(id, step);
    }

    /// A reader that has taken nothing for too long is given up.
    pub(crate) fn stuck(&mut self, id: ConnId) {
        let Some(conn) = self.node.conns.get(&id) else { return };
        if conn.stuck_since.is_some_and(|since| self.now >= since + WRITE_WITHIN_MS) {
            let step = conn.conversation.written(Written::TooSlow);
            self.record(format_args!("conn {id} takes nothing and is given up"));
            self.follow(id, step);
        }
    }
}
