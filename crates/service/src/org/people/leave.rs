//! How devices and windows go: by leaving, by being lost, by the end of their sign-in or of the service (P10).

use crate::org::model::device::Link;
use crate::org::timer::Timer;
use crate::org::{ConnId, Core, Effect, Ended};
use crate::store::{DeviceKind, SignInId};
use chat::PersonId;
use presence::Moment;
use protocol::{Close, Down};
use std::time::Duration;
use uuid::Uuid;

/// Ended sign-ins that are remembered, for a hello that was checked just before: checking takes milliseconds, and ending is
/// a person's act.
const ENDED_SIGN_INS: usize = 1024;
/// Intents that ended a sign-in and are remembered, for a repeat: the device that it named is gone by then.
const SIGNED_OUT: usize = 1024;
/// How far apart connections return after a drain, for each of them: 500 a second is well below what one core takes.
const RETURN_EACH: Duration = Duration::from_millis(2);
/// The least time within which all return after a drain.
const RETURN_LEAST: Duration = Duration::from_millis(500);

impl Core {
    pub(in crate::org) fn bye(&mut self, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let (person, instance, kind) = (connection.person, connection.instance, connection.kind);
        let is_window = connection.is_window();
        self.forget(conn, None);
        if !is_window {
            self.leave(person, instance, kind);
        }
    }

    pub(in crate::org) fn ended(&mut self, conn: ConnId, how: Ended) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let (person, instance, kind) = (connection.person, connection.instance, connection.kind);
        let (is_window, last_frame) = (connection.is_window(), connection.last_frame);
        // While the service goes down everybody stays as they are.
        if self.draining {
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
                let until = self.now.plus(self.config.page_reload);
                self.unlink(person, instance, Link::Reload(until), until);
            }
        }
    }

    /// The device's connection is lost: it is in grace from its last frame (P10).
    pub(in crate::org) fn lose(&mut self, person: PersonId, instance: Uuid, last_frame: Moment) {
        let until = last_frame.plus(self.config.grace);
        self.unlink(person, instance, Link::Grace(until), until);
    }

    fn unlink(&mut self, person: PersonId, instance: Uuid, link: Link, until: Moment) {
        let Some(device) = self.members.get_mut(&person).and_then(|m| m.devices.get_mut(&instance)) else {
            return;
        };
        device.link = link;
        // Its last frame is known now.
        self.unsaved_device(person, instance);
        self.timers.set(until, Timer::Device(person, instance));
        self.refresh_rings(person);
        self.devices_changed(person);
    }

    /// Forgets a connection and closes it if that is ours to do; what becomes of its device is the caller's to say.
    pub(in crate::org) fn forget(&mut self, conn: ConnId, close: Option<Close>) {
        let Some(connection) = self.conns.remove(&conn) else { return };
        self.facts.disconnected(&connection);
        if let Some(member) = self.members.get_mut(&connection.person) {
            member.conns.remove(&conn);
        }
        self.technicians.conns.remove(&conn);
        self.people.forget(conn);
        if let Some(why) = close {
            self.effects.push(Effect::Close(conn, why));
        }
        if connection.visible.is_some() {
            self.refresh_mine(connection.person);
        }
    }

    pub(in crate::org) fn device_due(&mut self, person: PersonId, instance: Uuid) {
        let Some(device) = self.members.get(&person).and_then(|m| m.devices.get(&instance)) else { return };
        let (until, conn) = match device.link {
            Link::Connected(conn) => {
                let Some(connection) = self.conns.get(&conn) else { return };
                (connection.last_frame.plus(self.config.grace), Some(conn))
            }
            Link::Grace(until) | Link::Reload(until) => (until, None),
            Link::Gone => return,
        };
        if until > self.now {
            self.timers.set(until, Timer::Device(person, instance));
            return;
        }
        if let Some(conn) = conn {
            self.forget(conn, Some(Close::TooSlow));
        }
        self.remove_device(person, instance);
    }

    /// The device is gone. One that others know of counts until the store has forgotten it.
    pub(in crate::org) fn remove_device(&mut self, person: PersonId, instance: Uuid) {
        let Some(member) = self.members.get_mut(&person) else { return };
        let Some(device) = member.devices.get_mut(&instance) else { return };
        device.link = Link::Gone;
        // Where the clock was set back, what was stored before it may seem to be yet to come.
        member.person.last_seen = member.person.last_seen.min(self.wall).max(device.last_frame);
        if let Some(attempt) = device.attempt {
            self.gone_attempts.note(person, instance, attempt);
        }
        if !device.kept {
            member.devices.remove(&instance);
        }
        self.unsaved_coming(person, instance);
        self.unsaved_last_seen(person);
        self.refresh_rings(person);
        self.devices_changed(person);
    }

    /// An intent has ended a sign-in: its repeat gets the same answer.
    pub(in crate::org) fn note_signed_out(&mut self, re: protocol::IntentId) {
        if self.signed_out.len() >= SIGNED_OUT {
            self.signed_out.pop_front();
        }
        self.signed_out.push_back(re);
    }

    /// A sign-in was ended: its devices and their windows go, with the code that says so.
    pub(in crate::org) fn revoked(&mut self, sign_in: SignInId) {
        tracing::info!(target: "service", sign_in = %sign_in.0, "a sign-in was ended");
        if self.ended_sign_ins.len() >= ENDED_SIGN_INS {
            self.ended_sign_ins.pop_front();
        }
        self.ended_sign_ins.push_back(sign_in);
        let mut conns: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| conn.sign_in == sign_in || conn.window_of == Some(sign_in))
            .map(|(id, _)| *id)
            .collect();
        conns.sort_unstable();
        for conn in conns {
            self.forget(conn, Some(Close::SignIn));
        }
        let devices: Vec<(PersonId, Uuid)> = self
            .members
            .iter()
            .flat_map(|(person, member)| {
                member.devices.iter().map(move |(instance, device)| (person, instance, device))
            })
            .filter(|(_, _, device)| device.sign_in == sign_in && device.is_here())
            .map(|(person, instance, _)| (*person, *instance))
            .collect();
        for (person, instance) in devices {
            self.remove_device(person, instance);
        }
    }

    /// The service goes down: everybody is told when to return, and stays as they are.
    pub(in crate::org) fn drain(&mut self, seed: u64) {
        let conns = self.everybody();
        let each = RETURN_EACH.saturating_mul(u32::try_from(conns.len()).unwrap_or(u32::MAX));
        let spread = RETURN_LEAST.saturating_add(each).min(self.config.grace / 2);
        let spread = u64::try_from(spread.as_millis()).unwrap_or(u64::MAX).max(1);
        for conn in conns {
            // A multiplicative hash spreads neighbours; the seed is the caller's.
            let after_ms = (conn.0 ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) % spread;
            self.send(conn, Down::Reconnect { after_ms });
            self.effects.push(Effect::Close(conn, Close::GoingDown));
        }
        self.draining = true;
        self.unsaved_all();
    }
}
