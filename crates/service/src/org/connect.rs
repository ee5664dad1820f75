//! How devices and windows come and go (P10).

use super::device::{Conn, Device, Link};
use super::timer::Timer;
use super::{ConnId, Connected, Core, Effect, Ended};
use crate::store::{DeviceKind, SignInId, StoredDevice};
use chat::PersonId;
use presence::user::Stamped;
use presence::{Activity, Role, UnixMillis};
use protocol::{Close, Down, Hello, Welcome, You};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use uuid::Uuid;

/// Most devices of one person: far more than anybody has, and no more than a mistaken program may make.
const DEVICES: usize = 64;
/// How far apart connections return after a drain, for each of them: 500 a second is well below what one core takes.
const RETURN_EACH: Duration = Duration::from_millis(2);
/// The least time within which all return after a drain.
const RETURN_LEAST: Duration = Duration::from_millis(500);

impl Core {
    pub(super) fn connected(&mut self, connected: Connected) {
        let Connected { conn, account, page, hello } = connected;
        let person = account.person.id;
        if self.draining {
            self.effects.push(Effect::Close(conn, Close::GoingDown));
            return;
        }
        if !self.members.contains_key(&person) {
            self.added(account.person.clone());
        }
        let kind = if page { DeviceKind::Page } else { DeviceKind::Native };
        let (window_of, instance) = match account.window_of {
            Some((app, instance)) => (Some(app), instance),
            None => (None, hello.instance),
        };
        if window_of.is_none() && !self.arrive(conn, person, account.sign_in, kind, &hello) {
            self.effects.push(Effect::Close(conn, Close::TooMany));
            return;
        }
        // Others see the device before it is welcomed, so that its own snapshot has all that follows from it.
        self.refresh(person);
        self.refresh_rings(person);
        self.conns.insert(
            conn,
            Conn {
                person,
                role: account.person.belongs.role(),
                sign_in: account.sign_in,
                window_of,
                instance,
                kind,
                last_frame: self.now,
                lists_devices: false,
                visible: None,
                opened: BTreeSet::new(),
                mine: HashMap::new(),
                behind: None,
            },
        );
        if let Some(member) = self.members.get_mut(&person) {
            member.conns.insert(conn);
        }
        self.timers.set(self.now.plus(self.config.beat), Timer::Beat(conn));
        self.welcome(conn, person, account.org_name);
        self.devices_changed(person);
    }

    /// Makes the device, or gives it its new socket. `false`: this person has too many.
    fn arrive(
        &mut self,
        conn: ConnId,
        person: PersonId,
        sign_in: SignInId,
        kind: DeviceKind,
        hello: &Hello,
    ) -> bool {
        let Some(member) = self.members.get_mut(&person) else { return false };
        let before = member.devices.remove(&hello.instance);
        if let Some(old) = before.as_ref().and_then(Device::conn) {
            self.forget(old, Some(Close::Replaced));
        }
        // A page that was closed and is opened again is the same page to everybody else.
        let before = before.or_else(|| self.take_reloaded(person, sign_in, kind));
        let Some(member) = self.members.get_mut(&person) else { return false };
        if member.devices.len() >= DEVICES {
            return false;
        }
        let was = before.as_ref().map(|device| device.stamp);
        let stamp = Stamped::next(was, hello.activity, self.now);
        let mut device = Device {
            sign_in,
            kind,
            name: crate::words::line(&hello.app.device, protocol::limits::NAME_CHARS),
            can_ring: hello.can_ring,
            stamp: was.unwrap_or(Stamped::Idle { reason: presence::IdleReason::Idle, since: UnixMillis(0) }),
            active_since: before.map_or(UnixMillis(0), |device| device.active_since),
            last_frame: self.now,
            link: Link::Connected(conn),
        };
        device.stamp(stamp, self.now);
        // Who was offline and is active now has come back (P7).
        let was = was.or_else(|| {
            let last_seen = member.person.last_seen;
            let idle = Stamped::Idle { reason: presence::IdleReason::Idle, since: last_seen };
            member.devices.is_empty().then_some(idle)
        });
        member.devices.insert(hello.instance, device);
        self.timers.set(self.now.plus(self.config.grace), Timer::Device(person, hello.instance));
        self.unsaved_device(person, hello.instance, true);
        if let Some(was) = was {
            self.back(person, hello.instance, was, stamp);
        }
        true
    }

    fn take_reloaded(&mut self, person: PersonId, sign_in: SignInId, kind: DeviceKind) -> Option<Device> {
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
        self.unsaved_device(person, instance, true);
        device
    }

    /// A device that was connected when the service ended (P10).
    pub(super) fn restore(&mut self, stored: StoredDevice) {
        let until = self.now.max(stored.last_frame).plus(self.config.grace);
        let Some(member) = self.members.get_mut(&stored.person) else { return };
        member.devices.insert(
            stored.instance,
            Device {
                sign_in: stored.sign_in,
                kind: stored.kind,
                name: stored.name,
                can_ring: false,
                stamp: stored.stamp,
                active_since: stored.active_since,
                last_frame: stored.last_frame,
                link: Link::Grace(until),
            },
        );
        self.timers.set(until, Timer::Device(stored.person, stored.instance));
    }

    fn welcome(&mut self, conn: ConnId, person: PersonId, organisation: String) {
        let Some(member) = self.members.get(&person) else { return };
        let you = You {
            id: person,
            name: member.person.name.clone(),
            role: member.role(),
            organisation,
            company: member.person.belongs.company().map(str::to_owned),
        };
        let (role, preference) = (member.role(), member.person.preference.0);
        let welcome = Welcome { now: self.now, you, policy: self.policy(), preference };
        self.send(conn, Down::Welcome(welcome));
        self.send_sessions(conn, person, role);
        self.refresh_mine(person);
        match role {
            Role::Client => self.send(conn, Down::Desk { staffed: self.staffed }),
            Role::Technician => {}
        }
        self.send(conn, Down::Synced);
    }

    /// Notes that a frame came. `false`: the connection is over.
    pub(super) fn heard(&mut self, conn: ConnId) -> bool {
        let Some(connection) = self.conns.get_mut(&conn) else { return false };
        connection.last_frame = self.now;
        let (person, instance) = (connection.person, connection.instance);
        if !connection.is_window() {
            if let Some(device) = self.members.get_mut(&person).and_then(|m| m.devices.get_mut(&instance)) {
                device.last_frame = self.now;
            }
            self.unsaved_frame(person, instance);
        }
        true
    }

    pub(super) fn beat(&mut self, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        // A device's silence has a timer of its own; a window's is noticed here.
        if connection.is_window() && self.now.since(connection.last_frame) >= self.config.grace {
            self.forget(conn, Some(Close::TooSlow));
            return;
        }
        self.send(conn, Down::Beat);
        self.timers.set(self.now.plus(self.config.beat), Timer::Beat(conn));
    }

    pub(super) fn bye(&mut self, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let (person, instance, is_window) = (connection.person, connection.instance, connection.is_window());
        self.forget(conn, None);
        if !is_window {
            self.remove_device(person, instance);
        }
    }

    pub(super) fn ended(&mut self, conn: ConnId, how: Ended) {
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
        match (how, kind) {
            (Ended::Left, DeviceKind::Native) => self.remove_device(person, instance),
            (Ended::Left, DeviceKind::Page) => {
                let until = self.now.plus(self.config.page_reload);
                self.unlink(person, instance, Link::Reload(until), until);
            }
            (Ended::Lost, DeviceKind::Native | DeviceKind::Page) => self.lose(person, instance, last_frame),
        }
    }

    /// The device's connection is lost: it is in grace from its last frame (P10).
    pub(super) fn lose(&mut self, person: PersonId, instance: Uuid, last_frame: UnixMillis) {
        let until = last_frame.plus(self.config.grace);
        self.unlink(person, instance, Link::Grace(until), until);
    }

    fn unlink(&mut self, person: PersonId, instance: Uuid, link: Link, until: UnixMillis) {
        let Some(device) = self.members.get_mut(&person).and_then(|m| m.devices.get_mut(&instance)) else {
            return;
        };
        device.link = link;
        self.timers.set(until, Timer::Device(person, instance));
        self.refresh_rings(person);
        self.devices_changed(person);
    }

    /// Forgets a connection and closes it if that is ours to do; what becomes of its device is the caller's to say.
    pub(super) fn forget(&mut self, conn: ConnId, close: Option<Close>) {
        let Some(connection) = self.conns.remove(&conn) else { return };
        if let Some(member) = self.members.get_mut(&connection.person) {
            member.conns.remove(&conn);
        }
        self.people.forget(conn);
        if let Some(why) = close {
            self.effects.push(Effect::Close(conn, why));
        }
        if connection.visible.is_some() {
            self.refresh_mine(connection.person);
        }
    }

    pub(super) fn device_due(&mut self, person: PersonId, instance: Uuid) {
        let Some(device) = self.members.get(&person).and_then(|m| m.devices.get(&instance)) else { return };
        let (until, conn) = match device.link {
            Link::Connected(conn) => (device.last_frame.plus(self.config.grace), Some(conn)),
            Link::Grace(until) | Link::Reload(until) => (until, None),
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

    /// The device leaves, at once.
    pub(super) fn remove_device(&mut self, person: PersonId, instance: Uuid) {
        let Some(member) = self.members.get_mut(&person) else { return };
        let Some(device) = member.devices.remove(&instance) else { return };
        member.person.last_seen = member.person.last_seen.max(device.last_frame);
        self.unsaved_device(person, instance, true);
        self.unsaved_last_seen(person);
        self.refresh(person);
        self.refresh_rings(person);
        self.devices_changed(person);
    }

    /// A sign-in was ended: its devices and their windows go, with the code that says so.
    pub(super) fn revoked(&mut self, sign_in: SignInId) {
        let conns: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| conn.sign_in == sign_in || conn.window_of == Some(sign_in))
            .map(|(id, _)| *id)
            .collect();
        for conn in conns {
            self.forget(conn, Some(Close::SignIn));
        }
        let devices: Vec<(PersonId, Uuid)> = self
            .members
            .iter()
            .flat_map(|(person, member)| {
                member.devices.iter().map(move |(instance, device)| (person, instance, device))
            })
            .filter(|(_, _, device)| device.sign_in == sign_in)
            .map(|(person, instance, _)| (*person, *instance))
            .collect();
        for (person, instance) in devices {
            self.remove_device(person, instance);
        }
    }

    /// The service goes down: everybody is told when to return, and stays as they are.
    pub(super) fn drain(&mut self, seed: u64) {
        let mut conns: Vec<ConnId> = self.conns.keys().copied().collect();
        conns.sort_unstable();
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

    /// What a device reports, counting only if it is one.
    pub(super) fn activity(&mut self, conn: ConnId, re: protocol::IntentId, activity: Activity) {
        self.report(conn, activity);
        match activity {
            // Before the machine sleeps, the report is out and kept (P4).
            Activity::Idle { reason: presence::IdleReason::Asleep, .. } => self.save_then_ok(conn, re),
            Activity::Active | Activity::Idle { .. } => self.ok(conn, re),
        }
    }
}
