//! What a user is seen as: reports in, presence out (P9, P11), and all that follows from a change of it.

use crate::org::store_queue::Job;
use crate::org::timer::Timer;
use crate::org::{ConnId, Core};
use crate::store::Person;
use chat::{PersonId, Session, SessionId, Status};
use presence::user::{Stamped, active_since, presence};
use presence::{Activity, IdleReason, Moment, Role, State};
use protocol::{Down, IntentId};
use std::time::Duration;

impl Core {
    /// What a device reports, counting only if it is one.
    pub(in crate::org) fn activity(&mut self, conn: ConnId, re: IntentId, activity: Activity) {
        self.report(conn, activity);
        match activity {
            // Before the machine sleeps, the report is out and kept (P4).
            Activity::Idle { reason: IdleReason::Asleep, .. } => self.save_then_ok(conn, re),
            Activity::Active | Activity::Idle { .. } => self.ok(conn, re),
        }
    }

    /// Takes in what a device sees. A window is no device: its reports count for nothing.
    pub(in crate::org) fn report(&mut self, conn: ConnId, activity: Activity) {
        let Some(connection) = self.conns.get(&conn) else { return };
        if connection.is_window() {
            return;
        }
        let (person, instance) = (connection.person, connection.instance);
        let Some(device) = self.members.get_mut(&person).and_then(|m| m.devices.get_mut(&instance)) else {
            return;
        };
        let before = device.stamp;
        let after = Stamped::next(Some(before), activity, self.wall);
        if before == after {
            return;
        }
        device.stamp(after, self.now);
        self.unsaved_device(person, instance);
        self.back(person, instance, before, after);
        self.refresh(person);
        self.refresh_rings(person);
        self.devices_changed(person);
    }

    /// Makes the person's presence anew and tells whoever sees a difference.
    pub(in crate::org) fn refresh(&mut self, person: PersonId) {
        let Some(member) = self.members.get_mut(&person) else { return };
        // Those that the store has: what others were told survives a restart.
        let stamps = member.devices.values().filter(|device| device.kept).map(|device| device.stamp);
        let stamps: Vec<Stamped> = stamps.collect();
        member.online_since = active_since(stamps.iter().copied(), member.online_since);
        let last_seen = member.person.last_seen.min(self.wall);
        let next = presence(stamps, member.online_since, member.person.preference.0, last_seen);
        if next == member.presence {
            return;
        }
        let before = std::mem::replace(&mut member.presence, next).state();
        if member.is_in() {
            self.facts.seen(member.role(), Some(before), next.state());
        }
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
        self.watch_absence(person);
        match role {
            Role::Client => {}
            Role::Technician => {
                self.refresh_desk();
                self.note_queue();
                self.refresh_rings(person);
                // The client of a chat sees the bare state of its technicians.
                let shown: Vec<SessionId> = self
                    .sessions
                    .values()
                    .filter(|session| session.participants.iter().any(|each| each.person == person))
                    .map(|session| session.id)
                    .collect();
                for session in shown {
                    self.frames.remove(&session);
                    self.send_session_to_client(session);
                }
            }
        }
    }

    fn refresh_desk(&mut self) {
        let technicians = self.technicians.people.iter().filter_map(|person| self.members.get(person));
        let states = technicians.map(|member| member.presence.state());
        let staffed = presence::eligibility::is_staffed(states);
        if staffed != self.staffed {
            self.staffed = staffed;
            self.send_all(self.clients(), Down::Desk { staffed });
        }
    }

    /// Somebody new, or known anew.
    pub(in crate::org) fn added(&mut self, person: Person) {
        let id = person.id;
        if self.members.contains_key(&id) {
            return;
        }
        self.insert(person);
        self.person_changed(id);
    }

    /// Somebody of whom no device is known yet.
    pub(in crate::org) fn insert(&mut self, person: Person) {
        let member = crate::org::model::device::Member::new(person);
        if member.is_in() {
            self.facts.seen(member.role(), None, State::Offline);
        }
        match member.role() {
            Role::Technician => {
                self.technicians.people.insert(member.person.id);
            }
            Role::Client => {}
        }
        self.members.insert(member.person.id, member);
    }

    /// Sets the timer after which a client who is gone loses what waits (C5), and a technician the chats in progress (C9).
    pub(in crate::org) fn watch_absence(&mut self, person: PersonId) {
        let Some(member) = self.members.get_mut(&person) else { return };
        if member.presence.state() == State::Offline {
            // At the service's start nobody was seen to leave: the time runs from there.
            let since = *member.absent_since.get_or_insert(self.now);
            let gone_after = match member.role() {
                Role::Client => self.config.abandon_after,
                Role::Technician => self.config.alone_after,
            };
            self.timers.set(since.plus(gone_after), Timer::Absence(person));
        }
    }

    /// Since when this person is gone, as far as that counts for a chat: not before they came into it, since somebody whose app
    /// has long been gone may act in its window, which is no device.
    fn gone_since(&self, person: PersonId, session: SessionId) -> Option<Moment> {
        let absent = self.members.get(&person)?.absent_since?;
        let entered = self.times.get(&session).and_then(|times| times.entered(person));
        Some(entered.map_or(absent, |entered| absent.max(entered)))
    }

    fn is_gone_for(&self, person: PersonId, session: SessionId, time: Duration) -> bool {
        self.gone_since(person, session).is_some_and(|since| self.now.since(since) >= time)
    }

    /// Sets the timers of a session that may have begun while somebody in it was gone (C5, C9).
    pub(in crate::org) fn watch_session(&mut self, session: &Session) {
        let due: Vec<(PersonId, Duration)> = match session.status {
            Status::Waiting => vec![(session.client, self.config.abandon_after)],
            Status::Handled => session.present().map(|each| (each, self.config.alone_after)).collect(),
            Status::Abandoned | Status::Callback | Status::Completed => Vec::new(),
        };
        if self.is_with_somebody_out(session) {
            self.timers.set(self.now, Timer::Absence(session.client));
        }
        for (person, gone_after) in due {
            if let Some(since) = self.gone_since(person, session.id) {
                self.timers.set(since.plus(gone_after), Timer::Absence(person));
            }
        }
    }

    /// Whether the client of a waiting session has been gone for too long (C5).
    pub(in crate::org) fn is_abandoned(&self, session: &Session) -> bool {
        session.status == Status::Waiting
            && self.is_gone_for(session.client, session.id, self.config.abandon_after)
    }

    /// Whether all technicians of a chat in progress have been gone for too long (C9).
    pub(in crate::org) fn is_alone(&self, session: &Session) -> bool {
        session.status == Status::Handled
            && session.present().all(|each| self.is_gone_for(each, session.id, self.config.alone_after))
    }

    pub(in crate::org) fn absence_due(&mut self, person: PersonId) {
        let theirs = self.sessions.values().filter(|session| session.has(person));
        let due: Vec<Job> = theirs
            .filter_map(|session| {
                if self.is_with_somebody_out(session) {
                    Some(Job::HandOn(session.id))
                } else if self.is_abandoned(session) {
                    Some(Job::Abandon(session.id))
                } else {
                    self.is_alone(session).then_some(Job::WaitAgain(session.id))
                }
            })
            .collect();
        for job in due {
            self.enqueue(job);
        }
    }
}
