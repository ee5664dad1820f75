//! Ten thousand devices in one process, and what they cost the server that they are connected to.
//!
//! `cargo xtask bench` starts it: it measures the live chat service and a bare axum WebSocket server in turn, in the same way,
//! and prints what it measured as JSON. It judges nothing. `organisation` makes the people and the service's database, `server`
//! is the process that is measured, `crowd` the devices (`socket` one of them, `frame` its bytes, `told` what comes to them), `round` the
//! measuring.

mod crowd;
mod frame;
mod organisation;
mod round;
mod server;
mod socket;
mod told;

use anyhow::{Context, Result};
use clap::Parser;
use organisation::Organisation;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;
use server::{Kind, Server};
use std::io::Write;
use std::path::PathBuf;

/// What to measure.
#[derive(Debug, Parser)]
struct Arguments {
    /// The program `deskbell-service`.
    #[arg(long)]
    service: PathBuf,
    /// The bare server.
    #[arg(long)]
    peer: PathBuf,
    /// An existing folder on a disk, for databases.
    #[arg(long)]
    folder: PathBuf,
    /// Devices that are connected.
    #[arg(long)]
    connections: usize,
    /// How often each is measured.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Measure what a delivery costs, too: it says something of optimised programs only.
    #[arg(long)]
    delivery: bool,
}

/// All that was measured.
#[derive(Debug, Serialize)]
struct Measured {
    ours: Vec<round::Measured>,
    peer: Vec<round::Measured>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    allow_files()?;
    let organisation = Organisation::new(arguments.connections);
    let kept = organisation.store(&arguments.folder)?;
    let mut measured = Measured { ours: Vec::new(), peer: Vec::new() };
    let mut frame_bytes = None;
    for number in 1..=arguments.rounds {
        let round = round::Round { organisation: &organisation, delivery: arguments.delivery };
        eprintln!("round {number} of {}: the service", arguments.rounds);
        let server = Server::start(Kind::Ours, &arguments.service, Some(&kept.copy()?))?;
        let ours = round.measure(&server, None)?;
        frame_bytes = ours.frame_bytes.or(frame_bytes);
        measured.ours.push(ours);
        drop(server);
        eprintln!("round {number} of {}: the bare server", arguments.rounds);
        let server = Server::start(Kind::Peer, &arguments.peer, None)?;
        measured.peer.push(round.measure(&server, frame_bytes)?);
    }
    let json = serde_json::to_string(&measured).context("writing what was measured")?;
    writeln!(std::io::stdout(), "{json}").context("printing what was measured")
}

/// Lets this process, and those that it starts, open as many files as the system allows.
fn allow_files() -> Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
        .context("raising the limit of open files")
}
