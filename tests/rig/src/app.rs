//! The app `deskbell` as it was built, on a desktop, and its terminal's verbs.

use crate::ground::Ground;
use crate::process::Program;
use crate::programs;
use crate::wait::eventually;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long the app may take to answer its terminal on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// A running app with a profile of its own; it ends when it is dropped.
#[derive(Debug)]
pub struct App {
    profile: String,
    program: Program,
}

impl App {
    /// Starts it on a desktop and waits until it answers.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub async fn start(ground: &dyn Ground, profile: &str) -> Result<Self> {
        Self::start_as(ground, profile, command(ground, profile)?).await
    }

    /// The same with a command that was changed before: another display, another user.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub async fn start_as(ground: &dyn Ground, profile: &str, mut command: Command) -> Result<Self> {
        let program = Program::spawn(&format!("deskbell-{profile}"), &mut command, ground.logs())?;
        let app = Self { profile: profile.to_owned(), program };
        eventually("the app answers its terminal", READY_WITHIN, async || {
            if let Some(status) = app.program.ended() {
                return Ok(Err(anyhow::anyhow!("the app ended early: {status}; {}", app.program.tail())));
            }
            app.status(ground).map(Ok)
        })
        .await??;
        Ok(app)
    }

    /// Its profile's name.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Signs it in with a one-time link, over standard input.
    ///
    /// # Errors
    /// When the link is refused.
    pub fn sign_in(&self, ground: &dyn Ground, link: &str) -> Result<String> {
        verb(ground, &self.profile, &["sign-in"], Some(link))
    }

    /// Runs a terminal's verb, for instance `["away", "--for", "30m"]`, and gives what it prints.
    ///
    /// # Errors
    /// When it fails, with what it said.
    pub fn verb(&self, ground: &dyn Ground, arguments: &[&str]) -> Result<String> {
        verb(ground, &self.profile, arguments, None)
    }

    /// All that the app shows, as `status --json` prints it.
    ///
    /// # Errors
    /// When the app does not answer.
    pub fn status(&self, ground: &dyn Ground) -> Result<Value> {
        let text = self.verb(ground, &["status", "--json"])?;
        serde_json::from_str(&text).context("reading the app's status")
    }

    /// Waits until `pick` finds in the app's status what it wants.
    ///
    /// # Errors
    /// When it has not by the deadline, with the status.
    pub async fn status_until<T>(
        &self,
        ground: &dyn Ground,
        what: &str,
        within: Duration,
        pick: impl Fn(&Value) -> Option<T>,
    ) -> Result<T> {
        eventually(what, within, async || {
            let status = self.status(ground)?;
            pick(&status).with_context(|| format!("{status:#}"))
        })
        .await
    }

    /// Waits until it is connected to the service.
    ///
    /// # Errors
    /// When it is not by the deadline.
    pub async fn connected(&self, ground: &dyn Ground, within: Duration) -> Result<()> {
        let up = |status: &Value| (status["connection"]["is"] == "up").then_some(());
        self.status_until(ground, "the app is connected", within, up).await
    }

    /// Kills it, as a crash would; its window, if there is one, lives on as far as it can.
    pub fn kill9(&mut self) {
        self.program.kill9();
    }

    /// The running program.
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.program.id()
    }
}

/// How the app is started on a desktop with a profile.
///
/// # Errors
/// When it is not built.
pub fn command(ground: &dyn Ground, profile: &str) -> Result<Command> {
    let mut command = ground.command(programs::deskbell()?.as_os_str());
    command.args(["--profile", profile]);
    Ok(command)
}

/// Runs a terminal's verb for a profile, whether or not its app runs.
///
/// # Errors
/// When it fails, with what it said.
pub fn verb(ground: &dyn Ground, profile: &str, arguments: &[&str], input: Option<&str>) -> Result<String> {
    let mut command = command(ground, profile)?;
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("running the app's terminal")?;
    let mut stdin = child.stdin.take().context("standard input was asked for")?;
    // A verb that reads nothing may have ended already.
    drop(stdin.write_all(format!("{}\n", input.unwrap_or_default()).as_bytes()));
    drop(stdin);
    let output = child.wait_with_output().context("waiting for the app's terminal")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if !output.status.success() {
        bail!("deskbell {arguments:?} failed: {} {}", text(&output.stderr), text(&output.stdout));
    }
    Ok(text(&output.stdout))
}
