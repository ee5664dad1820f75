//! A program of a trial that runs: its output is heard line by line, and it is told to end.

use crate::steps::output;
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longer than anything takes on a machine that does other things, too.
pub(super) const DEADLINE: Duration = Duration::from_secs(60);
/// How long until it is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A child of ours; it is killed when this is dropped.
pub(super) struct Running {
    child: Child,
    lines: Receiver<String>,
    name: String,
}

impl Running {
    /// Starts it. What it says on standard error is shown.
    pub(super) fn start(command: &mut Command, name: &str) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("starting {name}"))?;
        let stdout = child.stdout.take().expect("it was piped");
        let (tell, lines) = channel();
        // Ends with the program's output, which is read to its end so that the program never waits for a reader.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Nobody may be listening any more.
                let _ = tell.send(line);
            }
        });
        Ok(Self { child, lines, name: name.to_owned() })
    }

    /// The rest of the first line that begins so.
    pub(super) fn says(&self, begin: &str) -> Result<String> {
        let end = Instant::now() + DEADLINE;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(begin) {
                        return Ok(rest.to_owned());
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!("{} did not say {begin:?} in time", self.name),
                Err(RecvTimeoutError::Disconnected) => bail!("{} ended before it said {begin:?}", self.name),
            }
        }
    }

    /// The file that it runs, as this system finds it.
    pub(super) fn program(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/exe", self.child.id()))
    }

    /// Ends it as a service manager does; it shall end well.
    pub(super) fn terminate(mut self) -> Result<()> {
        output(Command::new("kill").arg(self.child.id().to_string()))?;
        self.ends()
    }

    /// It ends by itself, and well.
    pub(super) fn ends(&mut self) -> Result<()> {
        let name = self.name.clone();
        let mut status = None;
        wait(&format!("{name} ends"), || {
            status = self.child.try_wait().context("asking whether it has ended")?;
            Ok(status.is_some())
        })?;
        ensure!(status.is_some_and(|status| status.success()), "{name} ended badly: {status:?}");
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until it is so.
pub(super) fn wait(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let end = Instant::now() + DEADLINE;
    while !is_so()? {
        ensure!(Instant::now() < end, "waited {} s in vain: {what}", DEADLINE.as_secs());
        std::thread::sleep(LOOK_AGAIN);
    }
    Ok(())
}
