//! How devices and windows come, and how a connection is told to be alive (P10, P11).

use crate::org::model::device::{Conn, Device, Link, Member};
use crate::org::timer::Timer;
use crate::org::{ConnId, Connected, Core, Effect, Note};
use crate::store::{DeviceKind, SignInId, StoredDevice};
use chat::PersonId;
use presence::user::Stamped;
use presence::{Role, UnixMillis};
use protocol::{Close, Down, Hello, Welcome, You};
use std::collections::{BTreeSet, HashMap};

/// Most devices of one person: far more than anybody has, and no more than a mistaken program may make. Those whose connection
/// is lost make room for one that comes.
const DEVICES: usize = 64;
/// The same with those that are gone and that the store has not forgotten yet.
const DEVICES_AND_GONE: usize = 2 * DEVICES;
/// Most windows of one person's apps, likewise.
const WINDOWS: usize = 64;

impl Core {
    pub(in crate::org) fn connected(&mut self, connected: Connected) {
        let Connected { conn, account, page, hello } = connected;
        let person = account.person.id;
        if self.draining {
            self.effects.push(Effect::Close(conn, Close::GoingDown));
            return;
        }
        let sign_ins = [Some(account.sign_in), account.window_of.map(|(app, _)| app)];
        if sign_ins.into_iter().flatten().any(|each| self.ended_sign_ins.contains(&each)) {
            self.effects.push(Effect::Close(conn, Close::SignIn));
            return;
        }
        if !self.members.contains_key(&person) {
            self.added(account.person.clone());
        }
        // Taken out while the token was being looked up.
        if self.is_out(person) {
            self.effects.push(Effect::Close(conn, Close::SignIn));
            return;
        }
        let kind = if page { DeviceKind::Page } else { DeviceKind::Native };
        let (window_of, instance) = match account.window_of {
            Some((app, instance)) => (Some(app), instance),
            None => (None, hello.instance),
        };
        let arrived = match window_of {
            Some(_) if self.windows_of(person) < WINDOWS => Ok(()),
            Some(_) => Err(Close::TooMany),
            None => self.arrive(conn, person, account.sign_in, kind, &hello),
        };
        if let Err(why) = arrived {
            self.effects.push(Effect::Close(conn, why));
            return;
        }
        // What waits rings at it (C2) already in its own snapshot.
        self.refresh(person);
        self.refresh_rings(person);
        let connection = Conn {
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
            listed_from: 0,
            behind: None,
        };
        self.facts.connected(&connection);
        match connection.role {
            Role::Technician => {
                self.technicians.conns.insert(conn);
            }
            Role::Client => {}
        }
        self.conns.insert(conn, connection);
        if let Some(member) = self.members.get_mut(&person) {
            member.conns.insert(conn);
        }
        self.timers.set(self.now.plus(self.config.beat), Timer::Beat(conn));
        self.welcome(conn, person);
        self.devices_changed(person);
    }

    fn windows_of(&self, person: PersonId) -> usize {
        let conns = self.conns_of(person);
        conns.iter().filter_map(|conn| self.conns.get(conn)).filter(|conn| conn.is_window()).count()
    }

    /// Makes the device, or gives it its new socket; otherwise says why not.
    fn arrive(
        &mut self,
        conn: ConnId,
        person: PersonId,
        sign_in: SignInId,
        kind: DeviceKind,
        hello: &Hello,
    ) -> Result<(), Close> {
        if self.is_abandoned_attempt(person, hello) {
            tracing::debug!(target: "service", "a hello came after that of a later connection");
            return Err(Close::Replaced);
        }
        let Some(member) = self.members.get_mut(&person) else { return Err(Close::TooMany) };
        let before = member.devices.remove(&hello.instance);
        if let Some(old) = before.as_ref().and_then(Device::conn) {
            self.forget(old, Some(Close::Replaced));
        }
        // A page that was closed and is opened again is the same page to everybody else.
        let before = before.or_else(|| self.take_reloaded(person, sign_in, kind));
        let kept = before.as_ref().is_some_and(|device| device.kept);
        // One that had left and is not forgotten yet comes anew.
        let before = before.filter(Device::is_here);
        if !self.has_room_for_device(person) {
            return Err(Close::TooMany);
        }
        let Some(member) = self.members.get_mut(&person) else { return Err(Close::TooMany) };
        let was = before.as_ref().map(|device| device.stamp);
        self.effects.push(Effect::Note(Note::Came { back: was.is_some() }));
        let stamp = Stamped::next(was, hello.activity, self.wall);
        let mut device = Device {
            sign_in,
            kind,
            attempt: hello.attempt,
            name: crate::words::line(&hello.app.device, protocol::limits::NAME_CHARS),
            can_ring: hello.can_ring,
            stamp: was.unwrap_or(Stamped::Idle { reason: presence::IdleReason::Idle, since: UnixMillis(0) }),
            last_active: before.and_then(|device| device.last_active),
            last_frame: self.wall,
            link: Link::Connected(conn),
            kept,
        };
        device.stamp(stamp, self.now);
        let is_known = kept && was.is_some();
        // Who was offline and is active now has come back (P7).
        let was = was.or_else(|| {
            let last_seen = member.person.last_seen;
            let idle = Stamped::Idle { reason: presence::IdleReason::Idle, since: last_seen };
            (!member.devices.values().any(Device::is_here)).then_some(idle)
        });
        member.devices.insert(hello.instance, device);
        self.timers.set(self.now.plus(self.config.grace), Timer::Device(person, hello.instance));
        if is_known {
            self.unsaved_device(person, hello.instance);
        } else {
            self.unsaved_coming(person, hello.instance);
        }
        if let Some(was) = was {
            self.back(person, hello.instance, was, stamp);
        }
        Ok(())
    }

    /// Whether this hello was sent before one of the same instance that is known already: its client has given that connection
    /// up. It must neither replace the one in use nor bring back a device that has left.
    fn is_abandoned_attempt(&self, person: PersonId, hello: &Hello) -> bool {
        let Some(attempt) = hello.attempt else { return false };
        let device = self.members.get(&person).and_then(|member| member.devices.get(&hello.instance));
        let known = match device {
            Some(device) => device.attempt,
            None => self.gone_attempts.latest(person, hello.instance),
        };
        known.is_some_and(|known| attempt <= known)
    }

    /// Whether one more device of this person may come; where it is one too many, the one that has been lost longest goes.
    fn has_room_for_device(&mut self, person: PersonId) -> bool {
        let Some(member) = self.members.get(&person) else { return false };
        if member.devices.len() >= DEVICES_AND_GONE {
            return false;
        }
        let here = || member.devices.iter().filter(|(_, device)| device.is_here());
        if here().count() < DEVICES {
            return true;
        }
        let lost = here().filter(|(_, device)| device.conn().is_none());
        let Some(longest) = lost.min_by_key(|(_, device)| device.gone_at()).map(|(instance, _)| *instance)
        else {
            return false;
        };
        self.remove_device(person, longest);
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
        if let Some(attempt) = device.as_ref().and_then(|device| device.attempt) {
            self.gone_attempts.note(person, instance, attempt);
        }
        // The store gets its new name and forgets its old one in one step.
        self.unsaved_coming(person, instance);
        device
    }

    /// A device that was connected when the service ended (P10).
    pub(in crate::org) fn restore(&mut self, stored: StoredDevice, alive_at: UnixMillis) {
        // Each device answers every beat, so that one which was connected had said something within a beat of then.
        let last_frame = if stored.connected { stored.last_frame.max(alive_at) } else { stored.last_frame };
        // Its last frame came before the service started, so the grace runs from the start.
        let until = self.now.plus(self.config.grace);
        let last_active = (stored.active_since != UnixMillis(0)).then(|| self.moment(stored.active_since));
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
        self.timers.set(until, Timer::Device(stored.person, stored.instance));
    }

    /// Who a person is, as their own devices are told it.
    pub(in crate::org) fn you(&self, member: &Member) -> You {
        You {
            id: member.person.id,
            name: member.person.name.clone(),
            role: member.role(),
            organisation: self.organisation.name.clone(),
            company: member.person.belongs.company().map(str::to_owned),
        }
    }

    fn welcome(&mut self, conn: ConnId, person: PersonId) {
        let Some(member) = self.members.get(&person) else { return };
        let you = self.you(member);
        let (role, preference) = (member.role(), member.person.preference.0);
        let welcome = Welcome { now: self.wall, you, policy: self.policy(), preference };
        self.send(conn, Down::Welcome(welcome));
        let (view, more) = self.first_view(conn, person, role);
        for session in view {
            self.tell_session(conn, session, role);
        }
        self.refresh_mine(person);
        match role {
            Role::Client => self.send(conn, Down::Desk { staffed: self.staffed }),
            Role::Technician => {}
        }
        self.send(conn, Down::Synced { more });
    }

    /// Notes that a frame came. `false`: the connection is over.
    pub(in crate::org) fn heard(&mut self, conn: ConnId) -> bool {
        let Some(connection) = self.conns.get_mut(&conn) else { return false };
        connection.last_frame = self.now;
        let (person, instance) = (connection.person, connection.instance);
        if !connection.is_window() {
            if let Some(device) = self.members.get_mut(&person).and_then(|m| m.devices.get_mut(&instance)) {
                device.last_frame = self.wall;
            }
            self.unsaved_frame();
        }
        true
    }

    pub(in crate::org) fn beat(&mut self, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        // A device's silence has a timer of its own; a window's is noticed here.
        if connection.is_window() && self.now.since(connection.last_frame) >= self.config.grace {
            self.forget(conn, Some(Close::TooSlow));
            return;
        }
        self.send(conn, Down::Beat);
        self.timers.set(self.now.plus(self.config.beat), Timer::Beat(conn));
    }
}
