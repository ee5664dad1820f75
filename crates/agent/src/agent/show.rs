//! Makes the view, everything that is shown, from the state of all parts.
//!
//! It reads all parts and changes nothing.

use super::connection::Stage;
use super::contract::Now;
use super::state::Agent;
use crate::view::{
    AccountView, ConnectionView, Device, Here, OpenChat, PreferenceView, PresenceView, View, Waiting,
};
use crate::words::{self, Headline, Times};
use presence::user::preference_at;
use presence::{AwayReason, Preference, Presence, Role, State, UnixMillis};
use protocol::SessionView;
use std::time::Duration;

/// How long a technician is in a chat before it is brought up (C9).
const LONG: Duration = Duration::from_secs(60 * 60);

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
            chats: self.show_chats(now),
            silent_until: self.rings.silent_until(now.moment).map(|until| self.cx.clock.time(until)),
            do_not_disturb: self.rings.is_do_not_disturb() && self.account.role() == Some(Role::Technician),
            sound: self.cx.settings.sound,
            hides_names: self.cx.settings.hide_names,
            requests: self.records.show(),
            devices: self.show_devices(),
            reports: self.connection.reports().cloned().collect(),
            notices: self.show_notices(),
            has_tray: self.tray.has_tray(),
            clock_ahead_ms: self.cx.clock.ahead_ms(now),
        }
    }

    fn show_account(&self) -> AccountView {
        let (Some(_), Some(address)) = (self.account.token(), self.account.address()) else {
            return AccountView::SignedOut { why: self.account.signed_out_why().map(str::to_owned) };
        };
        let known = self.account.known();
        AccountView::SignedIn {
            name: known.map(|known| known.name.clone()).unwrap_or_default(),
            // P8: no preference is offered while the role is not known.
            role: known.map_or(Role::Client, |known| known.role),
            organisation: known.map(|known| known.organisation.clone()).unwrap_or_default(),
            address: address.authority(),
        }
    }

    fn show_connection(&self) -> ConnectionView {
        match self.connection.stage() {
            Stage::Off if self.wants_connection() => ConnectionView::Connecting,
            Stage::Off | Stage::Replaced => ConnectionView::Off,
            Stage::Connecting => ConnectionView::Connecting,
            Stage::Syncing { since } | Stage::Up { since } => ConnectionView::Up {
                since: *since,
                round_trip_ms: self
                    .connection
                    .round_trip()
                    .map(|took| u32::try_from(took.as_millis()).unwrap_or(u32::MAX)),
            },
            Stage::Down { retry_at, why, .. } => {
                ConnectionView::Down { retry_at: self.cx.clock.time(*retry_at), why: why.clone() }
            }
        }
    }

    /// The user's presence as others see it, worked out by the service's rule from what is known here.
    fn shown(&self, now: Now) -> PresenceView {
        let service_now = self.cx.clock.time(now.moment);
        let offline = |since| PresenceView { state: State::Offline, reason: None, since, until: None };
        match self.connection.stage() {
            Stage::Off | Stage::Connecting | Stage::Replaced => offline(service_now),
            Stage::Down { lost_at, .. } => offline(self.cx.clock.time(*lost_at)),
            Stage::Syncing { .. } | Stage::Up { .. } => {
                let here = (self.watch.activity(now.moment), self.cx.clock.time(self.watch.since()));
                of(self.presence.presence(here, service_now))
            }
        }
    }

    fn headline(&self, shown: PresenceView, now: Now) -> Headline {
        if !self.account.is_signed_in() {
            return words::signed_out(self.account.signed_out_why());
        }
        match self.connection.stage() {
            Stage::Off if self.wants_connection() => words::connecting(),
            Stage::Off => words::portal_closed(),
            Stage::Replaced => words::replaced(),
            Stage::Connecting => words::connecting(),
            Stage::Down { retry_at, .. } => words::no_connection(retry_at.since(now.moment)),
            Stage::Syncing { .. } | Stage::Up { .. } => {
                let here = self.show_here(now);
                let times = Times { now: self.cx.clock.time(now.moment), utc_offset_s: now.utc_offset_s };
                words::state(&shown, self.show_preference(now), &here, times)
            }
        }
    }

    fn show_here(&self, now: Now) -> Here {
        Here {
            activity: self.watch.activity(now.moment),
            since: self.cx.clock.time(self.watch.since()),
            last_input: self.cx.clock.time(self.watch.last_input()),
            source: self.watch.source().map(str::to_owned),
            why: self.watch.why().to_owned(),
            idle_after_ms: u64::try_from(self.watch.idle_after().as_millis()).unwrap_or(u64::MAX),
        }
    }

    fn show_preference(&self, now: Now) -> PreferenceView {
        match (self.account.role(), self.presence.preference()) {
            (None | Some(Role::Client), _) => PreferenceView::None,
            (Some(Role::Technician), preference) => {
                match preference_at(preference, self.cx.clock.time(now.moment)) {
                    Preference::Automatic => PreferenceView::Automatic,
                    Preference::Away { set, until } => PreferenceView::Away { set, until },
                }
            }
        }
    }

    fn show_waiting(&self) -> Vec<Waiting> {
        if self.account.role() != Some(Role::Technician) {
            return Vec::new();
        }
        let show = |session: &SessionView| {
            let dismissed = self.chats.is_dismissed(session.id);
            Waiting {
                session: session.id,
                client: session.client_name.clone(),
                company: session.company.clone(),
                subject: session.subject.clone(),
                reference: session.reference.clone(),
                since: session.rings_since(),
                dismissed,
                rings: self.chats.mine(session.id).ring && !dismissed,
            }
        };
        self.chats.waiting().into_iter().map(show).collect()
    }

    /// The user's chats in the order in which they were joined, so that those that have gone on for long come first (C9).
    fn show_chats(&self, now: Now) -> Vec<OpenChat> {
        let service_now = self.cx.clock.time(now.moment);
        let mut sessions: Vec<&SessionView> = self.chats.open().collect();
        sessions
            .sort_by_key(|session| (self.chats.joined_at(session).unwrap_or(session.created), session.id));
        sessions.into_iter().map(|session| self.show_chat(session, service_now)).collect()
    }

    fn show_chat(&self, session: &SessionView, service_now: UnixMillis) -> OpenChat {
        let with = match self.account.role() {
            Some(Role::Client) => session
                .participants
                .iter()
                .find(|each| each.left.is_none())
                .map(|each| each.name.clone())
                .unwrap_or_default(),
            Some(Role::Technician) | None => session.client_name.clone(),
        };
        let unseen = session.messages.saturating_sub(self.chats.mine(session.id).seen);
        let joined = self.chats.joined_at(session);
        let long_since = joined.filter(|joined| service_now.since(*joined) >= LONG);
        OpenChat { session: session.id, with, subject: session.subject.clone(), unseen, long_since }
    }

    fn show_devices(&self) -> Vec<Device> {
        let show = |device: &protocol::DeviceView| Device {
            name: device.name.clone(),
            activity: device.activity,
            since: device.since,
            this: device.this,
            connected: device.connected,
        };
        self.presence.devices().iter().map(show).collect()
    }

    fn show_notices(&self) -> Vec<String> {
        let mut notices: Vec<String> = self.notices.values().cloned().collect();
        if self.watch.is_blind() {
            // P12
            notices.insert(0, words::no_source(self.watch.why()));
        }
        notices
    }
}

fn of(presence: Presence) -> PresenceView {
    let (reason, until): (Option<AwayReason>, Option<UnixMillis>) = match presence {
        Presence::Online { .. } | Presence::Offline { .. } => (None, None),
        Presence::Away { reason, until, .. } => (Some(reason), until),
    };
    PresenceView { state: presence.state(), reason, since: presence.since(), until }
}
