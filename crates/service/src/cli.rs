//! The program `deskbell-service`: arguments and settings in, a running service or a command's answer out. All that it prints
//! stands here; on standard output only what a script wants to read.

use crate::admin::{self, Command, PersonLine, Reply, SignInLine};
use crate::clock::Clock;
use crate::config::Config;
use crate::control::{self, Held};
use crate::server::Service;
use crate::settings::{self, LISTEN, Settings};
use crate::store::{Sqlite, Store};
use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use directories::ProjectDirs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What to log where nothing else is said.
const LOG: &str = "info";
/// How long a service may take to start or end while a command waits for it.
const CHANGING_FOR: Duration = Duration::from_secs(10);
/// How long a command waits before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The live chat service of Deskbell.
#[derive(Debug, Parser)]
#[command(name = "deskbell-service", version)]
pub struct Arguments {
    /// The folder of the database.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The settings file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs the service until SIGTERM or Ctrl-C.
    Serve(Serve),
    /// People of an organisation.
    #[command(subcommand)]
    Person(PersonVerb),
    /// Sign-ins: each app or browser that somebody signed in.
    #[command(subcommand)]
    SignIn(SignInVerb),
    /// Settings of an organisation.
    #[command(subcommand)]
    Org(OrgVerb),
}

#[derive(Debug, Args)]
struct Serve {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Where people reach the service, such as https://chat.example.
    #[arg(long, value_name = "URL", value_parser = settings::check_address)]
    public_address: Option<String>,
    /// Allows to listen beyond this machine without TLS, since a proxy before the service has it.
    #[arg(long)]
    behind_proxy: bool,
    /// What to log, such as info or service=debug.
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    Technician,
    Client,
}

#[derive(Debug, Subcommand)]
enum PersonVerb {
    /// Adds a person and prints their one-time sign-in link.
    Add {
        /// The organisation; made on first use.
        #[arg(long)]
        org: String,
        /// What they are.
        #[arg(long)]
        role: RoleName,
        /// Their name, as others read it.
        #[arg(long)]
        name: String,
        /// The customer that a client belongs to; made on first use.
        #[arg(long)]
        company: Option<String>,
    },
    /// Prints another one-time sign-in link for a person.
    Link {
        /// The organisation.
        #[arg(long)]
        org: String,
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their company, where several people have this name.
        #[arg(long)]
        company: Option<String>,
    },
    /// Lists people.
    List {
        /// Of this organisation only.
        #[arg(long)]
        org: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum SignInVerb {
    /// Lists sign-ins.
    List {
        /// Of this organisation only.
        #[arg(long)]
        org: Option<String>,
        /// Of people of this name only.
        #[arg(long)]
        name: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Ends a sign-in: its device is signed out at once.
    Revoke {
        /// Which, as `sign-in list` shows it.
        id: Uuid,
    },
}

#[derive(Debug, Subcommand)]
enum OrgVerb {
    /// Sets something.
    #[command(subcommand)]
    Set(Setting),
}

#[derive(Debug, Subcommand)]
enum Setting {
    /// After how long without input a device is idle: 5s to 60m.
    IdleAfter {
        /// How long, such as 5s, 10m or 1h.
        #[arg(value_parser = duration)]
        idle_after: Duration,
        /// The organisation; may be left out where there is one.
        #[arg(long)]
        org: Option<String>,
    },
}

/// Does what the arguments say.
///
/// # Errors
/// In words for the administrator: what happened, why, and what to do.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let folders = ProjectDirs::from("", "", "deskbell");
    let settings = match (&arguments.config, &folders) {
        (Some(file), _) => Settings::read(file, false)?,
        (None, Some(folders)) => Settings::read(&folders.config_dir().join("deskbell-service.toml"), true)?,
        (None, None) => Settings::default(),
    };
    let data = arguments
        .data
        .or_else(|| settings.data.clone())
        .or_else(|| folders.map(|folders| folders.data_local_dir().join("service")))
        .context("there is no home folder to keep the data in; name a folder with --data")?;
    let (command, json) = match arguments.verb {
        Verb::Serve(flags) => return serve(&data, &settings, flags),
        Verb::Person(PersonVerb::Add { org, role, name, company }) => {
            let company = match (role, company) {
                (RoleName::Technician, None) => None,
                (RoleName::Client, Some(company)) => Some(company),
                (RoleName::Technician, Some(_)) => {
                    bail!("a technician belongs to no company; leave --company out")
                }
                (RoleName::Client, None) => bail!("a client belongs to a company; add --company NAME"),
            };
            (Command::AddPerson { org, name, company }, false)
        }
        Verb::Person(PersonVerb::Link { org, name, company }) => {
            (Command::Link { org, name, company }, false)
        }
        Verb::Person(PersonVerb::List { org, json }) => (Command::People { org }, json),
        Verb::SignIn(SignInVerb::List { org, name, json }) => (Command::SignIns { org, name }, json),
        Verb::SignIn(SignInVerb::Revoke { id }) => (Command::Revoke { id }, false),
        Verb::Org(OrgVerb::Set(Setting::IdleAfter { idle_after, org })) => {
            let idle_after_ms = u64::try_from(idle_after.as_millis()).unwrap_or(u64::MAX);
            (Command::IdleAfter { org, idle_after_ms }, false)
        }
    };
    print(perform(&data, &settings, command)?, json)
}

/// Through the service that runs on the folder, or on the folder itself.
fn perform(data: &Path, settings: &Settings, command: Command) -> anyhow::Result<Reply> {
    let begun = std::time::Instant::now();
    let held = loop {
        if let Some(reply) = control::ask(data, &command)? {
            return Ok(reply);
        }
        if let Some(held) = Held::take(data)? {
            break held;
        }
        if begun.elapsed() > CHANGING_FOR {
            bail!(
                "the data folder {} is in use by a service that does not answer. Wait until it has started or ended, then run \
                 the command again.",
                data.display()
            );
        }
        std::thread::sleep(LOOK_AGAIN);
    };
    let store = open(&held)?;
    let address = settings.public_address.as_deref();
    let (reply, _) = admin::perform(&store, command, address, Clock::System.now())
        .context("the command was not done, and nothing has changed")?;
    Ok(reply)
}

fn open(held: &Held) -> anyhow::Result<Sqlite> {
    let file = held.database();
    Sqlite::open(&file).with_context(|| format!("could not open the database {}", file.display()))
}

fn print(reply: Reply, json: bool) -> anyhow::Result<()> {
    let text = match reply {
        Reply::Link(link) => {
            eprintln!(
                "This link signs one app or browser in, once, within seven days. Hand it to nobody else."
            );
            link
        }
        Reply::Done(what) => {
            eprintln!("{what}");
            return Ok(());
        }
        Reply::Refused(why) => bail!(why),
        Reply::People(lines) if json => serde_json::to_string_pretty(&lines)?,
        Reply::SignIns(lines) if json => serde_json::to_string_pretty(&lines)?,
        Reply::People(lines) => lines.iter().map(person_line).collect::<Vec<_>>().join("\n"),
        Reply::SignIns(lines) => lines.iter().map(sign_in_line).collect::<Vec<_>>().join("\n"),
    };
    if !text.is_empty() {
        writeln!(std::io::stdout(), "{text}").context("could not write to standard output")?;
    }
    Ok(())
}

fn person_line(line: &PersonLine) -> String {
    let role = match (&line.role, &line.company) {
        (presence::Role::Client, Some(company)) => format!("client of {company}"),
        (presence::Role::Client, None) => "client".to_owned(),
        (presence::Role::Technician, _) => "technician".to_owned(),
    };
    let connected = if line.connected { "connected" } else { "not connected" };
    format!("{}\t{}\t{role}\t{connected}", line.org, line.name)
}

fn sign_in_line(line: &SignInLine) -> String {
    format!("{}\t{}\t{}\t{}", line.id, line.org, line.name, line.device)
}

#[tokio::main]
async fn serve(data: &Path, settings: &Settings, flags: Serve) -> anyhow::Result<()> {
    log(flags.log.as_deref().or(settings.log.as_deref()).unwrap_or(LOG))?;
    let listen =
        flags.listen.or(settings.listen).unwrap_or_else(|| LISTEN.parse().expect("our own constant"));
    if !listen.ip().is_loopback() && !flags.behind_proxy {
        bail!(
            "{listen} is reachable from other machines, and this service speaks no TLS itself: sign-ins would cross the network \
             in the clear. Listen on 127.0.0.1, or put a proxy with TLS before it and add --behind-proxy."
        );
    }
    let Some(held) = Held::take(data)? else {
        bail!(
            "another deskbell-service uses the data folder {}. Stop it first, or name another folder with --data.",
            data.display()
        );
    };
    let store: Arc<dyn Store> = Arc::new(open(&held)?);
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| {
        format!("could not listen on {listen}; is something else there? Choose with --listen")
    })?;
    let local = listener.local_addr().context("could not read the address listened on")?;
    let config = Config {
        public_address: flags.public_address.or_else(|| settings.public_address.clone()),
        allowed_origins: settings.allowed_origins.clone().unwrap_or_default(),
        ..Config::default()
    };
    let address = config.public_address.clone().unwrap_or_else(|| format!("http://{local}"));
    store.set_address(&address).context("could not write to the database")?;
    let service =
        Service::load(store.clone(), config, Clock::System).await.context("could not read the database")?;
    let hub = service.hub();
    let socket = control::listen(&held)?;
    let commands = async {
        if let Err(error) = control::serve(socket, store, hub, Clock::System).await {
            tracing::error!(target: "service", %error, "commands cannot reach this service");
        }
        std::future::pending::<()>().await;
    };
    let terminated = terminated()?;
    // Ready: whoever started it waits for this line, and may have gone once it has it.
    let _ = writeln!(std::io::stdout(), "listening on http://{local}");
    tokio::select! {
        () = service.run(listener, terminated) => {}
        () = commands => {}
    }
    Ok(())
}

/// Done when the service is told to end. Signals are heard from the call on.
#[cfg(unix)]
fn terminated() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen for Ctrl-C")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Done when the service is told to end.
#[cfg(not(unix))]
fn terminated() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn log(filter: &str) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter).with_context(|| {
        format!("log: `{filter}` is no filter; write error, warn, info, debug, or service=debug for one part")
    })?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    Ok(())
}

/// Reads `5s`, `10m`, `1h`, `500ms` and sequences of them.
fn duration(text: &str) -> Result<Duration, String> {
    let problem = || format!("`{text}` is not a duration such as 5s, 10m or 1h");
    let mut rest = text.trim();
    let mut sum = Duration::ZERO;
    if rest.is_empty() {
        return Err(problem());
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|each: char| each.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().map_err(|_| problem())?;
        rest = &rest[digits..];
        let letters = rest.len() - rest.trim_start_matches(|each: char| each.is_ascii_alphabetic()).len();
        let unit_ms: u64 = match &rest[..letters] {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => return Err(problem()),
        };
        rest = rest[letters..].trim_start();
        sum = sum.saturating_add(Duration::from_millis(number.saturating_mul(unit_ms)));
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn durations_read_as_people_write_them() {
        let good = [
            ("5s", 5_000),
            ("10m", 600_000),
            ("1h", 3_600_000),
            ("1m30s", 90_000),
            ("1m 30s", 90_000),
            ("500ms", 500),
        ];
        for (text, millis) in good {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "5", "s", "five", "5 parsecs", "-5s"] {
            assert!(duration(text).unwrap_err().contains("such as 5s, 10m or 1h"), "{text}");
        }
    }
}
