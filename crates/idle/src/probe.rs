//! Finds a source, keeps to it while it lasts, and looks again when it is lost (P12).
//!
//! The loop has no opinion of sources; what is tried, and in which order, is the `Prober`'s.

use crate::source::{Facts, IdleSource, Orders, Unavailable};
use crate::{Helper, SessionEnv, Source, SourceKind};
use futures_util::future::BoxFuture;
use presence::device::Fact;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// The first pause after an attempt that failed, doubled up to [`MAX_PAUSE`]: an attempt is one refused connection.
const MIN_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// A source that was lost sooner counts as a failed attempt, so that one which always breaks is not tried without pause.
const LIVED: Duration = Duration::from_secs(10);
/// How long a server may take to answer before the user is told that it does not.
const PATIENCE: Duration = Duration::from_secs(10);

/// What an attempt ends with: a source and why it was taken.
pub(crate) type Attempt = Result<(Box<dyn IdleSource>, String), Unavailable>;

/// Tries the sources of one place.
pub(crate) trait Prober: Send {
    /// One attempt. `lost_at`: when the source before it was lost, so that its server may be a new one that knows of no input.
    fn probe(&mut self, lost_at: Option<Instant>) -> impl Future<Output = Attempt> + Send;
}

/// Tells what is seen, for ever: by the source of the moment, or that there is none. Where there can never be one, it only
/// says so: nothing wakes the machine for it.
pub(crate) async fn drive(mut prober: impl Prober, orders: watch::Receiver<Orders>, facts: Facts) {
    let mut pause = MIN_PAUSE;
    let mut said = String::new();
    let mut lost_at = None;
    loop {
        let why = match prober.probe(lost_at).await {
            Ok((source, why)) => {
                let began = Instant::now();
                facts.tell_source(Source::Found { kind: source.kind(), why }).await;
                let lost = source.run(orders.clone(), facts.clone()).await;
                lost_at = Some(Instant::now());
                facts.tell(Fact::Lost).await;
                said.clear();
                if began.elapsed() >= LIVED {
                    pause = Duration::ZERO;
                }
                lost.why
            }
            Err(Unavailable::Never(why)) => {
                facts.tell_source(Source::None { why }).await;
                return std::future::pending().await;
            }
            Err(unavailable @ (Unavailable::Session(_) | Unavailable::Mechanism(_))) => {
                unavailable.to_string()
            }
        };
        if why != said {
            facts.tell_source(Source::None { why: why.clone() }).await;
            said = why;
        }
        sleep(pause).await;
        pause = (pause * 2).clamp(MIN_PAUSE, MAX_PAUSE);
    }
}

/// Tries what this machine has.
pub(crate) struct Machine {
    env: SessionEnv,
    helper: Option<Helper>,
    only: Option<SourceKind>,
    /// An attempt that has not been answered yet: there is never a second one beside it.
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

#[cfg(not(target_os = "linux"))]
async fn attempt(
    _env: SessionEnv,
    _helper: Option<Helper>,
    _only: Option<SourceKind>,
    _lost_at: Option<Instant>,
) -> Attempt {
    Err(Unavailable::Never("this system is not supported yet".into()))
}

/// Tries one after the other, and takes the first that works.
#[cfg(target_os = "linux")]
async fn attempt(
    env: SessionEnv,
    helper: Option<Helper>,
    only: Option<SourceKind>,
    lost_at: Option<Instant>,
) -> Attempt {
    let display = x11_display(&env)?;
    let mut reasons = Vec::new();
    for kind in [SourceKind::XSync, SourceKind::XScreenSaver, SourceKind::DeviceQuery] {
        if only.is_some_and(|only| only != kind) {
            continue;
        }
        match open(kind, &display, helper.as_ref(), lost_at).await {
            Ok(source) => {
                let why = std::iter::once(source.why()).chain(reasons).collect::<Vec<_>>().join("; ");
                return Ok((source, why));
            }
            Err(Unavailable::Mechanism(why)) => reasons.push(why),
            Err(unavailable @ (Unavailable::Never(_) | Unavailable::Session(_))) => return Err(unavailable),
        }
    }
    if reasons.is_empty() {
        reasons.push("the only source that may be used does not exist on this system".into());
    }
    Err(Unavailable::Session(reasons.join("; ")))
}

/// The X server to ask, if its answers can be right.
#[cfg(target_os = "linux")]
fn x11_display(env: &SessionEnv) -> Result<String, Unavailable> {
    if env.is_wayland() {
        let why =
            "this is a Wayland session, whose input X11 cannot see; Wayland itself is not supported yet";
        return Err(Unavailable::Never(why.into()));
    }
    let display = env.display.clone().filter(|name| !name.is_empty());
    display.ok_or_else(|| Unavailable::Never("there is no display: DISPLAY is not set".into()))
}

#[cfg(target_os = "linux")]
async fn open(
    kind: SourceKind,
    display: &str,
    helper: Option<&Helper>,
    lost_at: Option<Instant>,
) -> Result<Box<dyn IdleSource>, Unavailable> {
    use crate::source::{device_query::DeviceQuery, xscreensaver::XScreenSaver, xsync::XSync};
    Ok(match (kind, helper) {
        (SourceKind::XSync, _) => Box::new(XSync::open(display, lost_at).await?),
        (SourceKind::XScreenSaver, _) => Box::new(XScreenSaver::open(display, lost_at).await?),
        (SourceKind::DeviceQuery, Some(helper)) => Box::new(DeviceQuery::open(helper, display).await?),
        (SourceKind::DeviceQuery, None) => {
            return Err(Unavailable::Mechanism("device_query has no helper program".into()));
        }
        (SourceKind::Scripted, _) => return Err(Unavailable::Mechanism("scripts are for tests".into())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seen;
    use tokio::sync::mpsc;

    /// Fails in this way, and counts.
    struct Failing(fn() -> Unavailable, mpsc::UnboundedSender<()>);

    impl Prober for Failing {
        async fn probe(&mut self, _lost_at: Option<Instant>) -> Attempt {
            self.1.send(()).expect("the test counts");
            Err((self.0)())
        }
    }

    /// How often a source is looked for in an hour, and how often it is told that there is none.
    async fn in_an_hour(failure: fn() -> Unavailable) -> (usize, usize) {
        let (count, attempts) = mpsc::unbounded_channel();
        let (tell, seen) = mpsc::channel::<Seen>(8);
        let orders = watch::Sender::new(Orders { idle_after: Duration::from_secs(300), wakings: 0 });
        let driving = drive(Failing(failure, count), orders.subscribe(), Facts::new(tell));
        assert!(timeout(Duration::from_secs(3600), driving).await.is_err(), "it never ends");
        (attempts.len(), seen.len())
    }

    #[tokio::test(start_paused = true)]
    async fn looks_again_only_where_there_could_be_a_source_one_day() {
        assert_eq!(in_an_hour(|| Unavailable::Never("no display".into())).await, (1, 1));
        let (attempts, told) = in_an_hour(|| Unavailable::Session("it is gone".into())).await;
        assert!(attempts > 700, "a new X server is seen within seconds: {attempts}");
        assert_eq!(told, 1);
    }
}
