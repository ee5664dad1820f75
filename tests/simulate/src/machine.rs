//! The app on a computer: the real agent with its loop, a screen and a disk that only remember, and the window's process.

mod screen;

use crate::device::Kind;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::queue::Happening;
use crate::world::World;
use agent::agent::{Input, Now, Start, TrayIcon};
use agent::runner::{self, Runner, RunnerInput, Store};
use agent::settings::Settings;
use agent::toast::{Toast, ToastKey};
use agent::toasts::board::{Board, Call, Id};
use agent::toasts::keeper::Keeper;
use agent::view::{Answer, Intent, Page, ToWindow, View, WindowReport};
use link::link_loop::LinkLoop;
use link::{Address, Clocks};
use presence::device::Fact;
use presence::{Moment, UnixMillis};
use protocol::{Instance, Token};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// The app on a computer.
pub(crate) struct Machine {
    /// It runs.
    pub(crate) program: Option<Runner<Desktop, Disk>>,
    /// What is kept while it does not run.
    disk: Disk,
    pub(crate) instance: Instance,
    inputs: VecDeque<Input>,
    /// The task that shows toasts, unless it has ended.
    board: Option<Board>,
    keeper: Keeper,
    /// What shall be on the screen.
    pub(crate) wanted: Vec<Toast>,
    /// What is on the screen, with the daemon's numbers.
    screen: Vec<(Id, Toast)>,
    /// What the daemon was asked to show and has not shown yet.
    asked: Vec<(Call, Toast, Option<Id>)>,
    last_number: u32,
    /// By then the task that shows toasts, which had ended, is at work again.
    pub(crate) lost_until: u64,
    /// How long the next pause may take before it is started again.
    pause_ms: u64,
    /// The number of the last ring of each toast that is on the screen, and when it sounded so far.
    pub(crate) sounds: BTreeMap<ToastKey, (u64, Vec<u64>)>,
    /// Those that are to be shown yet, since when.
    unshown: Vec<(ToastKey, u64)>,
    pub(crate) window: Window,
    window_life: u32,
    /// The page in its window.
    pub(crate) page: Option<usize>,
    /// Whether the desktop shows toasts at present.
    pub(crate) shows_toasts: bool,
    pub(crate) mood_since: u64,
    pub(crate) silent_until: u64,
}

/// The window's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    Gone,
    Starting { portal: bool },
    Running { portal: bool },
}

impl Machine {
    pub(crate) fn new(settings: Settings, token: Token) -> Self {
        Self {
            program: None,
            disk: Disk { settings, token: Some(token) },
            instance: Instance::nil(),
            inputs: VecDeque::new(),
            board: None,
            keeper: Keeper::new(Moment::default()),
            wanted: Vec::new(),
            screen: Vec::new(),
            asked: Vec::new(),
            last_number: 0,
            lost_until: 0,
            pause_ms: screen::FIRST_PAUSE_MS,
            sounds: BTreeMap::new(),
            unshown: Vec::new(),
            window: Window::Gone,
            window_life: 0,
            page: None,
            shows_toasts: true,
            mood_since: 0,
            silent_until: 0,
        }
    }
}

/// The desktop of a computer as the agent's loop knows it: it remembers what is to be done, in order.
#[derive(Default)]
pub(crate) struct Desktop {
    did: VecDeque<Did>,
}

enum Did {
    SetIdleAfter(Duration),
    ReleasedSleep,
    Wanted(Vec<Toast>),
    Opened(Page),
    ToldWindow(ToWindow),
}

impl runner::Machine for Desktop {
    /// Nobody waits for an answer here.
    type Reply = ();

    fn answer(&mut self, (): (), _: Answer) {}

    /// Everybody is signed in from the beginning.
    fn redeem(&mut self, _: Address, _: String, _: String) {}

    fn set_idle_after(&mut self, idle_after: Duration) {
        self.did.push_back(Did::SetIdleAfter(idle_after));
    }

    fn release_sleep(&mut self) {
        self.did.push_back(Did::ReleasedSleep);
    }

    fn show_toasts(&mut self, toasts: Vec<Toast>) {
        self.did.push_back(Did::Wanted(toasts));
    }

    fn start_window(&mut self, page: Page, _: bool) -> Result<(), String> {
        self.did.push_back(Did::Opened(page));
        Ok(())
    }

    fn tell_window(&mut self, order: ToWindow) {
        self.did.push_back(Did::ToldWindow(order));
    }

    fn show(&mut self, _: &Arc<View>, _: Now) {}
}

/// A disk that takes everything.
#[derive(Clone)]
pub(crate) struct Disk {
    settings: Settings,
    token: Option<Token>,
}

impl Store for Disk {
    fn save_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    fn save_token(&mut self, token: Token) {
        self.token = Some(token);
    }

    fn forget_token(&mut self) {
        self.token = None;
    }

    fn try_again(&mut self) {}

    fn is_waiting(&self) -> bool {
        false
    }

    fn lack(&self) -> Option<String> {
        None
    }
}

/// What the desktop does with toasts.
impl Machine {
    /// Whether the desktop has not shown this toast for so long.
    pub(crate) fn is_unshown(&self, key: &ToastKey, now: u64, for_ms: u64) -> bool {
        self.unshown.iter().any(|(each, since)| each == key && since + for_ms < now)
    }

    /// What is on the screen.
    pub(crate) fn toasts(&self) -> impl Iterator<Item = &Toast> {
        self.screen.iter().map(|(_, toast)| toast)
    }

    /// When the keeper of the task that shows toasts wants to be called.
    pub(crate) fn keeper_timeout(&self) -> Option<Moment> {
        self.program.as_ref().and_then(|_| self.keeper.next_timeout())
    }

    /// Whether the desktop has shown toasts for so long.
    pub(crate) fn shows_toasts_for(&self, now: u64, for_ms: u64) -> bool {
        self.shows_toasts && self.mood_since.max(self.lost_until) + for_ms < now
    }

    /// News and ends of requests that stay on the screen.
    pub(crate) fn announcements(&self) -> usize {
        let stays = |toast: &&Toast| {
            matches!(toast.key, ToastKey::News(_) | ToastKey::Abandoned(_) | ToastKey::Callback(_))
        };
        self.toasts().filter(stays).count()
    }

    /// Whether this request's toast is one that sounds.
    pub(crate) fn rings_itself(&self, session: chat::SessionId) -> bool {
        let key = ToastKey::Request(session);
        self.wanted.iter().any(|toast| toast.key == key && toast.ring.is_some())
    }
}

impl World {
    pub(crate) fn now_at(&self, device: usize) -> Now {
        let host = &self.hosts[self.devices[device].host];
        Now {
            moment: self.moment(device),
            unix: UnixMillis(crate::world::BASE_UNIX_MS + self.now + host.wrong_by),
            utc_offset_s: 0,
        }
    }

    pub(crate) fn start_agent(&mut self, device: usize) {
        let host = self.devices[device].host;
        // The app is started by its user.
        if self.hosts[host].is_frozen() || self.hosts[host].slept {
            return self.queue.set(self.now + 1_000, Happening::AgentStarts(device));
        }
        let (instance, seed, jitter) = (self.dice.uuid(), self.dice.seed(), self.dice.throw());
        let now = self.now_at(device);
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.program.is_some() {
            return;
        }
        machine.instance = instance;
        let start = Start {
            profile: "default".to_owned(),
            version: "1".to_owned(),
            settings: machine.disk.settings.clone(),
            token: machine.disk.token.clone(),
            instance,
            device_name: format!("desk {device}"),
            seed,
            has_display: true,
            background: false,
        };
        let mut program = Runner::new(start, Desktop::default(), machine.disk.clone(), now);
        program.start(now);
        machine.program = Some(program);
        machine.board = Some(Board::default());
        machine.keeper = Keeper::new(now.moment);
        machine.inputs.push_back(Input::TrayIcon(TrayIcon::Drawn));
        machine
            .inputs
            .push_back(Input::Source { source: Some("the world".to_owned()), why: "so".to_owned() });
        if let Window::Running { portal } = machine.window {
            machine.inputs.push_back(Input::Window(WindowReport::Showing { portal, status: false }));
        }
        let clocks = self.link_clocks(device);
        let each = &mut self.devices[device];
        each.link = LinkLoop::new(jitter, clocks);
        each.orders.clear();
        each.events.clear();
        self.note(format_args!("device {device} starts its agent {instance}"));
        self.perform(device);
        if self.hosts[host].locked {
            self.fact(device, Fact::Locked);
        }
        self.run(device);
    }

    /// Kill -9: the sockets break, the settings stay. The window may live on.
    pub(crate) fn kill_agent(&mut self, device: usize) {
        let window_lives = self.dice.chance(600);
        let back_in = if self.dice.chance(300) { 150_000 } else { 15_000 };
        let back_in = self.dice.between(1_000, back_in);
        let Some(machine) = self.devices[device].machine() else { return };
        let Some(program) = machine.program.take() else { return };
        machine.disk = program.store().clone();
        machine.inputs.clear();
        machine.board = None;
        machine.wanted.clear();
        machine.screen.clear();
        machine.asked.clear();
        machine.unshown.clear();
        machine.sounds.clear();
        if !window_lives {
            machine.window = Window::Gone;
        }
        let page = machine.page.filter(|_| !window_lives);
        self.faults.count(Fault::AgentKilled);
        self.note(format_args!("device {device}: its agent is killed, back in {back_in}"));
        let each = &mut self.devices[device];
        each.orders.clear();
        each.events.clear();
        self.drop_socket(device, false);
        self.leaves_a_ghost(device);
        self.devices[device].link = LinkLoop::new(0, Clocks::default());
        if let Some(page) = page {
            self.shut_page(page, false);
        }
        self.dirty.push(self.devices[device].person);
        self.queue.set(self.now + back_in, Happening::AgentStarts(device));
    }

    /// Hands something to the agent.
    pub(crate) fn input(&mut self, device: usize, input: Input) {
        self.agent_turn(device, Some(RunnerInput::Input(input)));
    }

    /// A turn of the agent's loop.
    pub(crate) fn agent_turn(&mut self, device: usize, wake: Option<RunnerInput<()>>) {
        let now = self.now_at(device);
        let Some(program) = self.devices[device].machine().and_then(|machine| machine.program.as_mut())
        else {
            return;
        };
        program.turn(wake, now);
        if program.store().token.is_none() {
            self.fail(Invariant::SignedIn, format!("device {device} forgot its sign-in"), &[]);
        }
        self.perform(device);
    }

    pub(crate) fn fact(&mut self, device: usize, fact: Fact) {
        self.input(device, Input::Fact(fact));
    }

    /// What the user wants of the app.
    pub(crate) fn wants(&mut self, device: usize, intent: Intent) {
        self.note(format_args!("device {device}: its user wants {intent:?}"));
        self.agent_turn(device, Some(RunnerInput::Asked { intent, reply: () }));
        self.run(device);
    }

    /// The next input that follows from what was done.
    pub(crate) fn follow_up(&mut self, device: usize) -> bool {
        let input = self.devices[device].machine().and_then(|machine| machine.inputs.pop_front());
        match input {
            Some(input) => {
                self.input(device, input);
                true
            }
            None => false,
        }
    }

    /// Does what the agent's loop has said, in order.
    fn perform(&mut self, device: usize) {
        let host = self.devices[device].host;
        let mut orders = Vec::new();
        let Some(program) = self.devices[device].machine().and_then(|machine| machine.program.as_mut())
        else {
            return;
        };
        orders.extend(std::iter::from_fn(|| program.next_order()));
        let did = std::mem::take(&mut program.machine_mut().did);
        for order in orders {
            self.order(device, order);
        }
        for did in did {
            match did {
                Did::SetIdleAfter(idle_after) => {
                    self.hosts[host].idle_after = u64::try_from(idle_after.as_millis()).unwrap_or(u64::MAX);
                    self.restate(host);
                }
                Did::ReleasedSleep => self.queue.set(self.now, Happening::FallsAsleep(host)),
                Did::Wanted(toasts) => self.show(device, toasts),
                Did::Opened(page) => self.start_window(device, page),
                Did::ToldWindow(order) => self.tell_window(device, order),
            }
        }
    }

    fn tell_window(&mut self, device: usize, order: ToWindow) {
        match order {
            ToWindow::Show { page, .. } => self.start_window(device, page),
            // Nobody opens a sign-in link here, so there is no question to take away.
            ToWindow::Hide { page: _ } => {}
            ToWindow::Portal { address } => self.portal_address(device, address.ok().as_deref()),
            ToWindow::Quit => {
                if let Some(machine) = self.devices[device].machine() {
                    machine.window = Window::Gone;
                    machine.inputs.push_back(Input::WindowEnded { closed: true });
                    let page = machine.page;
                    if let Some(page) = page {
                        self.shut_page(page, true);
                    }
                }
            }
        }
    }

    /// The source says anew what it sees.
    pub(crate) fn restate(&mut self, host: usize) {
        let Some(device) = self.hosts[host].agent else { return };
        let each = &mut self.hosts[host];
        let idle_for = each.idle_for(self.now);
        each.waits_for_input = idle_for >= each.idle_after || each.slept;
        let fact = if each.is_used(self.now) && !each.slept {
            Fact::Active
        } else {
            Fact::IdleFor(Duration::from_millis(idle_for))
        };
        let due = (each.last_input + each.idle_after).max(self.now + 1);
        if !each.is_used(self.now) {
            self.queue.set(due, Happening::IdleDue(host));
        }
        if let Some(machine) = self.devices[device].machine() {
            machine.inputs.push_back(Input::Fact(fact));
        }
    }

    fn start_window(&mut self, device: usize, page: Page) {
        let portal = matches!(page, Page::Portal { .. });
        let takes = self.dice.between(150, 1_500);
        let Some(machine) = self.devices[device].machine() else { return };
        let portal = portal
            || matches!(machine.window, Window::Starting { portal: true } | Window::Running { portal: true });
        match machine.window {
            Window::Gone => {
                machine.window = Window::Starting { portal };
                machine.window_life += 1;
                let life = machine.window_life;
                self.queue.set(self.now + takes, Happening::WindowStarts(device, life));
            }
            Window::Starting { .. } => machine.window = Window::Starting { portal },
            Window::Running { .. } => self.showing(device, portal),
        }
    }

    pub(crate) fn window_started(&mut self, device: usize, life: u32) {
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.window_life != life {
            return;
        }
        if let Window::Starting { portal } = machine.window {
            self.showing(device, portal);
            self.run(device);
        }
    }

    fn showing(&mut self, device: usize, portal: bool) {
        let Some(machine) = self.devices[device].machine() else { return };
        machine.window = Window::Running { portal };
        machine.inputs.push_back(Input::Window(WindowReport::Showing { portal, status: !portal }));
        if let (true, Some(page)) = (portal, machine.page) {
            self.need_portal(page);
        }
    }

    /// The page in the window asks for its address, unless it is there.
    pub(crate) fn need_portal(&mut self, page: usize) {
        let Some(own) = self.devices[page].page() else { return };
        let Some(device) = own.window_of.filter(|_| !own.is_open) else { return };
        if let Some(machine) = self.devices[device].machine()
            && machine.program.is_some()
            && machine.window == (Window::Running { portal: true })
        {
            machine.inputs.push_back(Input::Window(WindowReport::NeedPortal));
        }
    }

    /// The window got the portal's address, or why there is none.
    fn portal_address(&mut self, device: usize, address: Option<&str>) {
        let Some(page) = self.devices[device].machine().and_then(|machine| machine.page) else { return };
        let code = address
            .and_then(|address| address.split_once("#code="))
            .map(|(_, code)| code.split('&').next().unwrap_or_default().to_owned());
        let (sign_in, token) = (self.dice.uuid(), self.dice.secret());
        let is_reached = !self.hosts[self.devices[device].host].way.down;
        let is_good = is_reached
            && code.as_deref().is_some_and(|code| self.node.redeem_code(code, self.now, sign_in, &token));
        if is_good {
            if let Kind::Page(own) = &mut self.devices[page].kind {
                own.token = Some(token);
            }
            self.open_page(page);
        } else if address.is_some() {
            self.queue.set(self.now + 3_000, Happening::PageOpens(page));
        }
    }
}
