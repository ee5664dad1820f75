//! A private X server without a screen (Xvfb), which can be killed and come back under the same number.

use crate::process::Program;
use crate::screen::Screen;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long a server may take to accept clients on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(20);
/// Display numbers are taken from here on: far above what people and other tools use.
const FIRST_NUMBER: u32 = 1000;
/// So many numbers are shared out among the processes that run at the same time.
const NUMBERS: u32 = 20_000;
/// Numbers that are tried before giving up: they are taken only by chance.
const TRIES: u32 = 20;

/// An X server.
#[derive(Debug)]
pub struct Display {
    number: u32,
    size: (u16, u16),
    logs: PathBuf,
    server: Option<Program>,
}

impl Display {
    /// Starts a server of this size in pixels under a number that nobody uses.
    ///
    /// # Errors
    /// When no server accepts clients in time.
    pub async fn start(size: (u16, u16), logs: &Path) -> Result<Self> {
        let mut last = None;
        for _ in 0..TRIES {
            let mut display = Self { number: next_number(), size, logs: logs.to_owned(), server: None };
            if display.is_taken() {
                continue;
            }
            match display.restart().await {
                Ok(()) => return Ok(display),
                Err(error) => last = Some(error),
            }
        }
        match last {
            Some(error) => Err(error),
            None => bail!("{TRIES} display numbers were tried, all are taken"),
        }
    }

    /// Its name as `DISPLAY` has it.
    #[must_use]
    pub fn name(&self) -> String {
        format!(":{}", self.number)
    }

    /// A connection to it.
    ///
    /// # Errors
    /// When no server runs.
    pub fn screen(&self) -> Result<Screen> {
        Screen::connect(&self.name())
    }

    /// Kills the server, as a crash would. A second call does nothing: by then another process may have started a server under this number.
    pub fn kill(&mut self) {
        if self.server.take().is_none() {
            return;
        }
        drop(fs::remove_file(format!("/tmp/.X{}-lock", self.number)));
        drop(fs::remove_file(format!("/tmp/.X11-unix/X{}", self.number)));
    }

    /// Starts a new server under the same number.
    ///
    /// # Errors
    /// When it does not accept clients in time.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill();
        let log = format!("xvfb-{}", self.number);
        drop(fs::remove_file(self.logs.join(format!("{log}.log"))));
        let (width, height) = self.size;
        // -noreset: without it the server resets, and its idle clock with it, whenever its last client leaves.
        let mut server = Program::spawn(
            &log,
            Command::new("Xvfb").arg(self.name()).args(["-noreset", "-nolisten", "tcp"]).args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
            ]),
            &self.logs,
        )
        .context("is the package xvfb installed? `cargo xtask setup` installs it")?;
        let number = self.number.to_string();
        server
            .line("the X server accepts clients", READY_WITHIN, |line| (line.trim() == number).then_some(()))
            .await?;
        self.server = Some(server);
        Ok(())
    }

    fn is_taken(&self) -> bool {
        Path::new(&format!("/tmp/.X{}-lock", self.number)).exists()
            || Path::new(&format!("/tmp/.X11-unix/X{}", self.number)).exists()
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Numbers of this process do not repeat, and those of processes that run at the same time are apart.
fn next_number() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let here = std::process::id().wrapping_mul(61) + COUNT.fetch_add(1, Ordering::Relaxed);
    FIRST_NUMBER + here % NUMBERS
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    // Its socket and its lock were removed, and its clients found nothing there.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_server_of_another_process_is_left_alone_by_one_that_wanted_its_number() {
        let folder = TempDir::with_prefix("display-").unwrap();
        let first = Display::start((640, 480), folder.path()).await.unwrap();
        let mut second =
            Display { number: first.number, size: first.size, logs: folder.path().to_owned(), server: None };
        assert!(second.restart().await.is_err(), "one number, one server");
        drop(second);
        assert!(first.is_taken() && Path::new(&format!("/tmp/.X11-unix/X{}", first.number)).exists());
        first.screen().unwrap();
    }
}
