//! Linux: the X server for input, logind and the screen savers for lock and sleep.

mod bus;
mod device_query;
mod env;
mod helper;
mod logind;
mod screensaver;
mod x11;
mod x11_stream;
mod xscreensaver;
mod xsync;

pub use env::SessionEnv;
pub use helper::{HelperError, run_helper};

use crate::seen::{Helper, SourceKind};
use crate::session::Said;
use crate::source::{Attempt, IdleSource, Unavailable};
use device_query::DeviceQuery;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use xscreensaver::XScreenSaver;
use xsync::XSync;

/// Reports for ever what logind and the screen savers say about lock and sleep.
pub(crate) async fn watch_session(env: SessionEnv, say: mpsc::Sender<Said>, releases: watch::Receiver<u64>) {
    let logind = logind::watch(env.clone(), say.clone(), releases);
    tokio::join!(logind, screensaver::watch(env, say));
}

/// Tries one source after another, and takes the first that works.
pub(crate) async fn attempt(
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
fn x11_display(env: &SessionEnv) -> Result<String, Unavailable> {
    if env.is_wayland() {
        let why =
            "this is a Wayland session, whose input X11 cannot see; Wayland itself is not supported yet";
        return Err(Unavailable::Never(why.into()));
    }
    let display = env.display.clone().filter(|name| !name.is_empty());
    display.ok_or_else(|| Unavailable::Never("there is no display: DISPLAY is not set".into()))
}

async fn open(
    kind: SourceKind,
    display: &str,
    helper: Option<&Helper>,
    lost_at: Option<Instant>,
) -> Result<Box<dyn IdleSource>, Unavailable> {
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
