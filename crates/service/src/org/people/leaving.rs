//! How devices and connections go: the part that concerns only people (P10).

use super::People;
use crate::org::context::Context;
use crate::org::event::{ConnId, Effect};
use crate::org::model::connection::Connection;
use crate::org::model::device::Link;
use crate::org::timer::Timer;
use crate::store::SignInId;
use chat::PersonId;
use presence::Moment;
use protocol::Close;
use uuid::Uuid;

/// Most ended sign-ins that are remembered, for a hello that was checked just before: checking takes milliseconds, and people end
/// sign-ins by hand.
const ENDED_SIGN_INS: usize = 1024;

impl People {
    /// Forgets a connection, and closes it unless the other end has. The caller decides what happens to its device.
    #[must_use = "chats forget it too: `Core::forget`"]
    pub(crate) fn take_out(
        &mut self,
        cx: &mut Context,
        conn: ConnId,
        close: Option<Close>,
    ) -> Option<Connection> {
        let connection = self.conns.remove(&conn)?;
        cx.counts.disconnected(connection.role, connection.counted_as(), connection.behind.is_some());
        if let Some(member) = self.members.get_mut(&connection.person) {
            member.conns.remove(&conn);
        }
        self.technicians.conns.remove(&conn);
        self.roster.forget(conn);
        if let Some(why) = close {
            cx.effects.push(Effect::Close(conn, why));
        }
        Some(connection)
    }

    /// A device has lost its connection and is gone at `until`, unless it comes back. Returns whether there is such a device.
    pub(crate) fn unlink(
        &mut self,
        cx: &mut Context,
        person: PersonId,
        instance: Uuid,
        link: Link,
        until: Moment,
    ) -> bool {
        let Some(device) = self.members.get_mut(&person).and_then(|m| m.devices.get_mut(&instance)) else {
            return false;
        };
        device.link = link;
        // Its last frame is known now.
        self.unsaved_device(cx, person, instance);
        cx.timers.set(until, Timer::Device(person, instance));
        true
    }

    /// The device is gone. If others know it, it counts until it has been removed from the store. Returns whether there was such a
    /// device.
    #[must_use = "others follow: `Core::remove_device`"]
    pub(crate) fn take_device(&mut self, cx: &mut Context, person: PersonId, instance: Uuid) -> bool {
        let Some(member) = self.members.get_mut(&person) else { return false };
        let Some(device) = member.devices.get_mut(&instance) else { return false };
        device.link = Link::Gone;
        // If the clock was set back, times stored before that may seem to be in the future.
        member.person.last_seen = member.person.last_seen.min(cx.wall).max(device.last_frame);
        if let Some(attempt) = device.attempt {
            self.gone_attempts.note(person, instance, attempt);
        }
        if !device.kept {
            member.devices.remove(&instance);
        }
        self.unsaved_coming(cx, person, instance);
        self.unsaved_last_seen(person);
        true
    }

    /// Whether a sign-in has ended since its hello was checked.
    pub(crate) fn has_ended(&self, sign_in: SignInId) -> bool {
        self.ended_sign_ins.contains(&sign_in)
    }

    /// Remembers that a sign-in has ended.
    pub(crate) fn note_ended(&mut self, sign_in: SignInId) {
        if self.ended_sign_ins.len() >= ENDED_SIGN_INS {
            self.ended_sign_ins.pop_front();
        }
        self.ended_sign_ins.push_back(sign_in);
    }

    /// The connections of a sign-in, including its windows.
    pub(crate) fn conns_of_sign_in(&self, sign_in: SignInId) -> Vec<ConnId> {
        let mut conns: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| conn.sign_in == sign_in || conn.window_of == Some(sign_in))
            .map(|(id, _)| *id)
            .collect();
        conns.sort_unstable();
        conns
    }

    /// The devices of a sign-in that are here.
    pub(crate) fn devices_of_sign_in(&self, sign_in: SignInId) -> Vec<(PersonId, Uuid)> {
        self.members
            .iter()
            .flat_map(|(person, member)| {
                member.devices.iter().map(move |(instance, device)| (person, instance, device))
            })
            .filter(|(_, _, device)| device.sign_in == sign_in && device.is_here())
            .map(|(person, instance, _)| (*person, *instance))
            .collect()
    }
}
