//! Toasts over the desktop's notification daemon (`org.freedesktop.Notifications`).
//!
//! A daemon may end and another may start at any time, and it may take its time to answer: nothing here waits for an answer.
//! The `board` decides what to do, the `screen` does it, and `client` and `notification` know how to tell the daemon.

mod calls;
mod client;
mod notification;
mod persisted;
mod reports;
mod ringing;
mod screen;
mod text;

pub(super) use client::{NAME, PATH};

use crate::toasts::Toasts;
use crate::wait::sleep_until;
use screen::Screen;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use zbus::Connection;

/// How long toasts of an earlier run may stay while the agent does not know yet what it wants.
const PERSISTED_FOR: Duration = Duration::from_secs(10);

/// Shows the wanted toasts until the connection ends, or the agent wants no more. `do_not_disturb` changes when the desktop enters or
/// leaves it.
pub(crate) async fn run(
    connection: &Connection,
    toasts: &mut Toasts,
    mut do_not_disturb: watch::Receiver<bool>,
) -> zbus::Result<()> {
    let Toasts { wanted: wishes, wakes, persisted, picture, ringer, problem } = toasts;
    let mut screen = Screen::open(connection, wakes, persisted, picture.as_deref(), ringer, problem).await?;
    let mut wanted = wishes.borrow_and_update().clone();
    let began = Instant::now();
    loop {
        if do_not_disturb.has_changed().unwrap_or(false) {
            do_not_disturb.mark_unchanged();
            screen.forget_capabilities();
        }
        if wanted.is_none() && began.elapsed() >= PERSISTED_FOR {
            wanted = Some(Vec::new());
        }
        screen.settle(wanted.as_deref()).await;
        let pause = match &wanted {
            None => Some(began + PERSISTED_FOR),
            Some(_) => screen.next_timeout(),
        };
        tokio::select! {
            message = screen.client.next() => match message {
                Some(Ok(message)) => screen.take(&message),
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
            changed = wishes.changed() => {
                wanted = wishes.borrow_and_update().clone();
                if changed.is_err() {
                    screen.end(wanted.as_deref().unwrap_or_default()).await;
                    return Ok(());
                }
                screen.retry_now();
            }
            Ok(()) = do_not_disturb.changed() => screen.forget_capabilities(),
            () = sleep_until(pause) => screen.on_timeout(),
        }
    }
}

#[cfg(test)]
mod tests;
