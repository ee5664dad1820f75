//! The idle sources against real X servers and D-Bus daemons, and the script against a paused clock.
//!
//! Needs `Xvfb`, `dbus-daemon` and python3-dbusmock; without them tests fail.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up has failed")]

mod between;
mod bus;
mod locks;
mod logind;
mod probing;
mod scripted;
mod sources;
mod suite;
mod xserver;

use idle::{Seen, SessionEnv, Source};
use presence::device::Fact;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A session without buses.
fn bare_env() -> SessionEnv {
    let nowhere = Some("unix:path=/nonexistent/bus".to_owned());
    SessionEnv { system_bus: nowhere.clone(), session_bus: nowhere, ..SessionEnv::default() }
}

async fn next(seen: &mut Receiver<Seen>) -> Seen {
    timeout(PATIENCE, seen.recv()).await.expect("something to be seen").expect("the watch to go on")
}

async fn next_fact(seen: &mut Receiver<Seen>) -> Fact {
    loop {
        if let Seen::Fact(fact) = next(seen).await {
            return fact;
        }
    }
}

async fn next_source(seen: &mut Receiver<Seen>) -> Source {
    loop {
        if let Seen::Source(source) = next(seen).await {
            return source;
        }
    }
}

async fn why_none(seen: &mut Receiver<Seen>) -> String {
    match next_source(seen).await {
        Source::None { why } => why,
        Source::Found { kind, why } => panic!("{kind:?} found: {why}"),
    }
}

/// Waits until `is_so`.
async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never: {what}"));
}
