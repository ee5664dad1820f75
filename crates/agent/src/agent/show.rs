//! The view: everything that is shown, from everything that is known.
//!
//! The user's own presence is derived here by the same rule as in the service (P9), from this device as it is now and the
//! others as the service told them.

use super::line::Stage;
use super::{Agent, Now};
use crate::view::{Account, Connection, Device, Here, OpenChat, PreferenceView, Shown, View, Waiting};
use crate::words::{self, Headline, Times};
use presence::user::{Stamped, active_since, preference_at, presence};
use presence::{Activity, AwayReason, Preference, Presence, Role, State, UnixMillis};
use protocol::SessionView;

impl Agent {
    pub(super) fn show(&self, now: Now) -> View {
        let shown = self.shown(now);
        let words = self.headline(shown, now);
        View {
            version: self.version.clone(),
            profile: self.profile.clone(),
            account: self.show_account(),
            connection: self.show_connection(),
            question: self.questions.show(),
            headline: words.headline,
            detail: words.detail,
            shown,
            here: self.show_here(now),
            preference: self.show_preference(now),
            waiting: self.show_waiting(),
            chats: self.chats.open().map(|session| self.show_chat(session)).collect(),
            silent_until: self.rings.silent_until(now.moment).map(|until| self.line.service_time(until)),
            devices: self.show_devices(),
            reports: self.line.reports.iter().cloned().collect(),
            notices: self.show_notices(),
            has_tray: self.windows.has_tray,
            clock_ahead_ms: self.line.clock_ahead_ms(now),
        }
    }

    fn show_account(&self) -> Account {
        let (Some(_), Some(address)) = (self.account.token(), self.account.address()) else {
            return Account::SignedOut { why: self.account.signed_out_why().map(str::to_owned) };
        };
        let known = self.account.known();
        Account::SignedIn {
            name: known.map(|known| known.name.clone()).unwrap_or_default(),
            // P8: what is not known is offered no preference.
            role: known.map_or(Role::Client, |known| known.role),
            organisation: known.map(|known| known.organisation.clone()).unwrap_or_default(),
            address: address.authority(),
        }
    }

    fn show_connection(&self) -> Connection {
        match &self.line.stage {
            Stage::Off if self.wants_line() => Connection::Connecting,
            Stage::Off | Stage::Replaced => Connection::Off,
            Stage::Connecting => Connection::Connecting,
            Stage::Syncing { since } | Stage::Up { since } => Connection::Up {
                since: *since,
                round_trip_ms: self
                    .line
                    .round_trip
                    .map(|took| u32::try_from(took.as_millis()).unwrap_or(u32::MAX)),
            },
            Stage::Down { retry_at, why, .. } => {
                Connection::Down { retry_at: self.line.service_time(*retry_at), why: why.clone() }
            }
        }
    }

    /// The user's presence as others see it: by the rule of the service, over what is known here.
    fn shown(&self, now: Now) -> Shown {
        let service_now = self.line.service_time(now.moment);
        let offline = |since| Shown { state: State::Offline, reason: None, since, until: None };
        match &self.line.stage {
            Stage::Off | Stage::Connecting | Stage::Replaced => offline(service_now),
            Stage::Down { lost_at, .. } => offline(self.line.service_time(*lost_at)),
            Stage::Syncing { .. } | Stage::Up { .. } => {
                let others = self
                    .devices
                    .iter()
                    .filter(|device| !device.this)
                    .map(|device| stamped(device.activity, device.since));
                let preference = preference_at(self.preference, service_now);
                let all: Vec<Stamped> = others.chain([self.stamped_here(now)]).collect();
                // What Online began with is the service's to hold; the tray does not show it.
                let active = active_since(all.iter().copied(), None);
                of(presence(all, active, preference, service_now))
            }
        }
    }

    /// This device with the service's stamp, if that is for the same activity; else with the stamp it will get.
    fn stamped_here(&self, now: Now) -> Stamped {
        let before = self
            .devices
            .iter()
            .find(|device| device.this)
            .map(|device| stamped(device.activity, device.since));
        match (before, self.watch.device.activity(now.moment)) {
            (Some(Stamped::Active { since }), Activity::Active) => Stamped::Active { since },
            (_, Activity::Active) => Stamped::Active { since: self.line.service_time(self.watch.since()) },
            (before, idle @ Activity::Idle { .. }) => {
                Stamped::next(before, idle, self.line.service_time(now.moment))
            }
        }
    }

    fn headline(&self, shown: Shown, now: Now) -> Headline {
        if self.account.token().is_none() {
            return words::signed_out(self.account.signed_out_why());
        }
        match &self.line.stage {
            Stage::Off if self.wants_line() => words::connecting(),
            Stage::Off => words::portal_closed(),
            Stage::Replaced => words::replaced(),
            Stage::Connecting => words::connecting(),
            Stage::Down { retry_at, .. } => words::no_connection(retry_at.since(now.moment)),
            Stage::Syncing { .. } | Stage::Up { .. } => {
                let here = self.show_here(now);
                let times = Times { now: self.line.service_time(now.moment), utc_offset_s: now.utc_offset_s };
                words::state(&shown, self.show_preference(now), &here, times)
            }
        }
    }

    fn show_here(&self, now: Now) -> Here {
        Here {
            activity: self.watch.device.activity(now.moment),
            since: self.line.service_time(self.watch.since()),
            last_input: self.line.service_time(self.watch.device.last_input()),
            source: self.watch.source.clone(),
            why: self.watch.why.clone(),
            idle_after_ms: u64::try_from(self.watch.idle_after().as_millis()).unwrap_or(u64::MAX),
        }
    }

    fn show_preference(&self, now: Now) -> PreferenceView {
        match (self.account.token().and(self.role()), self.preference) {
            (None | Some(Role::Client), _) => PreferenceView::None,
            (Some(Role::Technician), preference) => {
                match preference_at(preference, self.line.service_time(now.moment)) {
                    Preference::Automatic => PreferenceView::Automatic,
                    Preference::Away { set, until } => PreferenceView::Away { set, until },
                }
            }
        }
    }

    fn show_waiting(&self) -> Vec<Waiting> {
        if self.role() != Some(Role::Technician) {
            return Vec::new();
        }
        let show = |session: &SessionView| {
            let mine = self.chats.mine(session.id);
            let dismissed = mine.dismissed || self.chats.dismissing.contains(&session.id);
            Waiting {
                session: session.id,
                client: session.client_name.clone(),
                company: session.company.clone(),
                subject: session.subject.clone(),
                reference: session.reference.clone(),
                since: session.waiting_since,
                dismissed,
                rings: mine.ring && !dismissed,
            }
        };
        self.chats.waiting().into_iter().map(show).collect()
    }

    fn show_chat(&self, session: &SessionView) -> OpenChat {
        let with = match self.role() {
            Some(Role::Client) => session
                .participants
                .iter()
                .find(|each| each.left.is_none())
                .map(|each| each.name.clone())
                .unwrap_or_default(),
            Some(Role::Technician) | None => session.client_name.clone(),
        };
        let unseen = session.messages.saturating_sub(self.chats.mine(session.id).seen);
        OpenChat { session: session.id, with, subject: session.subject.clone(), unseen }
    }

    fn show_devices(&self) -> Vec<Device> {
        let show = |device: &protocol::DeviceView| Device {
            name: device.name.clone(),
            activity: device.activity,
            since: device.since,
            this: device.this,
            connected: device.connected,
        };
        self.devices.iter().map(show).collect()
    }

    fn show_notices(&self) -> Vec<String> {
        let mut notices: Vec<String> = self.notices.values().cloned().collect();
        if self.watch.is_blind() {
            // P12
            notices.insert(0, words::no_source(&self.watch.why));
        }
        notices
    }
}

fn stamped(activity: Activity, since: UnixMillis) -> Stamped {
    match activity {
        Activity::Active => Stamped::Active { since },
        Activity::Idle { reason, .. } => Stamped::Idle { reason, since },
    }
}

fn of(presence: Presence) -> Shown {
    let (reason, until): (Option<AwayReason>, Option<UnixMillis>) = match presence {
        Presence::Online { .. } | Presence::Offline { .. } => (None, None),
        Presence::Away { reason, until, .. } => (Some(reason), until),
    };
    Shown { state: presence.state(), reason, since: presence.since(), until }
}
