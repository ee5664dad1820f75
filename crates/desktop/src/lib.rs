//! The program `deskbell`: the agent as a process, and the commands in a terminal that talk to it.
//!
//! [`run`] is the loop: what happens on this machine comes in as `wake`s, goes to the pure `agent` as inputs, and its
//! effects are carried out by `shell`: tray and toasts of the `platform`, the `window` process, files by `storage`.
//! `cli` is the other end of the local socket. Nothing here decides what a state means or what a user reads of it.

#![cfg_attr(
    not(target_os = "linux"),
    expect(
        dead_code,
        reason = "tray, toasts and sounds of other systems are not there yet, and what only they would use waits for them"
    )
)]

mod cli;
mod clock;
mod file;
mod log;
mod out;
mod paths;
mod platform;
mod run;
mod shell;
mod storage;
mod toasts;
mod tray;
mod wait;
mod wake;
mod window;
mod words;

use agent::words::Language;
use clap::Parser;
use cli::{Cli, Verb, terminal};
use std::process::ExitCode;
use std::time::Duration;

/// Threads for name look-ups and certificates; they end soon after.
const MAX_BLOCKING_THREADS: usize = 4;
const BLOCKING_THREAD_LIVES: Duration = Duration::from_secs(1);

/// Runs the program: 0 is done, 1 failed with a message on standard error, 2 a wrong command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    agent::words::speak(Language::of_environment(|name| std::env::var(name).ok()));
    match execute(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> anyhow::Result<()> {
    if let Some(Verb::IdleHelper) = cli.verb {
        return Ok(idle::run_helper()?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(MAX_BLOCKING_THREADS)
        .thread_keep_alive(BLOCKING_THREAD_LIVES)
        .build()?;
    let done = match cli.verb {
        Some(verb) => runtime.block_on(terminal::run(&cli.profile, verb)),
        None => runtime.block_on(run::run(&cli)),
    };
    // A look-up that hangs must not keep the program.
    runtime.shutdown_background();
    done
}
