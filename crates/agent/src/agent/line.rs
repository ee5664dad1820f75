//! The connection as the agent sees it: wanted or not, up or not, the service's clock, the last reports.
//!
//! The link makes it and keeps it; here stands when it is wanted, and what its beginning and end mean.

use super::{Agent, Now};
use crate::view::Report;
use crate::words;
use link::{End, Order, Target};
use presence::{Moment, Role, UnixMillis};
use protocol::{App, Up, Welcome};
use std::collections::VecDeque;
use std::time::Duration;

/// Reports that are kept for showing: some minutes of beats.
const REPORTS: usize = 20;
/// The app's name on the wire.
const APP: &str = "deskbell";

/// The connection.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) stage: Stage,
    pub(super) reports: VecDeque<Report>,
    pub(super) round_trip: Option<Duration>,
    /// What the service's clock showed at a moment of ours.
    clock: (Moment, UnixMillis),
    /// The service's clock minus this machine's, as the last `welcome` showed it.
    ahead_ms: i64,
    /// What the last `welcome` said, and how many beats came since.
    welcome: (UnixMillis, u32),
}

/// How far the service's clock must have gone beyond what is known of it to be set anew: less is the way's delay.
const CLOCK_BEHIND: Duration = Duration::from_millis(500);

/// How far the two clocks may wander apart before that is shown anew: reading one after the other is no news.
const SAME_CLOCK_MS: u64 = 1_000;

/// Where the connection is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not wanted.
    Off,
    /// Being made for the first time.
    Connecting,
    /// The service has greeted; its state is still coming in.
    Syncing { since: UnixMillis },
    /// All is known.
    Up { since: UnixMillis },
    /// Lost, or not made; tried again by the link.
    Down { retry_at: Moment, lost_at: Moment, why: String },
    /// Another connection of this very run has taken over; waits for a change.
    Replaced,
}

impl Line {
    pub(super) fn new(now: Now) -> Self {
        let clock = (now.moment, now.unix);
        let welcome = (now.unix, 0);
        Self { stage: Stage::Off, reports: VecDeque::new(), round_trip: None, clock, ahead_ms: 0, welcome }
    }

    /// Whether intents reach the service now.
    pub(super) fn is_welcome(&self) -> bool {
        match self.stage {
            Stage::Syncing { .. } | Stage::Up { .. } => true,
            Stage::Off | Stage::Connecting | Stage::Down { .. } | Stage::Replaced => false,
        }
    }

    pub(super) fn is_synced(&self) -> bool {
        matches!(self.stage, Stage::Up { .. })
    }

    pub(super) fn service_time(&self, moment: Moment) -> UnixMillis {
        let (then, shown) = self.clock;
        if moment >= then { shown.plus(moment.since(then)) } else { shown.minus(then.since(moment)) }
    }

    /// The service's clock minus this machine's wall clock, in milliseconds.
    pub(super) fn clock_ahead_ms(&self, now: Now) -> i64 {
        let ahead = ahead_ms(self.service_time(now.moment), now.unix);
        if ahead.abs_diff(self.ahead_ms) < SAME_CLOCK_MS { self.ahead_ms } else { ahead }
    }

    fn set_clock(&mut self, now: Now, service: UnixMillis) {
        self.clock = (now.moment, service);
        self.ahead_ms = ahead_ms(service, now.unix);
    }

    /// A beat has come. The first leaves the service one interval after the `welcome`, so it is at least that late there: a
    /// `welcome` that was held up on its way said an older time.
    fn beat(&mut self, now: Now, every: Duration) {
        self.welcome.1 = self.welcome.1.saturating_add(1);
        let least = self.welcome.0.plus(every.saturating_mul(self.welcome.1));
        if least.since(self.service_time(now.moment)) >= CLOCK_BEHIND {
            self.set_clock(now, least);
        }
    }

    /// The moment at which the service's clock shows `time`.
    pub(super) fn moment_of(&self, time: UnixMillis) -> Moment {
        let (then, shown) = self.clock;
        if time >= shown { then.plus(time.since(shown)) } else { then.minus(shown.since(time)) }
    }

    pub(super) fn keep_report(&mut self, text: String, now: Moment) {
        let at = self.service_time(now);
        if self.reports.len() == REPORTS {
            self.reports.pop_front();
        }
        self.reports.push_back(Report { at, text });
    }

    pub(super) fn round_trip(&mut self, took: Duration) {
        self.round_trip = Some(took);
    }
}

impl Agent {
    /// Whether this device is to be connected: a technician's always, a client's while the portal is open.
    pub(super) fn wants_line(&self) -> bool {
        self.account.token().is_some()
            && match self.role() {
                Some(Role::Client) => self.windows.is_portal_wanted(),
                // Not known yet: the service will say.
                Some(Role::Technician) | None => true,
            }
    }

    pub(super) fn settle_line(&mut self) {
        match (self.wants_line(), &self.line.stage) {
            // P11: the first thing it says is what this device sees.
            (true, Stage::Off) if self.watch.is_ready(self.now.moment) => self.connect(),
            (true | false, Stage::Off) => {}
            (true, _) => {}
            (false, _) => self.disconnect(),
        }
    }

    /// Connects also before the source has said what it sees.
    pub(super) fn connect_if_wanted(&mut self) {
        if self.line.stage == Stage::Off && self.wants_line() {
            self.connect();
        }
    }

    fn connect(&mut self) {
        let (Some(token), Some(address)) = (self.account.token().cloned(), self.account.address().cloned())
        else {
            return;
        };
        let app =
            App { name: APP.to_owned(), version: self.version.clone(), device: self.device_name.clone() };
        self.line.stage = Stage::Connecting;
        self.link(Order::Connect(Target { address, token, instance: self.instance, app, can_ring: true }));
    }

    /// Leaves at once (P10) and forgets what only the connection knew.
    pub(super) fn disconnect(&mut self) {
        if self.line.stage != Stage::Off {
            self.line.stage = Stage::Off;
            self.link(Order::Disconnect { bye: true });
        }
        self.forget_state();
        self.fail_awaited(words::LEFT);
        self.release_sleep();
    }

    fn forget_state(&mut self) {
        self.line.round_trip = None;
        self.devices.clear();
        self.chats = super::Chats::default();
    }

    /// The network has changed or the machine woke up.
    pub(super) fn distrust_line(&mut self) {
        match self.line.stage {
            Stage::Off => {}
            Stage::Replaced => self.connect(),
            Stage::Connecting | Stage::Syncing { .. } | Stage::Up { .. } | Stage::Down { .. } => {
                self.link(Order::RetryNow);
            }
        }
    }

    pub(super) fn on_welcome(&mut self, welcome: Welcome) {
        self.line.set_clock(self.now, welcome.now);
        self.line.welcome = (welcome.now, 0);
        self.line.stage = Stage::Syncing { since: welcome.now };
        self.preference = welcome.preference;
        self.take_policy(welcome.policy);
        self.chats.begin_sync();
        self.take_account(welcome.you);
    }

    pub(super) fn on_beat(&mut self) {
        self.line.beat(self.now, Duration::from_millis(self.policy.beat_ms));
    }

    pub(super) fn on_synced(&mut self) {
        if let Stage::Syncing { since } = self.line.stage {
            self.line.stage = Stage::Up { since };
            self.chats.end_sync();
            let id = self.ids.next();
            self.send(Up::ListDevices { id });
            self.ask_portal_code();
        }
    }

    pub(super) fn on_lost(&mut self, why: String, retry_in: Duration) {
        let now = self.now.moment;
        let lost_at = match self.line.stage {
            Stage::Off => return,
            Stage::Down { lost_at, .. } => lost_at,
            Stage::Connecting | Stage::Syncing { .. } | Stage::Up { .. } | Stage::Replaced => now,
        };
        self.tell_window_of_loss(&why);
        self.line.round_trip = None;
        self.line.stage = Stage::Down { retry_at: now.plus(retry_in), lost_at, why };
        // They are kept by the link.
        self.answer_settings(words::KEPT);
        self.on_lost_while_signing_out();
        self.release_sleep();
    }

    pub(super) fn on_ended(&mut self, end: End) {
        // Nobody wants the connection any more: the user has signed out here, and the service closes what that ended.
        if self.line.stage == Stage::Off {
            return;
        }
        match end {
            End::SignIn => self.on_sign_in_ended(),
            End::Replaced => {
                self.line.stage = Stage::Replaced;
                self.forget_state();
                self.fail_awaited(words::REPLACED);
                self.news(words::REPLACED_TITLE.to_owned(), words::REPLACED.to_owned());
            }
        }
        self.release_sleep();
    }
}

fn ahead_ms(service: UnixMillis, here: UnixMillis) -> i64 {
    service.0.cast_signed().saturating_sub(here.0.cast_signed())
}
