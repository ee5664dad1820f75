//! The connection to the service, as the agent sees it: its stage, the last reports on it and how long an answer takes.
//!
//! The link makes and keeps it. The agent decides when it is wanted, and what its beginning and its end mean for other parts.

use super::account::Account;
use super::context::Context;
use crate::view::Report;
use link::{Order, Target};
use presence::{Moment, UnixMillis};
use protocol::limits::GRACE;
use protocol::{App, Instance};
use std::collections::VecDeque;
use std::time::Duration;

/// How many reports are kept to be shown: some minutes of beats.
const REPORTS: usize = 20;

/// The connection to the service.
#[derive(Debug)]
pub(super) struct Connection {
    instance: Instance,
    app: App,
    stage: Stage,
    reports: VecDeque<Report>,
    round_trip: Option<Duration>,
}

/// Where the connection is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not wanted.
    Off,
    /// Being made for the first time.
    Connecting,
    /// The service has greeted; its snapshot is still coming in.
    Syncing { since: UnixMillis },
    /// The snapshot is complete.
    Up { since: UnixMillis },
    /// Lost or failed; the link will try again.
    Down { retry_at: Moment, lost_at: Moment, why: String },
    /// Another connection of this run has taken over; waits for a change of network or for a wake-up.
    Replaced,
}

impl Connection {
    pub(super) fn new(instance: Instance, app: App) -> Self {
        Self { instance, app, stage: Stage::Off, reports: VecDeque::new(), round_trip: None }
    }

    pub(super) fn stage(&self) -> &Stage {
        &self.stage
    }

    pub(super) fn reports(&self) -> impl Iterator<Item = &Report> {
        self.reports.iter()
    }

    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// Whether intents can reach the service now.
    pub(super) fn is_welcome(&self) -> bool {
        match self.stage {
            Stage::Syncing { .. } | Stage::Up { .. } => true,
            Stage::Off | Stage::Connecting | Stage::Down { .. } | Stage::Replaced => false,
        }
    }

    pub(super) fn is_off(&self) -> bool {
        self.stage == Stage::Off
    }

    pub(super) fn is_synced(&self) -> bool {
        matches!(self.stage, Stage::Up { .. })
    }

    /// When an outage has lasted for as long as the grace.
    pub(super) fn outage_end(&self) -> Option<Moment> {
        match &self.stage {
            Stage::Down { lost_at, .. } => Some(lost_at.plus(GRACE)),
            Stage::Off | Stage::Connecting | Stage::Syncing { .. } | Stage::Up { .. } | Stage::Replaced => {
                None
            }
        }
    }

    /// Connects, if there is no connection yet and the account has a sign-in.
    pub(super) fn connect_if_off(&mut self, cx: &mut Context, account: &Account) {
        if self.is_off() {
            self.connect(cx, account);
        }
    }

    fn connect(&mut self, cx: &mut Context, account: &Account) {
        let (Some(token), Some(address)) = (account.token().cloned(), account.address().cloned()) else {
            return;
        };
        self.stage = Stage::Connecting;
        let (instance, app) = (self.instance, self.app.clone());
        cx.link(Order::Connect(Target { address, token, instance, app, can_ring: true }));
    }

    /// Leaves at once (P10).
    pub(super) fn leave(&mut self, cx: &mut Context) {
        if !self.is_off() {
            self.stage = Stage::Off;
            cx.link(Order::Disconnect { bye: true });
        }
        self.round_trip = None;
    }

    /// The network has changed or the machine woke up.
    pub(super) fn distrust(&mut self, cx: &mut Context, account: &Account) {
        match self.stage {
            Stage::Off => {}
            Stage::Replaced => self.connect(cx, account),
            Stage::Connecting | Stage::Syncing { .. } | Stage::Up { .. } | Stage::Down { .. } => {
                cx.link(Order::RetryNow);
            }
        }
    }

    /// The service has greeted.
    pub(super) fn welcomed(&mut self, since: UnixMillis) {
        self.stage = Stage::Syncing { since };
    }

    /// The snapshot is complete. Returns whether one was coming in.
    pub(super) fn synced(&mut self) -> bool {
        let Stage::Syncing { since } = self.stage else { return false };
        self.stage = Stage::Up { since };
        true
    }

    /// The connection is lost, or could not be made.
    pub(super) fn lost(&mut self, now: Moment, why: String, retry_in: Duration) {
        let lost_at = match self.stage {
            Stage::Down { lost_at, .. } => lost_at,
            Stage::Off | Stage::Connecting | Stage::Syncing { .. } | Stage::Up { .. } | Stage::Replaced => {
                now
            }
        };
        self.round_trip = None;
        self.stage = Stage::Down { retry_at: now.plus(retry_in), lost_at, why };
    }

    /// The service does not know the sign-in any more, and the link has given up.
    pub(super) fn given_up(&mut self) {
        self.stage = Stage::Off;
    }

    /// Another connection of this run has taken over.
    pub(super) fn replaced(&mut self) {
        self.stage = Stage::Replaced;
        self.round_trip = None;
    }

    /// Keeps the text of a report that was sent.
    pub(super) fn keep_report(&mut self, at: UnixMillis, text: String) {
        if self.reports.len() == REPORTS {
            self.reports.pop_front();
        }
        self.reports.push_back(Report { at, text });
    }

    /// An answer took this long.
    pub(super) fn took(&mut self, round_trip: Duration) {
        self.round_trip = Some(round_trip);
    }
}
