//! The service's process: the real cores of its organisations on a real store, with sockets and time of the world.
//!
//! The loops are the service's own: of an organisation (`orgs::runner`) and of a connection (`conversation`, `outbox`). It waits and acts for them
//! as `orgs::task`, `socket::connection` and `orgs::registry` do, and can die between any two of it.

mod steps;

use crate::dice::Dice;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::net::{ConnId, Item};
use crate::queue::Happening;
use crate::world::{BASE_UNIX_MS, World};
use presence::{Moment, Preference, Role, UnixMillis, Until};
use protocol::{Close, Down, Hello};
use service::org::store_request as store;
use service::org::{self, Connected, Event};
use service::orgs::runner::{Arrival, Input, Process, Runner};
use service::socket::conversation::{Conversation, Received, Step, WRITE_WITHIN};
use service::socket::ending::End;
use service::socket::outbox::{Next, Outbox};
use service::store::{Account, Hash, OrgId, SignInId, Sqlite, Store};
use service::{Config, Now};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// Frames that the systems between the service and a reader hold before the service's own queue fills.
const UNTAKEN: usize = 48;
/// How often the wall clock has been set when the service starts, of a thousand starts, and by how much, in milliseconds.
const CLOCK_SET_PERMILLE: u64 = 200;
const CLOCK_SET_MS: (u64, u64) = (60_000, 3 * 60 * 60 * 1_000);
/// How long a reader may take nothing while a frame is to be written.
const WRITE_WITHIN_MS: u64 = WRITE_WITHIN.as_millis() as u64;
/// How long a code of a window is good.
const CODE_GOOD_FOR_MS: u64 = 30_000;

/// The service.
pub(crate) struct Node {
    pub(crate) store: Sqlite,
    pub(crate) is_up: bool,
    /// When it last started.
    pub(crate) started: u64,
    /// When it was down: from, to.
    pub(crate) downs: Vec<(u64, u64)>,
    pub(crate) orgs: Vec<Org>,
    pub(crate) conns: BTreeMap<ConnId, NodeConn>,
    codes: BTreeMap<String, (SignInId, Uuid, u64)>,
    /// Until then the store refuses what it is asked.
    pub(crate) trouble: Option<(u64, Fault)>,
    /// Until then what the store was asked may be late.
    pub(crate) late_until: u64,
    zero: Instant,
    /// What its wall clock has been set by since the world began, in milliseconds.
    set_by_ms: i64,
    /// When it last started with a clock that had been set meanwhile.
    pub(crate) clock_set: Option<u64>,
    config: Config,
    draining: bool,
}

/// One organisation in the service.
pub(crate) struct Org {
    pub(crate) id: OrgId,
    pub(crate) name: String,
    pub(crate) runner: Option<Runner<InWorld>>,
    /// The step under way, and what came of it once it is done.
    step: Option<(store::StoreRequest, Option<store::StoreReply>)>,
    /// Tells a step apart from those of earlier lives.
    steps: u32,
    due: Option<u64>,
    drained: bool,
}

/// The world's process around an organisation's loop: it remembers what is to be done, in order.
pub(crate) struct InWorld {
    dice: Dice,
    did: Vec<Did>,
}

enum Did {
    Begun(store::StoreRequest),
    Made { code: String, sign_in: SignInId, instance: Uuid },
    Sent(Box<Down>, Vec<org::ConnId>),
    Closed(org::ConnId),
}

impl Process for InWorld {
    fn begin(&mut self, step: store::StoreRequest) {
        self.did.push(Did::Begun(step));
    }

    fn portal_code(&mut self, sign_in: SignInId, instance: Uuid) -> String {
        let code = self.dice.secret();
        self.did.push(Did::Made { code: code.clone(), sign_in, instance });
        code
    }

    fn sends(&mut self, frame: &Down, to: &[org::ConnId]) {
        self.did.push(Did::Sent(Box::new(frame.clone()), to.to_vec()));
    }

    fn closes(&mut self, conn: org::ConnId) {
        self.did.push(Did::Closed(conn));
    }

    fn received(&mut self) {}

    fn occurred(&mut self, _: org::Occurrence) {}
}

/// One socket at the service.
pub(crate) struct NodeConn {
    pub(crate) person: usize,
    pub(crate) org: usize,
    pub(crate) role: Role,
    /// Its organisation knows of it.
    joined: bool,
    conversation: Conversation,
    outbox: Outbox,
    stuck_since: Option<u64>,
    slow: bool,
}

impl NodeConn {
    /// Whether its reader is behind.
    pub(crate) fn is_behind(&self) -> bool {
        self.outbox.depth().is_some_and(|(frames, _)| frames > 0)
    }

    pub(crate) fn queued_bytes(&self) -> usize {
        self.outbox.depth().map_or(0, |(_, bytes)| bytes)
    }
}

impl Node {
    pub(crate) fn add_org(&mut self, id: OrgId, name: String) {
        self.orgs.push(Org { id, name, runner: None, step: None, steps: 0, due: None, drained: false });
    }

    pub(crate) fn new(store: Sqlite) -> Self {
        Self {
            store,
            is_up: false,
            started: 0,
            downs: Vec::new(),
            orgs: Vec::new(),
            conns: BTreeMap::new(),
            codes: BTreeMap::new(),
            trouble: None,
            late_until: 0,
            // Only differences to it count.
            zero: Instant::now(),
            set_by_ms: 0,
            clock_set: None,
            // Small pages, so that a world has several.
            config: Config { follow_ups_part: 5, ..Config::default() },
            draining: false,
        }
    }

    /// What its wall clock shows.
    pub(crate) fn unix(&self, now: u64) -> UnixMillis {
        UnixMillis((BASE_UNIX_MS + now).saturating_add_signed(self.set_by_ms))
    }

    /// What both of its clocks show; moments begin long before the world does, and nobody sets them.
    fn clocks(&self, now: u64) -> Now {
        Now { moment: Moment::at(Duration::from_millis(BASE_UNIX_MS + now)), unix: self.unix(now) }
    }

    /// A code becomes the window's sign-in.
    pub(crate) fn redeem_code(&mut self, code: &str, now: u64, sign_in: Uuid, token: &str) -> bool {
        if !self.is_up {
            return false;
        }
        let Some((of, instance, until)) = self.codes.remove(code) else { return false };
        let at = self.unix(now);
        until > now
            && self
                .store
                .add_window(of, instance, SignInId(sign_in), Hash::of(token), at)
                .is_ok_and(|account| account.is_some())
    }
}

impl World {
    pub(crate) fn start_service(&mut self) {
        if self.node.is_up {
            return;
        }
        // Who was there, or in grace, is in grace from now on (P10); so is one whose end the store did not take any more.
        let stored_from = self.late_from(self.went_down);
        let grace = self.now + crate::truth::GRACE_MS;
        for device in &mut self.devices {
            for until in [&mut device.unclear_until, &mut device.ghost_until] {
                if *until >= stored_from {
                    *until = (*until).max(grace);
                }
            }
        }
        self.node.downs.push((self.went_down, self.now));
        self.node.is_up = true;
        self.node.draining = false;
        self.node.started = self.now;
        let mut snapshots = Vec::new();
        for org in 0..self.node.orgs.len() {
            let snapshot = self.node.store.load(self.node.orgs[org].id).ok().flatten();
            let Some(snapshot) = snapshot else {
                self.fail(Invariant::Loads, format!("organisation {org} is not there"), &[]);
                return;
            };
            self.judged.count(Invariant::Loads);
            self.look_at_start(org, &snapshot);
            snapshots.push(snapshot);
        }
        self.set_clock();
        for (org, snapshot) in snapshots.into_iter().enumerate() {
            let process = InWorld { dice: Dice::new(self.dice.throw()), did: Vec::new() };
            let (config, now) = (self.node.config.clone(), self.node.clocks(self.now));
            let each = &mut self.node.orgs[org];
            each.runner = Some(Runner::new(snapshot, config, process, now));
            each.step = None;
            each.drained = false;
            each.due = None;
            self.set_org_due(org);
        }
        self.note(format_args!("the service starts"));
    }

    /// Now and then the service's wall clock is set by hours while it is down. Presence does not care (P10); how much is left of
    /// an Away for a time is unclear until it is told.
    fn set_clock(&mut self) {
        if self.went_down == 0 || !self.clock_dice.chance(CLOCK_SET_PERMILLE) {
            return;
        }
        let by_ms = self.clock_dice.between(CLOCK_SET_MS.0, CLOCK_SET_MS.1).cast_signed();
        let by_ms = if self.clock_dice.chance(500) { -by_ms } else { by_ms };
        self.faults.count(if by_ms < 0 { Fault::ClockBehind } else { Fault::ClockAhead });
        self.note(format_args!("the service's clock was set by {by_ms} ms"));
        self.node.set_by_ms += by_ms;
        self.node.clock_set = Some(self.now);
        for person in 0..self.people.len() {
            let each = &mut self.people[person];
            each.is_unclear_how_long =
                matches!(each.preference, Preference::Away { until: Until::Time(_), .. });
            self.dirty.push(person);
        }
    }

    /// The process dies. What is stored is stored; every socket breaks.
    pub(crate) fn crash_service(&mut self, down_for: u64) {
        if !self.node.is_up {
            return;
        }
        let mut fault = Fault::Crash;
        for org in &self.node.orgs {
            match &org.step {
                Some((_, None)) => fault = Fault::CrashBeforeStep,
                Some((_, Some(_))) => fault = Fault::CrashAfterStep,
                None => {}
            }
        }
        self.faults.count(fault);
        self.note(format_args!("the service dies: {fault:?}"));
        self.stop_service(down_for);
    }

    fn stop_service(&mut self, down_for: u64) {
        // Whatever may count now is stored: it is there after the start.
        for device in 0..self.devices.len() {
            if self.may_count(device) {
                let until = &mut self.devices[device].unclear_until;
                *until = (*until).max(self.now);
            }
        }
        self.node.is_up = false;
        self.went_down = self.now;
        self.crashes_in = None;
        for org in &mut self.node.orgs {
            org.runner = None;
            org.step = None;
            org.steps += 1;
            org.due = None;
        }
        self.node.codes.clear();
        for id in std::mem::take(&mut self.node.conns).into_keys() {
            self.send_down(id, Item::Cut);
        }
        self.queue.set(self.now + down_for, Happening::ServiceStarts);
    }

    /// The service is told to go down.
    pub(crate) fn drain_service(&mut self) {
        if !self.node.is_up || self.node.draining {
            return;
        }
        self.faults.count(Fault::Drained);
        self.note(format_args!("the service goes down"));
        self.node.draining = true;
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.dice.throw().to_le_bytes());
        for org in 0..self.node.orgs.len() {
            self.turn(org, Some(Input::Event(Event::Drain { seed })));
        }
    }

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
                let conversation = Conversation::new(&self.node.config, self.instant());
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

    fn instant(&self) -> Instant {
        self.node.zero + Duration::from_millis(self.now)
    }

    fn received(&mut self, id: ConnId, received: Received<'_>) {
        let now = self.instant();
        let Some(conn) = self.node.conns.get_mut(&id) else { return };
        let step = conn.conversation.received(received, now);
        self.follow(id, step);
    }

    /// Does what follows from what came on a connection, or went.
    fn follow(&mut self, id: ConnId, step: Step) {
        let (event, end) = match step {
            Step::Wait => return,
            Step::Hello(hello) => return self.hello(id, *hello),
            Step::Tell(event) => (Some(event), None),
            Step::TellAndEnd(event, end) => (Some(event), Some(end)),
            Step::End(end) => (None, Some(end)),
        };
        if let Some(event) = event {
            if let Event::Frame(_, up) = &event {
                self.heard_at_service(id, up);
            }
            let Some(org) = self.node.conns.get(&id).map(|conn| conn.org) else { return };
            self.turn(org, Some(Input::Event(event)));
        }
        if let Some(end) = end {
            self.ends(id, end);
        }
    }

    fn hello(&mut self, id: ConnId, hello: Hello) {
        let Some(device) = self.conns.get(id).map(|conn| conn.device) else { return };
        let page = self.devices[device].is_page();
        let Some(token) = hello.token.as_ref().map(|token| token.0.clone()) else { return };
        let account: Option<Account> = self.node.store.account(Hash::of(&token)).ok().flatten();
        let account = account.filter(|account| page || account.window_of.is_none());
        let Some(account) = account else { return self.ends(id, End::Ours(Close::SignIn)) };
        let Some(conn) = self.node.conns.get_mut(&id) else { return };
        conn.joined = true;
        conn.conversation.joins(org::ConnId(id));
        let (org, outbox) = (conn.org, conn.outbox.clone());
        let hello = Hello { token: None, ..hello };
        let connected = Connected { conn: org::ConnId(id), account, page, hello };
        self.turn(org, Some(Input::Connected(Arrival::new(Box::new(connected), outbox))));
    }

    /// A connection ends, by whichever end: its organisation is told as in the service.
    fn ends(&mut self, id: ConnId, end: End) {
        let Some(conn) = self.node.conns.remove(&id) else { return };
        if let Some(code) = end.code() {
            self.send_down(id, Item::Close(code));
        }
        if conn.joined {
            self.turn(conn.org, Some(Input::Event(Event::Ended(org::ConnId(id), end.told()))));
        }
    }

    pub(crate) fn org_due(&mut self, org: usize) {
        if self.node.orgs[org].due == Some(self.now) {
            self.node.orgs[org].due = None;
            self.turn(org, None);
        }
    }

    /// A turn of an organisation's loop.
    pub(crate) fn turn(&mut self, org: usize, input: Option<Input>) {
        let now = self.node.clocks(self.now);
        let Some(runner) = &mut self.node.orgs[org].runner else { return };
        runner.turn(input, now);
        let is_drained = runner.is_drained();
        let did = std::mem::take(&mut runner.process().did);
        self.set_org_due(org);
        let mut written = Vec::new();
        for did in did {
            match did {
                Did::Sent(frame, to) => {
                    self.look_at_frame(org, &to, &frame);
                    written.extend(to.into_iter().map(|conn| conn.0));
                }
                Did::Closed(conn) => written.push(conn.0),
                Did::Begun(step) => self.begin_step(org, step),
                Did::Made { code, sign_in, instance } => {
                    self.node.codes.insert(code, (sign_in, instance, self.now + CODE_GOOD_FOR_MS));
                }
            }
        }
        written.sort_unstable();
        written.dedup();
        for id in written {
            self.write(id);
        }
        if is_drained {
            self.drained(org);
        }
    }

    /// One organisation has told everybody that the service goes down; with the last it is down.
    fn drained(&mut self, org: usize) {
        self.node.orgs[org].drained = true;
        if self.node.is_up && self.node.orgs.iter().all(|org| org.drained) {
            self.note(format_args!("the service is down"));
            let down_for = self.dice.between(500, 6_000);
            self.stop_service(down_for);
        }
    }

    fn set_org_due(&mut self, org: usize) {
        let now = self.node.clocks(self.now).moment;
        let each = &mut self.node.orgs[org];
        let Some(runner) = &each.runner else { return };
        let after = runner.next_turn(now);
        let due = self.now + u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        if Some(due) != each.due {
            each.due = Some(due);
            self.queue.set(due, Happening::OrgDue(org));
        }
    }

    /// Writes what the way takes.
    pub(crate) fn write(&mut self, id: ConnId) {
        loop {
            let Some(conn) = self.node.conns.get_mut(&id) else { return };
            let room = if conn.slow { 4 } else { UNTAKEN };
            if self.conns.get(id).is_none_or(|conn| conn.untaken >= room) {
                if conn.stuck_since.is_none() {
                    conn.stuck_since = Some(self.now);
                    self.queue.set(self.now + WRITE_WITHIN_MS, Happening::Stuck(id));
                }
                return;
            }
            conn.stuck_since = None;
            match conn.outbox.take() {
                Some(Next::Frame { text, short }) => {
                    let step = conn.conversation.written(short);
                    if let Some(conn) = self.conns.get_mut(id) {
                        conn.untaken += 1;
                    }
                    self.send_down(id, Item::Text(text));
                    self.follow(id, step);
                }
                Some(Next::Close(why)) => {
                    self.ends(id, End::Ours(why));
                    return;
                }
                None => return,
            }
        }
    }

    /// A reader that has taken nothing for too long is given up.
    pub(crate) fn stuck(&mut self, id: ConnId) {
        let Some(conn) = self.node.conns.get(&id) else { return };
        if conn.stuck_since.is_some_and(|since| self.now >= since + WRITE_WITHIN_MS) {
            self.note(format_args!("conn {id} takes nothing and is given up"));
            self.ends(id, End::Ours(Close::TooSlow));
        }
    }
}
