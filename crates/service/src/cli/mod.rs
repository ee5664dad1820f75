//! The program `deskbell-service`: arguments and settings in, a running service or a command's answer out. Everything it prints is
//! here; standard output carries only what a script wants to read.

mod arguments;
mod commands;
mod copies;
mod lists;
mod out;

pub use arguments::Arguments;
pub use out::say;

use crate::admin::data_folder::{self, Held};
use crate::admin::{self, Command, Reply, control_socket};
use crate::clock::Clock;
use crate::config::Config;
use crate::log;
use crate::metrics::{Metrics, endpoint};
use crate::platform::{self, ControlListener};
use crate::service::Service;
use crate::settings::{LISTEN, Settings, check_log};
use crate::store::{Sqlite, Store, StoreError};
use crate::watchdog;
use crate::words;
use anyhow::{Context, anyhow, bail};
use arguments::{Serve, Verb};
use directories::ProjectDirs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};

/// The settings of the service that the system's package installed, so that its administrator's commands need no flags.
const SYSTEM_SETTINGS: &str = "/etc/deskbell/service.toml";
/// What to log by default.
const LOG: &str = "info";
/// Connections that may wait to be accepted: as many as Linux allows by default. Any more are dropped and try again after a second,
/// which would happen to most of a crowd that reconnects.
const BACKLOG: u32 = 4096;
/// How long a service may take to start or end while a command waits for it.
const CHANGING_FOR: Duration = Duration::from_secs(10);
/// How long a service that cannot start because the disk is full waits before it tries again.
const ROOM_AGAIN: Duration = Duration::from_secs(1);
/// How long a command waits before it tries again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Does what the arguments say.
///
/// # Errors
/// In words for the administrator: what happened, why, and what to do.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let folders = ProjectDirs::from("", "", "deskbell");
    let own = folders.as_ref().map(|folders| folders.config_dir().join("deskbell-service.toml"));
    // A file that this user may not look at exists: reading it says what is wrong.
    let settings = match (&arguments.config, own.filter(|own| own.try_exists().unwrap_or(true))) {
        (Some(file), _) => Settings::read(file, false)?,
        (None, Some(own)) => Settings::read(&own, true)?,
        // Another folder means another service.
        (None, None) if arguments.data.is_some() => Settings::default(),
        (None, None) => Settings::read(Path::new(SYSTEM_SETTINGS), true)?,
    };
    let data = arguments
        .data
        .or_else(|| settings.data.clone())
        .or_else(|| folders.map(|folders| folders.data_local_dir().join("service")))
        .context("there is no home folder to keep the data in; name a folder with --data")?;
    let (command, json) = match arguments.verb {
        Verb::Serve(flags) => return serve(&data, &settings, flags),
        Verb::Person(verb) => commands::person(verb)?,
        Verb::Link(verb) => commands::link(verb),
        Verb::SignIn(verb) => commands::sign_in(verb),
        Verb::Org(verb) => commands::org(verb),
        Verb::Company(verb) => commands::company(verb),
        Verb::Reply(verb) => commands::reply(verb)?,
        Verb::Backup { file } => return copies::backup(&data, &file),
        Verb::Restore { file, sign_everybody_out } => {
            return copies::restore(&data, &file, sign_everybody_out);
        }
        Verb::Check => return copies::check(&data),
    };
    print(perform(&data, &settings, command)?, json)
}

/// Through the service that runs on the folder, or on the folder itself.
fn perform(data: &Path, settings: &Settings, command: Command) -> anyhow::Result<Reply> {
    if !command.begins() && !data_folder::has_database(data)? {
        bail!(
            "there is no database in {} yet. Name the service's folder with --data, or begin with `org add NAME`.",
            data.display()
        );
    }
    let begun = std::time::Instant::now();
    let held = loop {
        if let Some(reply) = control_socket::ask(data, &command)? {
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
    let store = Sqlite::open(&held.database()).map_err(|error| not_opened(&held, &error))?;
    let address = settings.public_address.as_deref();
    let (reply, _) = admin::perform(&store, command, address, Clock::System.now()).map_err(|error| {
        anyhow!("the command was not done, and nothing has changed: {error}. {}", error.advice())
    })?;
    Ok(reply)
}

fn not_opened(held: &Held, error: &StoreError) -> anyhow::Error {
    anyhow!("could not open {}: {error}. {}", held.database().display(), error.advice())
}

/// Opens the database to serve it; if the disk is full, waits until there is room.
async fn open(held: &Held) -> anyhow::Result<Arc<dyn Store>> {
    let mut said = false;
    loop {
        match Sqlite::open(&held.database()) {
            Ok(store) => return Ok(Arc::new(store)),
            Err(error @ StoreError::Full) => {
                if !std::mem::replace(&mut said, true) {
                    tracing::error!(target: "service", "{:#}", not_opened(held, &error));
                }
                tokio::time::sleep(ROOM_AGAIN).await;
            }
            Err(error) => return Err(not_opened(held, &error)),
        }
    }
}

fn print(reply: Reply, json: bool) -> anyhow::Result<()> {
    let text = match reply {
        Reply::Link { link, done } => {
            say(&format!(
                "{done}\nThe link signs one app or browser in, once, within seven days. Hand it to nobody else."
            ));
            link
        }
        Reply::Done(what) => {
            say(&what);
            return Ok(());
        }
        Reply::Refused(why) => bail!(why),
        reply if json => lists::json(&reply)?,
        Reply::People(lines) => lists::people(&lines),
        Reply::Person(person, sign_ins, links) => lists::person(&person, &sign_ins, &links),
        Reply::Links(lines) => lists::links(&lines),
        Reply::SignIns(lines) => lists::sign_ins(&lines),
        Reply::Orgs(lines) => lists::orgs(&lines),
        Reply::Companies(lines) => lists::companies(&lines),
        Reply::CannedReplies(lines) => lists::canned_replies(&lines),
    };
    if text.is_empty() {
        say("There is nothing to list.");
        return Ok(());
    }
    out::line(&text)
}

#[tokio::main]
async fn serve(data: &Path, settings: &Settings, flags: Serve) -> anyhow::Result<()> {
    let filter = flags.log.as_deref().or(settings.log.as_deref()).unwrap_or(LOG);
    log::begin(check_log(filter).map_err(anyhow::Error::msg)?, flags.log_format.or(settings.log_format));
    let listen =
        flags.listen.or(settings.listen).unwrap_or_else(|| LISTEN.parse().expect("our own constant"));
    let behind_proxy = flags.behind_proxy || settings.behind_proxy;
    if !listen.ip().is_loopback() && !behind_proxy {
        bail!(
            "{listen} is reachable from other machines, and this service speaks no TLS itself: sign-ins would cross the network \
             in the clear. Listen on 127.0.0.1, or put a proxy with TLS before it and add --behind-proxy, or behind-proxy = true in \
             the settings file."
        );
    }
    let Some(held) = Held::take(data)? else {
        bail!(
            "another deskbell-service uses the data folder {}. Stop it first, or name another folder with --data.",
            data.display()
        );
    };
    let store = open(&held).await?;
    let listener = bind(listen).with_context(|| {
        format!(
            "could not listen on {listen}. Stop what uses it, or choose another address with --listen. Why"
        )
    })?;
    let local = listener.local_addr().context("could not read the address listened on")?;
    let metrics = match flags.metrics.or(settings.metrics) {
        Some(address) => Some(listen_for_metrics(address).await?),
        None => None,
    };
    let config = Config {
        public_address: flags.public_address.or_else(|| settings.public_address.clone()),
        allowed_origins: settings.allowed_origins.clone().unwrap_or_default(),
        behind_proxy,
        files: platform::allowed_files(),
        files_folder: Some(held.files()),
        ..Config::default()
    };
    if config.public_address.is_none() && !local.ip().is_loopback() {
        tracing::warn!(target: "service", "{}", words::no_public_address(local));
    }
    let address = config.public_address.clone().unwrap_or_else(|| format!("http://{local}"));
    match store.set_address(&address) {
        // Only links that are made while the service does not run lack it; the store has said what is wrong.
        Err(error) if !error.is_retryable() => return Err(not_opened(&held, &error)),
        Ok(()) | Err(_) => {}
    }
    let service = Service::load(store.clone(), config, Clock::System)
        .await
        .map_err(|error| not_opened(&held, &error))?;
    let registry = service.registry();
    let metrics = serve_metrics(metrics, service.metrics())?;
    let listener = service.tcp(listener);
    let watchdog = watchdog::watch(registry.clone(), platform::watchdog(), platform::tell_alive);
    let socket = ControlListener::bind(held.folder())?;
    let commands = control_socket::serve(socket, store, registry, Clock::System, address);
    let terminated = platform::terminated()?;
    let shutdown = async {
        terminated.await;
        platform::tell_stopping();
    };
    tracing::info!(target: "service", %local, "listening");
    // The program that started the service waits for this line.
    announce(&format!("listening on http://{local}"));
    platform::tell_ready();
    tokio::select! {
        () = service.run(listener, shutdown) => {}
        () = commands => {}
        () = metrics => {}
        () = watchdog => {}
    }
    Ok(())
}

async fn listen_for_metrics(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "could not serve metrics on {address}. Stop what uses it, or choose another address with --metrics. Why"
        )
    })
}

/// Serves metrics, if requested, until the future is dropped.
fn serve_metrics(
    listener: Option<TcpListener>,
    metrics: Arc<Metrics>,
) -> anyhow::Result<impl Future<Output = ()>> {
    if let Some(listener) = &listener {
        let address = listener.local_addr().context("could not read the address of the metrics")?;
        if !address.ip().is_loopback() {
            tracing::warn!(target: "service", %address, "metrics can be read from other machines, without a password or TLS");
        }
        // Before the line that says that the service is ready.
        announce(&format!("metrics on http://{address}/metrics"));
    }
    Ok(async move {
        match listener {
            Some(listener) => endpoint::serve(listener, metrics).await,
            None => std::future::pending().await,
        }
    })
}

/// Prints a line that the program which started the service may wait for. The service runs even if it cannot be written.
fn announce(text: &str) {
    if let Err(error) = out::line(text) {
        tracing::warn!(target: "service", "{error:#}");
    }
}

fn bind(listen: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    platform::reuse_address(&socket)?;
    socket.bind(listen)?;
    socket.listen(BACKLOG)
}
