//! A portal page, in a browser or in the app's window: a stand-in that keeps a model of its own by `docs/protocol.md`.
//!
//! It knows nothing of the real pages; only its connection is the link's.

use crate::device::Kind;
use crate::queue::Happening;
use crate::world::World;
use chat::{Message, PersonId, SessionId, Status};
use link::link_loop::LinkLoop;
use link::{Address, Clocks, Event, Order, Target};
use presence::{Activity, IdleReason, Preference, Presence, Role};
use protocol::{App, Down, Instance, IntentId, SessionView, Token, Up};
use std::collections::{BTreeMap, BTreeSet};

/// Where all devices believe the service to be.
const ADDRESS: &str = "https://help.example";

/// A portal page.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) is_open: bool,
    /// Its cookie.
    pub(crate) token: Option<String>,
    /// The app in whose window it is.
    pub(crate) window_of: Option<usize>,
    pub(crate) instance: Instance,
    pub(crate) last_use: u64,
    /// What it said last of its user.
    pub(crate) is_active: bool,
    pub(crate) idle_after: u64,
    pub(crate) model: Model,
    /// Intents that its user waits for.
    pub(crate) open_intents: BTreeMap<IntentId, Up>,
}

/// What it knows.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) me: Option<PersonId>,
    pub(crate) is_synced: bool,
    /// In a snapshot: the sessions told so far.
    told: Option<BTreeSet<SessionId>>,
    pub(crate) sessions: BTreeMap<SessionId, SessionView>,
    pub(crate) dismissed: BTreeSet<SessionId>,
    pub(crate) people: BTreeMap<PersonId, Presence>,
    pub(crate) preference: Preference,
    pub(crate) staffed: Option<bool>,
    pub(crate) messages: BTreeMap<SessionId, BTreeMap<u64, Message>>,
    opened: BTreeSet<SessionId>,
}

impl Page {
    /// Whether it has said that its user is there.
    pub(crate) fn reports_active(&self) -> bool {
        self.is_active
    }

    /// What it would report now.
    pub(crate) fn activity(&self, now: u64) -> Activity {
        let idle_for_ms = now.saturating_sub(self.last_use);
        if idle_for_ms < self.idle_after {
            Activity::Active
        } else {
            Activity::Idle { reason: IdleReason::Idle, idle_for_ms }
        }
    }
}

impl World {
    pub(crate) fn open_page(&mut self, device: usize) {
        let host = self.devices[device].host;
        let (instance, jitter) = (self.dice.uuid(), self.dice.throw());
        let now = self.now;
        if self.hosts[host].is_frozen() {
            return self.queue.set(now + 2_000, Happening::PageOpens(device));
        }
        let Kind::Page(page) = &mut self.devices[device].kind else { return };
        if page.is_open {
            return;
        }
        let Some(token) = page.token.clone() else { return self.need_address(device) };
        page.is_open = true;
        page.instance = instance;
        page.model = Model::default();
        page.open_intents.clear();
        page.is_active = matches!(page.activity(now), Activity::Active);
        let activity = page.activity(now);
        let target = Target {
            address: Address::parse(ADDRESS).expect("the address is a good one"),
            token: Token(token),
            instance,
            app: App { name: "portal".to_owned(), version: "1".to_owned(), device: format!("page {device}") },
            can_ring: false,
        };
        let clocks = self.link_clocks(device);
        let each = &mut self.devices[device];
        each.link = LinkLoop::new(jitter, clocks);
        each.orders.clear();
        each.events.clear();
        self.note(format_args!("page {device} opens as {instance}"));
        let id = self.dice.uuid();
        self.order(device, Order::Activity { id, activity });
        self.order(device, Order::Connect(target));
        self.run(device);
    }

    fn need_address(&mut self, device: usize) {
        self.need_portal(device);
        let agent = self.devices[device].page().and_then(|page| page.window_of);
        if let Some(agent) = agent {
            self.run(agent);
        }
    }

    /// The page goes: with a close frame, or with its process.
    pub(crate) fn shut_page(&mut self, device: usize, closes: bool) {
        let Kind::Page(page) = &mut self.devices[device].kind else { return };
        if !std::mem::take(&mut page.is_open) {
            return;
        }
        self.note(format_args!("page {device} goes, {}", if closes { "closing" } else { "broken" }));
        let conn = self.devices[device].conn();
        if let (Some(conn), true) = (conn, closes) {
            self.send_up(conn, crate::net::Item::Close(1001));
            self.leaves(device, conn);
        }
        self.drop_socket(device, false);
        self.leaves_a_ghost(device);
        let each = &mut self.devices[device];
        each.orders.clear();
        each.events.clear();
        each.link = LinkLoop::new(0, Clocks::default());
        self.dirty.push(self.devices[device].person);
    }

    /// Its user does something in it, or nothing for so long.
    pub(crate) fn page_activity(&mut self, device: usize) {
        let (now, id) = (self.now, self.dice.uuid());
        let Kind::Page(page) = &mut self.devices[device].kind else { return };
        let activity = page.activity(now);
        let is_active = matches!(activity, Activity::Active);
        if page.is_open && is_active != page.is_active {
            page.is_active = is_active;
            self.order(device, Order::Activity { id, activity });
            self.run(device);
        }
    }

    /// Its user wants something of the service.
    pub(crate) fn asks(&mut self, device: usize, up: Up) {
        if let (Kind::Page(page), Some(id)) = (&mut self.devices[device].kind, up.intent()) {
            page.open_intents.insert(id, up.clone());
        }
        self.look_at_wish(device, &up);
        self.order(device, Order::Send(up));
        self.run(device);
    }

    pub(crate) fn page_hears(&mut self, device: usize, event: Event) {
        match event {
            Event::Down(down) => self.page_takes(device, *down),
            Event::Ended(end) => {
                let is_window = self.devices[device].is_window();
                self.note(format_args!("page {device} ends: {end:?}"));
                if let Kind::Page(page) = &mut self.devices[device].kind {
                    page.is_open = false;
                    if is_window {
                        page.token = None;
                    }
                }
                self.queue.set(self.now + 500, Happening::PageOpens(device));
            }
            Event::Up | Event::Lost { .. } | Event::Sent { .. } | Event::RoundTrip(_) => {}
        }
    }

    fn page_takes(&mut self, device: usize, down: Down) {
        let role = self.people[self.devices[device].person].role;
        let reads = self.dice.chance(500);
        let Kind::Page(page) = &mut self.devices[device].kind else { return };
        let model = &mut page.model;
        match down {
            Down::Welcome(welcome) => {
                model.me = Some(welcome.you.id);
                model.preference = welcome.preference;
                model.is_synced = false;
                model.told = Some(BTreeSet::new());
                model.dismissed.clear();
                model.opened.clear();
                page.idle_after = welcome.policy.idle_after_ms;
            }
            Down::Synced { more } => {
                model.is_synced = true;
                if let Some(told) = model.told.take() {
                    model.sessions.retain(|id, _| told.contains(id));
                }
                if role == Role::Technician {
                    self.order(device, Order::Send(Up::WatchPeople));
                    self.asks_for_more(device, more);
                }
                self.open_chats(device);
            }
            Down::Policy { policy } => page.idle_after = policy.idle_after_ms,
            Down::Preference { preference } => model.preference = preference,
            Down::Session { session } => {
                if let Some(told) = &mut model.told {
                    told.insert(session.id);
                }
                let id = session.id;
                if session.status == Status::Completed {
                    model.sessions.remove(&id);
                    if let Some(told) = &mut model.told {
                        told.remove(&id);
                    }
                } else if model.sessions.get(&id).is_none_or(|known| known.rev <= session.rev) {
                    model.sessions.insert(id, session);
                }
                self.open_chats(device);
            }
            Down::Mine { session, dismissed, .. } => {
                if dismissed {
                    model.dismissed.insert(session);
                } else {
                    model.dismissed.remove(&session);
                }
            }
            Down::Desk { staffed } => model.staffed = Some(staffed),
            Down::Messages { session, messages } => {
                let known = model.messages.entry(session).or_default();
                known.extend(messages.into_iter().map(|message| (message.number, message)));
                let last = known.last_key_value().map(|(number, _)| *number);
                if let (Some(number), true) = (last, reads) {
                    self.order(device, Order::Send(Up::Visible { session: Some(session) }));
                    self.order(device, Order::Send(Up::Seen { session, number }));
                }
            }
            Down::People { first, people } => {
                if first {
                    model.people.clear();
                }
                model.people.extend(people.into_iter().map(|person| (person.id, person.presence)));
            }
            Down::PersonGone { person } => {
                model.people.remove(&person);
            }
            Down::Ok { re, answer } => {
                page.open_intents.remove(&re);
                self.asks_for_more(device, answer.more.unwrap_or(0));
            }
            Down::Error { re: Some(re), .. } => {
                page.open_intents.remove(&re);
            }
            Down::Error { re: None, .. }
            | Down::You { .. }
            | Down::Devices { .. }
            | Down::Beat
            | Down::Reconnect { .. } => {}
        }
    }

    /// Pages through older abandoned chats and callbacks until it has all.
    fn asks_for_more(&mut self, device: usize, more: u32) {
        if more > 0 {
            let id = self.dice.uuid();
            self.order(device, Order::Send(Up::More { id }));
        }
    }

    /// Asks for the messages of the chats in progress that its user is in.
    fn open_chats(&mut self, device: usize) {
        let Kind::Page(page) = &mut self.devices[device].kind else { return };
        let model = &mut page.model;
        let Some(me) = model.me.filter(|_| model.is_synced) else { return };
        let mut due = Vec::new();
        for session in model.sessions.values().filter(|session| session.status == Status::Handled) {
            let is_in = session.client == me
                || session.participants.iter().any(|each| each.person == me && each.left.is_none());
            if is_in && model.opened.insert(session.id) {
                let known = model.messages.get(&session.id).and_then(BTreeMap::last_key_value);
                due.push((session.id, known.map_or(0, |(number, _)| *number)));
            }
        }
        for (session, after) in due {
            let id = self.dice.uuid();
            self.order(device, Order::Send(Up::Open { id, session, after }));
        }
    }
}
