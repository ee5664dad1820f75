//! Whether the pages live. Each runs in a process of its own, which may die or hang while its window still shows the last
//! picture: such a page is loaded again, once. After that it counts as a crash of the window, which is the agent's to handle.

use super::contract::{Effect, WindowKind};
use super::{Desk, Portal, Status};
use crate::words;
use agent::view::WindowReport;
use presence::Moment;
use std::time::Duration;

/// How often a page is asked for a sign of life: that costs it less than a millisecond.
pub const ASK_EVERY: Duration = Duration::from_secs(15);
/// How long a page may take to answer before it is taken for hung: on a machine that swaps, a page that is only slow has
/// answered by then, and a user who looks at it has not yet given up.
pub const HANGS_AFTER: Duration = Duration::from_secs(30);
/// A second death within this time is no accident. As the agent counts crashes of the window.
pub const DEATHS_APART: Duration = Duration::from_secs(60);

/// What is known of the pages' lives.
#[derive(Debug, Default)]
pub(super) struct Pulses {
    portal: Option<Pulse>,
    status: Option<Pulse>,
    sign_in: Option<Pulse>,
    last_death: Option<Moment>,
}

/// What is known of one page's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pulse {
    /// It lived a moment ago; it is asked again then.
    Felt { ask_at: Moment },
    /// It was asked, and hangs if it has not answered by then.
    Asked { until: Moment },
    /// It hung, and the process that runs it is being ended.
    Ending,
}

impl Pulse {
    fn felt(now: Moment) -> Self {
        Self::Felt { ask_at: now.plus(ASK_EVERY) }
    }

    fn next_timeout(self) -> Option<Moment> {
        match self {
            Self::Felt { ask_at } => Some(ask_at),
            Self::Asked { until } => Some(until),
            Self::Ending => None,
        }
    }
}

impl Pulses {
    fn of(&mut self, kind: WindowKind) -> &mut Option<Pulse> {
        match kind {
            WindowKind::Portal => &mut self.portal,
            WindowKind::Status => &mut self.status,
            WindowKind::SignIn => &mut self.sign_in,
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        [self.portal, self.status, self.sign_in].into_iter().flatten().filter_map(Pulse::next_timeout).min()
    }
}

impl Desk {
    /// Windows that are open have a pulse, others have none.
    pub(super) fn settle_pulses(&mut self, now: Moment) {
        let open = [
            (WindowKind::Portal, self.portal == Portal::Open),
            (WindowKind::Status, self.status != Status::Closed),
            (WindowKind::SignIn, self.asks),
        ];
        for (kind, is_open) in open {
            let pulse = self.pulses.of(kind);
            *pulse = is_open.then(|| pulse.unwrap_or(Pulse::felt(now)));
        }
    }

    pub(super) fn on_pulse_timeout(&mut self, now: Moment, out: &mut Vec<Effect>) {
        for kind in [WindowKind::Portal, WindowKind::Status, WindowKind::SignIn] {
            let pulse = self.pulses.of(kind);
            match *pulse {
                Some(Pulse::Felt { ask_at }) if ask_at <= now => {
                    *pulse = Some(Pulse::Asked { until: now.plus(HANGS_AFTER) });
                    out.push(Effect::Ask(kind));
                }
                Some(Pulse::Asked { until }) if until <= now => {
                    tracing::warn!(?kind, "a page does not answer, so it is ended");
                    *pulse = Some(Pulse::Ending);
                    out.push(Effect::EndPage(kind));
                }
                Some(Pulse::Felt { .. } | Pulse::Asked { .. } | Pulse::Ending) | None => {}
            }
        }
    }

    pub(super) fn answered(&mut self, kind: WindowKind, now: Moment) {
        if let Some(pulse @ Pulse::Asked { .. }) = self.pulses.of(kind) {
            *pulse = Pulse::felt(now);
        }
    }

    pub(super) fn died(&mut self, kind: WindowKind, now: Moment, out: &mut Vec<Effect>) {
        let Some(pulse) = self.pulses.of(kind) else { return };
        *pulse = Pulse::felt(now);
        let before = self.pulses.last_death.replace(now);
        if before.is_some_and(|before| now.since(before) < DEATHS_APART) {
            // Without a word of closing: the agent then knows that it is a crash.
            self.ending = true;
            out.push(Effect::Exit { code: 1, words: Some(words::PAGES_DIE.to_owned()) });
            return;
        }
        tracing::warn!(?kind, "a page has died and is loaded again");
        out.push(Effect::Reload(kind));
        if kind == WindowKind::Portal {
            // The page may have forgotten whose window it is in; the agent's address tells it again.
            out.push(Effect::Report(WindowReport::NeedPortal));
        }
    }
}
