//! The commands: each asks the running agent for one thing, over the local socket, and prints how it ended.

use super::args::Verb;
use super::{launch, status};
use crate::paths::Paths;
use crate::{out, words};
use agent::deep_link::{self, Wanted};
use agent::view::{Answer, Intent};
use anyhow::{Context, Result, bail};
use local::client::{Client, ConnectError};
use local::socket_path::Profile;
use std::io::{BufRead, IsTerminal, Read};

/// Longest link that is read, in bytes: real ones are a tenth of it.
const MAX_LINK_BYTES: u64 = 4096;

/// Carries out one command.
///
/// # Errors
///
/// In words for the person who typed it.
pub(crate) async fn run(profile: &Profile, verb: Verb) -> Result<()> {
    let paths = Paths::find(profile)?;
    match verb {
        Verb::SignIn => {
            let link = read_link()?;
            let mut client = launch::connect_or_start(profile, &paths).await?;
            ask(&mut client, Intent::SignIn { link }).await
        }
        Verb::Open { target } => {
            let target = match target {
                // Who types it reads the answer here, and not in a toast.
                Intent::Link { link } if std::io::stderr().is_terminal() => {
                    match deep_link::read(&link).context(agent::words::not_a_deep_link())? {
                        Wanted::Open(page) => Intent::Open { page },
                        // A browser that was started in a terminal has it as well, and opens what pages want: the agent asks.
                        Wanted::SignIn { .. } => Intent::Link { link },
                    }
                }
                other => other,
            };
            let mut client = launch::connect_or_start(profile, &paths).await?;
            ask(&mut client, target).await
        }
        Verb::Away(away) => {
            let until = away.until(&jiff::Zoned::now());
            ask(&mut connect(&paths).await?, Intent::Away { until }).await
        }
        Verb::Sound(sound) => {
            let mut client = connect(&paths).await?;
            ask(&mut client, Intent::SetSound { change: sound.change() }).await?;
            match sound.test() {
                Some(test) => ask(&mut client, test).await,
                None => Ok(()),
            }
        }
        Verb::Online => ask(&mut connect(&paths).await?, Intent::Online).await,
        Verb::Status { json } => {
            let view = connect(&paths).await?.view().await?;
            if json {
                out::line(&serde_json::to_string_pretty(&view)?)
            } else {
                out::line(
                    status::words(&view, jiff::Timestamp::now(), &jiff::tz::TimeZone::system())
                        .trim_end_matches('\n'),
                )
            }
        }
        Verb::Quit => quit(&mut connect(&paths).await?).await,
        Verb::IdleHelper => unreachable!("it is run before anything else"),
    }
}

async fn connect(paths: &Paths) -> Result<Client> {
    match Client::connect(&paths.socket_path).await {
        Ok(client) => Ok(client),
        Err(ConnectError::NotRunning) => bail!(words::NOT_RUNNING),
        Err(error @ ConnectError::Io(_)) => Err(error.into()),
    }
}

/// Hands in an intent and prints its answer.
///
/// # Errors
///
/// The agent's own words, if it could not be done.
pub(crate) async fn ask(client: &mut Client, intent: Intent) -> Result<()> {
    match client.ask(intent).await? {
        Answer::Done { note: Some(note) } => out::line(&note),
        Answer::Done { note: None } => Ok(()),
        Answer::Failed { message } => bail!(message),
    }
}

/// Waits until the agent has said goodbye to the service and closed its socket.
async fn quit(client: &mut Client) -> Result<()> {
    ask(client, Intent::Quit).await?;
    client.ended().await?;
    out::line(words::QUIT)
}

fn read_link() -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        out::complain(words::ASK_LINK);
    }
    let mut lines = std::io::BufReader::new(input.lock().take(MAX_LINK_BYTES)).lines();
    let line = lines.find(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty()));
    match line {
        Some(line) => Ok(line.context("cannot read the link from standard input")?.trim().to_owned()),
        None => bail!(words::NO_LINK),
    }
}
