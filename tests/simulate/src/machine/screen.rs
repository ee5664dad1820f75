//! What is on a computer's screen: the real board and the real keeper of the task that shows toasts, with a daemon that answers late,
//! not at all, or loses its connection.

use crate::fault::Fault;
use crate::queue::Happening;
use crate::world::World;
use agent::agent::{Input, Lack};
use agent::toast::{Toast, ToastKey};
use agent::toasts::board::{Answered, Board, Call, Step};
use agent::toasts::keeper::{self, Act};

/// What it takes until a task that shows toasts, and has ended, is at work again, beside the pause: a second in which the end of its bus
/// would be seen, and the daemon's time.
const TOASTS_BACK_MS: u64 = 1_500;
/// The first pause. It doubles with each end of a task that had not worked for long.
pub(super) const FIRST_PAUSE_MS: u64 = 2_000;
const LONGEST_PAUSE_MS: u64 = 60_000;
/// A task that has worked for so long surely counts as one that works: its next pause is the first one.
const WORKED_MS: u64 = 12_000;

impl World {
    pub(super) fn show(&mut self, device: usize, toasts: Vec<Toast>) {
        let now = self.now;
        let Some(machine) = self.devices[device].machine() else { return };
        let before: Vec<ToastKey> = machine.wanted.iter().map(|toast| toast.key.clone()).collect();
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
        machine.wanted = toasts;
        for line in lines {
            self.note(format_args!("{line}"));
        }
        self.settle_screen(device);
    }

    /// The task that shows toasts takes its steps, if it runs.
    fn settle_screen(&mut self, device: usize) {
        let at = self.now + self.dice.between(3, 40);
        let Some(machine) = self.devices[device].machine() else { return };
        let Some(board) = &mut machine.board else { return };
        while let Some(step) = board.next_step(&machine.wanted) {
            match step {
                Step::Close(id) => machine.screen.retain(|(shown, _)| *shown != id),
                Step::Show { toast, replaces, sounds: _ } => {
                    machine.last_number += 1;
                    let Some(call) = Call::new(machine.last_number) else { return };
                    board.asked(toast.clone(), replaces, call);
                    machine.asked.push((call, toast, replaces));
                }
            }
        }
        self.queue.set(at, Happening::ToastShown(device));
    }

    /// The desktop has the toasts on the screen.
    pub(crate) fn toasts_shown(&mut self, device: usize) {
        if self.hosts[self.devices[device].host].is_frozen() {
            return self.queue.set(self.now + 1_000, Happening::ToastShown(device));
        }
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.asked.is_empty() {
            return;
        }
        if !machine.shows_toasts {
            self.faults.count(Fault::ToastNotShown);
            return;
        }
        for (call, toast, replaces) in std::mem::take(&mut machine.asked) {
            let id = replaces.unwrap_or_else(|| {
                machine.last_number += 1;
                machine.last_number
            });
            let key = toast.key.clone();
            machine.screen.retain(|(shown, _)| *shown != id);
            machine.screen.push((id, toast));
            let Some(board) = &mut machine.board else { continue };
            match board.answered(call, id) {
                Answered::Shown(event) => {
                    machine.unshown.retain(|(each, _)| *each != key);
                    machine.inputs.push_back(Input::Toast(event));
                }
                Answered::Unwanted => {}
            }
        }
        self.settle_screen(device);
        self.run(device);
    }

    /// The task that shows toasts loses its connection, and ends. Its daemon may end with it, and what it showed.
    pub(crate) fn lose_toasts(&mut self, device: usize) {
        let daemon_ends = self.more_dice.chance(500);
        let (now, moment) = (self.now, self.moment(device));
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.program.is_none() || machine.lost_until > now || machine.board.take().is_none() {
            return;
        }
        machine.asked.clear();
        if daemon_ends {
            machine.screen.clear();
        }
        // Nobody has seen what went with it.
        let gone = machine
            .wanted
            .iter()
            .filter(|toast| machine.screen.iter().all(|(_, shown)| shown.key != toast.key));
        machine.unshown = gone.map(|toast| (toast.key.clone(), now)).collect();
        if now.saturating_sub(machine.lost_until) >= WORKED_MS {
            machine.pause_ms = FIRST_PAUSE_MS;
        }
        machine.lost_until = now + TOASTS_BACK_MS + machine.pause_ms;
        machine.pause_ms = (machine.pause_ms * 2).min(LONGEST_PAUSE_MS);
        let acts =
            machine.keeper.on(keeper::KeeperInput::Ended(Err("the connection was lost".to_owned())), moment);
        self.faults.count(Fault::ToastsLost);
        self.note(format_args!("device {device}: the task that shows its toasts has ended"));
        self.keep_toasts(device, acts);
        self.run(device);
    }

    /// The time of the keeper may have come.
    pub(crate) fn keeper_due(&mut self, device: usize) {
        let moment = self.moment(device);
        let Some(machine) = self.devices[device].machine() else { return };
        if machine.keeper_timeout().is_some_and(|at| at <= moment) {
            let acts = machine.keeper.on(keeper::KeeperInput::Due, moment);
            self.keep_toasts(device, acts);
        }
    }

    fn keep_toasts(&mut self, device: usize, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Start => {
                    self.note(format_args!("device {device}: its toasts are shown again"));
                    let Some(machine) = self.devices[device].machine() else { return };
                    let left = machine.screen.iter().map(|(id, toast)| (toast.key.clone(), *id));
                    machine.board = Some(Board::with_persisted(left));
                    self.settle_screen(device);
                }
                Act::Tell(words) => self.input(device, Input::Notice { about: Lack::Toasts, words }),
                Act::Stop => {}
            }
        }
    }
}
