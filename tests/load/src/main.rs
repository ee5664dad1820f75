//! Ten thousand devices in one process, and what they cost the server that they are connected to.
//!
//! `cargo xtask bench` starts it: it measures the live chat service and a bare axum WebSocket server in turn, in the same way,
//! and prints what it measured as JSON. It judges nothing. `organisation` makes the people and the service's database, `server`
//! is the process that is measured, `crowd` the devices (`socket` one of them, `frame` its bytes, `told` what comes to them), `round` the
//! measuring of both, and `leaves`, `flood`, `large`, `chats` and `history` that of the service alone; `message` measures its core without it.

mod chats;
mod crowd;
mod flood;
mod frame;
mod history;
mod large;
mod leaves;
mod message;
mod organisation;
mod round;
mod server;
mod socket;
mod told;

use anyhow::{Context, Result};
use clap::Parser;
use organisation::{Kept, Organisation};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;
use server::{Kind, Server};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

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
    /// Connections that come and leave before memory is compared again.
    #[arg(long)]
    leaves: usize,
    /// Seconds for which somebody floods without signing in.
    #[arg(long)]
    flood_s: u64,
    /// Seconds for which somebody does so who comes again whenever they are closed.
    #[arg(long)]
    flood_again_s: Option<u64>,
    /// MiB of the database with which the service is started.
    #[arg(long)]
    database_mib: u64,
    /// Seconds for which many organisations chat.
    #[arg(long)]
    chats_s: u64,
}

/// All that was measured.
#[derive(Debug, Serialize)]
struct Measured {
    ours: Vec<round::Measured>,
    peer: Vec<round::Measured>,
    alone: Alone,
}

/// What was measured of the service alone.
#[derive(Debug, Serialize)]
struct Alone {
    /// What its memory grows by with all those leaves at least, in MiB.
    leaves_mib: f64,
    /// From its start until it listens with a large database, in seconds.
    large_start_s: f64,
    /// From a technician's connecting until they have been told all, while as many abandoned chats stay open as may.
    open_ms: f64,
    #[serde(flatten)]
    flood: flood::Measured,
    #[serde(flatten)]
    chats: chats::Measured,
    #[serde(flatten)]
    message: message::Measured,
    #[serde(flatten)]
    history: history::Measured,
}

/// How often a technician connects to what stays open; the median counts.
const OPEN_TIMES: usize = 9;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    allow_files()?;
    let organisation = Organisation::new(arguments.connections);
    let kept = organisation.store(&arguments.folder, false)?;
    let mut rounds = (Vec::new(), Vec::new());
    let mut frame_bytes = None;
    for number in 1..=arguments.rounds {
        let round = round::Round { organisation: &organisation, delivery: arguments.delivery };
        eprintln!("round {number} of {}: the service", arguments.rounds);
        let server = Server::start(Kind::Ours, &arguments.service, Some(&kept.copy()?))?;
        let ours = round.measure(&server, None)?;
        frame_bytes = ours.frame_bytes.or(frame_bytes);
        rounds.0.push(ours);
        drop(server);
        eprintln!("round {number} of {}: the bare server", arguments.rounds);
        let server = Server::start(Kind::Peer, &arguments.peer, None)?;
        rounds.1.push(round.measure(&server, frame_bytes)?);
    }
    let measured =
        Measured { ours: rounds.0, peer: rounds.1, alone: alone(&arguments, &organisation, &kept)? };
    let json = serde_json::to_string(&measured).context("writing what was measured")?;
    writeln!(std::io::stdout(), "{json}").context("printing what was measured")
}

fn alone(arguments: &Arguments, organisation: &Organisation, kept: &Kept) -> Result<Alone> {
    eprintln!("the service alone");
    let server = Server::start(Kind::Ours, &arguments.service, Some(&kept.copy()?))?;
    let (once, again) =
        (Duration::from_secs(arguments.flood_s), arguments.flood_again_s.map(Duration::from_secs));
    // First: those who have left are remembered for a while, which costs some processor time as well.
    let flood = flood::measure(&server, once, again)?;
    let leaves_mib = leaves::measure(organisation, &server, arguments.leaves)?;
    drop(server);
    eprintln!("a technician's first view of what stays open");
    let open = organisation.store(&arguments.folder, true)?;
    let server = Server::start(Kind::Ours, &arguments.service, Some(&open.copy()?))?;
    let open_ms = round::first_view_ms(organisation, &server, OPEN_TIMES)?;
    drop(server);
    let bytes = arguments.database_mib * 1024 * 1024;
    let large_start_s = large::start(&arguments.service, &arguments.folder, bytes)?.as_secs_f64();
    eprintln!("chats of many organisations");
    let time = Duration::from_secs(arguments.chats_s);
    let chats = chats::measure(&arguments.service, &arguments.folder, time)?;
    let message = message::measure()?;
    eprintln!("a history of many chats");
    let history = history::measure(&arguments.service, &arguments.folder)?;
    Ok(Alone { leaves_mib, large_start_s, open_ms, flood, chats, message, history })
}

/// Lets this process, and those that it starts, open as many files as the system allows.
fn allow_files() -> Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
        .context("raising the limit of open files")
}
