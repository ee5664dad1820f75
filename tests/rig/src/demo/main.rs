//! The demonstration that `cargo xtask run` starts: service and app with a small organisation, and without a display a
//! virtual one on which the main job is played once.
//!
//! It only starts programs, presses keys and takes pictures; what is seen is the product. All that it started ends with it.

mod ground;
mod organisation;
mod play_client;
mod play_technician;
mod start;
mod steps;
mod wish;

use anyhow::{Context, Result};
use std::pin::pin;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use wish::Wish;

#[tokio::main]
async fn main() -> ExitCode {
    match demonstrate().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Gives whether all that was played went well, or was cut short by a signal.
async fn demonstrate() -> Result<bool> {
    let wish = Wish::read()?;
    let mut signal = pin!(ended_by_signal());
    // What a start that is cut short has started ends as its handles are dropped.
    let mut demonstration = tokio::select! {
        started = start::start(wish) => started?,
        ended = &mut signal => return ended.map(|()| true),
    };
    let (went_well, cut_short) = tokio::select! {
        went_well = demonstration.play() => (went_well, wish.once),
        ended = &mut signal => (ended.is_ok(), true),
    };
    if !cut_short {
        println!("\nCtrl-C ends all of it.");
        signal.await?;
    }
    demonstration.end().await;
    Ok(went_well || !wish.once)
}

/// Waits for Ctrl-C, a `kill`, or the end of the terminal.
async fn ended_by_signal() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).context("waiting for Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("waiting for SIGTERM")?;
    let mut hangup = signal(SignalKind::hangup()).context("waiting for the terminal's end")?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}
