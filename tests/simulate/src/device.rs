//! A device's end of its connection: the real loop of the link, on the world's network.
//!
//! It waits and acts for that loop as `link`'s driver does for the program.

use crate::machine::Machine;
use crate::net::{ConnId, Item};
use crate::page::Page;
use crate::past::Past;
use crate::queue::Happening;
use crate::world::World;
use link::link_loop::{Act, LinkInput, LinkLoop, Received};
use link::{Clocks, Event, Order};
use presence::Moment;
use protocol::{Close, Up};
use std::collections::VecDeque;

/// How long a device waits for a connection to be made.
const DIAL_WITHIN_MS: u64 = 10_000;

/// An app or a page.
pub(crate) struct Device {
    pub(crate) host: usize,
    pub(crate) person: usize,
    pub(crate) org: usize,
    pub(crate) kind: Kind,
    pub(crate) link: LinkLoop,
    pub(crate) orders: VecDeque<Order>,
    pub(crate) events: VecDeque<Event>,
    pub(crate) phase: Phase,
    wake: Option<u64>,
    /// When the service's welcome came on this connection.
    pub(crate) welcomed: Option<u64>,
    /// Since when its frames arrive, as far as can be known from outside.
    pub(crate) delivers_since: Option<u64>,
    /// Until when the service may count it though it is gone.
    pub(crate) unclear_until: u64,
    /// Until when an earlier run of it may count.
    pub(crate) ghost_until: u64,
    /// It has left in good order.
    pub(crate) has_left: bool,
    /// What it could count as.
    pub(crate) counted: Past,
    /// Since when nothing keeps it from being connected and it is not.
    pub(crate) missing_since: Option<u64>,
}

/// What it is.
pub(crate) enum Kind {
    Agent(Box<Machine>),
    Page(Box<Page>),
}

/// Where its connection is.
#[derive(Debug)]
pub(crate) enum Phase {
    Idle,
    Dialing { conn: ConnId, until: u64 },
    Talking { conn: ConnId },
}

impl Device {
    pub(crate) fn new(host: usize, person: usize, org: usize, kind: Kind) -> Self {
        Self {
            host,
            person,
            org,
            kind,
            link: LinkLoop::new(0, Clocks::default()),
            orders: VecDeque::new(),
            events: VecDeque::new(),
            phase: Phase::Idle,
            wake: None,
            welcomed: None,
            delivers_since: None,
            unclear_until: 0,
            ghost_until: 0,
            has_left: false,
            counted: Past::default(),
            missing_since: None,
        }
    }

    pub(crate) fn is_page(&self) -> bool {
        matches!(self.kind, Kind::Page(_))
    }

    pub(crate) fn machine(&mut self) -> Option<&mut Machine> {
        match &mut self.kind {
            Kind::Agent(machine) => Some(machine),
            Kind::Page(_) => None,
        }
    }

    pub(crate) fn page(&mut self) -> Option<&mut Page> {
        match &mut self.kind {
            Kind::Agent(_) => None,
            Kind::Page(page) => Some(page),
        }
    }

    /// Whether the program runs that it is.
    pub(crate) fn runs(&self) -> bool {
        match &self.kind {
            Kind::Agent(machine) => machine.program.is_some(),
            Kind::Page(page) => page.is_open,
        }
    }

    /// Whether it is the app's window, which is no device to the service.
    pub(crate) fn is_window(&self) -> bool {
        matches!(&self.kind, Kind::Page(page) if page.window_of.is_some())
    }

    pub(crate) fn conn(&self) -> Option<ConnId> {
        match self.phase {
            Phase::Talking { conn } => Some(conn),
            Phase::Idle | Phase::Dialing { .. } => None,
        }
    }
}

impl World {
    /// By the agent's clock, which goes on through sleep.
    pub(crate) fn moment(&self, device: usize) -> Moment {
        self.link_clocks(device).moment
    }

    /// What the link's clocks show.
    pub(crate) fn link_clocks(&self, device: usize) -> Clocks {
        self.hosts[self.devices[device].host].clock.shows(self.now)
    }

    pub(crate) fn order(&mut self, device: usize, order: Order) {
        self.look_at_order(&order);
        self.devices[device].orders.push_back(order);
    }

    /// Lets the device do all that it has to do now.
    pub(crate) fn run(&mut self, device: usize) {
        if self.hosts[self.devices[device].host].is_frozen() {
            return;
        }
        self.dirty.push(self.devices[device].person);
        loop {
            let each = &mut self.devices[device];
            if let Some(order) = each.orders.pop_front() {
                self.link_on(device, LinkInput::Order(Some(order)));
            } else if let Some(event) = each.events.pop_front() {
                self.tell(device, event);
            } else if !self.follow_up(device) && !self.link_due(device) {
                break;
            }
        }
        self.set_wake(device);
    }

    fn tell(&mut self, device: usize, event: Event) {
        if let Event::Down(down) = &event {
            if matches!(**down, protocol::Down::Welcome(_)) {
                self.devices[device].welcomed = Some(self.now);
            }
            self.look_at_arrival(device, down);
        }
        match self.devices[device].kind {
            Kind::Agent(_) => self.input(device, agent::agent::Input::Link(event)),
            Kind::Page(_) => self.page_hears(device, event),
        }
    }

    /// Wakes the link's loop, and does what it says.
    fn link_on(&mut self, device: usize, wake: LinkInput<'_>) {
        let now = self.link_clocks(device);
        let acts = self.devices[device].link.on(wake, now);
        for act in acts {
            match act {
                Act::Open(_) => {
                    let conn = self.dial(device);
                    let until = self.now + DIAL_WITHIN_MS;
                    self.devices[device].phase = Phase::Dialing { conn, until };
                }
                Act::Write(text) => {
                    self.look_at_age(device, &text);
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

    /// Whether the link had something due, or its attempt had no answer for too long.
    fn link_due(&mut self, device: usize) -> bool {
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

    fn set_wake(&mut self, device: usize) {
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
                self.queue.set(at, Happening::Wake(device));
            }
        }
    }

    pub(crate) fn wake(&mut self, device: usize) {
        if self.devices[device].wake != Some(self.now) {
            return;
        }
        self.devices[device].wake = None;
        self.rouse(device);
    }

    /// Its own timers are looked at, whatever they say.
    pub(crate) fn rouse(&mut self, device: usize) {
        if self.hosts[self.devices[device].host].is_frozen() {
            return;
        }
        if !self.devices[device].is_page() {
            self.keeper_due(device);
            self.agent_turn(device, None);
        }
        self.run(device);
    }

    pub(crate) fn at_device(&mut self, id: ConnId, item: Item) {
        if !self.arrives(id, false, &item) {
            return;
        }
        let Some(conn) = self.conns.get_mut(id) else { return };
        let device = conn.device;
        if let Item::Text(_) = &item {
            conn.untaken = conn.untaken.saturating_sub(1);
        }
        let is_its = match &self.devices[device].phase {
            Phase::Dialing { conn, .. } | Phase::Talking { conn } => *conn == id,
            Phase::Idle => false,
        };
        if is_its {
            self.take_at_device(device, id, item);
            self.run(device);
        }
        self.write(id);
    }

    fn take_at_device(&mut self, device: usize, id: ConnId, item: Item) {
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
                self.note(format_args!("device {device} is closed: {why:?}"));
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
