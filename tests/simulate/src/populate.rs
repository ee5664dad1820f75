//! Who lives in a world: its organisations, their people, and their computers and pages.

use crate::device::{Device, Kind};
use crate::dice::Dice;
use crate::fault::Faults;
use crate::host::{Clock, Host};
use crate::invariant::Checks;
use crate::known::Known;
use crate::machine::Machine;
use crate::net::Conns;
use crate::node::{BASE_UNIX_MS, Node};
use crate::page::Page;
use crate::past::Past;
use crate::queue::{Queue, WorldEvent};
use crate::trace::Trace;
use crate::world::{Person, World};
use agent::settings::{KnownAccount, Settings};
use agent::sound::SoundSettings;
use chat::PersonId;
use presence::{Preference, Role, UnixMillis};
use protocol::Token;
use service::store::{Affiliation, Hash, NewPerson, OrgId, Redeemed, SignInId, Sqlite, Store};
use std::time::Duration;

/// The organisations.
const ORGS: usize = 3;
/// Their thresholds, in seconds: short, so that much happens in 30 minutes.
const IDLE_AFTER_S: [u64; ORGS] = [30, 60, 120];
/// How long they keep completed chats, in seconds: two of them so short that chats are deleted.
const KEEP_FOR_S: [u64; ORGS] = [240, 600, 86_400];
/// How many bytes their files may take: one has soon no room for more.
const FILES_QUOTA: [u64; ORGS] = [1_000_000, 20_000, 1_000_000];

impl World {
    /// The world of this seed at its beginning.
    pub(crate) fn new(seed: u64, is_told: bool) -> Self {
        let store = Sqlite::in_memory().expect("a database in memory needs nothing");
        let mut world = Self {
            seed,
            now: 0,
            queue: Queue::default(),
            dice: Dice::new(seed),
            more_dice: Dice::new(!seed),
            clock_dice: Dice::new(seed.rotate_left(32)),
            node: Node::new(store),
            hosts: Vec::new(),
            devices: Vec::new(),
            people: Vec::new(),
            conns: Conns::default(),
            uploads: Vec::new(),
            readings: Vec::new(),
            latest_up: (0, 0),
            went_down: 0,
            crash_at_store_request: false,
            crashes_in: None,
            dirty: Vec::new(),
            faults: Faults::default(),
            checks: Checks::default(),
            trace: Trace::new(is_told),
            known: Known::default(),
            failure: None,
        };
        for (org, idle_after) in IDLE_AFTER_S.into_iter().enumerate() {
            world.populate(org, idle_after);
        }
        world
    }

    /// Two or three technicians with two computers and a portal page, a client with the app, one or two with a browser.
    fn populate(&mut self, org: usize, idle_after_s: u64) {
        let id = OrgId(self.dice.uuid());
        let name = format!("Organisation {org}");
        for technician in 0..2 + usize::from(org == 0) {
            let person = self.add_person(org, id, &name, &format!("Technician {org}.{technician}"), None);
            let desk = self.add_host(person);
            let home = self.add_host(person);
            self.add_agent(person, desk);
            self.add_agent(person, home);
            self.add_page(person, desk, None);
        }
        for client in 0..2 + usize::from(org == 1) {
            let company = format!("Company {org}.{client}");
            let person = self.add_person(org, id, &name, &format!("Client {org}.{client}"), Some(company));
            let desk = self.add_host(person);
            if client == 0 {
                let agent = self.add_agent(person, desk);
                let page = self.add_page(person, desk, Some(agent));
                if let Some(machine) = self.devices[agent].machine() {
                    machine.page = Some(page);
                }
            } else {
                self.add_page(person, desk, None);
            }
        }
        self.node
            .store
            .set_idle_after(id, Duration::from_secs(idle_after_s))
            .expect("the store is in memory");
        let keep_for = Duration::from_secs(KEEP_FOR_S[org]);
        self.node.store.set_keep_for(id, keep_for).expect("the store is in memory");
        self.node.store.set_files_quota(id, FILES_QUOTA[org]).expect("the store is in memory");
    }

    fn add_person(&mut self, org: usize, id: OrgId, name: &str, who: &str, company: Option<String>) -> usize {
        let person = PersonId(self.dice.uuid());
        let role = if company.is_some() { Role::Client } else { Role::Technician };
        let new = NewPerson {
            id: person,
            org: (name.to_owned(), id),
            name: who.to_owned(),
            affiliation: company.map_or(Affiliation::Technician, |company| Affiliation::Client { company }),
        };
        let link = Hash::of(&self.dice.secret());
        self.node.store.add_person(&new, link, UnixMillis(BASE_UNIX_MS)).expect("the store is in memory");
        if org == self.node.orgs.len() {
            self.node.add_org(id, name.to_owned(), KEEP_FOR_S[org] * 1_000);
        }
        self.people.push(Person {
            id: person,
            org,
            role,
            hosts: Vec::new(),
            devices: Vec::new(),
            preferences: Past::default(),
            preference: Preference::Automatic,
            preferred_at: 0,
            is_unclear_how_long: false,
        });
        self.people.len() - 1
    }

    fn add_host(&mut self, person: usize) -> usize {
        let mut host = Host {
            clock: Clock::new(self.dice.between(1_000_000, 1_000_000_000)),
            wrong_by: self.dice.between(0, 600_000),
            idle_after: 300_000,
            waits_for_input: true,
            ..Host::default()
        };
        host.uplink.delay = self.dice.between(2, 60);
        self.hosts.push(host);
        let index = self.hosts.len() - 1;
        self.people[person].hosts.push(index);
        index
    }

    fn sign_in(&mut self, person: usize) -> String {
        let (link, token, sign_in) = (self.dice.secret(), self.dice.secret(), SignInId(self.dice.uuid()));
        let at = UnixMillis(BASE_UNIX_MS);
        let hash = Hash::of(&link);
        self.node.store.add_link(self.people[person].id, hash, at).expect("the store is in memory");
        let redeemed = self.node.store.redeem(hash, Hash::of(&token), sign_in, "device", at, UnixMillis(0));
        assert!(matches!(redeemed, Ok(Redeemed::Account(_))), "a fresh link is good: {redeemed:?}");
        token
    }

    fn add_agent(&mut self, person: usize, host: usize) -> usize {
        let token = self.sign_in(person);
        let each = &self.people[person];
        let settings = Settings {
            address: Some("https://help.example".to_owned()),
            closing_explained: false,
            portal_address: None,
            hide_names: false,
            idle_after_ms: None,
            sound: SoundSettings::default(),
            account: Some(KnownAccount {
                name: format!("person {person}"),
                role: each.role,
                organisation: self.node.orgs[each.org].name.clone(),
            }),
        };
        let kind = Kind::Agent(Box::new(Machine::new(settings, Token(token))));
        let index = self.add_device(person, host, kind);
        self.hosts[host].agent = Some(index);
        let at = self.dice.between(0, 20_000);
        self.queue.set(at, WorldEvent::AgentStarts(index));
        index
    }

    fn add_page(&mut self, person: usize, host: usize, window_of: Option<usize>) -> usize {
        let token = window_of.is_none().then(|| self.sign_in(person));
        let page = Page { token, window_of, idle_after: 300_000, ..Page::default() };
        let index = self.add_device(person, host, Kind::Page(Box::new(page)));
        self.hosts[host].pages.push(index);
        if window_of.is_none() {
            let at = self.dice.between(0, 20_000);
            self.queue.set(at, WorldEvent::PageOpens(index));
        }
        index
    }

    fn add_device(&mut self, person: usize, host: usize, kind: Kind) -> usize {
        self.devices.push(Device::new(host, person, self.people[person].org, kind));
        let index = self.devices.len() - 1;
        self.people[person].devices.push(index);
        index
    }
}
