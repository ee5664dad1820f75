//! Starts an agent in the background, for commands that need one.

use crate::file;
use crate::paths::Paths;
use crate::words;
use anyhow::{Context, Result, bail};
use local::client::{Client, ConnectError};
use local::place::Profile;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// What the agent says on standard output when it takes commands.
pub(crate) const READY: &str = "ready";

/// A log longer than this, in bytes, begins anew: it is for the last few starts.
const MAX_LOG_BYTES: u64 = 1024 * 1024;

/// A connection to the running agent; one is started if there is none.
///
/// # Errors
///
/// When none can be started.
pub(crate) async fn connect_or_start(profile: &Profile, paths: &Paths) -> Result<Client> {
    match Client::connect(&paths.place).await {
        Ok(client) => return Ok(client),
        Err(ConnectError::NotRunning) => {}
        Err(error @ ConnectError::Io(_)) => return Err(error.into()),
    }
    start(profile, paths)?;
    match Client::connect(&paths.place).await {
        Ok(client) => Ok(client),
        Err(ConnectError::NotRunning) => bail!(words::did_not_start(&paths.log)),
        Err(error @ ConnectError::Io(_)) => Err(error.into()),
    }
}

/// Returns when the agent is ready, or has ended because another one is.
fn start(profile: &Profile, paths: &Paths) -> Result<()> {
    let program = std::env::current_exe().context("cannot find the program deskbell itself")?;
    // The log is for whoever looks for a fault: nobody goes without the app for want of it.
    let log = open_log(paths).map_or_else(
        |error| {
            eprintln!("{}", words::no_log(&paths.log, &error));
            Stdio::null()
        },
        Stdio::from,
    );
    let mut child = Command::new(program)
        .args(["--background", "--tell-ready", "--profile", profile.as_str()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .context("cannot start Deskbell in the background")?;
    let said = child.stdout.take().expect("it was piped");
    // Its end is an end of file here, so this waits for one or the other.
    let mut line = String::new();
    BufReader::new(said).read_line(&mut line).context("cannot read what Deskbell in the background says")?;
    Ok(())
}

fn open_log(paths: &Paths) -> std::io::Result<File> {
    let folder = paths.log.parent().expect("it lies in a folder");
    file::private_folder(folder)?;
    let log = File::options().create(true).append(true).open(&paths.log)?;
    if log.metadata()?.len() > MAX_LOG_BYTES {
        log.set_len(0)?;
    }
    Ok(log)
}
