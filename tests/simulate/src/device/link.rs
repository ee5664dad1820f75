//! A device's end of its connection: the real loop of the link, on the world's network.
//!
//! It waits and acts for that loop as `link`'s driver does for the program.

use crate::device::{Kind, Phase};
use crate::net::{ConnId, Item};
use crate::queue::WorldEvent;
use crate::world::World;
use link::Order;
use link::link_loop::{Act, LinkInput, Received};
use protocol::{Close, Up};

/// How long a device waits for a connection to be made.
const DIAL_WITHIN_MS: u64 = 10_000;

impl World {
    pub(crate) fn order(&mut self, device: usize, order: Order) {
        self.check_order(&order);
        self.devices[device].orders.push_back(order);
    }

    /// Wakes the link's loop, and does what it asks for.
    pub(crate) fn link_on(&mut self, device: usize, input: LinkInput<'_>) {
        let now = self.link_clocks(device);
        let acts = self.devices[device].link.on(input, now);
        for act in acts {
            match act {
                Act::Open(_) => {
                    let conn = self.dial(device);
                    let until = self.now + DIAL_WITHIN_MS;
                    self.devices[device].phase = Phase::Dialing { conn, until };
                }
                Act::Write(text) => {
                    self.check_age(device, &text);
                    if let Some(conn) = self.devices[device].conn() {
                        self.send_up(conn, Item::Text(text.into()));
                    }
                    self.link_on(device, LinkInput::Written(Ok(())));
                }
                Act::Tell(event) => self.devices[device].events.push_back(event),
                Act::Drop => self.drop_socket(device, false),
                Act::Leave => self.drop_socket(device, true),
                Act::Stop => {}
            }
        }
    }

    /// The socket is closed with `bye`, or just dropped.
    pub(crate) fn drop_socket(&mut self, device: usize, bye: bool) {
        let each = &mut self.devices[device];
        each.welcomed = None;
        match std::mem::replace(&mut each.phase, Phase::Idle) {
            Phase::Talking { conn } => {
                if bye {
                    self.send_up(conn, Item::Text(protocol::write(&Up::Bye).into()));
                    self.send_up(conn, Item::Close(1000));
                    self.leaves(device, conn);
                } else {
                    self.send_up(conn, Item::Cut);
                }
                self.is_lost(device, conn);
            }
            Phase::Dialing { conn, .. } => self.send_up(conn, Item::Cut),
            Phase::Idle => {}
        }
    }

    /// Returns whether the link had something due, or its attempt has waited too long for an answer.
    pub(crate) fn link_due(&mut self, device: usize) -> bool {
        let each = &self.devices[device];
        if !each.runs() {
            return false;
        }
        if let Phase::Dialing { until, .. } = each.phase
            && until <= self.now
        {
            self.link_on(device, LinkInput::Opened(Err("the service did not answer".to_owned())));
            return true;
        }
        let is_due = each.link.next_timeout().is_some_and(|at| at <= self.link_clocks(device).moment);
        if is_due {
            self.link_on(device, LinkInput::Due);
        }
        is_due
    }

    pub(crate) fn set_wake(&mut self, device: usize) {
        let each = &self.devices[device];
        let clock = &self.hosts[each.host].clock;
        let link = each.link.next_timeout().filter(|_| each.runs());
        let dial = match each.phase {
            Phase::Dialing { until, .. } => Some(until),
            Phase::Idle | Phase::Talking { .. } => None,
        };
        let own = match &each.kind {
            Kind::Agent(machine) => machine.program.as_ref().and_then(agent::runner::Runner::next_turn),
            Kind::Page(_) => None,
        };
        let keeper = match &each.kind {
            Kind::Agent(machine) => machine.keeper_timeout(),
            Kind::Page(_) => None,
        };
        let timers = link.into_iter().chain(own).chain(keeper).map(|moment| clock.when(moment));
        let next = timers.chain(dial).min().map(|at| at.max(self.now + 1));
        if next != each.wake {
            self.devices[device].wake = next;
            if let Some(at) = next {
                self.queue.set(at, WorldEvent::Wake(device));
            }
        }
    }

    pub(crate) fn take_at_device(&mut self, device: usize, id: ConnId, item: Item) {
        match item {
            Item::Opened => {
                self.devices[device].phase = Phase::Talking { conn: id };
                self.devices[device].has_left = false;
                self.link_on(device, LinkInput::Opened(Ok(())));
            }
            Item::Refused => {
                self.link_on(device, LinkInput::Opened(Err("nothing listens there".to_owned())));
            }
            Item::Text(text) => {
                self.trace.frame(self.now, id, false, &text);
                self.link_on(device, LinkInput::Received(Received::Text(&text)));
            }
            Item::Close(code) => {
                let why = Close::ALL.into_iter().find(|close| close.code() == code);
                self.record(format_args!("device {device} is closed: {why:?}"));
                self.link_on(device, LinkInput::Received(Received::Close(Some(code))));
            }
            Item::Cut => {
                let why = "the connection was cut".to_owned();
                self.link_on(
                    device,
                    match self.devices[device].phase {
                        Phase::Dialing { .. } => LinkInput::Opened(Err(why)),
                        Phase::Talking { .. } | Phase::Idle => LinkInput::Received(Received::Ended(why)),
                    },
                );
            }
            Item::Dial => {}
        }
    }
}
