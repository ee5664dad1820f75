//! Starts the agent, whose program is beside this one.
//!
//! The agent outlives the window: it has its own process group, so that Ctrl-C in the window's terminal does not reach it.

use local::socket_path::Profile;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use thiserror::Error;
use tokio::process::Command;
use tokio::sync::oneshot;

/// The agent's file name.
const AGENT: &str = "deskbell";

/// Why the agent was not started.
#[derive(Debug, Error)]
pub(crate) enum StartError {
    /// This program cannot find itself.
    #[error("the folder that Deskbell lies in cannot be found ({0})")]
    NoFolder(io::Error),
    /// The system refuses.
    #[error("{} cannot be run ({error})", path.display())]
    Refused {
        /// The agent's file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Starts the agent; it may still end at once, or hand over to one that is already running. The returned future resolves
/// when it has ended.
///
/// # Errors
///
/// When its program is missing or may not be run.
pub(crate) fn start(profile: &Profile) -> Result<oneshot::Receiver<()>, StartError> {
    let here = std::env::current_exe().map_err(StartError::NoFolder)?;
    let path = here.with_file_name(format!("{AGENT}{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(&path);
    // Without the last, it would open a second window for a client.
    command
        .args(["--profile", profile.as_str(), "--background", "--window-open"])
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| StartError::Refused { path, error })?;
    let (ended, end) = oneshot::channel();
    // Wait for it, so that it leaves no zombie while this program is running.
    tokio::spawn(async move {
        match child.wait().await {
            Ok(status) => tracing::debug!(%status, "the agent that was started has ended"),
            Err(error) => tracing::debug!(%error, "the agent that was started cannot be waited for"),
        }
        // Nobody may be waiting any more: the agent usually runs longer than anybody waits for its start.
        _ = ended.send(());
    });
    Ok(end)
}
