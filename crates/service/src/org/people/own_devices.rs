//! A user's view of their own devices: the list, signing out, the code for the app's window.

use super::People;
use crate::org::context::Context;
use crate::org::event::{ConnId, Effect};
use crate::org::store_queue::Job;
use crate::store::DeviceKind;
use crate::words;
use chat::PersonId;
use presence::Activity;
use presence::user::Stamped;
use protocol::{DeviceView, Devices, Down, ErrorCode, IntentId};
use uuid::Uuid;

/// Most intents that ended a sign-in and are remembered for a repeat: the device that it names is gone by then.
const SIGNED_OUT: usize = 1024;

impl People {
    pub(crate) fn list_devices(&mut self, cx: &mut Context, conn: ConnId, re: IntentId) {
        let Some(connection) = self.conns.get_mut(&conn) else { return };
        connection.lists_devices = true;
        cx.ok(conn, re);
        self.send_devices(cx, conn);
    }

    /// Sends the list to those of the user's connections that asked for it.
    pub(crate) fn tell_devices(&mut self, cx: &mut Context, person: PersonId) {
        for conn in self.conns_of(person) {
            if self.conns.get(&conn).is_some_and(|connection| connection.lists_devices) {
                self.send_devices(cx, conn);
            }
        }
    }

    fn send_devices(&mut self, cx: &mut Context, conn: ConnId) {
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
                        let idle_for_ms = cx.wall.0.saturating_sub(since.0);
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
        cx.send(conn, Down::Devices { devices });
    }

    pub(crate) fn sign_out(&mut self, cx: &mut Context, conn: ConnId, re: IntentId, device: Option<Uuid>) {
        if self.signed_out.contains(&re) {
            cx.ok(conn, re);
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
                cx.enqueue(Job::SignOut { conn, re, person: connection.person, sign_in });
            }
            None => cx.refuse(conn, re, ErrorCode::NotFound, words::NO_DEVICE),
        }
    }

    /// An intent has ended a sign-in: its repeat gets the same answer.
    pub(crate) fn note_signed_out(&mut self, re: protocol::IntentId) {
        if self.signed_out.len() >= SIGNED_OUT {
            self.signed_out.pop_front();
        }
        self.signed_out.push_back(re);
    }

    pub(crate) fn portal_code(&mut self, cx: &mut Context, conn: ConnId, re: IntentId) {
        let Some(connection) = self.conns.get(&conn) else { return };
        match connection.kind {
            DeviceKind::Native => {
                let (sign_in, instance) = (connection.sign_in, connection.instance);
                cx.effects.push(Effect::PortalCode { conn, re, sign_in, instance });
            }
            DeviceKind::Page => cx.refuse(conn, re, ErrorCode::NotAllowed, words::NO_CODE),
        }
    }
}
