//! An agent starts, and is killed; its window starts.

use crate::fault::Fault;
use crate::machine::{Desktop, Window};
use crate::queue::WorldEvent;
use crate::world::World;
use agent::agent::{Input, Start, TrayIcon};
use agent::runner::Runner;
use agent::view::WindowReport;
use link::Clocks;
use link::link_loop::LinkLoop;
use presence::device::Fact;

impl World {
    pub(crate) fn start_agent(&mut self, device: usize) {
        let host = self.devices[device].host;
        // The app is started by its user.
        if self.hosts[host].is_frozen() || self.hosts[host].slept {
            return self.queue.set(self.now + 1_000, WorldEvent::AgentStarts(device));
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
            has_window: false,
            background: false,
        };
        let mut program = Runner::new(start, Desktop::default(), machine.disk.clone(), now);
        program.start(now);
        machine.program = Some(program);
        machine.quiet_until = 0;
        machine.screen.start(now.moment);
        if machine.do_not_disturb.is_on {
            machine.inputs.push_back(Input::DoNotDisturb(true));
        }
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
        self.record(format_args!("device {device} starts its agent {instance}"));
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
        machine.screen.clear();
        if !window_lives {
            machine.window = Window::Gone;
        }
        let page = machine.page.filter(|_| !window_lives);
        self.faults.count(Fault::AgentKilled);
        self.record(format_args!("device {device}: its agent is killed, back in {back_in}"));
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
        self.queue.set(self.now + back_in, WorldEvent::AgentStarts(device));
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
}
