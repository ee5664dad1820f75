//! Toasts on a computer: the real keeper of the task that shows them, with a daemon that answers late or not at all, or loses its
//! connection.

use crate::fault::Fault;
use crate::queue::WorldEvent;
use crate::world::World;
use agent::agent::{Input, Problem};
use agent::toasts::keeper::Act;

impl World {
    /// The desktop has the toasts on the screen.
    pub(crate) fn toasts_shown(&mut self, device: usize) {
        if self.hosts[self.devices[device].host].is_frozen() {
            return self.queue.set(self.now + 1_000, WorldEvent::ToastShown(device));
        }
        let Some(machine) = self.devices[device].machine() else { return };
        if !machine.screen.is_pending() {
            return;
        }
        if !machine.screen.shows_toasts {
            self.faults.count(Fault::ToastNotShown);
            return;
        }
        let events = machine.screen.show_pending();
        machine.inputs.extend(events.into_iter().map(Input::Toast));
        self.settle_screen(device);
        self.run(device);
    }

    /// The task that shows toasts loses its connection, and ends. Its daemon may end with it, and what it showed.
    pub(crate) fn lose_toasts(&mut self, device: usize) {
        let daemon_ends = self.more_dice.chance(500);
        let (now, moment) = (self.now, self.moment(device));
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.program.is_none() {
            return;
        }
        let Some(acts) = machine.screen.lose_task(daemon_ends, now, moment) else { return };
        self.faults.count(Fault::ToastsLost);
        self.record(format_args!("device {device}: the task that shows its toasts has ended"));
        self.keep_toasts(device, acts);
        self.run(device);
    }

    /// Calls the keeper if its time has come.
    pub(crate) fn keeper_due(&mut self, device: usize) {
        let moment = self.moment(device);
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.keeper_timeout().is_some_and(|at| at <= moment) {
            let acts = machine.screen.keeper_due(moment);
            self.keep_toasts(device, acts);
        }
    }

    fn keep_toasts(&mut self, device: usize, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Start => {
                    self.record(format_args!("device {device}: its toasts are shown again"));
                    let Some(machine) = self.devices[device].machine() else { return };
                    machine.screen.start_again();
                    self.settle_screen(device);
                }
                Act::Tell(words) => self.input(device, Input::Notice { about: Problem::Toasts, words }),
                Act::Stop => {}
            }
        }
    }
}
