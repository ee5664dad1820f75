//! What a page's user does in it.

use crate::device::Kind;
use crate::world::World;
use link::Order;
use presence::Activity;
use protocol::Up;

impl World {
    pub(crate) fn open_page(&mut self, page: usize) {
        if let Some(device) = self.load_page(page) {
            self.run(device);
        }
    }

    /// Reports the activity of each page that has to report one.
    pub(crate) fn page_activities(&mut self) {
        for page in 0..self.devices.len() {
            if self.devices[page].is_page() && !self.hosts[self.devices[page].host].is_frozen() {
                self.page_activity(page);
            }
        }
    }

    /// Its user does something in it, or has been idle for the threshold.
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

    /// Its user sends an intent.
    pub(crate) fn asks(&mut self, device: usize, up: Up) {
        if let (Kind::Page(page), Some(id)) = (&mut self.devices[device].kind, up.intent()) {
            page.open_intents.insert(id, up.clone());
        }
        self.check_wish(device, &up);
        self.order(device, Order::Send(up));
        self.run(device);
    }
}
