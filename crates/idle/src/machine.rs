//! Tries the sources that this machine has. If one does not answer, waits for it without asking a second time.

use crate::platform::{SessionEnv, attempt};
use crate::probe::Prober;
use crate::seen::{Helper, SourceKind};
use crate::source::{Attempt, Unavailable};
use futures_util::future::BoxFuture;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long a server may take to answer before the user is told about it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tries what this machine has.
pub(crate) struct Machine {
    env: SessionEnv,
    helper: Option<Helper>,
    only: Option<SourceKind>,
    /// An attempt that has not been answered yet; there is never a second one at the same time.
    unanswered: Option<BoxFuture<'static, Attempt>>,
}

impl Machine {
    pub(crate) fn new(env: SessionEnv, helper: Option<Helper>, only: Option<SourceKind>) -> Self {
        Self { env, helper, only, unanswered: None }
    }

    fn begin(&self, lost_at: Option<Instant>) -> BoxFuture<'static, Attempt> {
        Box::pin(attempt(self.env.clone(), self.helper.clone(), self.only, lost_at))
    }
}

impl Prober for Machine {
    async fn probe(&mut self, lost_at: Option<Instant>) -> Attempt {
        let mut attempt = self.unanswered.take().unwrap_or_else(|| self.begin(lost_at));
        if let Ok(attempt) = timeout(PATIENCE, &mut attempt).await {
            return attempt;
        }
        self.unanswered = Some(attempt);
        Err(Unavailable::Session("the display server does not answer".into()))
    }
}
