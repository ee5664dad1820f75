//! The agent's process: one loop without opinions. It waits, feeds the agent, and has the effects carried out.

use crate::cli::Cli;
use crate::clock::SystemClock;
use crate::launch;
use crate::paths::Paths;
use crate::platform::{Display, bus};
use crate::shell::Shell;
use crate::storage::Storage;
use crate::wake::{MAX_QUEUED_WAKES, Wake};
use crate::{clock, file, log, out, terminal, toasts, tray, words};
use agent::agent::{Agent, Effect, Input, Lack, Start};
use agent::settings::Settings;
use agent::view::{Account, Intent, Page, View};
use anyhow::{Context, Result};
use link::{Clock, Timer};
use local::client::Client;
use local::server::{BindError, Request, Server};
use presence::Moment;
use protocol::Token;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// How long the panel and the notification daemon may take to hear that the program ends.
const CLEAN_UP_WITHIN: Duration = Duration::from_secs(1);

/// Runs the agent until it is told to end. Where one runs already, it is told to show itself.
///
/// # Errors
///
/// When it cannot start.
pub(crate) async fn run(cli: &Cli) -> Result<()> {
    let paths = Paths::find(&cli.profile)?;
    if cli.background {
        // A session of its own, so that closing the terminal it came from does not end it. It fails only for the leader of
        // one, who needs none.
        let _leader = rustix::process::setsid();
    }
    let (server, requests) = match Server::bind(paths.place.clone()) {
        Ok(bound) => bound,
        Err(BindError::AlreadyRunning) => return hand_over(&paths, cli.background).await,
        Err(error @ BindError::Io { .. }) => return Err(error.into()),
    };
    log::start(cli.background, &paths.log);
    log::end_with_any_part();
    let mut program = Program::new(cli, &paths, server, requests)?;
    if cli.tell_ready {
        out::line(launch::READY)?;
    }
    tracing::info!(profile = %cli.profile, "Deskbell has started");
    program.start();
    while !program.shell.is_over() {
        let wake = program.wait().await;
        program.handle(wake);
    }
    program.end().await;
    tracing::info!("Deskbell has ended");
    Ok(())
}

/// The first agent shows itself; one that the desktop started in the background is content that another runs.
async fn hand_over(paths: &Paths, background: bool) -> Result<()> {
    if background {
        return Ok(());
    }
    let mut client =
        Client::connect(&paths.place).await.context("Deskbell runs already, but does not answer")?;
    let view = client.view().await?;
    terminal::ask(&mut client, Intent::Open { page: front_page(&view) }).await
}

/// What a click on the app itself opens.
fn front_page(view: &View) -> Page {
    match view.account {
        Account::SignedIn { .. } => Page::Portal { chat: None },
        Account::SignedOut { .. } => Page::Status,
    }
}

/// The agent and all that can wake it.
struct Program {
    agent: Agent,
    shell: Shell,
    server: Server,
    requests: mpsc::Receiver<Request>,
    wakes: mpsc::Receiver<Wake>,
    seen: mpsc::Receiver<idle::Seen>,
    events: mpsc::Receiver<link::Event>,
    terminate: Signal,
    interrupt: Signal,
    /// The terminal that it was started from is closed; `None` where that is to be ignored (`nohup`).
    hang_up: Option<Signal>,
    view: Arc<View>,
    tray: watch::Sender<agent::tray::Tray>,
    bus: JoinHandle<()>,
    lacks: Vec<(Lack, String)>,
    timer: Box<dyn Timer>,
}

impl Program {
    fn new(cli: &Cli, paths: &Paths, server: Server, requests: mpsc::Receiver<Request>) -> Result<Self> {
        let (wakes, woken) = mpsc::channel(MAX_QUEUED_WAKES);
        let (storage, settings, token) = Storage::open(paths);
        let mut lacks = Vec::new();
        let has_display = Display::named().is_some();
        if !has_display {
            lacks.push((Lack::Display, words::NO_DISPLAY.to_owned()));
        }
        let now = clock::now();
        let agent = Agent::new(beginning(cli, has_display, settings, token)?, now);
        let view = Arc::new(agent.view(now));
        let tray = watch::Sender::new(agent::tray::tray(&view, now.utc_offset_s));
        let toasts = watch::Sender::new(None);
        let shown = tray::Shown {
            id: format!("deskbell-{}", cli.profile),
            tray: tray.subscribe(),
            wakes: wakes.clone(),
        };
        let picture = keep_picture(paths);
        let player = toasts::player::Player::start(paths.sounds.clone(), wakes.clone());
        let wanted = toasts::Toasts {
            wanted: toasts.subscribe(),
            wakes: wakes.clone(),
            left_over: paths.toasts.clone(),
            picture,
            ringer: toasts::ringer::Ringer::new(Some(player)),
            lack: None,
        };
        let bus = tokio::spawn(bus::run(shown, wanted));
        let (shell, seen, events) = Shell::new(cli.profile.clone(), paths, storage, toasts, wakes)?;
        Ok(Self {
            agent,
            shell,
            server,
            requests,
            wakes: woken,
            seen,
            events,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: if ignores_hang_up() { None } else { Some(signal(SignalKind::hangup())?) },
            view,
            tray,
            bus,
            lacks,
            timer: SystemClock.timer(),
        })
    }

    fn start(&mut self) {
        self.server.publish(Arc::clone(&self.view));
        let effects = self.agent.start(clock::now());
        self.perform(effects);
        if let Some(news) = self.shell.storage_news() {
            self.feed(news);
        }
        for (about, words) in std::mem::take(&mut self.lacks) {
            tracing::warn!(?about, "{words}");
            self.feed(Input::Notice { about, words: Some(words) });
        }
        self.show();
    }

    /// The next thing that happens.
    async fn wait(&mut self) -> Wake {
        let timeout = self.agent.next_timeout();
        let storage_due = self.shell.storage_due();
        let has_room = self.shell.has_room();
        tokio::select! {
            Some(seen) = self.seen.recv() => Wake::Seen(seen),
            Some(event) = self.events.recv() => Wake::Link(event),
            Some(request) = self.requests.recv(), if has_room => Wake::Local(request),
            Some(wake) = self.wakes.recv(), if has_room => wake,
            // There is room again; the next turn of the loop sees that.
            () = self.shell.pass_orders() => Wake::Timeout,
            () = rested(storage_due) => Wake::StorageRested,
            () = until(self.timer.as_mut(), timeout) => Wake::Timeout,
            _ = self.terminate.recv() => Wake::Signal,
            _ = self.interrupt.recv() => Wake::Signal,
            () = signalled(&mut self.hang_up) => Wake::Signal,
        }
    }

    fn handle(&mut self, wake: Wake) {
        match wake {
            Wake::Timeout => {
                let effects = self.agent.on_timeout(clock::now());
                self.perform(effects);
            }
            Wake::TrayClicked => self.feed(Input::Clicked(Intent::Open { page: front_page(&self.view) })),
            other => {
                if let Some(input) = self.shell.input(other) {
                    self.feed(input);
                }
            }
        }
        self.show();
    }

    fn feed(&mut self, input: Input) {
        let effects = self.agent.on(input, clock::now());
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.shell.perform(effect);
        }
        while let Some(input) = self.shell.next_follow_up() {
            self.feed(input);
        }
    }

    /// Tray and watchers see the view when it has changed.
    fn show(&mut self) {
        let now = clock::now();
        let view = self.agent.view(now);
        if view == *self.view {
            return;
        }
        self.view = Arc::new(view);
        let tray = agent::tray::tray(&self.view, now.utc_offset_s);
        self.tray.send_if_modified(|shown| {
            let changed = *shown != tray;
            *shown = tray;
            changed
        });
        self.server.publish(Arc::clone(&self.view));
    }

    /// Leaves the service, the screen and the socket, in this order.
    async fn end(self) {
        let Self { shell, server, requests, wakes, seen, events, tray, bus, .. } = self;
        shell.end(events).await;
        drop((tray, requests, wakes, seen));
        if tokio::time::timeout(CLEAN_UP_WITHIN, bus).await.is_err() {
            tracing::warn!("panel or notification daemon did not answer in time");
        }
        server.close().await;
    }
}

async fn until(timer: &mut dyn Timer, timeout: Option<Moment>) {
    match timeout {
        Some(timeout) => std::future::poll_fn(|context| timer.poll_until(timeout, context)).await,
        None => std::future::pending().await,
    }
}

async fn rested(due: Option<tokio::time::Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn signalled(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => _ = signal.recv().await,
        None => std::future::pending().await,
    }
}

/// Whether the program that started us wants a hang-up ignored, as `nohup` does.
fn ignores_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The first signal is SIGHUP.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

fn beginning(cli: &Cli, has_display: bool, settings: Settings, token: Option<Token>) -> Result<Start> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("this system gives no random numbers")?;
    Ok(Start {
        profile: cli.profile.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings,
        token,
        instance: uuid::Uuid::new_v4(),
        device_name: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        seed,
        has_display,
        background: cli.background,
    })
}

/// Daemons read the picture from a file.
fn keep_picture(paths: &Paths) -> Option<std::path::PathBuf> {
    let path = &paths.toast_picture;
    let picture = tray::icon::TOAST_PICTURE;
    if std::fs::read(path).is_ok_and(|kept| kept == picture) {
        return Some(path.clone());
    }
    match file::replace_unsynced(path, picture) {
        Ok(()) => Some(path.clone()),
        Err(error) => {
            tracing::warn!(%error, "toasts have no picture, since it cannot be written");
            None
        }
    }
}
