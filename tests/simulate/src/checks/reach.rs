//! Devices come back, and messages reach those who have the chat open.

use crate::device::{Device, Kind};
use crate::invariant::Invariant;
use crate::machine::Window;
use crate::world::World;
use chat::Status;
use presence::Role;

/// How long a device may take to be connected again: an end that it notices only by silence (35 s), the longest wait between two
/// attempts (30 s), an attempt that is not answered (10 s), one more wait, and the delay.
const BACK_MS: u64 = 120_000;
/// One beat after the welcome, and the delay.
const BEAT_MS: u64 = 16_500;
/// What was written this recently may still be in flight.
const UNDER_WAY_MS: u64 = 2_000;

impl World {
    /// Whether nothing keeps this device from being connected.
    fn can_connect(&self, device: &Device) -> bool {
        let host = &self.hosts[device.host];
        let uplink = &host.uplink;
        // A client's app is connected while its window is open.
        let is_wanted = match &device.kind {
            Kind::Agent(machine) => {
                self.people[device.person].role == Role::Technician
                    || matches!(machine.window, Window::Running { portal: true })
            }
            Kind::Page(_) => true,
        };
        is_wanted
            && self.node.is_up
            && device.runs()
            && !host.is_frozen()
            && !uplink.down
            && uplink.late_until <= self.now
    }

    pub(crate) fn check_reach(&mut self) {
        for id in 0..self.devices.len() {
            let is_missing = self.devices[id].delivers_since.is_none() && self.can_connect(&self.devices[id]);
            let now = self.now;
            let each = &mut self.devices[id];
            if !is_missing {
                self.checks.count(Invariant::Back);
                each.missing_since = None;
            } else if *each.missing_since.get_or_insert(now) + BACK_MS < now {
                let detail = format!("device {id} is {:?}", each.phase);
                let about = [format!("device {id} "), format!("page {id} "), "the service".to_owned()];
                self.fail(Invariant::Back, detail, &about);
            }
        }
    }

    /// Checks that everybody who is in a chat and has asked for its messages has all of them, in order.
    pub(crate) fn check_messages(&mut self) {
        let (mut wrong, mut checks) = (None, 0);
        for device in 0..self.devices.len() {
            let Kind::Page(page) = &self.devices[device].kind else { continue };
            if !self.has_delivered(device, BEAT_MS) || !self.store_is_calm(UNDER_WAY_MS) {
                continue;
            }
            let Some(me) = page.model.me else { continue };
            for (id, stored) in &self.known.sessions {
                let session = &stored.session;
                let is_in = session.client == me || session.present().any(|each| each == me);
                let settled = stored.changed + UNDER_WAY_MS < self.now;
                if !is_in
                    || !settled
                    || session.status != Status::Handled
                    || stored.since + BEAT_MS >= self.now
                {
                    continue;
                }
                checks += 1;
                let has = || page.model.messages.get(id).into_iter().flatten().map(|(number, _)| *number);
                if !has().eq(1..=stored.messages) {
                    wrong = Some((device, *id, has().collect::<Vec<u64>>(), stored.messages));
                }
            }
        }
        for _ in 0..checks {
            self.checks.count(Invariant::Delivered);
        }
        if let Some((device, session, has, of)) = wrong {
            let about = [format!("page {device} "), session.0.to_string()];
            let detail = format!("page {device} has {has:?} of the {of} messages of {session:?}");
            self.fail(Invariant::Delivered, detail, &about);
        }
    }
}
