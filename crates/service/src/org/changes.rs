//! Changes about people that chats have to follow. Each of these functions is the only way to make its change: `people` alone only returns
//! what changed.

use super::event::ConnId;
use super::state::Core;
use crate::store::SignInId;
use chat::PersonId;
use presence::{Preference, Role, UnixMillis};
use protocol::{Close, Down};
use uuid::Uuid;

impl Core {
    /// Recomputes a person's presence, and tells everybody who sees a difference.
    pub(super) fn refresh(&mut self, person: PersonId) {
        match self.people.work_out(&mut self.cx, person) {
            Some(Role::Technician) => self.chats.technician_changed(&mut self.cx, &self.people, person),
            Some(Role::Client) | None => {}
        }
    }

    /// The preference is stored: it applies from now on.
    pub(super) fn preferred(&mut self, person: PersonId, preference: Preference, set: UnixMillis) {
        if self.people.put_preference(&mut self.cx, person, preference, set) {
            self.refresh(person);
            self.cx.send_all(self.people.conns_of(person), Down::Preference { preference });
        }
    }

    /// The preference has ended by itself. It keeps the time at which it was set: what the user sets later wins.
    pub(super) fn end_preference(&mut self, person: PersonId) {
        let Some(member) = self.people.members.get(&person) else { return };
        let set = member.person.preference.1;
        self.preferred(person, Preference::Automatic, set);
        self.people.unsaved_preference(&mut self.cx, person);
    }

    /// Somebody's devices, or what those can do, have changed.
    pub(super) fn devices_changed(&mut self, person: PersonId) {
        self.chats.refresh_rings(&mut self.cx, &self.people, person);
        self.people.tell_devices(&mut self.cx, person);
    }

    /// Forgets a connection, and closes it unless the other end has. The caller decides what happens to its device.
    pub(super) fn forget(&mut self, conn: ConnId, close: Option<Close>) {
        if let Some(connection) = self.people.take_out(&mut self.cx, conn, close) {
            self.chats.forget_reader(&mut self.cx, &self.people, conn, connection.person);
            self.replies.forget(conn);
        }
    }

    /// The device is gone.
    pub(super) fn remove_device(&mut self, person: PersonId, instance: Uuid) {
        if self.people.take_device(&mut self.cx, person, instance) {
            self.devices_changed(person);
        }
    }

    /// A sign-in was ended: its devices and their windows are closed with the code for that.
    pub(super) fn revoked(&mut self, sign_in: SignInId) {
        tracing::info!(target: "service", sign_in = %sign_in.0, "a sign-in was ended");
        self.people.note_ended(sign_in);
        for conn in self.people.conns_of_sign_in(sign_in) {
            self.forget(conn, Some(Close::SignIn));
        }
        for (person, instance) in self.people.devices_of_sign_in(sign_in) {
            self.remove_device(person, instance);
        }
    }
}
