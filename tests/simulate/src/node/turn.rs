//! A turn of an organisation's loop, and what follows from it: its frames are written to connections, and what connections receive goes
//! into the next turn.

use crate::fault::Fault;
use crate::net::{ConnId, Item, Writes};
use crate::node::process::ProcessAction;
use crate::queue::WorldEvent;
use crate::upload::SENDERS;
use crate::world::World;
use protocol::{Close, Hello};
use service::org::{self, Connected, Event};
use service::orgs::runner::{Arrival, Input};
use service::socket::conversation::{Step, WRITE_WITHIN, Written};
use service::socket::ending::End;
use service::socket::outbox::Next;
use service::store::{Account, Hash, Store};

/// Frames that the systems between the service and a reader hold before the service's own queue fills.
const UNTAKEN: usize = 48;
/// How long a reader may take nothing while a frame is to be written.
pub(super) const WRITE_WITHIN_MS: u64 = WRITE_WITHIN.as_millis() as u64;
/// How long a window's code is valid.
const CODE_GOOD_FOR_MS: u64 = 30_000;

impl World {
    /// A turn of an organisation's loop.
    pub(crate) fn turn(&mut self, org: usize, input: Option<Input>) {
        let now = self.node.clocks(self.now);
        let Some(runner) = &mut self.node.orgs[org].runner else { return };
        runner.turn(input, now);
        let is_drained = runner.is_drained();
        let actions = std::mem::take(&mut runner.process().actions);
        self.set_org_due(org);
        let mut written = Vec::new();
        for action in actions {
            match action {
                ProcessAction::Send(frame, to) => {
                    self.check_frame(org, &to, &frame);
                    written.extend(to.into_iter().map(|conn| conn.0));
                }
                ProcessAction::Close(conn) => written.push(conn.0),
                ProcessAction::Begin(request) => self.begin_store_request(org, request),
                ProcessAction::KeepCode { code, sign_in, instance } => {
                    self.node.codes.insert(code, (sign_in, instance, self.now + CODE_GOOD_FOR_MS));
                }
            }
        }
        written.sort_unstable();
        written.dedup();
        for id in written {
            if id < SENDERS {
                self.write(id);
            } else {
                self.file_answered(id);
            }
        }
        if is_drained {
            self.drained(org);
        }
    }

    pub(crate) fn org_due(&mut self, org: usize) {
        if self.node.orgs[org].due == Some(self.now) {
            self.node.orgs[org].due = None;
            self.turn(org, None);
        }
    }

    /// Does what a step of a connection's conversation asks for.
    pub(crate) fn follow(&mut self, id: ConnId, step: Step) {
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

    /// A connection ends, by either end: its organisation is told, as in the service.
    pub(crate) fn ends(&mut self, id: ConnId, end: End) {
        let Some(conn) = self.node.conns.remove(&id) else { return };
        if let Some(code) = end.code() {
            self.send_down(id, Item::Close(code));
        }
        if conn.joined {
            self.turn(conn.org, Some(Input::Event(Event::Ended(org::ConnId(id), end.told()))));
        }
    }

    /// Writes what the network takes.
    pub(crate) fn write(&mut self, id: ConnId) {
        loop {
            let Some(conn) = self.node.conns.get_mut(&id) else { return };
            let room = if conn.slow { 4 } else { UNTAKEN };
            let is_broken = self.conns.get(id).is_some_and(|conn| conn.writes != Writes::Taken);
            if !is_broken && self.conns.get(id).is_none_or(|conn| conn.untaken >= room) {
                if conn.stuck_since.is_none() {
                    conn.stuck_since = Some(self.now);
                    self.queue.set(self.now + WRITE_WITHIN_MS, WorldEvent::Stuck(id));
                }
                return;
            }
            conn.stuck_since = None;
            match conn.outbox.take() {
                Some(Next::Frame { text, short }) => {
                    let written = if is_broken { Written::Failed } else { Written::Taken { short } };
                    let step = conn.conversation.written(written);
                    if is_broken {
                        self.write_fails(id);
                    } else {
                        if let Some(conn) = self.conns.get_mut(id) {
                            conn.untaken += 1;
                        }
                        self.send_down(id, Item::Text(text));
                    }
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

    fn write_fails(&mut self, id: ConnId) {
        self.faults.count(Fault::WriteFailed);
        self.record(format_args!("conn {id} has broken: a write of the service fails"));
        if let Some(conn) = self.conns.get_mut(id) {
            conn.writes = Writes::Failed;
            self.dirty.push(self.devices[conn.device].person);
        }
    }

    /// One organisation has told everybody that the service goes down; with the last it is down.
    fn drained(&mut self, org: usize) {
        self.node.orgs[org].drained = true;
        if self.node.is_up && self.node.orgs.iter().all(|org| org.drained) {
            self.record(format_args!("the service is down"));
            let down_for = self.dice.between(500, 6_000);
            self.stop_service(down_for);
        }
    }

    pub(crate) fn set_org_due(&mut self, org: usize) {
        let now = self.node.clocks(self.now).moment;
        let each = &mut self.node.orgs[org];
        let Some(runner) = &each.runner else { return };
        let after = runner.next_turn(now);
        let due = self.now + u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        if Some(due) != each.due {
            each.due = Some(due);
            self.queue.set(due, WorldEvent::OrgDue(org));
        }
    }
}
