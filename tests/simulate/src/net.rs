//! The network: connections between devices and the service, which delay, reorder among each other, hold up, repeat and end.
//!
//! On one connection the order stays, as on TCP. A connection that is dead delivers nothing any more and says nothing of it.

use crate::fault::Fault;
use crate::queue::Happening;
use crate::world::World;
use service::socket::outbox::Text;

/// Tells a connection apart; they are counted from 1.
pub(crate) type ConnId = u64;

/// One thing under way.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A device asks for a connection.
    Dial,
    /// The service takes it.
    Opened,
    /// The service does not run.
    Refused,
    /// A text frame; one that goes to several is one text.
    Text(Text),
    /// A close frame with its code.
    Close(u16),
    /// The end without one.
    Cut,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Conn {
    pub(crate) device: usize,
    /// Nothing arrives any more, either way.
    pub(crate) dead: bool,
    /// It was cut on the way: nothing that is sent after that arrives.
    pub(crate) cut: bool,
    /// When the last thing under way arrives, up and down.
    pub(crate) last: (u64, u64),
    /// When something came to the service on it last.
    pub(crate) heard: u64,
    /// Frames that the device's end has not taken yet.
    pub(crate) untaken: usize,
}

/// All connections that there ever were, in the order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Conns(Vec<Conn>);

impl Conns {
    fn add(&mut self, conn: Conn) -> ConnId {
        self.0.push(conn);
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    fn index(id: ConnId) -> Option<usize> {
        usize::try_from(id.checked_sub(1)?).ok()
    }

    pub(crate) fn get(&self, id: ConnId) -> Option<&Conn> {
        self.0.get(Self::index(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: ConnId) -> Option<&mut Conn> {
        self.0.get_mut(Self::index(id)?)
    }
}

/// A computer's way into the network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    /// The usual delay one way, in milliseconds.
    pub(crate) delay: u64,
    /// There is no network.
    pub(crate) down: bool,
    /// Until then something is late.
    pub(crate) late_until: u64,
    /// What arrives when it is back, with whether it goes up.
    held: Vec<(ConnId, bool, Item)>,
}

/// A delay one way from which on a link is late, in milliseconds.
const LATE_MS: u64 = 200;

impl World {
    pub(crate) fn dial(&mut self, device: usize) -> ConnId {
        let id = self.conns.add(Conn { device, dead: false, cut: false, last: (0, 0), heard: 0, untaken: 0 });
        self.send_up(id, Item::Dial);
        id
    }

    pub(crate) fn send_up(&mut self, id: ConnId, item: Item) {
        let repeat = self.repeat_of(&item);
        self.send(id, true, item);
        if let Some(item) = repeat {
            self.faults.count(Fault::Repeated);
            self.send(id, true, item);
        }
    }

    pub(crate) fn send_down(&mut self, id: ConnId, item: Item) {
        self.send(id, false, item);
    }

    fn send(&mut self, id: ConnId, up: bool, item: Item) {
        let Some(conn) = self.conns.get(id) else { return };
        let host = self.devices[conn.device].host;
        let mut delay = self.hosts[host].way.delay + self.dice.between(0, 15);
        if matches!(item, Item::Text(_)) {
            if self.dice.chance(2) {
                delay += self.dice.between(200, 900);
            } else if self.dice.throw().is_multiple_of(4_000) {
                self.faults.count(Fault::HeldUp);
                delay += self.dice.between(2_000, 12_000);
            }
        }
        let Some(conn) = self.conns.get_mut(id) else { return };
        let last = if up { &mut conn.last.0 } else { &mut conn.last.1 };
        let at = (self.now + delay).max(*last);
        *last = at;
        if at - self.now > LATE_MS {
            let way = &mut self.hosts[host].way;
            way.late_until = way.late_until.max(at + 1_000);
        }
        if up {
            // Whoever is sent earlier on another connection and arrives later was overtaken.
            if at < self.latest_up.0 && self.latest_up.1 != id {
                self.faults.count(Fault::Reordered);
            }
            if at > self.latest_up.0 {
                self.latest_up = (at, id);
            }
        }
        let happening = if up { Happening::ToService(id, item) } else { Happening::ToDevice(id, item) };
        self.queue.set(at, happening);
    }

    /// A whole intent that will arrive twice, as after a reconnect whose first answer was lost.
    fn repeat_of(&mut self, item: &Item) -> Option<Item> {
        let Item::Text(text) = item else { return None };
        if !self.dice.chance(30) {
            return None;
        }
        let up = service::socket::allowance::parse(text)?;
        up.intent().map(|_| item.clone())
    }

    /// Whether something arrives now; if it does not, it is held or lost.
    pub(crate) fn arrives(&mut self, id: ConnId, up: bool, item: &Item) -> bool {
        let Some(conn) = self.conns.get_mut(id) else { return false };
        if conn.dead {
            return false;
        }
        let host = &mut self.hosts[self.devices[conn.device].host];
        if host.way.down || (!up && host.is_frozen()) {
            host.way.held.push((id, up, item.clone()));
            return false;
        }
        if up {
            conn.heard = self.now;
        }
        true
    }

    /// What was held arrives.
    pub(crate) fn deliver_held(&mut self, host: usize) {
        let grace = self.now + crate::truth::GRACE_MS;
        for (id, up, item) in std::mem::take(&mut self.hosts[host].way.held) {
            // What comes late counts from when it comes.
            if let (true, Some(conn)) = (up, self.conns.get(id)) {
                let device = &mut self.devices[conn.device];
                device.unclear_until = device.unclear_until.max(grace);
                device.ghost_until = if device.conn() == Some(id) {
                    device.ghost_until
                } else {
                    device.ghost_until.max(grace)
                };
            }
            let happening = if up { Happening::ToService(id, item) } else { Happening::ToDevice(id, item) };
            self.queue.set(self.now, happening);
        }
    }

    /// The connection dies without a word: the service may count its device for the grace, also one that was not greeted yet.
    pub(crate) fn kill_conn(&mut self, id: ConnId) {
        let Some(conn) = self.conns.get_mut(id) else { return };
        conn.dead = true;
        let device = conn.device;
        if self.devices[device].conn() == Some(id) {
            self.is_lost(device, id);
        }
    }
}
