//! A computer with the app on it: the real agent with its loop and the real link, with a scripted user, and a screen and a disk that
//! only remember.

use crate::net::Uplink;
use crate::{WITHIN, until};
use agent::agent::{Agent, Input, Now, Start};
use agent::runner::{self, Machine, Runner, Store};
use agent::settings::{KnownAccount, Settings};
use agent::sound::SoundSettings;
use agent::toast::{Toast, ToastAction, ToastEvent, ToastKey};
use agent::view::{Answer, ConnectionView, Intent, Page, ToWindow, View, WindowReport};
use idle::scripted::{Script, script};
use idle::{Seen, Source, Watch};
use link::{Address, Dial, TokioClock};
use presence::{Moment, State};
use protocol::Token;
use protocol::http::Redeem;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use uuid::Uuid;

/// How many orders and events can be queued between agent and link, as in the program.
const QUEUE: usize = 64;

/// What stays on a computer's disk when the app has ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// The settings file.
    pub settings: Settings,
    /// The sign-in.
    pub token: Option<Token>,
}

/// What a device shows and has stored.
#[derive(Clone, Debug)]
pub struct DeviceState {
    /// Tray, status window, terminal.
    pub view: View,
    /// The toasts on the screen.
    pub toasts: Vec<Toast>,
    /// How often each toast has sounded, the latest last.
    pub sounds: Vec<ToastKey>,
    /// The pages that were opened, the latest last.
    pub opened: Vec<Page>,
    /// Its disk.
    pub kept: Kept,
}

/// A computer with the app on it.
pub struct Device {
    /// Its uplink to the service.
    pub uplink: Arc<Uplink>,
    /// Its user's mouse and keyboard.
    pub user: Script,
    inputs: mpsc::UnboundedSender<DeviceInput>,
    seen: watch::Receiver<DeviceState>,
    tasks: Vec<JoinHandle<()>>,
}

type DeviceInput = runner::RunnerInput<oneshot::Sender<Answer>>;

impl Device {
    pub(crate) fn start(now: impl Fn() -> Now + Send + 'static, uplink: Arc<Uplink>, kept: Kept) -> Self {
        let (user, watch, facts) = script();
        let (orders, orders_out) = mpsc::channel(QUEUE);
        let (events_in, events) = mpsc::channel(QUEUE);
        let dial: Arc<dyn Dial> = uplink.clone();
        let clock = Arc::new(TokioClock::default());
        let link = tokio::spawn(link::drive(dial.clone(), clock, 1, orders_out, events_in));
        let (inputs, wakes) = mpsc::unbounded_channel();
        let start = Start {
            profile: "default".to_owned(),
            version: "0".to_owned(),
            settings: kept.settings.clone(),
            token: kept.token.clone(),
            instance: Uuid::new_v4(),
            device_name: "desk".to_owned(),
            seed: two_ids([Uuid::new_v4(), Uuid::new_v4()]),
            has_display: true,
            has_window: false,
            background: true,
        };
        let begun = now();
        let view = Agent::new(start.clone(), begun).view(begun);
        let shown = DeviceState { view, toasts: Vec::new(), sounds: Vec::new(), opened: Vec::new(), kept };
        let (shown, seen) = watch::channel(shown);
        let disk = Disk(shown.clone());
        let machine = Remembered { dial, watch, later: inputs.clone(), shown };
        let runner = Runner::new(start, machine, disk, begun);
        let wakes = Wakes { orders, events, facts, wakes };
        let program = tokio::spawn(run(runner, now, wakes));
        Self { uplink, user, inputs, seen, tasks: vec![program, link] }
    }

    /// What it shows and has stored now.
    #[must_use]
    pub fn shown(&self) -> DeviceState {
        self.seen.borrow().clone()
    }

    /// Its view now.
    #[must_use]
    pub fn view(&self) -> View {
        self.seen.borrow().view.clone()
    }

    /// Sends an intent to the agent, as tray, toast or terminal do.
    pub fn ask(&self, intent: Intent) -> oneshot::Receiver<Answer> {
        let (answer, answered) = oneshot::channel();
        // An agent that has ended drops the answer, which the requester sees.
        let _ = self.inputs.send(DeviceInput::Intent { intent, reply: answer });
        answered
    }

    /// Sends an intent and waits for the answer.
    ///
    /// # Panics
    /// If there is none in time.
    pub async fn wants(&self, intent: Intent) -> Answer {
        answered(self.ask(intent)).await
    }

    /// The user presses a button of a toast.
    pub fn press(&self, key: ToastKey, action: ToastAction) {
        self.input(Input::Toast(ToastEvent::Pressed(key, action)));
    }

    /// The user closes the portal window.
    pub fn close_portal(&self) {
        self.input(Input::Window(WindowReport::Closed));
        self.input(Input::WindowEnded { closed: true });
    }

    /// Waits until its state is as wanted.
    pub async fn until(&self, what: &str, wanted: impl FnMut(&DeviceState) -> bool) -> DeviceState {
        until(&self.seen, what, wanted).await
    }

    /// Waits until it is connected and knows its devices.
    pub async fn until_up(&self) {
        self.until("the device is connected", |shown| {
            matches!(shown.view.connection, ConnectionView::Up { .. })
                && shown.view.devices.iter().any(|each| each.this)
        })
        .await;
    }

    /// Waits until it shows its user in this state.
    pub async fn until_shows(&self, state: State) -> View {
        self.until("the device shows the state", |shown| shown.view.shown.state == state).await.view
    }

    /// Signs in by a one-time link, and waits until it is connected.
    pub(crate) async fn sign_in(&self, link: String) {
        let answer = self.wants(Intent::SignIn { link }).await;
        assert!(matches!(answer, Answer::Done { .. }), "{answer:?}");
        self.until_up().await;
    }

    /// Kills the app: it neither sends nor does anything more. Its disk remains.
    #[must_use]
    pub fn kill(self) -> Kept {
        self.uplink.cut();
        self.tasks.iter().for_each(JoinHandle::abort);
        self.seen.borrow().kept.clone()
    }

    fn input(&self, input: Input) {
        // An agent that has ended needs no input.
        let _ = self.inputs.send(DeviceInput::Input(input));
    }
}

/// The answer, in time.
///
/// # Panics
/// If there is none.
async fn answered(answer: oneshot::Receiver<Answer>) -> Answer {
    timeout(WITHIN, answer).await.expect("an answer in time").expect("the agent answers everybody")
}

/// What the loop needs of a computer: a screen that only remembers.
struct Remembered {
    dial: Arc<dyn Dial>,
    watch: Watch,
    later: mpsc::UnboundedSender<DeviceInput>,
    shown: watch::Sender<DeviceState>,
}

/// Everything that can wake the loop.
struct Wakes {
    orders: mpsc::Sender<link::Order>,
    events: mpsc::Receiver<link::Event>,
    facts: mpsc::Receiver<Seen>,
    wakes: mpsc::UnboundedReceiver<DeviceInput>,
}

/// Waits and acts for the agent's loop, as the program does.
async fn run(mut runner: Runner<Remembered, Disk>, now: impl Fn() -> Now, mut wakes: Wakes) {
    runner.start(now());
    loop {
        let wake = tokio::select! {
            Some(seen) = wakes.facts.recv() => Some(DeviceInput::Input(seen_input(seen))),
            Some(event) = wakes.events.recv() => Some(DeviceInput::Input(Input::Link(event))),
            Some(wake) = wakes.wakes.recv(), if runner.has_room() => Some(wake),
            Ok(place) = wakes.orders.reserve(), if runner.has_orders() => {
                if let Some(order) = runner.next_order() {
                    place.send(order);
                }
                continue;
            }
            () = pass(runner.next_turn(), now().moment) => None,
        };
        runner.turn(wake, now());
    }
}

impl Machine for Remembered {
    type Reply = oneshot::Sender<Answer>;

    fn answer(&mut self, reply: oneshot::Sender<Answer>, answer: Answer) {
        // A requester who does not wait any more needs no answer.
        reply.send(answer).ok();
    }

    fn redeem(&mut self, address: Address, secret: String, device: String) {
        let (dial, later) = (self.dial.clone(), self.later.clone());
        tokio::spawn(async move {
            let token = Token(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()));
            let ask = Redeem { link: secret, token: token.clone(), device, cookie: false };
            let result = match link::redeem(dial.as_ref(), &address, &ask, "en").await {
                Ok(is) => {
                    Ok((token, KnownAccount { name: is.name, role: is.role, organisation: is.organisation }))
                }
                Err(error) => Err(error.to_string()),
            };
            let _ = later.send(DeviceInput::Input(Input::Redeemed { result }));
        });
    }

    fn set_idle_after(&mut self, idle_after: Duration) {
        self.watch.set_idle_after(idle_after);
    }

    fn set_sound(&mut self, _: SoundSettings) {}

    fn release_sleep(&mut self) {
        self.watch.release_sleep();
    }

    /// Acts as a daemon that shows everything at once.
    fn show_toasts(&mut self, toasts: Vec<Toast>) {
        let before = self.shown.borrow().toasts.clone();
        for toast in &toasts {
            let known = before.iter().find(|known| known.key == toast.key);
            if known.is_none() {
                self.say(Input::Toast(ToastEvent::Shown(toast.key.clone())));
            }
            if toast.ring > known.and_then(|known| known.ring) {
                self.shown.send_modify(|shown| shown.sounds.push(toast.key.clone()));
            }
        }
        self.shown.send_modify(|shown| shown.toasts = toasts);
    }

    fn start_window(&mut self, page: Page, _minimised: bool) -> Result<(), String> {
        self.open(page);
        Ok(())
    }

    fn open_browser(&mut self, _address: &str) -> Result<(), String> {
        Ok(())
    }

    fn tell_window(&mut self, order: ToWindow) {
        match order {
            ToWindow::Show { page, minimised: _ } => self.open(page),
            ToWindow::Portal { address: _ } | ToWindow::Hide { page: _ } => {}
            ToWindow::Quit => self.say(Input::WindowEnded { closed: true }),
        }
    }

    fn show(&mut self, view: &Arc<View>, _now: Now) {
        self.shown.send_modify(|shown| shown.view = View::clone(view));
    }
}

impl Remembered {
    fn open(&self, page: Page) {
        self.shown.send_modify(|shown| shown.opened.push(page));
        let (portal, status) = match page {
            Page::Portal { .. } => (true, false),
            Page::Status => (false, true),
            Page::SignIn => (false, false),
        };
        self.say(Input::Window(WindowReport::Showing { portal, status }));
    }

    fn say(&self, input: Input) {
        let _ = self.later.send(DeviceInput::Input(input));
    }
}

/// A disk that takes everything.
struct Disk(watch::Sender<DeviceState>);

impl Store for Disk {
    fn save_settings(&mut self, settings: Settings) {
        self.0.send_modify(|shown| shown.kept.settings = settings);
    }

    fn save_token(&mut self, token: Token) {
        self.0.send_modify(|shown| shown.kept.token = Some(token));
    }

    fn forget_token(&mut self) {
        self.0.send_modify(|shown| shown.kept.token = None);
    }

    fn try_again(&mut self) {}

    fn is_waiting(&self) -> bool {
        false
    }

    fn problem(&self) -> Option<String> {
        None
    }
}

fn seen_input(seen: Seen) -> Input {
    match seen {
        Seen::Fact(fact) => Input::Fact(fact),
        Seen::Source(Source::Found { kind, why }) => {
            Input::Source { source: Some(kind.words().to_owned()), why }
        }
        Seen::Source(Source::None { why }) => Input::Source { source: None, why },
    }
}

async fn pass(due: Option<Moment>, now: Moment) {
    match due {
        Some(due) => sleep_until(Instant::now() + due.since(now)).await,
        None => std::future::pending().await,
    }
}

/// As many random bits as a seed needs.
fn two_ids(ids: [Uuid; 2]) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(ids[0].as_bytes());
    seed[16..].copy_from_slice(ids[1].as_bytes());
    seed
}
