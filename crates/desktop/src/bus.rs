//! The session bus: tray and toasts live while it does, and come back with it.
//!
//! It owns the connection and tells the agent what is lacking; what tray and toasts show is not its business.

use crate::toasts::{self, Toasts};
use crate::tray::{self, Shown};
use crate::wake::Wake;
use crate::words;
use agent::agent::Lack;
use std::time::Duration;
use tokio::sync::mpsc;
use zbus::Connection;

/// First and longest pause before the bus is tried again. Where there is none there rarely will be one.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LONGEST_RETRY: Duration = Duration::from_secs(60);

/// Shows tray and toasts until the agent ends both.
pub(crate) async fn run(mut shown: Shown, mut toasts: Toasts) {
    let wakes = shown.wakes.clone();
    let mut pause = FIRST_RETRY;
    let mut lacking = false;
    loop {
        match Connection::session().await {
            Ok(connection) => {
                if std::mem::take(&mut lacking) {
                    tell(&wakes, Wake::Lack { about: Lack::SessionBus, words: None }).await;
                }
                pause = FIRST_RETRY;
                let served = serve(&connection, &mut shown, &mut toasts).await;
                if is_over(&toasts) {
                    return;
                }
                tracing::warn!(?served, "the session bus is gone");
                tell(&wakes, Wake::TrayHost(false)).await;
            }
            Err(error) => {
                tracing::debug!(%error, "no session bus");
            }
        }
        if !lacking {
            lacking = true;
            let words = Some(words::NO_SESSION_BUS.to_owned());
            tell(&wakes, Wake::Lack { about: Lack::SessionBus, words }).await;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_RETRY),
            () = over(&mut toasts) => return,
        }
    }
}

/// Ends when the connection does, or when both have nothing more to show.
async fn serve(connection: &Connection, shown: &mut Shown, toasts: &mut Toasts) -> zbus::Result<()> {
    let (trayed, toasted) = tokio::join!(
        // Each reads until the connection ends, so neither can keep the other waiting for ever.
        tray::linux::run(connection, shown),
        toasts::linux::run(connection, toasts),
    );
    trayed.and(toasted)
}

fn is_over(toasts: &Toasts) -> bool {
    toasts.wanted.has_changed().is_err()
}

async fn over(toasts: &mut Toasts) {
    while toasts.wanted.changed().await.is_ok() {}
}

async fn tell(wakes: &mpsc::Sender<Wake>, wake: Wake) {
    // A closed channel means that the program ends.
    let _ended = wakes.send(wake).await;
}
