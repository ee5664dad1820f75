//! A device's end of its connection: the real course of the link, on the world's network.

use crate::machine::Machine;
use crate::net::{ConnId, Item};
use crate::page::Page;
use crate::past::Past;
use crate::queue::Happening;
use crate::world::World;
use link::course::{Course, Ended, Ending, Next, Taken};
use link::{Event, Order, Target};
use presence::Moment;
use protocol::{Close, Up};
use std::collections::VecDeque;
use std::time::Duration;

/// How long a device waits for a connection to be made.
const DIAL_WITHIN_MS: u64 = 10_000;

/// An app or a page.
pub(crate) struct Device {
    pub(crate) host: usize,
    pub(crate) person: usize,
    pub(crate) org: usize,
    pub(crate) kind: Kind,
    pub(crate) course: Course,
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
    Dialing { conn: ConnId, target: Box<Target>, until: u64 },
    Talking { conn: ConnId },
}

impl Device {
    pub(crate) fn new(host: usize, person: usize, org: usize, kind: Kind) -> Self {
        Self {
            host,
            person,
            org,
            kind,
            course: Course::new(0),
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
            Kind::Agent(machine) => machine.agent.is_some(),
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
        Moment::at(Duration::from_millis(self.hosts[self.devices[device].host].clock.uptime + self.now))
    }

    /// By the link's clock.
    fn link_moment(&self, device: usize) -> Moment {
        Moment::at(Duration::from_millis(self.hosts[self.devices[device].host].clock.shows(self.now)))
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
            let now = self.link_moment(device);
            let each = &mut self.devices[device];
            if let Some(order) = each.orders.pop_front() {
                let taken = each.course.take(order, now);
                self.taken(device, taken);
            } else if let Some(event) = each.events.pop_front() {
                self.tell(device, event);
            } else if !self.follow_up(device) && !self.go_on(device) {
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

    fn taken(&mut self, device: usize, taken: Taken) {
        self.devices[device].events.extend(taken.tell);
        if let Some(ending) = taken.ending {
            self.end(device, ending);
        }
    }

    /// The connection, or the attempt, or the wait, is over.
    pub(crate) fn end(&mut self, device: usize, ending: Ending) {
        let now = self.link_moment(device);
        let each = &mut self.devices[device];
        let Ended { tell, bye } = each.course.end(ending, now);
        each.events.extend(tell);
        self.drop_socket(device, bye);
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

    /// Whether there was something to do on the way to a connection, or on it.
    fn go_on(&mut self, device: usize) -> bool {
        let now = self.link_moment(device);
        if !self.devices[device].runs() {
            return false;
        }
        match self.devices[device].phase {
            Phase::Idle => match self.devices[device].course.next() {
                Next::Wait => false,
                Next::Rest(until) if until <= now => {
                    self.end(device, Ending::Rested);
                    true
                }
                Next::Rest(_) => false,
                Next::Connect(target) => {
                    let conn = self.dial(device);
                    let until = self.now + DIAL_WITHIN_MS;
                    self.devices[device].phase = Phase::Dialing { conn, target: Box::new(target), until };
                    true
                }
            },
            Phase::Dialing { until, .. } if until <= self.now => {
                self.end(device, Ending::Lost("the service did not answer".to_owned()));
                true
            }
            Phase::Dialing { .. } => false,
            Phase::Talking { conn } => {
                if let Some(ending) = self.devices[device].course.silence(now) {
                    self.end(device, ending);
                    return true;
                }
                let Some(frame) = self.devices[device].course.next_frame(now) else { return false };
                self.look_at_age(device, &frame.text);
                self.send_up(conn, Item::Text(frame.text.into()));
                if let Some(text) = frame.report {
                    self.devices[device].events.push_back(Event::Sent { text });
                }
                true
            }
        }
    }

    fn set_wake(&mut self, device: usize) {
        let each = &self.devices[device];
        let clock = &self.hosts[each.host].clock;
        let millis =
            |moment: Moment| u64::try_from(moment.since(Moment::default()).as_millis()).unwrap_or(u64::MAX);
        let by_link = |moment| clock.when(millis(moment));
        let link = match &each.phase {
            Phase::Idle => match each.course.next() {
                Next::Rest(until) if each.runs() => Some(by_link(until)),
                Next::Rest(_) | Next::Wait | Next::Connect(_) => None,
            },
            Phase::Dialing { until, .. } => Some(*until),
            Phase::Talking { .. } => each.course.next_timeout().map(by_link),
        };
        let own = match &each.kind {
            Kind::Agent(machine) => machine.agent.as_ref().and_then(agent::agent::Agent::next_timeout),
            Kind::Page(_) => None,
        };
        let own = own.map(|moment| millis(moment).saturating_sub(clock.uptime));
        let next = link.into_iter().chain(own).min().map(|at| at.max(self.now + 1));
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
            self.agent_timeout(device);
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
        let now = self.link_moment(device);
        match item {
            Item::Opened => {
                let phase = std::mem::replace(&mut self.devices[device].phase, Phase::Talking { conn: id });
                if let Phase::Dialing { target, .. } = phase {
                    self.devices[device].has_left = false;
                    self.devices[device].course.opened(*target, now);
                    while self.go_on(device) {}
                    self.devices[device].events.push_back(Event::Up);
                }
            }
            Item::Refused => self.end(device, Ending::Lost("nothing listens there".to_owned())),
            Item::Text(text) => {
                self.trace.frame(self.now, id, false, &text);
                let taken = self.devices[device].course.hear(&text, now);
                self.taken(device, taken);
            }
            Item::Close(code) => {
                let why = Close::ALL.into_iter().find(|close| close.code() == code);
                self.note(format_args!("device {device} is closed: {why:?}"));
                self.end(device, Course::closed(code));
            }
            Item::Cut => self.end(device, Ending::Lost("the connection was cut".to_owned())),
            Item::Dial => {}
        }
    }
}
