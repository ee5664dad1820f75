//! Carries out the agent's effects, and says in the agent's words what has happened.
//!
//! Effects in; wakes in, [`Input`]s out. It decides nothing: each effect is one verb of this machine.

use crate::clock::SystemClock;
use crate::orders::WaitingOrders;
use crate::paths::Paths;
use crate::platform::Display;
use crate::storage::{Storage, TRY_AGAIN};
use crate::wake::Wake;
use crate::window::{Ended, Window};
use crate::words;
use agent::agent::{Asker, Effect, Input, Lack};
use agent::settings::KnownAccount;
use agent::toast::Toast;
use agent::view::{Answer, Intent, ToWindow};
use anyhow::{Context, Result};
use idle::{Seen, Source};
use link::{Address, Dialer, Order};
use local::place::Profile;
use local::server::{Reply, Request};
use protocol::http::Redeem;
use protocol::{Policy, Token};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

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
    storage: Storage,
    /// When files were last tried again.
    storage_tried: Instant,
    /// What was said last of the files.
    told_lack: Option<String>,
    window: Window,
    watch: idle::Watch,
    toasts: watch::Sender<Option<Vec<Toast>>>,
    wakes: mpsc::Sender<Wake>,
    dialer: Arc<Dialer>,
    orders: mpsc::Sender<Order>,
    /// Orders that the link has not taken yet.
    waiting_orders: WaitingOrders,
    link: JoinHandle<()>,
    replies: HashMap<Asker, Reply>,
    last_asker: u64,
    activation_token: Option<String>,
    /// What follows from what was done or seen.
    follow_ups: VecDeque<Input>,
    is_over: bool,
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
        storage: Storage,
        toasts: watch::Sender<Option<Vec<Toast>>>,
        wakes: mpsc::Sender<Wake>,
    ) -> Result<(Self, mpsc::Receiver<Seen>, mpsc::Receiver<link::Event>)> {
        let program = std::env::current_exe().context("cannot find the program deskbell itself")?;
        let (watch, seen) = idle::watch(idle::Setup {
            idle_after: Duration::from_millis(Policy::default().idle_after_ms),
            helper: Some(idle::Helper { program, args: vec!["idle-helper".to_owned()] }),
            only: None,
        });
        let dialer = Arc::new(Dialer::new());
        let (orders, to_do) = mpsc::channel(MAX_QUEUED_EVENTS);
        let (tell, events) = mpsc::channel(MAX_QUEUED_EVENTS);
        let seed = getrandom::u64().context("this system gives no random numbers")?;
        let dial = Arc::clone(&dialer) as Arc<dyn link::Dial>;
        let link = tokio::spawn(link::drive(dial, Arc::new(SystemClock), seed, to_do, tell));
        let shell = Self {
            storage,
            storage_tried: Instant::now(),
            told_lack: None,
            window: Window::new(profile, paths.place.clone(), wakes.clone()),
            watch,
            toasts,
            wakes,
            dialer,
            orders,
            waiting_orders: WaitingOrders::default(),
            link,
            replies: HashMap::new(),
            last_asker: 0,
            activation_token: None,
            follow_ups: VecDeque::new(),
            is_over: false,
        };
        Ok((shell, seen, events))
    }

    /// Whether the program shall end.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// What follows from the last input or effects: something that could not be done, or came together with it.
    pub(crate) fn next_follow_up(&mut self) -> Option<Input> {
        self.follow_ups.pop_front()
    }

    /// Whether more may be taken from users: while the link is far behind, they wait.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting_orders.has_room()
    }

    /// Passes waiting orders to the link; ends when there is room again for what users want. Never waits for the link
    /// elsewhere: it may be waiting for us.
    pub(crate) async fn pass_orders(&mut self) {
        pass(&mut self.waiting_orders, &self.orders).await;
    }

    /// What a wake means to the agent; `None` if nothing.
    pub(crate) fn input(&mut self, wake: Wake) -> Option<Input> {
        Some(match wake {
            Wake::Seen(Seen::Fact(fact)) => Input::Fact(fact),
            Wake::Seen(Seen::Source(Source::Found { kind, why })) => {
                Input::Source { source: Some(kind.words().to_owned()), why }
            }
            Wake::Seen(Seen::Source(Source::None { why })) => Input::Source { source: None, why },
            Wake::Link(event) => Input::Link(event),
            Wake::Local(request) => return self.request(request),
            Wake::TrayMenu(intent) => Input::Clicked(intent),
            Wake::TrayIcon(icon) => Input::TrayIcon(icon),
            Wake::Toast(event) => Input::Toast(event),
            Wake::ActivationToken(token) => {
                self.activation_token = Some(token);
                return None;
            }
            Wake::Lack { about, words } => {
                if let Some(words) = &words {
                    tracing::warn!(?about, "{words}");
                }
                Input::Notice { about, words }
            }
            Wake::Redeemed(result) => Input::Redeemed { result },
            Wake::WindowExited(status) => {
                let ended = self.window.exited(status)?;
                return self.window_ended(ended);
            }
            Wake::WindowCrashed { has_display: true } => Input::WindowEnded { closed: false },
            Wake::WindowCrashed { has_display: false } => {
                tracing::info!("the display is gone");
                self.follow_ups.push_back(Input::WindowEnded { closed: false });
                Input::Notice { about: Lack::Display, words: Some(words::DISPLAY_GONE.to_owned()) }
            }
            Wake::StorageRested => {
                self.storage_tried = Instant::now();
                self.storage.try_again();
                return self.storage_news();
            }
            Wake::Signal => Input::Clicked(Intent::Quit),
            Wake::TrayClicked | Wake::Timeout => return None,
        })
    }

    fn request(&mut self, request: Request) -> Option<Input> {
        Some(match request {
            Request::Intent { intent, reply } => {
                self.last_asker += 1;
                let from = Asker(self.last_asker);
                self.replies.insert(from, reply);
                Input::Wants { from, intent }
            }
            Request::Window { report, window } => {
                self.window.reported(&report, window);
                Input::Window(report)
            }
            Request::WindowGone(connection) => {
                let ended = self.window.line_gone(connection)?;
                return self.window_ended(ended);
            }
        })
    }

    /// Whether a window that was not closed has crashed, or went with its display, is looked up first.
    fn window_ended(&self, ended: Ended) -> Option<Input> {
        if ended.closed {
            return Some(Input::WindowEnded { closed: true });
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
                let _ended = wakes.send(Wake::Lack { about: Lack::Display, words: None }).await;
            }
        });
        None
    }

    /// Carries out one effect.
    pub(crate) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Link(order) => self.waiting_orders.push(order),
            Effect::Answer { to, answer } => self.answer(to, answer),
            Effect::Redeem { address, secret, device } => self.redeem(address, secret, device),
            Effect::SaveSettings(settings) => {
                self.storage.save_settings(settings);
                self.stored();
            }
            Effect::SaveToken(token) => {
                self.storage.save_token(token);
                self.stored();
            }
            Effect::ForgetToken => {
                self.storage.forget_token();
                self.stored();
            }
            Effect::SetIdleAfter(idle_after) => self.watch.set_idle_after(idle_after),
            Effect::ReleaseSleep => self.watch.release_sleep(),
            Effect::Toasts(wanted) => {
                self.toasts.send_replace(Some(wanted));
            }
            Effect::StartWindow { page, minimised } => {
                let first = ToWindow::Show { page, minimised };
                if let Err(why) = self.window.start(first, self.activation_token.take()) {
                    tracing::warn!("{why}");
                    self.follow_ups.push_back(Input::WindowFailed { why });
                }
            }
            Effect::ToWindow(order) => self.window.tell(order),
            Effect::Quit => self.is_over = true,
        }
    }

    fn answer(&mut self, to: Asker, answer: Answer) {
        match self.replies.remove(&to) {
            Some(reply) => reply.send(answer),
            None => tracing::warn!(?to, "an answer to nobody"),
        }
    }

    /// What is wrong with the files, when that has changed.
    pub(crate) fn storage_news(&mut self) -> Option<Input> {
        let lack = self.storage.lack();
        if lack == self.told_lack {
            return None;
        }
        match &lack {
            Some(words) => tracing::error!("{words}"),
            None => tracing::info!("settings and sign-in are kept again"),
        }
        self.told_lack.clone_from(&lack);
        Some(Input::Notice { about: Lack::Storage, words: lack })
    }

    fn stored(&mut self) {
        let news = self.storage_news();
        self.follow_ups.extend(news);
    }

    /// When what could not be kept is to be tried again.
    pub(crate) fn storage_due(&self) -> Option<Instant> {
        self.storage.is_waiting().then(|| self.storage_tried + TRY_AGAIN)
    }

    fn redeem(&self, address: Address, secret: String, device: String) {
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

    /// Leaves the service and takes everything off the screen.
    pub(crate) async fn end(self, mut events: mpsc::Receiver<link::Event>) {
        let Self { toasts, orders, mut waiting_orders, link, watch, window, mut storage, .. } = self;
        // The last try: there may be room by now.
        storage.try_again();
        if let Some(words) = storage.lack() {
            tracing::error!("{words}");
        }
        toasts.send_replace(Some(Vec::new()));
        drop((toasts, watch));
        let leaving = async {
            while let Some(order) = waiting_orders.pop() {
                if orders.send(order).await.is_err() {
                    break;
                }
            }
            drop(orders);
            link.await
        };
        let listening = async { while events.recv().await.is_some() {} };
        let leaving = tokio::time::timeout(LEAVE_WITHIN, async { tokio::join!(leaving, listening) });
        let (left, ()) = tokio::join!(leaving, window.end());
        if left.is_err() {
            tracing::warn!("the service did not hear in time that this computer leaves");
        }
    }
}

/// Passes orders on until there is room where there was none: the loop looks for room only once a turn.
async fn pass(waiting: &mut WaitingOrders, link: &mpsc::Sender<Order>) {
    while !waiting.is_empty() {
        let Ok(place) = link.reserve().await else { break };
        let was_full = !waiting.has_room();
        if let Some(order) = waiting.pop() {
            place.send(order);
        }
        if was_full && waiting.has_room() {
            return;
        }
    }
    std::future::pending::<()>().await;
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
        match link::redeem(dialer, address, &with).await {
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

#[cfg(test)]
mod tests {
    use super::*;
    use chat::SessionId;
    use protocol::Up;
    use tokio::time::timeout;
    use uuid::Uuid;

    // Clicks waited for an unrelated event, up to 15 s, after the link had taken all orders.
    #[tokio::test(start_paused = true)]
    async fn who_waits_for_room_among_the_orders_is_woken_when_there_is_some() {
        let mut waiting = WaitingOrders::default();
        let mut n = 0;
        while waiting.has_room() {
            n += 1;
            waiting.push(Order::Send(Up::RingShown { session: SessionId(Uuid::from_u128(n)) }));
        }
        let (link, mut taken) = mpsc::channel(MAX_QUEUED_EVENTS);
        let within = Duration::from_secs(3600);
        assert!(timeout(within, pass(&mut waiting, &link)).await.is_ok());
        assert!(waiting.has_room());
        assert!(timeout(within, pass(&mut waiting, &link)).await.is_err(), "and once only");
        assert!(waiting.is_empty() || taken.len() == MAX_QUEUED_EVENTS);
        assert!(taken.recv().await.is_some());
    }
}
