//! What people do: type, leave, lock, sleep, ask, join, write, and what goes wrong around them.

use crate::device::Kind;
use crate::fault::Fault;
use crate::machine::Window;
use crate::queue::Happening;
use crate::world::World;
use agent::agent::Input;
use agent::toast::{ToastAction, ToastEvent, ToastKey};
use agent::view::{AwayUntil, Intent, Page, WindowReport};
use chat::{SessionId, Status};
use presence::Role;
use presence::device::Fact;
use protocol::{SessionView, Up};

/// How often the task that shows toasts ends when a desktop's mood changes, of a thousand times.
const TOASTS_LOST_PERMILLE: u64 = 300;

impl World {
    pub(crate) fn act(&mut self, person: usize) {
        // Now and then away for a while, with nothing done.
        let longest = if self.dice.chance(70) { 200_000 } else { 14_000 };
        let after = self.dice.between(800, longest);
        self.queue.set(self.now + after, Happening::Acts(person));
        let hosts = self.people[person].hosts.clone();
        let Some(host) = self.dice.pick(&hosts).copied() else { return };
        match self.dice.between(0, 99) {
            0..=34 => self.use_host(host),
            35..=40 => self.lock(host),
            41..=42 => self.sleep(host),
            43 => self.freeze(host),
            44..=46 => self.lose_network(host),
            47 => {
                if let Some(agent) = self.hosts[host].agent {
                    self.kill_agent(agent);
                }
            }
            48..=51 => self.reload(host),
            52..=54 => self.desktop_mood(host),
            _ => match self.people[person].role {
                Role::Technician => self.work(host),
                Role::Client => self.need(person, host),
            },
        }
    }

    /// Types for a while, after waking and unlocking the computer.
    pub(crate) fn use_host(&mut self, host: usize) {
        if self.hosts[host].frozen {
            return;
        }
        if self.hosts[host].asleep {
            self.wake_host(host);
        }
        let until = self.now + self.dice.between(500, 40_000);
        let in_page = self.dice.chance(400);
        let each = &mut self.hosts[host];
        let first = !each.is_used(self.now);
        let was_locked = std::mem::take(&mut each.locked);
        let news = std::mem::take(&mut each.waits_for_input) || each.slept;
        each.slept = false;
        each.used_until = each.used_until.max(until);
        each.last_input = self.now;
        let (agent, pages, ends) = (each.agent, each.pages.clone(), each.used_until);
        self.queue.set(ends, Happening::UseEnds(host));
        if let Some(agent) = agent {
            if was_locked {
                self.fact(agent, Fact::Unlocked);
            }
            if news || (first && was_locked) {
                self.fact(agent, Fact::Active);
            }
            self.note(format_args!("host {host} is used until {ends}"));
            self.run(agent);
        }
        if in_page && let Some(page) = self.dice.pick(&pages).copied() {
            if let Kind::Page(own) = &mut self.devices[page].kind {
                own.last_use = self.now;
            }
            self.page_activity(page);
        }
        self.mark_host(host);
    }

    pub(crate) fn use_ends(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        if each.used_until == self.now {
            each.last_input = self.now;
            let due = self.now + each.idle_after;
            self.queue.set(due, Happening::IdleDue(host));
        }
    }

    /// The source says so when the threshold has run out.
    pub(crate) fn idle_due(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        let idle_for = each.idle_for(self.now);
        if each.is_frozen() || each.waits_for_input || idle_for < each.idle_after {
            return;
        }
        each.waits_for_input = true;
        if let Some(agent) = each.agent {
            self.fact(agent, Fact::IdleFor(std::time::Duration::from_millis(idle_for)));
            self.run(agent);
        }
        self.mark_host(host);
    }

    fn lock(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        if each.is_frozen() || each.locked {
            return;
        }
        each.locked = true;
        each.last_input = if each.is_used(self.now) { self.now } else { each.last_input };
        each.used_until = each.used_until.min(self.now);
        self.note(format_args!("host {host} is locked"));
        if let Some(agent) = self.hosts[host].agent {
            self.fact(agent, Fact::Locked);
            self.run(agent);
        }
        self.mark_host(host);
    }

    fn sleep(&mut self, host: usize) {
        if self.hosts[host].is_frozen() {
            return;
        }
        self.leaves_for_good(host);
        let each = &mut self.hosts[host];
        each.last_input = if each.is_used(self.now) { self.now } else { each.last_input };
        each.used_until = each.used_until.min(self.now);
        each.slept = true;
        each.waits_for_input = true;
        self.faults.count(Fault::Slept);
        self.note(format_args!("host {host} is about to sleep"));
        // Asked for before the agent may answer at once.
        self.queue.set(self.now + 1_000, Happening::FallsAsleep(host));
        if let Some(agent) = self.hosts[host].agent {
            self.fact(agent, Fact::Suspending);
            self.run(agent);
        }
        self.mark_host(host);
    }

    /// A technician without a connection may set themselves Away before they close the lid: the setting is kept over the sleep.
    fn leaves_for_good(&mut self, host: usize) {
        let Some(agent) = self.hosts[host].agent else { return };
        let is_technician = self.people[self.devices[agent].person].role == Role::Technician;
        if is_technician && self.devices[agent].conn().is_none() && self.more_dice.chance(300) {
            let until = AwayUntil::For(self.more_dice.between(60_000, 400_000));
            self.wants(agent, Intent::Away { until });
        }
    }

    pub(crate) fn fall_asleep(&mut self, host: usize) {
        if self.hosts[host].is_frozen() || !self.hosts[host].slept {
            return;
        }
        self.hosts[host].asleep = true;
        self.hosts[host].still_since = self.now;
        self.note(format_args!("host {host} sleeps"));
        let long = if self.dice.chance(300) { 240_000 } else { 60_000 };
        let wakes = self.now + self.dice.between(3_000, long);
        self.queue.set(wakes, Happening::Wakes(host));
        self.mark_host(host);
    }

    fn freeze(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        if each.is_frozen() {
            return;
        }
        each.frozen = true;
        each.last_input = if each.is_used(self.now) { self.now } else { each.last_input };
        each.used_until = each.used_until.min(self.now);
        each.still_since = self.now;
        self.faults.count(Fault::Froze);
        self.note(format_args!("host {host} freezes"));
        let thaws = self.now + self.dice.between(2_000, 100_000);
        self.queue.set(thaws, Happening::Wakes(host));
        self.mark_host(host);
    }

    pub(crate) fn wake_host(&mut self, host: usize) {
        let each = &mut self.hosts[host];
        let (slept, frozen) = (std::mem::take(&mut each.asleep), std::mem::take(&mut each.frozen));
        if !slept && !frozen {
            return;
        }
        let (agent, pages) = (each.agent, each.pages.clone());
        let still_for = self.now - each.still_since;
        if slept {
            each.clock.wakes(still_for);
        }
        self.note(format_args!("host {host} is back"));
        if let Some(agent) = agent {
            if slept {
                self.fact(agent, Fact::Resumed);
            }
            self.rouse(agent);
            // The desktop shows what it could not show meanwhile.
            self.queue.set(self.now + 30, Happening::ToastShown(agent));
        }
        for page in pages {
            self.rouse(page);
        }
        self.deliver_held(host);
        // The source looks again at what it missed.
        let due = (self.hosts[host].last_input + self.hosts[host].idle_after).max(self.now + 1);
        self.queue.set(due, Happening::IdleDue(host));
        self.mark_host(host);
    }

    pub(crate) fn lose_network(&mut self, host: usize) {
        if self.hosts[host].way.down {
            return;
        }
        self.faults.count(Fault::NetworkLost);
        let long = if self.dice.chance(250) { 150_000 } else { 25_000 };
        let back = self.now + self.dice.between(300, long);
        let forgets = self.dice.chance(500);
        self.hosts[host].way.down = true;
        self.note(format_args!("host {host} loses its network until {back}"));
        let devices: Vec<usize> =
            self.hosts[host].pages.iter().copied().chain(self.hosts[host].agent).collect();
        for device in &devices {
            self.is_cut_off(*device);
        }
        if forgets {
            for device in devices {
                if let Some(conn) = self.devices[device].conn() {
                    self.faults.count(Fault::HalfOpen);
                    self.kill_conn(conn);
                }
            }
        }
        self.queue.set(back, Happening::NetworkBack(host));
        self.mark_host(host);
    }

    pub(crate) fn network_back(&mut self, host: usize) {
        self.hosts[host].way.down = false;
        self.note(format_args!("host {host} has its network again"));
        self.deliver_held(host);
        let tells = self.dice.chance(500);
        if let (Some(agent), true, false) = (self.hosts[host].agent, tells, self.hosts[host].is_frozen()) {
            self.input(agent, Input::NetworkChanged);
            self.run(agent);
        }
        self.mark_host(host);
    }

    /// A page is loaded anew, or closed for a while; a client's window is closed, or opened again.
    fn reload(&mut self, host: usize) {
        if self.hosts[host].is_frozen() {
            return;
        }
        let pages = self.hosts[host].pages.clone();
        let Some(page) = self.dice.pick(&pages).copied() else { return };
        let back = if self.dice.chance(700) { 2_500 } else { 100_000 };
        let back = self.now + self.dice.between(300, back);
        let agent = self.devices[page].page().and_then(|own| own.window_of);
        let Some(agent) = agent else {
            self.faults.count(Fault::PageReloaded);
            self.shut_page(page, true);
            return self.queue.set(back, Happening::PageOpens(page));
        };
        let Some(machine) = self.devices[agent].machine() else { return };
        match machine.window {
            Window::Running { portal: true } if self.dice.chance(400) => {
                let Some(machine) = self.devices[agent].machine() else { return };
                machine.window = Window::Gone;
                self.note(format_args!("device {agent}: its window is closed"));
                self.shut_page(page, true);
                self.input(agent, Input::Window(WindowReport::Closed));
                self.input(agent, Input::WindowEnded { closed: true });
                self.run(agent);
            }
            Window::Running { portal: true } => {
                self.faults.count(Fault::PageReloaded);
                self.shut_page(page, true);
                self.queue.set(back, Happening::PageOpens(page));
            }
            Window::Gone | Window::Starting { .. } | Window::Running { portal: false } => {
                self.wants(agent, Intent::Open { page: Page::Portal { chat: None } });
            }
        }
    }

    /// The desktop's notification service stops showing toasts, or shows them again.
    fn desktop_mood(&mut self, host: usize) {
        let (fails, now) = (self.dice.chance(350), self.now);
        if let Some(agent) = self.hosts[host].agent
            && let Some(machine) = self.devices[agent].machine()
        {
            if machine.shows_toasts == fails {
                machine.mood_since = now;
            }
            machine.shows_toasts = !fails;
            // A desktop that is back is shown again what there is.
            self.queue.set(now + 30, Happening::ToastShown(agent));
            if !self.hosts[host].is_frozen() && self.more_dice.chance(TOASTS_LOST_PERMILLE) {
                self.lose_toasts(agent);
            }
        }
    }

    fn mark_host(&mut self, host: usize) {
        let owner = self.hosts[host].agent.or_else(|| self.hosts[host].pages.first().copied());
        if let Some(device) = owner {
            self.dirty.push(self.devices[device].person);
        }
    }

    /// What a technician does at a computer.
    fn work(&mut self, host: usize) {
        if self.hosts[host].is_frozen() || self.hosts[host].locked {
            return;
        }
        self.use_host(host);
        let page = self.hosts[host].pages.first().copied();
        let Some(agent) = self.hosts[host].agent else { return };
        let Some(machine) = self.devices[agent].machine() else { return };
        let toasts: Vec<ToastKey> = machine.toasts().map(|toast| toast.key.clone()).collect();
        match self.dice.between(0, 99) {
            0..=34 => {
                if let Some(key) = self.dice.pick(&toasts).cloned() {
                    self.press(agent, &key);
                }
            }
            35..=44 => {
                let until = match self.dice.between(0, 2) {
                    0 => AwayUntil::Cleared,
                    1 => AwayUntil::For(self.dice.between(5_000, 200_000)),
                    _ => AwayUntil::Back,
                };
                let intent = if self.dice.chance(450) { Intent::Online } else { Intent::Away { until } };
                self.wants(agent, intent);
            }
            45 => {
                let minutes = if self.dice.chance(600) { 0 } else { 30 };
                let until = self.now + u64::from(minutes) * 60_000;
                if let Some(machine) = self.devices[agent].machine() {
                    machine.silent_until = until;
                }
                self.wants(agent, Intent::Silent { minutes });
            }
            _ => {
                if let Some(page) = page {
                    self.work_in_page(page);
                }
            }
        }
    }

    fn press(&mut self, agent: usize, key: &ToastKey) {
        let event = match (key, self.dice.between(0, 9)) {
            (ToastKey::Request(_) | ToastKey::Several, 0..=5) => {
                ToastEvent::Pressed(key.clone(), ToastAction::Join)
            }
            (ToastKey::Request(_) | ToastKey::Several, 6..=7) => {
                ToastEvent::Pressed(key.clone(), ToastAction::Dismiss)
            }
            (
                ToastKey::Abandoned(_) | ToastKey::Callback(_) | ToastKey::News(_) | ToastKey::Message(_),
                _,
            ) => ToastEvent::Closed(key.clone()),
            (ToastKey::Request(_) | ToastKey::Several, _) => return,
        };
        self.note(format_args!("device {agent}: {event:?}"));
        if matches!(event, ToastEvent::Pressed(_, ToastAction::Dismiss)) {
            let session = match key {
                ToastKey::Request(session) => Some(*session),
                ToastKey::Several
                | ToastKey::Message(_)
                | ToastKey::Abandoned(_)
                | ToastKey::Callback(_)
                | ToastKey::News(_) => None,
            };
            self.silences(self.devices[agent].person, session);
        }
        self.input(agent, Input::Toast(event));
        self.run(agent);
    }

    fn own_chats(&self, page: usize, status: Status) -> Vec<SessionView> {
        let Kind::Page(own) = &self.devices[page].kind else { return Vec::new() };
        let Some(me) = own.model.me.filter(|_| own.is_open) else { return Vec::new() };
        own.model
            .sessions
            .values()
            .filter(|session| session.status == status)
            .filter(|session| {
                session.client == me
                    || status != Status::Handled
                    || session.participants.iter().any(|each| each.person == me && each.left.is_none())
            })
            .cloned()
            .collect()
    }

    fn work_in_page(&mut self, page: usize) {
        let id = self.dice.uuid();
        let handled = self.own_chats(page, Status::Handled);
        let waiting = self.own_chats(page, Status::Waiting);
        let over: Vec<SessionView> =
            [Status::Abandoned, Status::Callback].into_iter().flat_map(|s| self.own_chats(page, s)).collect();
        let what = self.dice.between(0, 99);
        let up = match what {
            0..=19 => self.dice.pick(&waiting).map(|chat| Up::Join { id, session: chat.id }),
            20..=23 => self.dice.pick(&waiting).map(|chat| Up::Dismiss { id, session: chat.id }),
            24..=59 => self.dice.pick(&handled).map(|chat| {
                let text = format!("message {id}");
                Up::Message { id, session: chat.id, text }
            }),
            60..=67 => self.dice.pick(&handled).map(|chat| Up::Leave { id, session: chat.id }),
            68..=81 => self.dice.pick(&handled).map(|chat| Up::Complete { id, session: chat.id, note: None }),
            _ => self.dice.pick(&over).map(|chat| Up::Complete {
                id,
                session: chat.id,
                note: Some("secret note".to_owned()),
            }),
        };
        if let Some(up) = up {
            self.asks(page, up);
        }
    }

    /// What a client does: asks, writes, leaves, asks to be called.
    fn need(&mut self, person: usize, host: usize) {
        if self.hosts[host].is_frozen() || self.hosts[host].locked {
            return;
        }
        self.use_host(host);
        let Some(page) = self.hosts[host].pages.first().copied() else { return };
        let Kind::Page(own) = &self.devices[page].kind else { return };
        if !own.is_open || !own.model.is_synced {
            return;
        }
        let id = self.dice.uuid();
        let active: Vec<SessionView> = [Status::Waiting, Status::Handled]
            .into_iter()
            .flat_map(|status| self.own_chats(page, status))
            .collect();
        let handled: Vec<SessionId> =
            active.iter().filter(|chat| chat.status == Status::Handled).map(|chat| chat.id).collect();
        let waiting: Vec<SessionId> =
            active.iter().filter(|chat| chat.status == Status::Waiting).map(|chat| chat.id).collect();
        let up = match self.dice.between(0, 99) {
            0..=54 if active.len() < 3 => {
                let reference = (!active.is_empty() || self.dice.chance(300))
                    .then(|| format!("#{}", self.dice.between(1, 4)));
                Some(Up::Request { id, subject: format!("request {id} of {person}"), reference })
            }
            55..=79 => self.dice.pick(&handled).map(|chat| {
                let text = format!("message {id}");
                Up::Message { id, session: *chat, text }
            }),
            80..=86 => active.first().map(|chat| Up::Leave { id, session: chat.id }),
            87..=92 => self.dice.pick(&waiting).map(|chat| Up::Callback {
                id,
                session: *chat,
                phone: "secret phone".to_owned(),
                note: Some("secret note".to_owned()),
            }),
            _ => None,
        };
        if let Some(up) = up {
            self.asks(page, up);
        }
    }

    /// What goes wrong by itself.
    pub(crate) fn trouble(&mut self) {
        let next = self.dice.between(4_000, 60_000);
        self.queue.set(self.now + next, Happening::Trouble);
        match self.dice.between(0, 99) {
            0..=3 => {
                let down_for = self.dice.between(300, 25_000);
                self.crash_service(down_for);
            }
            4..=8 => self.crash_at_step = true,
            9..=11 => self.drain_service(),
            12..=24 => {
                let fault = if self.dice.chance(700) { Fault::StoreBusy } else { Fault::StoreDown };
                self.node.trouble = Some((self.now + self.dice.between(200, 4_000), fault));
            }
            25..=69 => {
                let talking: Vec<u64> = self.devices.iter().filter_map(crate::device::Device::conn).collect();
                let Some(conn) = self.dice.pick(&talking).copied() else { return };
                if self.dice.chance(300) {
                    self.faults.count(Fault::HalfOpen);
                    self.note(format_args!("conn {conn} dies without a word"));
                    self.kill_conn(conn);
                } else {
                    self.faults.count(Fault::Cut);
                    self.note(format_args!("conn {conn} is cut"));
                    self.send_up(conn, crate::net::Item::Cut);
                    self.send_down(conn, crate::net::Item::Cut);
                    if let Some(conn) = self.conns.get_mut(conn) {
                        conn.cut = true;
                    }
                }
                if let Some(device) = self.conns.get(conn).map(|conn| conn.device) {
                    self.dirty.push(self.devices[device].person);
                }
            }
            _ => {}
        }
    }
}
