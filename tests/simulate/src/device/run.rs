//! A device does all that it has to do now: events of its link go to its agent or page, and what these ask for is done.

use crate::device::Kind;
use crate::invariant::Invariant;
use crate::machine::DesktopAction;
use crate::node::BASE_UNIX_MS;
use crate::queue::WorldEvent;
use crate::world::World;
use agent::agent::{Input, Now};
use agent::runner::RunnerInput;
use agent::toast::Toast;
use agent::view::Intent;
use link::Event;
use link::link_loop::LinkInput;
use presence::UnixMillis;
use presence::device::Fact;
use std::time::Duration;

impl World {
    /// Lets the device do all that it has to do now.
    pub(crate) fn run(&mut self, device: usize) {
        if self.hosts[self.devices[device].host].is_frozen() {
            return;
        }
        self.dirty.push(self.devices[device].person);
        loop {
            let each = &mut self.devices[device];
            if let Some(order) = each.orders.pop_front() {
                self.link_on(device, LinkInput::Order(Some(order)));
            } else if let Some(event) = each.events.pop_front() {
                self.tell(device, event);
            } else if !self.follow_up(device) && !self.link_due(device) {
                break;
            }
        }
        self.set_wake(device);
    }

    fn tell(&mut self, device: usize, event: Event) {
        if let Event::Down(down) = &event {
            if matches!(**down, protocol::Down::Welcome(_)) {
                self.devices[device].welcomed = Some(self.now);
            }
            self.check_arrival(device, down);
        }
        match self.devices[device].kind {
            Kind::Agent(_) => self.input(device, Input::Link(event)),
            Kind::Page(_) => self.page_hears(device, event),
        }
    }

    /// Hands something to the agent.
    pub(crate) fn input(&mut self, device: usize, input: Input) {
        self.agent_turn(device, Some(RunnerInput::Input(input)));
    }

    /// A turn of the agent's loop.
    pub(crate) fn agent_turn(&mut self, device: usize, input: Option<RunnerInput<()>>) {
        let now = self.now_at(device);
        let Some(program) = self.devices[device].machine().and_then(|machine| machine.program.as_mut())
        else {
            return;
        };
        program.turn(input, now);
        if program.store().token.is_none() {
            self.fail(Invariant::SignedIn, format!("device {device} forgot its sign-in"), &[]);
        }
        self.perform(device);
    }

    pub(crate) fn now_at(&self, device: usize) -> Now {
        let host = &self.hosts[self.devices[device].host];
        Now {
            moment: self.moment(device),
            unix: UnixMillis(BASE_UNIX_MS + self.now + host.wrong_by),
            utc_offset_s: 0,
        }
    }

    pub(crate) fn fact(&mut self, device: usize, fact: Fact) {
        self.input(device, Input::Fact(fact));
    }

    /// The user sends an intent to the app.
    pub(crate) fn wants(&mut self, device: usize, intent: Intent) {
        self.record(format_args!("device {device}: its user wants {intent:?}"));
        self.agent_turn(device, Some(RunnerInput::Intent { intent, reply: () }));
        self.run(device);
    }

    /// The next input that follows from what was done.
    fn follow_up(&mut self, device: usize) -> bool {
        let input = self.devices[device].machine().and_then(|machine| machine.inputs.pop_front());
        match input {
            Some(input) => {
                self.input(device, input);
                true
            }
            None => false,
        }
    }

    /// Does what the agent's loop has asked for, in order.
    pub(crate) fn perform(&mut self, device: usize) {
        let host = self.devices[device].host;
        let mut orders = Vec::new();
        let Some(program) = self.devices[device].machine().and_then(|machine| machine.program.as_mut())
        else {
            return;
        };
        orders.extend(std::iter::from_fn(|| program.next_order()));
        let actions = std::mem::take(&mut program.machine_mut().actions);
        for order in orders {
            self.order(device, order);
        }
        for action in actions {
            match action {
                DesktopAction::SetIdleAfter(idle_after) => {
                    self.hosts[host].idle_after = u64::try_from(idle_after.as_millis()).unwrap_or(u64::MAX);
                    self.restate(host);
                }
                DesktopAction::ReleaseSleep => self.queue.set(self.now, WorldEvent::FallsAsleep(host)),
                DesktopAction::ShowToasts(toasts) => self.want_toasts(device, toasts),
                DesktopAction::OpenWindow(page) => self.start_window(device, page),
                DesktopAction::TellWindow(order) => {
                    if let Some(page) = self.tell_window(device, order) {
                        self.run(page);
                    }
                }
            }
        }
    }

    /// Tells the screen which toasts are wanted.
    fn want_toasts(&mut self, device: usize, toasts: Vec<Toast>) {
        let now = self.now;
        let Some(machine) = self.devices[device].machine() else { return };
        let lines = machine.screen.want(toasts, now);
        for line in &lines {
            self.record(format_args!("device {device} {line}"));
        }
        let sounding: Vec<String> = lines.into_iter().filter(|line| line.starts_with("sounds ")).collect();
        self.check_quiet(device, &sounding);
        self.settle_screen(device);
    }

    /// The task that shows toasts takes its steps, if it runs.
    pub(crate) fn settle_screen(&mut self, device: usize) {
        let at = self.now + self.dice.between(3, 40);
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.screen.settle() {
            self.queue.set(at, WorldEvent::ToastShown(device));
        }
    }

    /// The source reports again what it sees.
    fn restate(&mut self, host: usize) {
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
            self.queue.set(due, WorldEvent::IdleDue(host));
        }
        if let Some(machine) = self.devices[device].machine() {
            machine.inputs.push_back(Input::Fact(fact));
        }
    }
}
