//! How devices connect: the part that concerns only people (P10, P11).

use super::People;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::model::device::{Device, Link};
use crate::org::timer::Timer;
use crate::store::{DeviceKind, SignInId, StoredDevice};
use chat::PersonId;
use presence::UnixMillis;
use presence::user::Stamped;
use protocol::Hello;

impl People {
    /// How many windows of this person's apps are connected.
    pub(crate) fn windows_of(&self, person: PersonId) -> usize {
        let conns = self.conns_of(person);
        conns.iter().filter_map(|conn| self.conns.get(conn)).filter(|conn| conn.is_window()).count()
    }

    /// Whether this hello was sent before one of the same instance that is already known: its client has given this connection up. It
    /// must neither replace the one in use nor bring back a device that has left.
    pub(crate) fn is_abandoned_attempt(&self, person: PersonId, hello: &Hello) -> bool {
        let Some(attempt) = hello.attempt else { return false };
        let device = self.members.get(&person).and_then(|member| member.devices.get(&hello.instance));
        let known = match device {
            Some(device) => device.attempt,
            None => self.gone_attempts.latest(person, hello.instance),
        };
        known.is_some_and(|known| attempt <= known)
    }

    /// Removes the page of which this one may be a reload.
    pub(crate) fn take_reloaded(
        &mut self,
        cx: &mut Context,
        person: PersonId,
        sign_in: SignInId,
        kind: DeviceKind,
    ) -> Option<Device> {
        if kind == DeviceKind::Native {
            return None;
        }
        let member = self.members.get_mut(&person)?;
        let instance = member
            .devices
            .iter()
            .find(|(_, device)| device.sign_in == sign_in && matches!(device.link, Link::Reload(_)))
            .map(|(instance, _)| *instance)?;
        let device = member.devices.remove(&instance);
        if let Some(attempt) = device.as_ref().and_then(|device| device.attempt) {
            self.gone_attempts.note(person, instance, attempt);
        }
        // The store gets its new instance and forgets the old one in one step.
        self.unsaved_coming(cx, person, instance);
        device
    }

    /// A device that was connected when the service ended (P10).
    pub(crate) fn restore(&mut self, cx: &mut Context, stored: StoredDevice, alive_at: UnixMillis) {
        // Every device answers each beat, so one that was connected had sent something within a beat of that time.
        let last_frame = if stored.connected { stored.last_frame.max(alive_at) } else { stored.last_frame };
        // Its last frame came before the service started, so the grace runs from the start.
        let until = cx.now.plus(cx.config.grace);
        let last_active = (stored.active_since != UnixMillis(0)).then(|| cx.moment(stored.active_since));
        let Some(member) = self.members.get_mut(&stored.person) else { return };
        if let Stamped::Active { since } = stored.stamp {
            member.online_since = Some(member.online_since.map_or(since, |known| known.min(since)));
        }
        member.devices.insert(
            stored.instance,
            Device {
                sign_in: stored.sign_in,
                kind: stored.kind,
                attempt: None,
                name: stored.name,
                can_ring: false,
                stamp: match (stored.stamp, stored.active_since) {
                    (Stamped::Active { .. }, since) if since != UnixMillis(0) => Stamped::Active { since },
                    (stamp, _) => stamp,
                },
                last_active,
                last_frame,
                link: Link::Grace(until),
                kept: true,
            },
        );
        cx.timers.set(until, Timer::Device(stored.person, stored.instance));
    }

    /// Notes that a frame arrived. `false`: the connection is over.
    pub(crate) fn heard(&mut self, cx: &mut Context, conn: ConnId) -> bool {
        let Some(connection) = self.conns.get_mut(&conn) else { return false };
        connection.last_frame = cx.now;
        let (person, instance) = (connection.person, connection.instance);
        if !connection.is_window() {
            if let Some(device) = self.members.get_mut(&person).and_then(|m| m.devices.get_mut(&instance)) {
                device.last_frame = cx.wall;
            }
            self.unsaved_frame(cx);
        }
        true
    }
}
