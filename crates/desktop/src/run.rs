//! The agent's process: waits for the first of several things, and hands it to the agent's loop, `agent::runner`.

use crate::cli::{Cli, launch, terminal};
use crate::clock::SystemClock;
use crate::paths::Paths;
use crate::platform::{self, Display, EndSignals};
use crate::shell::{Link, Shell};
use crate::storage::Storage;
use crate::wake::{MAX_QUEUED_WAKES, Wake};
use crate::{clock, file, log, out, toasts, tray, words};
use agent::agent::{Input, Problem, Start};
use agent::runner::{self, Runner};
use agent::settings::Settings;
use agent::tray::{Icon, Mark, Tray};
use agent::view::Intent;
use anyhow::{Context, Result};
use link::{Clock, Order, Timer};
use local::client::Client;
use local::server::{BindError, Request, Server};
use presence::Moment;
use protocol::Token;
use std::time::Duration;
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
        platform::detach();
    }
    let (server, requests) = match Server::bind(paths.socket_path.clone()) {
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
    while !program.runner.is_over() {
        let woken = program.wait().await;
        program.handle(woken);
    }
    program.end().await;
    tracing::info!("Deskbell has quit");
    Ok(())
}

/// The first agent shows itself; one that the desktop started in the background is content that another runs.
async fn hand_over(paths: &Paths, background: bool) -> Result<()> {
    if background {
        return Ok(());
    }
    let mut client =
        Client::connect(&paths.socket_path).await.context("Deskbell runs already, but does not answer")?;
    let view = client.view().await?;
    terminal::ask(&mut client, Intent::Open { page: view.front_page() }).await
}

/// The agent's loop and all that can wake it.
struct Program {
    runner: Runner<Shell, Storage>,
    link: Link,
    requests: mpsc::Receiver<Request>,
    wakes: mpsc::Receiver<Wake>,
    seen: mpsc::Receiver<idle::Seen>,
    end_signals: EndSignals,
    bus: JoinHandle<()>,
    timer: Box<dyn Timer>,
}

/// What was waited for.
enum Woken {
    Wake(Wake),
    /// The link takes an order.
    LinkTakes(mpsc::OwnedPermit<Order>),
}

impl Program {
    fn new(cli: &Cli, paths: &Paths, server: Server, requests: mpsc::Receiver<Request>) -> Result<Self> {
        let (wakes, woken) = mpsc::channel(MAX_QUEUED_WAKES);
        let (storage, settings, token) = Storage::open(paths);
        let has_display = Display::named().is_some();
        let icon = Icon { mark: Mark::Offline, badge: 0 };
        let tray = watch::Sender::new(Tray { icon, tooltip: String::new(), menu: Vec::new() });
        let toasts = watch::Sender::new(None);
        let channels = tray::TrayChannels {
            id: format!("deskbell-{}", cli.profile),
            tray: tray.subscribe(),
            wakes: wakes.clone(),
        };
        let picture = keep_picture(paths);
        let player = toasts::player::Player::start(paths.sounds.clone(), wakes.clone());
        let wanted = toasts::Toasts {
            wanted: toasts.subscribe(),
            wakes: wakes.clone(),
            persisted: paths.toasts.clone(),
            picture,
            ringer: toasts::ringer::Ringer::new(Some(player.clone())),
            problem: None,
        };
        let (shell, seen, link) =
            Shell::new(cli.profile.clone(), paths, server, tray, toasts, player, wakes)?;
        let start = beginning(cli, has_display, settings, token)?;
        let runner = Runner::new(start, shell, storage, clock::now());
        Ok(Self {
            runner,
            link,
            requests,
            wakes: woken,
            seen,
            end_signals: EndSignals::listen()?,
            // It runs when this task first waits, which is after the start.
            bus: tokio::spawn(platform::show(channels, wanted)),
            timer: SystemClock.timer(),
        })
    }

    fn start(&mut self) {
        self.runner.start(clock::now());
        if Display::named().is_none() {
            tracing::warn!("{}", words::NO_DISPLAY);
            let notice = Input::Notice { about: Problem::Display, words: Some(words::NO_DISPLAY.to_owned()) };
            self.runner.turn([runner::RunnerInput::Input(notice)], clock::now());
        }
    }

    /// The next thing that happens.
    async fn wait(&mut self) -> Woken {
        let (timeout, has_room) = (self.runner.next_turn(), self.runner.has_room());
        let link_takes = self.link.orders.clone().reserve_owned();
        tokio::select! {
            Some(seen) = self.seen.recv() => Woken::Wake(Wake::Seen(seen)),
            Some(event) = self.link.events.recv() => Woken::Wake(Wake::Link(event)),
            Some(request) = self.requests.recv(), if has_room => Woken::Wake(Wake::Local(request)),
            Some(wake) = self.wakes.recv(), if has_room => Woken::Wake(wake),
            // It is never waited for elsewhere: the link may be waiting for us.
            Ok(permit) = link_takes, if self.runner.has_orders() => Woken::LinkTakes(permit),
            () = until(self.timer.as_mut(), timeout) => Woken::Wake(Wake::Timeout),
            () = self.end_signals.recv() => Woken::Wake(Wake::Signal),
        }
    }

    fn handle(&mut self, woken: Woken) {
        match woken {
            Woken::LinkTakes(permit) => {
                if let Some(order) = self.runner.next_order() {
                    permit.send(order);
                }
            }
            Woken::Wake(wake) => {
                let wakes = self.runner.machine_mut().means(wake);
                self.runner.turn(wakes, clock::now());
            }
        }
    }

    /// Leaves the service, the screen and the socket, in this order.
    async fn end(self) {
        let Self { mut runner, link, requests, wakes, seen, bus, .. } = self;
        let orders = std::iter::from_fn(|| runner.next_order()).collect();
        let server = runner.end().end(link, orders).await;
        drop((requests, wakes, seen));
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

fn beginning(cli: &Cli, has_display: bool, settings: Settings, token: Option<Token>) -> Result<Start> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("this system gives no random numbers")?;
    Ok(Start {
        profile: cli.profile.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings,
        token,
        instance: uuid::Uuid::new_v4(),
        device_name: platform::device_name(),
        seed,
        has_display,
        has_window: cli.window_open,
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
