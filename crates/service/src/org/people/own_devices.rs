//! What a user sees and does about their own devices: the list, signing out, the code for the app's window.

use crate::org::store_queue::Job;
use crate::org::{ConnId, Core, Effect};
use crate::store::DeviceKind;
use crate::words;
use chat::PersonId;
use presence::Activity;
use presence::user::Stamped;
use protocol::{DeviceView, Devices, Down, ErrorCode, IntentId};
use uuid::Uuid;

impl Core {
    pub(in crate::org) fn list_devices(&mut self, conn: ConnId, re: IntentId) {
        let Some(connection) = self.conns.get_mut(&conn) else { return };
        connection.lists_devices = true;
        self.ok(conn, re);
        self.send_devices(conn);
    }

    /// Tells those of the user's connections that asked.
    pub(in crate::org) fn devices_changed(&mut self, person: PersonId) {
        for conn in self.conns_of(person) {
            if self.conns.get(&conn).is_some_and(|connection| connection.lists_devices) {
                self.send_devices(conn);
            }
        }
    }

    fn send_devices(&mut self, conn: ConnId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        let Some(member) = self.members.get(&connection.person) else { return };
        let devices: Devices = member
            .devices
            .iter()
            .filter(|(_, device)| device.is_here())
            .map(|(instance, device)| {
                let (activity, since) = match device.stamp {
                    Stamped::Active { since } => (Activity::Active, since),
                    Stamped::Idle { reason, since } => {
                        let idle_for_ms = self.wall.0.saturating_sub(since.0);
                        (Activity::Idle { reason, idle_for_ms }, since)
                    }
                };
                DeviceView {
                    id: *instance,
                    name: device.name.clone(),
                    activity,
                    since,
                    connected: device.conn().is_some(),
                    this: *instance == connection.instance,
                }
            })
            .collect();
        self.send(conn, Down::Devices { devices });
    }

    pub(in crate::org) fn sign_out(&mut self, conn: ConnId, re: IntentId, device: Option<Uuid>) {
        if self.signed_out.contains(&re) {
            self.ok(conn, re);
            return;
        }
        let Some(connection) = self.conns.get(&conn) else { return };
        let own = connection.window_of.unwrap_or(connection.sign_in);
        let sign_in = match device {
            None => Some(own),
            Some(instance) => self
                .members
                .get(&connection.person)
                .and_then(|member| member.devices.get(&instance))
                .filter(|device| device.is_here())
                .map(|device| device.sign_in),
        };
        match sign_in {
            Some(sign_in) => {
                self.enqueue(Job::SignOut { conn, re, sign_in });
            }
            None => self.refuse(conn, re, ErrorCode::NotFound, words::NO_DEVICE),
        }
    }

    pub(in crate::org) fn portal_code(&mut self, conn: ConnId, re: IntentId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        match connection.kind {
            DeviceKind::Native => {
                let (sign_in, instance) = (connection.sign_in, connection.instance);
                self.effects.push(Effect::PortalCode { conn, re, sign_in, instance });
            }
            DeviceKind::Page => self.refuse(conn, re, ErrorCode::NotAllowed, words::NO_CODE),
        }
    }
}
