//! A program that was started: in a process group of its own, its output in a file, ended by its id.
//!
//! Nothing here knows what the program is. If a test panics, the end of the output is shown.

use crate::wait::eventually;
use anyhow::{Context, Result, anyhow};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Lines of output that are shown when a test fails: enough for an error and what led to it.
const TAIL_LINES: usize = 40;

/// A running program.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts it with its output in `{logs}/{name}.log`, appended to what is there.
    ///
    /// # Errors
    /// When it cannot be started, with its name.
    pub fn spawn(name: &str, command: &mut Command, logs: &Path) -> Result<Self> {
        let log = logs.join(format!("{name}.log"));
        let out = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .with_context(|| format!("opening {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone().context("sharing the output file")?)
            .stderr(out)
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {name} ({})", command.get_program().display()))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// What it was called when it was started.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// All that it has written so far.
    #[must_use]
    pub fn output(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits for a line of its output that `pick` takes.
    ///
    /// # Errors
    /// When the deadline passes or the program ends before, with the end of its output.
    pub async fn line<T>(
        &mut self,
        what: &str,
        within: Duration,
        pick: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let found = eventually(what, within, async || match self.output().lines().find_map(&pick) {
            Some(found) => Ok(Ok(found)),
            None => match self.ended() {
                Some(status) => Ok(Err(anyhow!("{} ended early: {status}", self.name))),
                None => Err("no such line of output"),
            },
        })
        .await;
        found.and_then(|inner| inner).with_context(|| self.tail())
    }

    /// How it ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<ExitStatus> {
        // Looked at and left in place: as long as nobody has taken its end, its id, which is its group's, is given to
        // nobody else, and signals reach whom they are meant for.
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let ended = waitid(WaitId::Pid(self.pid()), look).ok().flatten()?;
        let code = ended.exit_status().map(|code| code << 8);
        Some(ExitStatus::from_raw(code.or(ended.terminating_signal()).unwrap_or_default()))
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When it still runs after the deadline.
    pub async fn wait(&mut self, within: Duration) -> Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        eventually(&what, within, async || self.ended().ok_or("still running")).await
    }

    /// `kill -9` of the process alone, and waits for its end.
    pub fn kill9(&mut self) {
        kill_process(self.pid(), Signal::KILL).ok();
        waitid(WaitId::Pid(self.pid()), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).ok();
    }

    /// Asks it to end (SIGTERM) with all that it started, and waits for that; what is left is ended when this is dropped.
    pub async fn stop(&mut self, within: Duration) {
        kill_process_group(self.pid(), Signal::TERM).ok();
        self.wait(within).await.ok();
    }

    /// Sends SIGTERM to the process alone.
    pub fn terminate(&mut self) {
        kill_process(self.pid(), Signal::TERM).ok();
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The end of its output, with its name.
    #[must_use]
    pub fn tail(&self) -> String {
        let output = self.output();
        let lines: Vec<&str> = output.lines().collect();
        let from = lines.len().saturating_sub(TAIL_LINES);
        format!("output of {}:\n{}", self.name, lines[from..].join("\n"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- {}", self.tail());
        }
        kill_process_group(self.pid(), Signal::KILL).ok();
        self.child.wait().ok();
    }
}
