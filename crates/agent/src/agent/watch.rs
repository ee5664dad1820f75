//! Input to activity: feeds the facts to `presence::device`, and reports each change at once.
//!
//! Also holds the machine awake until its report is out (P4), and stands in for a missing idle source (P12).

use super::{Agent, Effect};
use link::Order;
use presence::device::{Device, Fact};
use presence::user::SAME_SINCE;
use presence::{Activity, IdleReason, Moment};
use protocol::limits::{IDLE_AFTER, IDLE_AFTER_MAX, IDLE_AFTER_MIN};
use protocol::{IntentId, Policy};
use std::time::Duration;

/// What this device sees of its user.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) device: Device,
    pub(super) source: Option<String>,
    pub(super) why: String,
    /// The search for a source is over.
    is_probed: bool,
    idle_after: Duration,
    /// A source or the window has told of input: before that, the end of a source says nothing.
    has_heard: bool,
    /// When the first report goes out whatever is known.
    first_report_by: Moment,
    reported: Option<(Kind, Moment)>,
    /// The last report's intent while it is unanswered.
    unanswered: Option<IntentId>,
    /// The machine waits with its sleep for the last report.
    holds_sleep: bool,
    /// The next report goes out even if nothing has changed.
    restate: bool,
}

/// What a change of is news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Active,
    Idle(IdleReason),
}

/// How long the first connection waits for the source to say what it sees: one that works says so in a tenth of a second, and
/// one that cannot know of the past says nothing at all.
const FIRST_REPORT_WITHIN: Duration = Duration::from_secs(2);

impl Watch {
    /// A watch at its start, with the threshold that was told last.
    pub(super) fn new(now: Moment, idle_after_ms: Option<u64>) -> Self {
        let kept = idle_after_ms.map(Duration::from_millis);
        let idle_after = kept.map_or(IDLE_AFTER, |kept| kept.clamp(IDLE_AFTER_MIN, IDLE_AFTER_MAX));
        Self {
            device: Device::new(idle_after, now),
            source: None,
            why: crate::words::SOURCE_NOT_YET.to_owned(),
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
        self.device.next_timeout(now)
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

    /// Whether what would be reported now is what the source sees. Before that a user who is there would be shown Away.
    pub(super) fn is_ready(&self, now: Moment) -> bool {
        self.has_heard || self.is_blind() || now >= self.first_report_by
    }

    /// When the first report goes out without the source.
    pub(super) fn ready_timeout(&self, now: Moment) -> Option<Moment> {
        (!self.is_ready(now)).then_some(self.first_report_by)
    }

    /// Whether the session is locked.
    pub(super) fn is_locked(&self, now: Moment) -> bool {
        matches!(self.device.activity(now), Activity::Idle { reason: IdleReason::Locked, .. })
    }

    /// Hello has told what was untold.
    pub(super) fn told_by_hello(&mut self) {
        self.unanswered = None;
    }

    /// Whether `re` is the last report, which has its answer now.
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

    /// Without a source that had ever seen anything there is no input whose threshold could run out (P11).
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
}

impl Agent {
    pub(super) fn on_fact(&mut self, fact: Fact) {
        let now = self.now.moment;
        self.watch.see(fact, now);
        match fact {
            Fact::Suspending => {
                self.watch.holds_sleep = true;
                self.report_activity();
                if !self.line.is_welcome() || self.watch.unanswered.is_none() {
                    self.release_sleep();
                }
            }
            Fact::Resumed => {
                self.watch.restate = true;
                self.report_activity();
                self.distrust_line();
            }
            Fact::Unlocked => self.windows.on_unlocked(now),
            Fact::IdleFor(_) | Fact::Active | Fact::Locked | Fact::Lost => {}
        }
    }

    /// There was input in our own window: counts only where nothing else sees input (P12).
    pub(super) fn on_own_input(&mut self) {
        if self.watch.source.is_none() {
            let now = self.now.moment;
            self.watch.see(Fact::Active, now);
            // The window says when input begins, and never when it ends.
            self.watch.lose_source(now);
        }
    }

    /// Reports the activity if it is news.
    pub(super) fn report_activity(&mut self) {
        let now = self.now.moment;
        let kind = self.watch.kind(now);
        if self.watch.is_news(kind) || std::mem::take(&mut self.watch.restate) {
            let id = self.ids.next();
            self.watch.reported = Some(kind);
            self.watch.unanswered = Some(id);
            self.link(Order::Activity { id, activity: self.watch.device.activity(now) });
        }
    }

    /// The report is out, or cannot go out.
    pub(super) fn release_sleep(&mut self) {
        if std::mem::take(&mut self.watch.holds_sleep) {
            self.out.push(Effect::ReleaseSleep);
        }
    }

    pub(super) fn take_policy(&mut self, policy: Policy) {
        let idle_after = Duration::from_millis(policy.idle_after_ms);
        if Some(policy.idle_after_ms) != self.settings.idle_after_ms {
            self.settings.idle_after_ms = Some(policy.idle_after_ms);
            self.save_settings();
        }
        self.policy = policy;
        if idle_after != self.watch.idle_after {
            self.watch.idle_after = idle_after;
            self.watch.device.set_idle_after(idle_after);
            self.out.push(Effect::SetIdleAfter(idle_after));
        }
    }
}
