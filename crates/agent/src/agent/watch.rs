//! Turns facts into activity with `presence::device`, and reports each change at once.
//!
//! It also keeps the machine awake until its report is sent (P4), and fills in for a missing idle source (P12).

use super::context::Context;
use super::contract::Effect;
use link::Order;
use presence::device::{Device, Fact};
use presence::user::SAME_SINCE;
use presence::{Activity, IdleReason, Moment};
use protocol::IntentId;
use protocol::limits::{IDLE_AFTER, IDLE_AFTER_MAX, IDLE_AFTER_MIN};
use std::time::Duration;

/// What this device sees of its user.
#[derive(Debug)]
pub(super) struct Watch {
    device: Device,
    source: Option<String>,
    why: String,
    /// The search for a source is over.
    is_probed: bool,
    idle_after: Duration,
    /// A source or the window has reported input. Before that, the end of a source means nothing.
    has_heard: bool,
    /// When the first report is sent at the latest, whatever is known by then.
    first_report_by: Moment,
    reported: Option<(Kind, Moment)>,
    /// The last report's intent while it is unanswered.
    unanswered: Option<IntentId>,
    /// The machine waits for the last report before it sleeps.
    holds_sleep: bool,
    /// The next report is sent even if nothing has changed.
    restate: bool,
}

/// The part of an activity whose change is reported at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Active,
    Idle(IdleReason),
}

/// How long the first connection waits for the source's first report: a source that works reports within a tenth of a second, and
/// one that cannot know the past reports nothing at all.
const FIRST_REPORT_WITHIN: Duration = Duration::from_secs(2);

impl Watch {
    /// A watch at its start, with the last threshold that the service told.
    pub(super) fn new(now: Moment, idle_after_ms: Option<u64>) -> Self {
        let kept = idle_after_ms.map(Duration::from_millis);
        let idle_after = kept.map_or(IDLE_AFTER, |kept| kept.clamp(IDLE_AFTER_MIN, IDLE_AFTER_MAX));
        Self {
            device: Device::new(idle_after, now),
            source: None,
            why: crate::words::source_not_yet().to_owned(),
            is_probed: false,
            idle_after,
            has_heard: false,
            first_report_by: now.plus(FIRST_REPORT_WITHIN),
            reported: None,
            unanswered: None,
            holds_sleep: false,
            restate: false,
        }
    }

    pub(super) fn idle_after(&self) -> Duration {
        self.idle_after
    }

    pub(super) fn next_timeout(&self, now: Moment) -> Option<Moment> {
        [self.device.next_timeout(now), self.ready_timeout(now)].into_iter().flatten().min()
    }

    /// The activity, as it would be reported now.
    pub(super) fn activity(&self, now: Moment) -> Activity {
        self.device.activity(now)
    }

    pub(super) fn last_input(&self) -> Moment {
        self.device.last_input()
    }

    /// The idle source in use, if one works (P12).
    pub(super) fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// Why this source is in use, or why there is none.
    pub(super) fn why(&self) -> &str {
        &self.why
    }

    /// Since when the activity holds that was reported last.
    pub(super) fn since(&self) -> Moment {
        self.reported.map_or(self.device.last_input(), |(_, since)| since)
    }

    pub(super) fn set_source(&mut self, source: Option<String>, why: String, now: Moment) {
        if source.is_none() {
            self.lose_source(now);
        }
        self.source = source;
        self.why = why;
        self.is_probed = true;
    }

    /// Whether nothing sees the user's input (P12).
    pub(super) fn is_blind(&self) -> bool {
        self.is_probed && self.source.is_none()
    }

    /// Whether a report would say now what the source sees. If it were sent before, a user who is there would be shown Away.
    pub(super) fn is_ready(&self, now: Moment) -> bool {
        self.has_heard || self.is_blind() || now >= self.first_report_by
    }

    /// When the first report is sent without the source.
    fn ready_timeout(&self, now: Moment) -> Option<Moment> {
        (!self.is_ready(now)).then_some(self.first_report_by)
    }

    /// Whether the session is locked.
    pub(super) fn is_locked(&self, now: Moment) -> bool {
        matches!(self.device.activity(now), Activity::Idle { reason: IdleReason::Locked, .. })
    }

    /// The hello has reported the activity, so no answer to an earlier report is awaited.
    pub(super) fn told_by_hello(&mut self) {
        self.unanswered = None;
    }

    /// An intent was answered. Returns whether it was the last report.
    pub(super) fn answered(&mut self, re: IntentId) -> bool {
        let is_last = self.unanswered == Some(re);
        if is_last {
            self.unanswered = None;
        }
        is_last
    }

    fn see(&mut self, fact: Fact, now: Moment) {
        match fact {
            Fact::Active | Fact::IdleFor(_) => {
                self.has_heard = true;
                self.device.on(fact, now);
            }
            Fact::Lost => self.lose_source(now),
            Fact::Locked | Fact::Unlocked | Fact::Suspending | Fact::Resumed => self.device.on(fact, now),
        }
    }

    /// If no source had ever seen input, there is no threshold that could run out (P11).
    fn lose_source(&mut self, now: Moment) {
        if self.has_heard {
            self.device.on(Fact::Lost, now);
        }
    }

    fn kind(&self, now: Moment) -> (Kind, Moment) {
        match self.device.activity(now) {
            Activity::Active => {
                let since = match self.reported {
                    Some((Kind::Active, since)) => since,
                    Some((Kind::Idle(_), _)) | None => now,
                };
                (Kind::Active, since)
            }
            Activity::Idle { reason, idle_for_ms } => {
                (Kind::Idle(reason), now.minus(Duration::from_millis(idle_for_ms)))
            }
        }
    }

    fn is_news(&self, (kind, since): (Kind, Moment)) -> bool {
        self.reported.is_none_or(|(known, known_since)| {
            let apart = since.since(known_since).max(known_since.since(since));
            known != kind || apart > SAME_SINCE
        })
    }

    /// Handles a fact from the source or the session. Before the machine sleeps, it sends the report (P4).
    pub(super) fn on_fact(&mut self, cx: &mut Context, fact: Fact, is_welcome: bool) {
        self.see(fact, cx.now.moment);
        match fact {
            Fact::Suspending => {
                self.holds_sleep = true;
                self.report(cx);
                if !is_welcome || self.unanswered.is_none() {
                    self.release_sleep(cx);
                }
            }
            Fact::Resumed => {
                self.restate = true;
                self.report(cx);
            }
            Fact::IdleFor(_) | Fact::Active | Fact::Locked | Fact::Unlocked | Fact::Lost => {}
        }
    }

    /// There was input in our own window. It counts only if nothing else sees input (P12).
    pub(super) fn on_own_input(&mut self, now: Moment) {
        if self.source.is_none() {
            self.see(Fact::Active, now);
            // The window reports when input begins, but never when it ends.
            self.lose_source(now);
        }
    }

    /// Reports the activity if it has changed.
    pub(super) fn report(&mut self, cx: &mut Context) {
        let now = cx.now.moment;
        let kind = self.kind(now);
        if self.is_news(kind) || std::mem::take(&mut self.restate) {
            let id = cx.ids.next();
            self.reported = Some(kind);
            self.unanswered = Some(id);
            cx.link(Order::Activity { id, activity: self.device.activity(now) });
        }
    }

    /// The report is sent, or cannot be sent: lets the machine sleep.
    pub(super) fn release_sleep(&mut self, cx: &mut Context) {
        if std::mem::take(&mut self.holds_sleep) {
            cx.effects.push(Effect::ReleaseSleep);
        }
    }

    /// The service has told the threshold (P2), which is saved for the next start.
    pub(super) fn set_idle_after(&mut self, cx: &mut Context, idle_after_ms: u64) {
        if Some(idle_after_ms) != cx.settings.idle_after_ms {
            cx.settings.idle_after_ms = Some(idle_after_ms);
            cx.save_settings();
        }
        let idle_after = Duration::from_millis(idle_after_ms);
        if idle_after != self.idle_after {
            self.idle_after = idle_after;
            self.device.set_idle_after(idle_after);
            cx.effects.push(Effect::SetIdleAfter(idle_after));
        }
    }
}
