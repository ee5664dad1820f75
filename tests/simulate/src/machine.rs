//! The app on a computer: the real agent, a screen and a disk that only remember, and the window's process.
//!
//! It does what the `deskbell` program's loop does.

use crate::device::Kind;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::queue::Happening;
use crate::world::World;
use agent::agent::{Agent, Asker, Effect, Input, Now, Start, TrayIcon};
use agent::settings::Settings;
use agent::toast::{Toast, ToastEvent, ToastKey};
use agent::view::{Intent, Page, ToWindow, WindowReport};
use link::Clocks;
use link::link_loop::LinkLoop;
use presence::UnixMillis;
use presence::device::Fact;
use protocol::{Instance, Token};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// The app on a computer.
pub(crate) struct Machine {
    /// It runs.
    pub(crate) agent: Option<Agent>,
    /// What its disk holds.
    pub(crate) settings: Settings,
    pub(crate) token: Option<Token>,
    pub(crate) instance: Instance,
    inputs: VecDeque<Input>,
    pub(crate) toasts: Vec<Toast>,
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
    askers: u64,
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
            agent: None,
            settings,
            token: Some(token),
            instance: Instance::nil(),
            inputs: VecDeque::new(),
            toasts: Vec::new(),
            sounds: BTreeMap::new(),
            unshown: Vec::new(),
            window: Window::Gone,
            window_life: 0,
            page: None,
            shows_toasts: true,
            mood_since: 0,
            silent_until: 0,
            askers: 0,
        }
    }
}

/// What the desktop does with toasts.
impl Machine {
    /// Whether the desktop has not shown this toast for so long.
    pub(crate) fn is_unshown(&self, key: &ToastKey, now: u64, for_ms: u64) -> bool {
        self.unshown.iter().any(|(each, since)| each == key && since + for_ms < now)
    }

    /// Whether the desktop has shown toasts for so long.
    pub(crate) fn shows_toasts_for(&self, now: u64, for_ms: u64) -> bool {
        self.shows_toasts && self.mood_since + for_ms < now
    }

    /// News and ends of requests that stay on the screen.
    pub(crate) fn leaflets(&self) -> usize {
        let stays = |toast: &&Toast| {
            matches!(toast.key, ToastKey::News(_) | ToastKey::Abandoned(_) | ToastKey::Callback(_))
        };
        self.toasts.iter().filter(stays).count()
    }

    /// Whether this request's toast is one that sounds.
    pub(crate) fn rings_itself(&self, session: chat::SessionId) -> bool {
        let key = ToastKey::Request(session);
        self.toasts.iter().any(|toast| toast.key == key && toast.ring.is_some())
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
        if machine.agent.is_some() {
            return;
        }
        machine.instance = instance;
        let start = Start {
            profile: "default".to_owned(),
            version: "1".to_owned(),
            settings: machine.settings.clone(),
            token: machine.token.clone(),
            instance,
            device_name: format!("desk {device}"),
            seed,
            has_display: true,
            background: false,
        };
        let mut agent = Agent::new(start, now);
        let effects = agent.start(now);
        machine.agent = Some(agent);
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
        self.perform_all(device, effects);
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
        if machine.agent.take().is_none() {
            return;
        }
        machine.inputs.clear();
        machine.toasts.clear();
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
        let now = self.now_at(device);
        let Some(agent) = self.devices[device].machine().and_then(|machine| machine.agent.as_mut()) else {
            return;
        };
        let effects = agent.on(input, now);
        self.perform_all(device, effects);
    }

    pub(crate) fn fact(&mut self, device: usize, fact: Fact) {
        self.input(device, Input::Fact(fact));
    }

    /// What the user wants of the app.
    pub(crate) fn wants(&mut self, device: usize, intent: Intent) {
        let Some(machine) = self.devices[device].machine() else { return };
        machine.askers += 1;
        let from = Asker(machine.askers);
        self.note(format_args!("device {device}: its user wants {intent:?}"));
        self.input(device, Input::Wants { from, intent });
        self.run(device);
    }

    pub(crate) fn agent_timeout(&mut self, device: usize) {
        let now = self.now_at(device);
        let Some(agent) = self.devices[device].machine().and_then(|machine| machine.agent.as_mut()) else {
            return;
        };
        if agent.next_timeout().is_some_and(|at| at <= now.moment) {
            let effects = agent.on_timeout(now);
            self.perform_all(device, effects);
        }
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

    fn perform_all(&mut self, device: usize, effects: Vec<Effect>) {
        for effect in effects {
            self.perform_one(device, effect);
        }
    }

    fn perform_one(&mut self, device: usize, effect: Effect) {
        let host = self.devices[device].host;
        match effect {
            Effect::Link(order) => self.order(device, order),
            Effect::Answer { .. } | Effect::Redeem { .. } | Effect::Quit => {}
            Effect::SaveSettings(settings) => {
                if let Some(machine) = self.devices[device].machine() {
                    machine.settings = settings;
                }
            }
            Effect::SaveToken(token) => {
                if let Some(machine) = self.devices[device].machine() {
                    machine.token = Some(token);
                }
            }
            Effect::ForgetToken => {
                self.fail(Invariant::SignedIn, format!("device {device} forgot its sign-in"), &[]);
            }
            Effect::SetIdleAfter(idle_after) => {
                self.hosts[host].idle_after = u64::try_from(idle_after.as_millis()).unwrap_or(u64::MAX);
                self.restate(host);
            }
            Effect::ReleaseSleep => self.queue.set(self.now, Happening::FallsAsleep(host)),
            Effect::Toasts(toasts) => self.show(device, toasts),
            Effect::StartWindow { page, .. } => self.start_window(device, page),
            Effect::ToWindow(ToWindow::Show { page, .. }) => self.start_window(device, page),
            // Nobody opens a sign-in link here, so there is no question to take away.
            Effect::ToWindow(ToWindow::Hide { page: _ }) => {}
            Effect::ToWindow(ToWindow::Portal { address }) => {
                self.portal_address(device, address.ok().as_deref());
            }
            Effect::ToWindow(ToWindow::Quit) => {
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

    fn show(&mut self, device: usize, toasts: Vec<Toast>) {
        let now = self.now;
        let takes = self.dice.between(3, 40);
        let Some(machine) = self.devices[device].machine() else { return };
        let before: Vec<ToastKey> = machine.toasts.iter().map(|toast| toast.key.clone()).collect();
        machine.sounds.retain(|key, _| toasts.iter().any(|toast| toast.key == *key));
        machine.unshown.retain(|(key, _)| toasts.iter().any(|toast| toast.key == *key));
        let mut lines = Vec::new();
        for toast in &toasts {
            if !before.contains(&toast.key) {
                machine.unshown.push((toast.key.clone(), now));
            }
            let sounded = machine.sounds.get(&toast.key).map(|(ring, _)| *ring);
            if toast.ring > sounded
                && let Some(ring) = toast.ring
            {
                let (last, times) = machine.sounds.entry(toast.key.clone()).or_default();
                *last = ring;
                times.push(now);
                lines.push(format!("device {device} sounds {:?} {ring}", toast.key));
            }
        }
        for key in before.iter().filter(|key| !toasts.iter().any(|toast| toast.key == **key)) {
            lines.push(format!("device {device} withdraws {key:?}"));
        }
        machine.toasts = toasts;
        for line in lines {
            self.note(format_args!("{line}"));
        }
        self.queue.set(now + takes, Happening::ToastShown(device));
    }

    /// The desktop has the toasts on the screen.
    pub(crate) fn toasts_shown(&mut self, device: usize) {
        if self.hosts[self.devices[device].host].is_frozen() {
            return;
        }
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.unshown.is_empty() {
            return;
        }
        if !machine.shows_toasts {
            self.faults.count(Fault::ToastNotShown);
            return;
        }
        for (key, _) in std::mem::take(&mut machine.unshown) {
            machine.inputs.push_back(Input::Toast(ToastEvent::Shown(key)));
        }
        self.run(device);
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
            && machine.agent.is_some()
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
