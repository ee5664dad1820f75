//! Starts an agent in the background, for commands that need one.

use crate::paths::Paths;
use crate::{out, platform, words};
use anyhow::{Context, Result, bail};
use local::client::{Client, ConnectError};
use local::socket_path::Profile;
use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// What the agent says on standard output when it takes commands.
pub(crate) const READY: &str = "ready";

/// How long the agent may take to be ready: it takes a tenth of a second, on a machine that swaps some seconds.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// A connection to the running agent; it is started if it does not run.
///
/// # Errors
///
/// When none can be started.
pub(crate) async fn connect_or_start(profile: &Profile, paths: &Paths) -> Result<Client> {
    match Client::connect(&paths.socket_path).await {
        Ok(client) => return Ok(client),
        Err(ConnectError::NotRunning) => {}
        Err(error @ ConnectError::Io(_)) => return Err(error.into()),
    }
    start(profile, paths).await?;
    match Client::connect(&paths.socket_path).await {
        Ok(client) => Ok(client),
        Err(ConnectError::NotRunning) => bail!(words::did_not_start(&paths.log)),
        Err(error @ ConnectError::Io(_)) => Err(error.into()),
    }
}

/// Returns when the agent is ready, or has ended because another one is.
async fn start(profile: &Profile, paths: &Paths) -> Result<()> {
    let program = std::env::current_exe().context("cannot find the program deskbell itself")?;
    // The agent keeps its log there by itself; this is for what is said before that.
    let log = open_log(paths).map_or_else(
        |error| {
            out::complain(&words::no_log(&paths.log, &error));
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
    until_ready(said, &paths.log).await
}

/// Waits until it says that it is ready. Its end is an end of file here, and enough as well: the caller looks who is there.
async fn until_ready(said: impl tokio::io::AsyncRead + Unpin, log: &Path) -> Result<()> {
    match timeout(READY_WITHIN, first_line(said)).await {
        Ok(read) => read.context("cannot read what Deskbell in the background says"),
        Err(_elapsed) => bail!(words::not_ready(READY_WITHIN, log)),
    }
}

async fn first_line(said: impl tokio::io::AsyncRead + Unpin) -> std::io::Result<()> {
    BufReader::new(said).read_line(&mut String::new()).await?;
    Ok(())
}

fn open_log(paths: &Paths) -> std::io::Result<File> {
    let folder = paths.log.parent().expect("it lies in a folder");
    platform::private_folder(folder)?;
    platform::private_file().create(true).append(true).open(&paths.log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn an_agent_that_never_says_it_is_ready_is_not_waited_for_for_ever() {
        let (said, _kept_open) = tokio::io::duplex(64);
        let begun = Instant::now();
        let error = until_ready(said, Path::new("/home/priya/deskbell.log")).await.unwrap_err().to_string();
        assert_eq!(begun.elapsed(), READY_WITHIN);
        assert!(error.contains("30 s") && error.contains("/home/priya/deskbell.log"), "{error}");
    }
}
