//! The window process: where it is, how it starts, and when it has ended.
//!
//! Knows no window. A process that we started and a connection over which a window reports are joined here: the window has
//! ended when both are gone, so that what it said last is heard first.

use crate::log::ChildLines;
use crate::wake::Wake;
use crate::{log, platform, words};
use agent::view::{ToWindow, WindowReport};
use local::server::{ConnectionId, WindowHandle};
use local::socket_path::{Profile, SocketPath};
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The window program, beside our own.
const PROGRAM: &str = "deskbell-window";

/// Orders for a window that has started but not yet reported.
const MAX_EARLY_ORDERS: usize = 8;

/// How long a window that is killed may take to be gone.
const GONE_WITHIN: Duration = Duration::from_secs(1);

/// The window of this agent.
#[derive(Debug)]
pub(crate) struct Window {
    profile: Profile,
    socket_path: SocketPath,
    wakes: mpsc::Sender<Wake>,
    is_running: bool,
    handle: Option<WindowHandle>,
    /// It has said that the user closed it, or was told to end.
    closed: bool,
    early: Vec<ToWindow>,
    process: Option<Process>,
}

/// The process that we started.
#[derive(Debug)]
struct Process {
    kill: oneshot::Sender<()>,
    watched: JoinHandle<()>,
}

/// The window has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// In order, or by a crash.
    pub(crate) closed: bool,
}

impl Window {
    /// No window yet.
    pub(crate) fn new(profile: Profile, socket_path: SocketPath, wakes: mpsc::Sender<Wake>) -> Self {
        Self {
            profile,
            socket_path,
            wakes,
            is_running: false,
            handle: None,
            closed: false,
            early: Vec::new(),
            process: None,
        }
    }

    /// Starts the process, which is told `first` when it has reported; its end comes as [`Wake::WindowExited`].
    ///
    /// # Errors
    ///
    /// In words, when it cannot be started.
    pub(crate) fn start(&mut self, first: ToWindow, activation_token: Option<String>) -> Result<(), String> {
        if self.is_running || self.handle.is_some() {
            self.tell(first);
            return Ok(());
        }
        let program = program().map_err(|error| words::window_does_not_start(&error))?;
        let mut command = Command::new(&program);
        command.args(["--profile", self.profile.as_str()]).arg("--socket").arg(self.socket_path.socket());
        let (stderr, said) = log::child_stderr();
        command.stdin(Stdio::null()).stderr(stderr);
        if let Some(token) = activation_token {
            platform::pass_activation(&token, &mut command);
        }
        let child = command.spawn().map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                words::window_missing(&program)
            } else {
                words::window_does_not_start(&error)
            }
        })?;
        self.is_running = true;
        self.closed = false;
        self.early = vec![first];
        let (kill, killed) = oneshot::channel();
        let watched = tokio::spawn(watch(child, said, killed, self.wakes.clone()));
        self.process = Some(Process { kill, watched });
        Ok(())
    }

    /// The program ends. A window that has reported was told to end and does so by itself; one that was still starting would
    /// find no agent and start another, so it is killed.
    pub(crate) async fn end(self) {
        let Some(Process { kill, watched }) = self.process else { return };
        if !self.is_running || self.handle.is_some() || kill.send(()).is_err() {
            return;
        }
        tracing::info!("the window was still starting and is ended with Deskbell");
        if timeout(GONE_WITHIN, watched).await.is_err() {
            tracing::warn!("the window that was still starting does not end");
        }
    }

    /// A window has reported through this handle.
    pub(crate) fn reported(&mut self, report: &WindowReport, handle: WindowHandle) {
        match report {
            WindowReport::Closed => self.closed = true,
            WindowReport::Showing { .. } | WindowReport::Input | WindowReport::NeedPortal => {}
        }
        for order in self.early.drain(..) {
            handle.send(order);
        }
        self.handle = Some(handle);
    }

    /// Passes on what the window shall do; before its first report it is kept.
    pub(crate) fn tell(&mut self, order: ToWindow) {
        match order {
            ToWindow::Quit => {
                self.closed = true;
                // It need not open what it is to close at once.
                self.early.clear();
            }
            ToWindow::Show { .. } | ToWindow::Hide { .. } | ToWindow::Portal { .. } => {}
        }
        match &self.handle {
            Some(handle) => handle.send(order),
            None if self.is_running && self.early.len() < MAX_EARLY_ORDERS => self.early.push(order),
            None => {}
        }
    }

    /// A connection over which a window reported has ended.
    pub(crate) fn line_gone(&mut self, connection: ConnectionId) -> Option<Ended> {
        self.handle.take_if(|handle| handle.connection() == connection)?;
        self.ended()
    }

    /// The process that we started has ended.
    pub(crate) fn exited(&mut self, status: Option<ExitStatus>) -> Option<Ended> {
        tracing::debug!(?status, "the window process has ended");
        self.is_running = false;
        self.process = None;
        self.closed |= status.is_some_and(|status| status.success());
        self.ended()
    }

    fn ended(&mut self) -> Option<Ended> {
        if self.is_running || self.handle.is_some() {
            return None;
        }
        self.early.clear();
        Some(Ended { closed: std::mem::take(&mut self.closed) })
    }
}

/// Passes on what the process says, tells when it ends, or kills it.
async fn watch(
    mut child: Child,
    mut said: Option<ChildLines>,
    killed: oneshot::Receiver<()>,
    wakes: mpsc::Sender<Wake>,
) {
    let passing_on = async {
        match &mut said {
            Some(said) => said.pass_on().await,
            None => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        ended = child.wait() => Some(ended),
        () = passing_on => return,
        Ok(()) = killed => {
            if let Err(error) = child.kill().await {
                tracing::warn!(%error, "the window process cannot be ended");
            }
            None
        }
    };
    if let Some(said) = said {
        said.end();
    }
    let Some(ended) = ended else { return };
    if let Err(error) = &ended {
        tracing::error!(%error, "the window process cannot be watched, so it is taken for ended");
    }
    // A closed channel means that the program ends.
    let _ended = wakes.send(Wake::WindowExited(ended.ok())).await;
}

fn program() -> io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn started() -> Window {
        let (wakes, _) = mpsc::channel(1);
        let mut window = Window::new(Profile::default(), SocketPath::at("/nowhere/a.sock".into()), wakes);
        window.is_running = true;
        window
    }

    #[test]
    fn an_end_that_nobody_asked_for_is_a_crash() {
        let killed = Some(ExitStatus::from_raw(9));
        assert_eq!(started().exited(killed), Some(Ended { closed: false }));
        let mut told = started();
        told.tell(ToWindow::Quit);
        assert_eq!(told.exited(killed), Some(Ended { closed: true }));
        assert_eq!(started().exited(Some(ExitStatus::from_raw(0))), Some(Ended { closed: true }));
    }

    #[test]
    fn a_window_that_cannot_be_watched_can_be_opened_again() {
        let mut window = started();
        assert_eq!(window.exited(None), Some(Ended { closed: false }));
        assert!(!window.is_running);
    }

    // The one that was still starting would start the agent again.
    #[tokio::test]
    async fn a_window_that_has_not_reported_ends_with_the_program() {
        let (wakes, mut woken) = mpsc::channel(1);
        let child = Command::new("sleep").arg("1000").spawn().unwrap();
        let process = format!("/proc/{}", child.id().unwrap());
        let mut window =
            Window::new(Profile::default(), SocketPath::at("/nowhere/a.sock".into()), wakes.clone());
        let (kill, killed) = oneshot::channel();
        let watched = tokio::spawn(watch(child, None, killed, wakes));
        window.is_running = true;
        window.process = Some(Process { kill, watched });
        window.end().await;
        assert!(!std::path::Path::new(&process).exists());
        assert!(woken.recv().await.is_none(), "and nobody is told that it crashed");
    }

    #[test]
    fn a_window_that_starts_again_has_not_been_closed() {
        let mut window = started();
        window.exited(Some(ExitStatus::from_raw(0)));
        window.is_running = true;
        assert_eq!(window.exited(Some(ExitStatus::from_raw(9))), Some(Ended { closed: false }));
    }
}
