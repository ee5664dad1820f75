//! What a user is seen as: reports in, presence out (P9, P11), and all that follows from a change of it.

use super::timer::Timer;
use super::{ConnId, Core};
use crate::store::Person;
use chat::{PersonId, SessionId};
use presence::user::{Stamped, presence};
use presence::{Activity, Role, State};
use protocol::Down;

impl Core {
    /// Takes in what a device sees. A window is no device: its reports count for nothing.
    pub(super) fn report(&mut self, conn: ConnId, activity: Activity) {
        let Some(connection) = self.conns.get(&conn) else { return };
        if connection.is_window() {
            return;
        }
        let (person, instance) = (connection.person, connection.instance);
        let Some(device) = self.members.get_mut(&person).and_then(|m| m.devices.get_mut(&instance)) else {
            return;
        };
        let before = device.stamp;
        let after = Stamped::next(Some(before), activity, self.now);
        if before == after {
            return;
        }
        device.stamp(after, self.now);
        self.unsaved_device(person, instance, false);
        self.back(person, instance, before, after);
        self.refresh(person);
        self.refresh_rings(person);
        self.devices_changed(person);
    }

    /// Makes the person's presence anew and tells whoever sees a difference.
    pub(super) fn refresh(&mut self, person: PersonId) {
        let Some(member) = self.members.get_mut(&person) else { return };
        let stamps = member.devices.values().map(|device| device.stamp);
        let next = presence(stamps, member.person.preference.0, member.person.last_seen);
        if next == member.presence {
            return;
        }
        let before = std::mem::replace(&mut member.presence, next).state();
        self.person_changed(person);
        if before != next.state() {
            self.state_changed(person, next.state());
        }
    }

    fn state_changed(&mut self, person: PersonId, state: State) {
        let Some(member) = self.members.get_mut(&person) else { return };
        let role = member.role();
        match state {
            State::Offline => member.absent_since = Some(self.now),
            State::Online | State::Away => member.absent_since = None,
        }
        match role {
            Role::Client => self.watch_absence(person),
            Role::Technician => {
                self.refresh_desk();
                self.refresh_rings(person);
                // The client of a chat sees the bare state of its technicians.
                let shown: Vec<SessionId> = self
                    .sessions
                    .values()
                    .filter(|session| session.participants.iter().any(|each| each.person == person))
                    .map(|session| session.id)
                    .collect();
                for session in shown {
                    self.send_session_to_client(session);
                }
            }
        }
    }

    fn refresh_desk(&mut self) {
        let states = self
            .members
            .values()
            .filter(|member| member.role() == Role::Technician)
            .map(|member| member.presence.state());
        let staffed = presence::eligibility::is_staffed(states);
        if staffed != self.staffed {
            self.staffed = staffed;
            self.send_all(self.conns_with(Role::Client), Down::Desk { staffed });
        }
    }

    /// Somebody new, or known anew.
    pub(super) fn added(&mut self, person: Person) {
        let id = person.id;
        if self.members.contains_key(&id) {
            return;
        }
        self.members.insert(id, super::device::Member::new(person));
        self.person_changed(id);
    }

    /// Sets the timer after which a client who is gone loses what waits (C5).
    pub(super) fn watch_absence(&mut self, person: PersonId) {
        let Some(member) = self.members.get_mut(&person) else { return };
        if member.role() == Role::Client && member.presence.state() == State::Offline {
            // At the service's start nobody was seen to leave: the time runs from there.
            let since = *member.absent_since.get_or_insert(self.now);
            self.timers.set(since.plus(self.config.abandon_after), Timer::Absence(person));
        }
    }

    pub(super) fn absence_due(&mut self, person: PersonId) {
        let Some(since) = self.members.get(&person).and_then(|member| member.absent_since) else { return };
        if self.now.since(since) < self.config.abandon_after {
            return;
        }
        let waiting: Vec<SessionId> = self
            .sessions
            .values()
            .filter(|session| session.client == person && session.status == chat::Status::Waiting)
            .map(|session| session.id)
            .collect();
        for session in waiting {
            self.abandon(session);
        }
    }
}
