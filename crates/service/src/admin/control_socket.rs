//! The administrator's commands to a running service: one JSON object per line each way, over the socket in its data folder.

use crate::admin::data_folder::unreadable;
use crate::admin::{self, Command, Reply};
use crate::clock::Clock;
use crate::orgs::registry::{Registry, blocking};
use crate::platform::{self, ControlListener};
use crate::store::Store;
use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_util::codec::{Framed, LinesCodec};

/// Longest command, in bytes: a few names and ids.
const COMMAND_BYTES: usize = 64 * 1024;
/// How long a running service may take for a command: no command waits for people.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long reading a command and writing its answer may each take: both are one line that is there at once.
const LINE_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait after accepting a command failed.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);

/// Has the service that runs on this folder do a command. `None`: no service runs.
///
/// # Errors
/// If a service runs and does not answer.
pub(crate) fn ask(folder: &Path, command: &Command) -> anyhow::Result<Option<Reply>> {
    let stream = match platform::connect(folder, ANSWER_WITHIN) {
        Ok(Some(stream)) => stream,
        Ok(None) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(unreadable(folder, &error)),
        Err(error) => {
            return Err(error)
                .with_context(|| format!("could not reach the service of {}", folder.display()));
        }
    };
    let mut stream = BufReader::new(stream);
    let mut line = serde_json::to_string(command).context("could not write the command")?;
    line.push('\n');
    stream.get_mut().write_all(line.as_bytes()).context("could not send the command to the service")?;
    let mut answer = String::new();
    stream.read_line(&mut answer).context("the running service did not answer in time")?;
    if answer.is_empty() {
        bail!("the service went down before it answered; run the command again");
    }
    serde_json::from_str(&answer).map(Some).context("the running service answered in another version's words")
}

/// Serves commands until the future is dropped. `address` is where people reach the service, for the links that it makes.
pub(crate) async fn serve(
    listener: ControlListener,
    store: Arc<dyn Store>,
    registry: Registry,
    clock: Clock,
    address: String,
) {
    let commands = Arc::new(Commands { store, registry, clock, address, turn: Mutex::new(()) });
    loop {
        match listener.accept().await {
            Ok(stream) => {
                tokio::spawn(answer(stream, commands.clone()));
            }
            // Most likely out of files for a moment: the command can wait that long.
            Err(error) => {
                tracing::warn!(target: "service", %error, "a command could not reach this service");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// What commands work with.
struct Commands {
    store: Arc<dyn Store>,
    registry: Registry,
    clock: Clock,
    /// Where people reach the service, for the links that it makes.
    address: String,
    /// Held while a command runs: another one must not take a name that this one found free.
    turn: Mutex<()>,
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, commands: Arc<Commands>) {
    let mut lines = Framed::new(stream, LinesCodec::new_with_max_length(COMMAND_BYTES));
    let Ok(Some(Ok(line))) = timeout(LINE_WITHIN, lines.next()).await else { return };
    let reply = match serde_json::from_str::<Command>(&line) {
        Ok(command) => commands.perform(command).await,
        Err(_) => Reply::Refused("The running service is of another version; restart it.".to_owned()),
    };
    let text = serde_json::to_string(&reply).expect("replies have string keys and no failing parts");
    // The administrator may be gone; the command is done anyway.
    let _ = timeout(LINE_WITHIN, lines.send(text)).await;
}

impl Commands {
    async fn perform(&self, command: Command) -> Reply {
        let _turn = self.turn.lock().await;
        let (store, address, now) = (self.store.clone(), self.address.clone(), self.clock.now());
        match blocking(move || admin::perform(&*store, command, Some(&address), now)).await {
            Ok((reply, notices)) => {
                for (org, event) in notices {
                    self.registry.tell(org, event).await;
                }
                reply
            }
            Err(error) => Reply::Refused(format!(
                "the command was not done, and nothing has changed: {error}. {}",
                error.advice()
            )),
        }
    }
}
