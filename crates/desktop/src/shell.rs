//! This machine, as the agent's loop needs it: each thing that it asks for is one verb here.
//!
//! [`Machine`]'s verbs in; what has happened comes in as [`Wake`]s, and goes out as what it means to the loop. It decides nothing.

use crate::clock::SystemClock;
use crate::paths::Paths;
use crate::platform::{self, Display};
use crate::toasts::player::Player;
use crate::wake::Wake;
use crate::window::{Ended, Window};
use crate::words;
use agent::agent::{Input, Now, Problem};
use agent::runner::{self, Machine};
use agent::settings::KnownAccount;
use agent::sound::SoundSettings;
use agent::toast::Toast;
use agent::tray::Tray;
use agent::view::{Answer, Intent, Page, ToWindow, View};
use anyhow::{Context, Result};
use idle::{Seen, Source};
use link::{Address, Dialer, Order};
use local::server::{Reply, Request, Server};
use local::socket_path::Profile;
use protocol::http::Redeem;
use protocol::{Policy, Token};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// Orders and events that may wait between link and agent: a snapshot comes as fast as it can be read.
const MAX_QUEUED_EVENTS: usize = 64;

/// How long leaving the service may take when the program ends; after that it finds out by itself.
const LEAVE_WITHIN: Duration = Duration::from_secs(2);

/// How often a one-time link is tried while no answer comes, and the pause between.
const REDEEM_TRIES: u32 = 3;
const REDEEM_PAUSE: Duration = Duration::from_secs(1);

/// Bytes of randomness in a token.
const TOKEN_BYTES: usize = 32;

/// This machine, as far as the agent may change it.
pub(crate) struct Shell {
    server: Server,
    tray: watch::Sender<Tray>,
    toasts: watch::Sender<Option<Vec<Toast>>>,
    player: Player,
    window: Window,
    watch: idle::Watch,
    wakes: mpsc::Sender<Wake>,
    dialer: Arc<Dialer>,
    activation_token: Option<String>,
}

/// The link's task.
pub(crate) struct Link {
    pub(crate) orders: mpsc::Sender<Order>,
    pub(crate) events: mpsc::Receiver<link::Event>,
    task: JoinHandle<()>,
}

impl Shell {
    /// Starts watching input and the link's loop.
    ///
    /// # Errors
    ///
    /// Without random numbers, or when the program cannot find itself.
    pub(crate) fn new(
        profile: Profile,
        paths: &Paths,
        server: Server,
        tray: watch::Sender<Tray>,
        toasts: watch::Sender<Option<Vec<Toast>>>,
        player: Player,
        wakes: mpsc::Sender<Wake>,
    ) -> Result<(Self, mpsc::Receiver<Seen>, Link)> {
        let (watch, seen) = idle::watch(idle::Setup {
            idle_after: Duration::from_millis(Policy::default().idle_after_ms),
            helper: platform::idle_helper()?,
            only: None,
        });
        let dialer = Arc::new(Dialer::new());
        let (orders, to_do) = mpsc::channel(MAX_QUEUED_EVENTS);
        let (tell, events) = mpsc::channel(MAX_QUEUED_EVENTS);
        let seed = getrandom::u64().context("this system gives no random numbers")?;
        let dial = Arc::clone(&dialer) as Arc<dyn link::Dial>;
        let task = tokio::spawn(link::drive(dial, Arc::new(SystemClock), seed, to_do, tell));
        let window = Window::new(profile, paths.socket_path.clone(), wakes.clone());
        let shell =
            Self { server, tray, toasts, player, window, watch, wakes, dialer, activation_token: None };
        Ok((shell, seen, Link { orders, events, task }))
    }

    /// What a wake means to the agent's loop, in order.
    pub(crate) fn means(&mut self, wake: Wake) -> Vec<runner::RunnerInput<Reply>> {
        let input = match wake {
            Wake::Seen(Seen::Fact(fact)) => Input::Fact(fact),
            Wake::Seen(Seen::Source(Source::Found { kind, why })) => {
                Input::Source { source: Some(kind.words().to_owned()), why }
            }
            Wake::Seen(Seen::Source(Source::None { why })) => Input::Source { source: None, why },
            Wake::Link(event) => Input::Link(event),
            Wake::Local(Request::Intent { intent, reply }) => {
                return vec![runner::RunnerInput::Intent { intent, reply }];
            }
            Wake::Local(Request::Window { report, window }) => {
                self.window.reported(&report, window);
                Input::Window(report)
            }
            Wake::Local(Request::WindowGone(connection)) => {
                let ended = self.window.line_gone(connection);
                return self.window_ended(ended);
            }
            Wake::WindowExited(status) => {
                let ended = self.window.exited(status);
                return self.window_ended(ended);
            }
            Wake::WindowCrashed { has_display: true } => Input::WindowEnded { closed: false },
            Wake::WindowCrashed { has_display: false } => {
                tracing::info!("the display is gone");
                let gone =
                    Input::Notice { about: Problem::Display, words: Some(words::DISPLAY_GONE.to_owned()) };
                let ended = Input::WindowEnded { closed: false };
                return vec![runner::RunnerInput::Input(gone), runner::RunnerInput::Input(ended)];
            }
            Wake::TrayClicked => return vec![runner::RunnerInput::TrayClicked],
            Wake::TrayMenu(intent) => Input::Clicked(intent),
            Wake::TrayIcon(icon) => Input::TrayIcon(icon),
            Wake::Toast(event) => Input::Toast(event),
            Wake::DoNotDisturb(is_on) => {
                tracing::info!(is_on, "do-not-disturb of the desktop");
                Input::DoNotDisturb(is_on)
            }
            Wake::ActivationToken(token) => {
                self.activation_token = Some(token);
                return Vec::new();
            }
            Wake::Notice { about, words } => {
                if let Some(words) = &words {
                    tracing::warn!(?about, "{words}");
                }
                Input::Notice { about, words }
            }
            Wake::Redeemed(result) => Input::Redeemed { result },
            Wake::Signal => Input::Clicked(Intent::Quit),
            Wake::Timeout => return Vec::new(),
        };
        vec![runner::RunnerInput::Input(input)]
    }

    /// Whether a window that was not closed has crashed, or went with its display, is looked up first.
    fn window_ended(&self, ended: Option<Ended>) -> Vec<runner::RunnerInput<Reply>> {
        let Some(ended) = ended else { return Vec::new() };
        if ended.closed {
            return vec![runner::RunnerInput::Input(Input::WindowEnded { closed: true })];
        }
        let wakes = self.wakes.clone();
        tokio::spawn(async move {
            let display = Display::named();
            let has_display = match &display {
                Some(display) => display.is_there().await,
                None => false,
            };
            // A closed channel means that the program ends.
            let _ended = wakes.send(Wake::WindowCrashed { has_display }).await;
            if let Some(display) = display.filter(|_| !has_display) {
                display.back().await;
                let _ended = wakes.send(Wake::Notice { about: Problem::Display, words: None }).await;
            }
        });
        Vec::new()
    }

    /// Leaves the service, then the screen. Gives back the local socket, which is left last.
    pub(crate) async fn end(self, link: Link, orders: Vec<Order>) -> Server {
        let Self { server, tray, toasts, window, watch, .. } = self;
        toasts.send_replace(Some(Vec::new()));
        drop((toasts, watch));
        let Link { orders: link_orders, mut events, task } = link;
        let leaving = async {
            for order in orders {
                if link_orders.send(order).await.is_err() {
                    break;
                }
            }
            drop(link_orders);
            task.await
        };
        let listening = async { while events.recv().await.is_some() {} };
        let leaving = tokio::time::timeout(LEAVE_WITHIN, async { tokio::join!(leaving, listening) });
        let (left, ()) = tokio::join!(leaving, window.end());
        if left.is_err() {
            tracing::warn!("the service did not hear in time that this computer leaves");
        }
        drop(tray);
        server
    }
}

impl Machine for Shell {
    type Reply = Reply;

    fn answer(&mut self, reply: Reply, answer: Answer) {
        reply.send(answer);
    }

    fn redeem(&mut self, address: Address, secret: String, device: String) {
        let (dialer, wakes) = (Arc::clone(&self.dialer), self.wakes.clone());
        tokio::spawn(async move {
            let result = match new_token() {
                Ok(token) => {
                    redeem(&dialer, &address, Redeem { link: secret, token, device, cookie: false }).await
                }
                Err(error) => Err(format!("{error:#}")),
            };
            // A closed channel means that the program ends.
            let _ended = wakes.send(Wake::Redeemed(result)).await;
        });
    }

    fn set_idle_after(&mut self, idle_after: Duration) {
        self.watch.set_idle_after(idle_after);
    }

    fn set_sound(&mut self, sound: SoundSettings) {
        self.player.set(sound);
    }

    fn release_sleep(&mut self) {
        self.watch.release_sleep();
    }

    fn show_toasts(&mut self, toasts: Vec<Toast>) {
        self.toasts.send_replace(Some(toasts));
    }

    fn start_window(&mut self, page: Page, minimised: bool) -> Result<(), String> {
        self.window.start(ToWindow::Show { page, minimised }, self.activation_token.take())
    }

    fn open_browser(&mut self, address: &str) -> Result<(), String> {
        open::that_detached(address).map_err(|error| {
            tracing::warn!(%error, "the system's browser does not start");
            words::no_browser(&error)
        })
    }

    fn tell_window(&mut self, order: ToWindow) {
        self.window.tell(order);
    }

    fn show(&mut self, view: &Arc<View>, now: Now) {
        let tray = agent::tray::tray(view, now.utc_offset_s);
        self.tray.send_if_modified(|shown| {
            let changed = *shown != tray;
            *shown = tray;
            changed
        });
        self.server.publish(Arc::clone(view));
    }
}

fn new_token() -> Result<Token> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes).context("this system gives no random numbers")?;
    Ok(Token(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Repeats with the same token while no answer comes: that is harmless.
async fn redeem(dialer: &Dialer, address: &Address, with: Redeem) -> Result<(Token, KnownAccount), String> {
    let mut tries = 1;
    loop {
        match link::redeem(dialer, address, &with, agent::words::language().code()).await {
            Ok(who) => {
                let account = KnownAccount { name: who.name, role: who.role, organisation: who.organisation };
                return Ok((with.token, account));
            }
            Err(error) if error.is_retryable() && tries < REDEEM_TRIES => {
                tries += 1;
                tokio::time::sleep(REDEEM_PAUSE).await;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}
