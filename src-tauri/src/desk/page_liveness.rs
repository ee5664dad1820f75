//! Whether the pages are alive. Each runs in a separate process, which may die or hang while its window still shows the
//! last picture. Such a page is reloaded, once. After that it counts as a crash of the window, which the agent handles.

use super::contract::{Effect, WindowKind};
use presence::Moment;
use std::time::Duration;

/// How often a page is asked whether it responds, which costs it less than a millisecond.
pub const ASK_EVERY: Duration = Duration::from_secs(15);
/// How long a page may take to answer before it counts as hung: even on a machine that swaps, a slow page has answered by
/// then, and a user who looks at it has not yet given up.
pub const HANGS_AFTER: Duration = Duration::from_secs(30);
/// A second death within this time is not an accident. The agent counts crashes of the window in the same way.
pub const DEATHS_APART: Duration = Duration::from_secs(60);

/// What is known about the pages.
#[derive(Debug, Default)]
pub(super) struct PageLiveness {
    portal: Option<Liveness>,
    status: Option<Liveness>,
    sign_in: Option<Liveness>,
    last_death: Option<Moment>,
}

/// What is known about one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Liveness {
    /// It was alive a moment ago, and is asked again at this time.
    Alive { ask_at: Moment },
    /// It was asked, and counts as hung if it has not answered by this time.
    Asked { until: Moment },
    /// It hung, and its process is being ended.
    Ending,
}

impl Liveness {
    fn alive(now: Moment) -> Self {
        Self::Alive { ask_at: now.plus(ASK_EVERY) }
    }

    fn next_timeout(self) -> Option<Moment> {
        match self {
            Self::Alive { ask_at } => Some(ask_at),
            Self::Asked { until } => Some(until),
            Self::Ending => None,
        }
    }
}

/// What to do after a page's death.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    /// Reload the page.
    First,
    /// Another page, or the same one, died a moment ago: this counts as a crash of the window.
    Again,
}

impl PageLiveness {
    fn of(&mut self, kind: WindowKind) -> &mut Option<Liveness> {
        match kind {
            WindowKind::Portal => &mut self.portal,
            WindowKind::Status => &mut self.status,
            WindowKind::SignIn => &mut self.sign_in,
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        [self.portal, self.status, self.sign_in]
            .into_iter()
            .flatten()
            .filter_map(Liveness::next_timeout)
            .min()
    }

    /// Only open windows are asked.
    pub(super) fn settle(&mut self, open: [(WindowKind, bool); 3], now: Moment) {
        for (kind, is_open) in open {
            let page = self.of(kind);
            *page = is_open.then(|| page.unwrap_or(Liveness::alive(now)));
        }
    }

    pub(super) fn on_timeout(&mut self, now: Moment, out: &mut Vec<Effect>) {
        for kind in [WindowKind::Portal, WindowKind::Status, WindowKind::SignIn] {
            let page = self.of(kind);
            match *page {
                Some(Liveness::Alive { ask_at }) if ask_at <= now => {
                    *page = Some(Liveness::Asked { until: now.plus(HANGS_AFTER) });
                    out.push(Effect::Ask(kind));
                }
                Some(Liveness::Asked { until }) if until <= now => {
                    tracing::warn!(?kind, "a page does not answer, so it is ended");
                    *page = Some(Liveness::Ending);
                    out.push(Effect::EndPage(kind));
                }
                Some(Liveness::Alive { .. } | Liveness::Asked { .. } | Liveness::Ending) | None => {}
            }
        }
    }

    pub(super) fn answered(&mut self, kind: WindowKind, now: Moment) {
        if let Some(page @ Liveness::Asked { .. }) = self.of(kind) {
            *page = Liveness::alive(now);
        }
    }

    /// The process that runs a page has ended; `None` if its window is no longer open.
    pub(super) fn died(&mut self, kind: WindowKind, now: Moment) -> Option<Death> {
        let page = self.of(kind).as_mut()?;
        *page = Liveness::alive(now);
        let before = self.last_death.replace(now);
        let is_again = before.is_some_and(|before| now.since(before) < DEATHS_APART);
        Some(if is_again { Death::Again } else { Death::First })
    }
}
