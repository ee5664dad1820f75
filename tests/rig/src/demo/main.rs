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

use anyhow::{Context, Result, bail};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Whose app is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Technician,
    Client,
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
struct Wish {
    who: As,
    once: bool,
}

fn wish() -> Result<Wish> {
    let mut wish = Wish { who: As::Technician, once: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--once" => wish.once = true,
            "--as" => {
                wish.who = match arguments.next().as_deref() {
                    Some("technician") => As::Technician,
                    Some("client") => As::Client,
                    other => bail!("--as takes `technician` or `client`, not {other:?}"),
                }
            }
            other => bail!("{other:?} is not known: `cargo xtask run [--as client] [--once]`"),
        }
    }
    Ok(wish)
}

#[tokio::main]
async fn main() -> ExitCode {
    // What is started ends when this future is dropped: by its end, or by a signal.
    let outcome = tokio::select! {
        outcome = demonstrate() => outcome,
        signal = ended_by_signal() => signal.map(|()| true),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Gives whether all that was played went well.
async fn demonstrate() -> Result<bool> {
    let wish = wish()?;
    let mut demonstration = start::start(wish).await?;
    let went_well = match demonstration.desktop() {
        Some(_) => demonstration.play().await,
        None => true,
    };
    if wish.once {
        demonstration.end().await;
        return Ok(went_well);
    }
    println!("\nCtrl-C ends all of it.");
    let outcome = ended_by_signal().await;
    demonstration.end().await;
    outcome.map(|()| true)
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
