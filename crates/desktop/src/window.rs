//! The window process: where it is, how it starts, and when it has ended.
//!
//! Knows no window. A process that we started and a connection over which a window reports are joined here: the window has
//! ended when both are gone, so that what it said last is heard first.

use crate::wake::Wake;
use crate::words;
use agent::view::{ToWindow, WindowReport};
use local::place::{Place, Profile};
use local::server::{ConnectionId, WindowLine};
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use tokio::process::Command;
use tokio::sync::mpsc;

/// The window program, beside our own.
const PROGRAM: &str = "deskbell-window";

/// Orders for a window that has started but not yet reported.
const MAX_EARLY_ORDERS: usize = 8;

/// The window of this agent.
#[derive(Debug)]
pub(crate) struct Window {
    profile: Profile,
    place: Place,
    wakes: mpsc::Sender<Wake>,
    is_running: bool,
    line: Option<WindowLine>,
    /// It has said that the user closed it, or was told to end.
    closed: bool,
    early: Vec<ToWindow>,
}

/// The window has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// In order, or by a crash.
    pub(crate) closed: bool,
}

impl Window {
    /// No window yet.
    pub(crate) fn new(profile: Profile, place: Place, wakes: mpsc::Sender<Wake>) -> Self {
        Self { profile, place, wakes, is_running: false, line: None, closed: false, early: Vec::new() }
    }

    /// Starts the process, which is told `first` when it has reported; its end comes as [`Wake::WindowExited`].
    ///
    /// # Errors
    ///
    /// In words, when it cannot be started.
    pub(crate) fn start(&mut self, first: ToWindow, activation_token: Option<String>) -> Result<(), String> {
        if self.is_running || self.line.is_some() {
            self.tell(first);
            return Ok(());
        }
        let program = program().map_err(|error| words::window_does_not_start(&error))?;
        let mut command = Command::new(&program);
        command.args(["--profile", self.profile.as_str()]).arg("--socket").arg(self.place.socket());
        command.stdin(Stdio::null());
        if let Some(token) = activation_token {
            command.env("XDG_ACTIVATION_TOKEN", token);
        }
        let mut child = command.spawn().map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                words::window_missing(&program)
            } else {
                words::window_does_not_start(&error)
            }
        })?;
        self.is_running = true;
        self.closed = false;
        self.early = vec![first];
        let wakes = self.wakes.clone();
        tokio::spawn(async move {
            match child.wait().await {
                // A closed channel means that the program ends.
                Ok(status) => drop(wakes.send(Wake::WindowExited(status)).await),
                Err(error) => tracing::error!(%error, "the window process cannot be watched"),
            }
        });
        Ok(())
    }

    /// A window has reported over this line.
    pub(crate) fn reported(&mut self, report: &WindowReport, line: WindowLine) {
        match report {
            WindowReport::Closed => self.closed = true,
            WindowReport::Showing { .. } | WindowReport::Input | WindowReport::NeedPortal => {}
        }
        for order in self.early.drain(..) {
            line.send(order);
        }
        self.line = Some(line);
    }

    /// Passes on what the window shall do; before its first report it is kept.
    pub(crate) fn tell(&mut self, order: ToWindow) {
        match order {
            ToWindow::Quit => self.closed = true,
            ToWindow::Show { .. } | ToWindow::Hide { .. } | ToWindow::Portal { .. } => {}
        }
        match &self.line {
            Some(line) => line.send(order),
            None if self.is_running && self.early.len() < MAX_EARLY_ORDERS => self.early.push(order),
            None => {}
        }
    }

    /// A line over which a window reported has ended.
    pub(crate) fn line_gone(&mut self, connection: ConnectionId) -> Option<Ended> {
        self.line.take_if(|line| line.connection() == connection)?;
        self.ended()
    }

    /// The process that we started has ended.
    pub(crate) fn exited(&mut self, status: ExitStatus) -> Option<Ended> {
        tracing::debug!(%status, "the window process has ended");
        self.is_running = false;
        self.closed |= status.success();
        self.ended()
    }

    fn ended(&mut self) -> Option<Ended> {
        if self.is_running || self.line.is_some() {
            return None;
        }
        self.early.clear();
        Some(Ended { closed: std::mem::take(&mut self.closed) })
    }
}

fn program() -> io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(PROGRAM))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn started() -> Window {
        let (wakes, _) = mpsc::channel(1);
        let mut window = Window::new(Profile::default(), Place::at("/nowhere/a.sock".into()), wakes);
        window.is_running = true;
        window
    }

    #[test]
    fn an_end_that_nobody_asked_for_is_a_crash() {
        let killed = ExitStatus::from_raw(9);
        assert_eq!(started().exited(killed), Some(Ended { closed: false }));
        let mut told = started();
        told.tell(ToWindow::Quit);
        assert_eq!(told.exited(killed), Some(Ended { closed: true }));
        assert_eq!(started().exited(ExitStatus::from_raw(0)), Some(Ended { closed: true }));
    }

    #[test]
    fn a_window_that_starts_again_has_not_been_closed() {
        let mut window = started();
        window.exited(ExitStatus::from_raw(0));
        window.is_running = true;
        assert_eq!(window.exited(ExitStatus::from_raw(9)), Some(Ended { closed: false }));
    }
}
