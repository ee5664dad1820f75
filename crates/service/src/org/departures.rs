//! How devices and windows go: they leave, are lost, fall silent, or their membership or the service ends (P10).

use super::event::{ConnId, Effect, Ended};
use super::model::device::Link;
use super::state::Core;
use super::timer::Timer;
use crate::store::{DeviceKind, SignInId, Standing};
use chat::PersonId;
use presence::Moment;
use protocol::{Close, Down};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::time::Duration;
use uuid::Uuid;

/// How far apart connections return after a drain: 500 a second is well below what one core can handle.
const RETURN_EACH: Duration = Duration::from_millis(2);
/// The shortest time over which all return after a drain.
const RETURN_LEAST: Duration = Duration::from_millis(500);

impl Core {
    pub(super) fn bye(&mut self, conn: ConnId) {
        let Some(connection) = self.people.conns.get(&conn) else { return };
        let (person, instance, kind) = (connection.person, connection.instance, connection.kind);
        let is_window = connection.is_window();
        self.forget(conn, None);
        if !is_window {
            self.leave(person, instance, kind);
        }
    }

    pub(super) fn ended(&mut self, conn: ConnId, how: Ended) {
        let Some(connection) = self.people.conns.get(&conn) else { return };
        let (person, instance, kind) = (connection.person, connection.instance, connection.kind);
        let (is_window, last_frame) = (connection.is_window(), connection.last_frame);
        // While the service is going down, everybody keeps their state.
        if self.cx.draining {
            return;
        }
        self.forget(conn, None);
        if is_window {
            return;
        }
        match how {
            Ended::Left => self.leave(person, instance, kind),
            Ended::Lost => self.lose(person, instance, last_frame),
        }
    }

    /// The device leaves: the app at once, a page unless it is back soon, since a reload looks the same (P10).
    fn leave(&mut self, person: PersonId, instance: Uuid, kind: DeviceKind) {
        match kind {
            DeviceKind::Native => self.remove_device(person, instance),
            DeviceKind::Page => {
                let until = self.cx.now.plus(self.cx.config.page_reload);
                self.unlink(person, instance, Link::Reload(until), until);
            }
        }
    }

    /// The device's connection is lost: it is in grace from its last frame (P10).
    pub(super) fn lose(&mut self, person: PersonId, instance: Uuid, last_frame: Moment) {
        let until = last_frame.plus(self.cx.config.grace);
        self.unlink(person, instance, Link::Grace(until), until);
    }

    pub(super) fn slow_due(&mut self, conn: ConnId) {
        let Some(connection) = self.people.conns.get(&conn) else { return };
        let slow = connection
            .behind
            .as_ref()
            .is_some_and(|(since, _)| self.cx.now.since(*since) >= self.cx.config.slow_for);
        if !slow {
            return;
        }
        let (last_frame, person, instance) = (connection.last_frame, connection.person, connection.instance);
        let is_window = connection.is_window();
        self.forget(conn, Some(Close::TooSlow));
        if !is_window {
            self.lose(person, instance, last_frame);
        }
    }

    pub(super) fn beat(&mut self, conn: ConnId) {
        let Some(connection) = self.people.conns.get(&conn) else { return };
        // A silent device has its own timer; a silent window is noticed here.
        if connection.is_window() && self.cx.now.since(connection.last_frame) >= self.cx.config.grace {
            self.forget(conn, Some(Close::TooSlow));
            return;
        }
        self.cx.send(conn, Down::Beat);
        self.cx.timers.set(self.cx.now.plus(self.cx.config.beat), Timer::Beat(conn));
    }

    pub(super) fn device_due(&mut self, person: PersonId, instance: Uuid) {
        let Some(device) = self.people.members.get(&person).and_then(|m| m.devices.get(&instance)) else {
            return;
        };
        let (until, conn) = match device.link {
            Link::Connected(conn) => {
                let Some(connection) = self.people.conns.get(&conn) else { return };
                (connection.last_frame.plus(self.cx.config.grace), Some(conn))
            }
            Link::Grace(until) | Link::Reload(until) => (until, None),
            Link::Gone => return,
        };
        if until > self.cx.now {
            self.cx.timers.set(until, Timer::Device(person, instance));
            return;
        }
        if let Some(conn) = conn {
            self.forget(conn, Some(Close::TooSlow));
        }
        self.remove_device(person, instance);
    }

    /// Ends those of their connections and devices that did not end with a known sign-in.
    fn end_all_of(&mut self, person: PersonId) {
        for conn in self.people.conns_of(person) {
            self.forget(conn, Some(Close::SignIn));
        }
        let devices = self.people.members.get(&person).into_iter().flat_map(|member| member.devices.iter());
        let here: Vec<Uuid> =
            devices.filter(|(_, device)| device.is_here()).map(|(instance, _)| *instance).collect();
        for instance in here {
            self.remove_device(person, instance);
        }
    }

    /// The service is going down: everybody is told when to return, and keeps their state.
    pub(super) fn drain(&mut self, seed: [u8; 32]) {
        let conns = self.people.everybody();
        let each = RETURN_EACH.saturating_mul(u32::try_from(conns.len()).unwrap_or(u32::MAX));
        let spread = RETURN_LEAST.saturating_add(each).min(self.cx.config.grace / 2);
        let spread = u64::try_from(spread.as_millis()).unwrap_or(u64::MAX).max(1);
        let mut random = StdRng::from_seed(seed);
        for conn in conns {
            let after_ms = random.random_range(0..spread);
            self.cx.send(conn, Down::Reconnect { after_ms });
            self.cx.effects.push(Effect::Close(conn, Close::GoingDown));
        }
        self.cx.draining = true;
        self.people.unsaved_all(&mut self.cx);
    }

    fn unlink(&mut self, person: PersonId, instance: Uuid, link: Link, until: Moment) {
        if self.people.unlink(&mut self.cx, person, instance, link, until) {
            self.devices_changed(person);
        }
    }

    /// Somebody was suspended or removed: their devices go, their chats are handed on. Or they were let in again.
    pub(super) fn stands(&mut self, person: PersonId, standing: Standing, ended: &[SignInId]) {
        for sign_in in ended {
            self.revoked(*sign_in);
        }
        let Some(member) = self.people.members.get_mut(&person) else { return };
        let was_in = member.is_in();
        member.person.standing = standing;
        let (role, state, is_in) = (member.role(), member.presence.state(), member.is_in());
        match (was_in, is_in) {
            (true, false) => self.cx.counts.unseen(role, state),
            (false, true) => self.cx.counts.seen(role, None, state),
            (true, true) | (false, false) => {}
        }
        tracing::info!(target: "service", person = %person.0, ?standing, "somebody's standing was changed");
        if !is_in {
            self.end_all_of(person);
            self.chats.absence_due(&mut self.cx, &self.people, person);
        }
        self.people.person_changed(&mut self.cx, person);
    }
}
