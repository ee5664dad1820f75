//! How devices and windows connect, and what they are told first (P10, P11).

use super::counts::Occurrence;
use super::event::{ConnId, Connected, Effect};
use super::model::connection::Connection;
use super::model::device::{Device, Link};
use super::state::Core;
use super::timer::Timer;
use crate::store::{DeviceKind, SignInId};
use crate::words;
use chat::PersonId;
use presence::user::Stamped;
use presence::{IdleReason, Role, UnixMillis};
use protocol::{Close, Down, Hello, Welcome};

/// Most devices of one person: far more than anybody has, and a limit for a faulty program. Lost devices make room for one that
/// connects.
const DEVICES: usize = 64;
/// The same, including devices that are gone but still in the store.
const DEVICES_AND_GONE: usize = 2 * DEVICES;
/// Most windows of one person's apps, likewise.
const WINDOWS: usize = 64;

impl Core {
    pub(super) fn connected(&mut self, connected: Connected) {
        let Connected { conn, account, page, hello } = connected;
        let person = account.person.id;
        if self.cx.draining {
            self.cx.effects.push(Effect::Close(conn, Close::GoingDown));
            return;
        }
        let sign_ins = [Some(account.sign_in), account.window_of.map(|(app, _)| app)];
        if sign_ins.into_iter().flatten().any(|each| self.people.has_ended(each)) {
            self.cx.effects.push(Effect::Close(conn, Close::SignIn));
            return;
        }
        if !self.people.members.contains_key(&person) {
            self.people.added(&mut self.cx, account.person.clone());
        }
        // Removed while the token was being looked up.
        if self.people.is_out(person) {
            self.cx.effects.push(Effect::Close(conn, Close::SignIn));
            return;
        }
        let kind = if page { DeviceKind::Page } else { DeviceKind::Native };
        let (window_of, instance) = match account.window_of {
            Some((app, instance)) => (Some(app), instance),
            None => (None, hello.instance),
        };
        let arrived = match window_of {
            Some(_) if self.people.windows_of(person) < WINDOWS => Ok(()),
            Some(_) => Err(Close::TooMany),
            None => self.arrive(conn, person, account.sign_in, kind, &hello),
        };
        if let Err(why) = arrived {
            self.cx.effects.push(Effect::Close(conn, why));
            return;
        }
        // What waits already rings at it (C2) in its own snapshot.
        self.refresh(person);
        self.chats.refresh_rings(&mut self.cx, &self.people, person);
        let connection = Connection {
            person,
            role: account.person.affiliation.role(),
            sign_in: account.sign_in,
            window_of,
            instance,
            kind,
            last_frame: self.cx.now,
            lists_devices: false,
            behind: None,
        };
        self.cx.counts.connected(connection.role, connection.counted_as());
        match connection.role {
            Role::Technician => {
                self.people.technicians.conns.insert(conn);
            }
            Role::Client => {}
        }
        self.people.conns.insert(conn, connection);
        self.chats.add_reader(conn);
        if let Some(member) = self.people.members.get_mut(&person) {
            member.conns.insert(conn);
        }
        self.cx.timers.set(self.cx.now.plus(self.cx.config.beat), Timer::Beat(conn));
        self.welcome(conn, person);
        self.people.tell_devices(&mut self.cx, person);
    }

    /// Adds the device, or gives it its new connection; otherwise returns why not.
    fn arrive(
        &mut self,
        conn: ConnId,
        person: PersonId,
        sign_in: SignInId,
        kind: DeviceKind,
        hello: &Hello,
    ) -> Result<(), Close> {
        if self.people.is_abandoned_attempt(person, hello) {
            tracing::debug!(target: "service", "a hello came after that of a later connection");
            return Err(Close::Replaced);
        }
        let Some(member) = self.people.members.get_mut(&person) else { return Err(Close::TooMany) };
        let before = member.devices.remove(&hello.instance);
        if let Some(old) = before.as_ref().and_then(Device::conn) {
            self.forget(old, Some(Close::Replaced));
        }
        // A page that was closed and opened again is the same page to everybody else.
        let before = before.or_else(|| self.people.take_reloaded(&mut self.cx, person, sign_in, kind));
        let kept = before.as_ref().is_some_and(|device| device.kept);
        // A device that had left, but is still in the store, counts as new.
        let before = before.filter(Device::is_here);
        if !self.has_room_for_device(person) {
            return Err(Close::TooMany);
        }
        let Some(member) = self.people.members.get_mut(&person) else { return Err(Close::TooMany) };
        let was = before.as_ref().map(|device| device.stamp);
        self.cx.effects.push(Effect::Occurrence(Occurrence::Came { back: was.is_some() }));
        let stamp = Stamped::next(was, hello.activity, self.cx.wall);
        let mut device = Device {
            sign_in,
            kind,
            attempt: hello.attempt,
            name: words::line(&hello.app.device, protocol::limits::NAME_CHARS),
            can_ring: hello.can_ring,
            stamp: was.unwrap_or(Stamped::Idle { reason: IdleReason::Idle, since: UnixMillis(0) }),
            last_active: before.and_then(|device| device.last_active),
            last_frame: self.cx.wall,
            link: Link::Connected(conn),
            kept,
        };
        device.stamp(stamp, self.cx.now);
        let is_known = kept && was.is_some();
        // A user who was offline and is active now has come back (P7).
        let was = was.or_else(|| {
            let last_seen = member.person.last_seen;
            let idle = Stamped::Idle { reason: IdleReason::Idle, since: last_seen };
            (!member.devices.values().any(Device::is_here)).then_some(idle)
        });
        member.devices.insert(hello.instance, device);
        self.cx.timers.set(self.cx.now.plus(self.cx.config.grace), Timer::Device(person, hello.instance));
        if is_known {
            self.people.unsaved_device(&mut self.cx, person, hello.instance);
        } else {
            self.people.unsaved_coming(&mut self.cx, person, hello.instance);
        }
        if let Some(was) = was
            && self.people.is_back(&self.cx, person, hello.instance, was, stamp)
        {
            self.end_preference(person);
        }
        Ok(())
    }

    /// Whether one more device of this person may connect; if it is one too many, the one that has been lost longest goes.
    fn has_room_for_device(&mut self, person: PersonId) -> bool {
        let Some(member) = self.people.members.get(&person) else { return false };
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

    fn welcome(&mut self, conn: ConnId, person: PersonId) {
        let Some(member) = self.people.members.get(&person) else { return };
        let you = self.people.you(&self.cx, member);
        let (role, preference) = (member.role(), member.person.preference.0);
        let welcome = Welcome { now: self.cx.wall, you, policy: self.cx.policy(role), preference };
        self.cx.send(conn, Down::Welcome(welcome));
        let (view, more) = self.chats.first_view(&mut self.cx, conn, person, role);
        for session in view {
            self.chats.tell_session(&mut self.cx, &self.people, conn, session, role);
        }
        self.chats.refresh_personal(&mut self.cx, &self.people, person);
        match role {
            Role::Client => self.cx.send(conn, Down::Desk { staffed: self.people.staffed }),
            Role::Technician => {}
        }
        self.cx.send(conn, Down::Synced { more });
    }
}
