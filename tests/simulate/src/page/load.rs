//! A page opens and closes.

use crate::device::Kind;
use crate::machine::Window;
use crate::net::Item;
use crate::page::Model;
use crate::queue::WorldEvent;
use crate::world::World;
use agent::agent::Input;
use agent::view::WindowReport;
use link::link_loop::LinkLoop;
use link::{Address, Clocks, Order, Target};
use presence::Activity;
use protocol::{App, Token};

/// The service's address, as all devices know it.
const ADDRESS: &str = "https://help.example";

impl World {
    /// Returns the device that has something to do now: the page, or its app, which it asks for its address.
    pub(crate) fn load_page(&mut self, device: usize) -> Option<usize> {
        let host = self.devices[device].host;
        let (instance, jitter) = (self.dice.uuid(), self.dice.throw());
        let now = self.now;
        if self.hosts[host].is_frozen() {
            self.queue.set(now + 2_000, WorldEvent::PageOpens(device));
            return None;
        }
        let Kind::Page(page) = &mut self.devices[device].kind else { return None };
        if page.is_open {
            return None;
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
        self.record(format_args!("page {device} opens as {instance}"));
        let id = self.dice.uuid();
        self.order(device, Order::Activity { id, activity });
        self.order(device, Order::Connect(target));
        Some(device)
    }

    fn need_address(&mut self, device: usize) -> Option<usize> {
        self.need_portal(device);
        self.devices[device].page().and_then(|page| page.window_of)
    }

    /// The page in the window asks for its address, unless it is open.
    pub(crate) fn need_portal(&mut self, page: usize) {
        let Some(own) = self.devices[page].page() else { return };
        let Some(device) = own.window_of.filter(|_| !own.is_open) else { return };
        if let Some(machine) = self.devices[device].machine()
            && machine.program.is_some()
            && machine.window == (Window::Running { portal: true })
        {
            machine.inputs.push_back(Input::Window(WindowReport::NeedPortal));
        }
    }

    /// The page closes: with a close frame, or because its process ends.
    pub(crate) fn shut_page(&mut self, device: usize, closes: bool) {
        let Kind::Page(page) = &mut self.devices[device].kind else { return };
        if !std::mem::take(&mut page.is_open) {
            return;
        }
        self.record(format_args!("page {device} goes, {}", if closes { "closing" } else { "broken" }));
        let conn = self.devices[device].conn();
        if let (Some(conn), true) = (conn, closes) {
            self.send_up(conn, Item::Close(1001));
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
}
