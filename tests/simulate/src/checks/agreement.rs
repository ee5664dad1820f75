//! Both ends agree within one beat of the new `welcome`: sessions, preference, and what a device sees.

use crate::device::Kind;
use crate::invariant::Invariant;
use crate::world::World;
use agent::view::{PreferenceView, View};
use chat::{SessionId, Status};
use link::Order;
use presence::user::preference_at;
use presence::{Activity, Preference, Role};
use protocol::{PreferenceChange, Up};

/// One beat after the welcome, and the delay.
const BEAT_MS: u64 = 16_500;
/// What has changed this recently may still be in flight.
const UNDER_WAY_MS: u64 = 2_000;

/// How far the age in a setting may be off: it is a whole number of milliseconds, and is sent at once.
const AGED_MS: u64 = 1_000;

/// How long an Away is set for.
fn lasts(preference: PreferenceChange) -> Option<u64> {
    match preference {
        PreferenceChange::Away { for_ms, .. } => for_ms,
        PreferenceChange::Automatic => None,
    }
}

impl World {
    /// A link is told what to send.
    pub(crate) fn check_order(&mut self, order: &Order) {
        if let Order::Send(Up::Prefer { id, preference, set_ago_ms }) = order {
            self.known.set.insert(*id, (self.now.saturating_sub(*set_ago_ms), lasts(*preference)));
        }
    }

    /// What a link sends of a setting that it kept says its age, and what is left of its time (P7).
    pub(crate) fn check_age(&mut self, device: usize, text: &str) {
        if !text.contains("\"prefer\"") {
            return;
        }
        let Some(Up::Prefer { id, preference, set_ago_ms }) = service::socket::allowance::parse(text) else {
            return;
        };
        let Some((at, for_ms)) = self.known.set.get(&id).copied() else { return };
        self.checks.count(Invariant::Aged);
        let age = self.now - at;
        let left = for_ms.map_or(0, |for_ms| for_ms.saturating_sub(age));
        let says = lasts(preference).unwrap_or(0);
        if set_ago_ms.abs_diff(age) > AGED_MS || says.abs_diff(left) > AGED_MS {
            let detail = format!(
                "device {device} says that {id} was set {set_ago_ms} ms ago and lasts {says} ms; true: {age}, {left}"
            );
            let about = self.about_person(self.devices[device].person);
            self.fail(Invariant::Aged, detail, &about);
        }
    }

    pub(crate) fn check_agreement(&mut self) {
        for device in 0..self.devices.len() {
            if self.failure.is_some() {
                return;
            }
            if !self.has_delivered(device, BEAT_MS) || !self.store_is_calm(UNDER_WAY_MS) {
                continue;
            }
            self.checks.count(Invariant::Agree);
            let differs = match &self.devices[device].kind {
                Kind::Page(_) => self.page_differs(device),
                Kind::Agent(machine) => {
                    let Some(view) = machine.program.as_ref().map(|program| program.view().clone()) else {
                        continue;
                    };
                    self.check_reports(device, view.reports.len());
                    self.agent_differs(device, &view)
                }
            };
            if let Some((detail, session)) = differs {
                let mut about = self.about_person(self.devices[device].person);
                about.extend(session.map(|session| session.0.to_string()));
                self.fail(Invariant::Agree, format!("device {device}: {detail}"), &about);
            }
        }
    }

    /// The sessions that this device's user sees in this status, without those that have just changed, with the revision that they have there.
    fn settled(
        &self,
        device: usize,
        status: impl Fn(Status) -> bool,
    ) -> impl Iterator<Item = (SessionId, u64)> {
        let person = &self.people[self.devices[device].person];
        self.known
            .sessions
            .iter()
            .filter(move |(_, stored)| stored.org == person.org && status(stored.session.status))
            .filter(|(_, stored)| person.role == Role::Technician || stored.session.client == person.id)
            .filter(|(_, stored)| stored.changed + UNDER_WAY_MS < self.now)
            .map(move |(id, stored)| match person.role {
                Role::Technician => (*id, stored.session.rev),
                Role::Client => (*id, stored.session.rev - stored.session.notes),
            })
    }

    fn is_settled(&self, session: SessionId) -> bool {
        self.known.sessions.get(&session).is_some_and(|stored| stored.changed + UNDER_WAY_MS < self.now)
    }

    fn preference_of(&self, person: usize) -> Option<Preference> {
        let each = &self.people[person];
        let ended = preference_at(each.preference, self.node.unix(self.now - UNDER_WAY_MS));
        let now = preference_at(each.preference, self.node.unix(self.now));
        (!each.is_unclear_how_long && each.preferred_at + UNDER_WAY_MS < self.now && ended == now)
            .then_some(now)
    }

    fn page_differs(&self, device: usize) -> Option<(String, Option<SessionId>)> {
        let Kind::Page(page) = &self.devices[device].kind else { return None };
        let person = self.devices[device].person;
        let role = self.people[person].role;
        let seen = |status: Status| status != Status::Completed;
        for (id, rev) in self.settled(device, seen) {
            let known = page.model.sessions.get(&id).map(|session| session.rev);
            if known != Some(rev) {
                return Some((format!("it has {id:?} at {known:?}, the service at {rev}"), Some(id)));
            }
        }
        let extra = page.model.sessions.values().find(|session| {
            let stored = self.known.sessions.get(&session.id).map(|stored| stored.session.status);
            seen(session.status) && self.is_settled(session.id) && !stored.is_some_and(seen)
        });
        if let Some(session) = extra {
            return Some((format!("it has {:?} {:?}", session.id, session.status), Some(session.id)));
        }
        let preference = self.preference_of(person)?;
        let known = preference_at(page.model.preference, self.node.unix(self.now));
        (role == Role::Technician && known != preference)
            .then(|| (format!("it has {known:?}, the service {preference:?}"), None))
    }

    fn agent_differs(&self, device: usize, view: &View) -> Option<(String, Option<SessionId>)> {
        let person = self.devices[device].person;
        let role = self.people[person].role;
        if role == Role::Technician {
            let me = self.people[person].id;
            let is_offered = |id: SessionId| {
                let stored = self.known.sessions.get(&id).map(|stored| &stored.session);
                stored.is_some_and(|session| session.status == Status::Waiting || session.is_offered_to(me))
            };
            let waits = |id: SessionId| view.waiting.iter().any(|each| each.session == id);
            let mut calling = self.settled(device, Status::is_active).filter(|(id, _)| is_offered(*id));
            if let Some((id, _)) = calling.find(|(id, _)| !waits(*id)) {
                return Some((format!("it does not know that {id:?} waits"), Some(id)));
            }
            let over = view.waiting.iter().map(|each| each.session);
            let mut over = over.filter(|id| self.is_settled(*id) && !is_offered(*id));
            if let Some(id) = over.next() {
                return Some((format!("it has {id:?} waiting"), Some(id)));
            }
        }
        if let (Role::Technician, Some(preference)) = (role, self.preference_of(person)) {
            let agrees = match (view.preference, preference) {
                (PreferenceView::Automatic, Preference::Automatic) => true,
                (PreferenceView::Away { set, until }, Preference::Away { set: known, until: ends }) => {
                    set == known && until == ends
                }
                (PreferenceView::None | PreferenceView::Automatic | PreferenceView::Away { .. }, _) => false,
            };
            if !agrees {
                return Some((format!("it has {:?}, the service {preference:?}", view.preference), None));
            }
        }
        let host = &self.hosts[self.devices[device].host];
        let own = view.devices.iter().find(|each| each.this)?;
        let told = matches!(own.activity, Activity::Active);
        let is = host.is_active(self.now);
        let was = host.activity_since + UNDER_WAY_MS < self.now;
        (was && told != is).then(|| (format!("the service has it active: {told}, and it is: {is}"), None))
    }
}
