//! What people do with toasts, and what their desktops do.

use crate::fault::Fault;
use crate::machine::DoNotDisturb;
use crate::queue::WorldEvent;
use crate::world::World;
use agent::agent::Input;
use agent::toast::{ToastAction, ToastEvent, ToastKey};

/// How often the task that shows toasts ends when a desktop's mood changes, of a thousand times.
const TOASTS_LOST_PERMILLE: u64 = 300;

impl World {
    /// The desktop's notification service stops showing toasts, or shows them again.
    pub(crate) fn desktop_mood(&mut self, host: usize) {
        let (fails, now) = (self.dice.chance(350), self.now);
        if let Some(agent) = self.hosts[host].agent
            && let Some(machine) = self.devices[agent].machine()
        {
            if machine.screen.shows_toasts == fails {
                machine.screen.mood_since = now;
            }
            machine.screen.shows_toasts = !fails;
            // A desktop that is back is sent all toasts again.
            self.queue.set(now + 30, WorldEvent::ToastShown(agent));
            if !self.hosts[host].is_frozen() && self.more_dice.chance(TOASTS_LOST_PERMILLE) {
                self.lose_toasts(agent);
            }
        }
    }

    /// The desktop enters do-not-disturb, or leaves it.
    pub(crate) fn turns_do_not_disturb(&mut self, host: usize) {
        let now = self.now;
        let Some(agent) = self.hosts[host].agent.filter(|_| !self.hosts[host].is_frozen()) else { return };
        let Some(machine) = self.devices[agent].machine() else { return };
        let is_on = !machine.do_not_disturb.is_on;
        machine.do_not_disturb = DoNotDisturb { is_on, changed: now };
        if is_on {
            self.faults.count(Fault::DoNotDisturb);
        }
        self.record(format_args!("device {agent}: its desktop is in do-not-disturb: {is_on}"));
        self.input(agent, Input::DoNotDisturb(is_on));
        self.run(agent);
    }

    pub(crate) fn press(&mut self, agent: usize, key: &ToastKey) {
        let event = match (key, self.dice.between(0, 9)) {
            (ToastKey::Request(_) | ToastKey::Several, 0..=5) => {
                ToastEvent::Pressed(key.clone(), ToastAction::Join)
            }
            (ToastKey::Request(_) | ToastKey::Several, 6..=7) => {
                ToastEvent::Pressed(key.clone(), ToastAction::Dismiss)
            }
            (ToastKey::Invitation(_), 0..=5) => ToastEvent::Pressed(key.clone(), ToastAction::Accept),
            (ToastKey::Invitation(_), 6..=7) => ToastEvent::Pressed(key.clone(), ToastAction::Decline),
            (ToastKey::Invitation(_), _) => ToastEvent::Closed(key.clone()),
            (
                ToastKey::HandOver(_)
                | ToastKey::Abandoned(_)
                | ToastKey::Callback(_)
                | ToastKey::News(_)
                | ToastKey::Message(_),
                _,
            ) => ToastEvent::Closed(key.clone()),
            (ToastKey::Request(_) | ToastKey::Several, _) => return,
        };
        self.record(format_args!("device {agent}: {event:?}"));
        if matches!(event, ToastEvent::Pressed(_, ToastAction::Dismiss)) {
            let session = match key {
                ToastKey::Request(session) => Some(*session),
                ToastKey::Several
                | ToastKey::Invitation(_)
                | ToastKey::HandOver(_)
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
}
