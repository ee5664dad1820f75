//! A user's presence as others see it: reports in, presence out (P9, P11).

use super::People;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::model::member::Member;
use crate::org::timer::Timer;
use crate::store::Person;
use chat::PersonId;
use presence::user::{Stamped, active_since, presence};
use presence::{Activity, Role, State};
use protocol::Down;

/// A device has reported something that differs from its last report.
pub(crate) struct Reported {
    pub(crate) person: PersonId,
    /// Whether the user is back, which ends an Away "until I am back" (P7).
    pub(crate) is_back: bool,
}

impl People {
    /// Takes in a device's activity; `None` if that is nothing new. A window is not a device: its reports do not count.
    pub(crate) fn report(&mut self, cx: &mut Context, conn: ConnId, activity: Activity) -> Option<Reported> {
        let connection = self.conns.get(&conn)?;
        if connection.is_window() {
            return None;
        }
        let (person, instance) = (connection.person, connection.instance);
        let device = self.members.get_mut(&person)?.devices.get_mut(&instance)?;
        let before = device.stamp;
        let after = Stamped::next(Some(before), activity, cx.wall);
        if before == after {
            return None;
        }
        device.stamp(after, cx.now);
        self.unsaved_device(cx, person, instance);
        let is_back = self.is_back(cx, person, instance, before, after);
        Some(Reported { person, is_back })
    }

    /// Recomputes a person's presence and tells technicians and clients who see a difference. Returns the person's role if their bare
    /// state has changed.
    #[must_use = "chats follow: `Core::refresh`"]
    pub(crate) fn work_out(&mut self, cx: &mut Context, person: PersonId) -> Option<Role> {
        let member = self.members.get_mut(&person)?;
        // Only devices in the store: what others were told then survives a restart.
        let stamps = member.devices.values().filter(|device| device.kept).map(|device| device.stamp);
        let stamps: Vec<Stamped> = stamps.collect();
        member.online_since = active_since(stamps.iter().copied(), member.online_since);
        let last_seen = member.person.last_seen.min(cx.wall);
        let next = presence(stamps, member.online_since, member.person.preference.0, last_seen);
        if next == member.presence {
            return None;
        }
        let role = member.role();
        let before = std::mem::replace(&mut member.presence, next).state();
        if member.is_in() {
            cx.counts.seen(role, Some(before), next.state());
        }
        self.person_changed(cx, person);
        if before == next.state() {
            return None;
        }
        self.state_changed(cx, person, next.state());
        Some(role)
    }

    fn state_changed(&mut self, cx: &mut Context, person: PersonId, state: State) {
        let Some(member) = self.members.get_mut(&person) else { return };
        let role = member.role();
        match state {
            State::Offline => member.absent_since = Some(cx.now),
            State::Online | State::Away => member.absent_since = None,
        }
        self.watch_absence(cx, person);
        match role {
            Role::Client => {}
            Role::Technician => self.refresh_desk(cx),
        }
    }

    fn refresh_desk(&mut self, cx: &mut Context) {
        let technicians = self.technicians.people.iter().filter_map(|person| self.members.get(person));
        let states = technicians.map(|member| member.presence.state());
        let staffed = presence::eligibility::is_staffed(states);
        if staffed != self.staffed {
            self.staffed = staffed;
            cx.send_all(self.conns_with(Role::Client), Down::Desk { staffed });
        }
    }

    /// Adds somebody new, or somebody who was let in again.
    pub(crate) fn added(&mut self, cx: &mut Context, person: Person) {
        let id = person.id;
        if self.members.contains_key(&id) {
            return;
        }
        self.insert(cx, person);
        self.person_changed(cx, id);
    }

    /// A person without known devices.
    pub(crate) fn insert(&mut self, cx: &mut Context, person: Person) {
        let member = Member::new(person);
        if member.is_in() {
            cx.counts.seen(member.role(), None, State::Offline);
        }
        match member.role() {
            Role::Technician => {
                self.technicians.people.insert(member.person.id);
            }
            Role::Client => {}
        }
        self.members.insert(member.person.id, member);
    }

    /// Sets the timer after which a client who is gone loses waiting requests (C5), and a technician loses chats in progress (C9).
    pub(crate) fn watch_absence(&mut self, cx: &mut Context, person: PersonId) {
        let Some(member) = self.members.get_mut(&person) else { return };
        if member.presence.state() == State::Offline {
            // At the service's start nobody was seen to leave: the time runs from there.
            let since = *member.absent_since.get_or_insert(cx.now);
            let gone_after = match member.role() {
                Role::Client => cx.config.abandon_after,
                Role::Technician => cx.config.alone_after,
            };
            cx.timers.set(since.plus(gone_after), Timer::Absence(person));
        }
    }
}
