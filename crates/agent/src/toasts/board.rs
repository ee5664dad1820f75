//! What is on the screen, and the steps that make it what is wanted.
//!
//! The agent's set of toasts and the daemon's answers and signals come in; steps and [`ToastEvent`]s go out. Pure: it calls no
//! daemon. Each key has a slot, so at most one toast is being shown for it at a time, however long the daemon takes.

mod slot;
#[cfg(test)]
mod tests;

pub use slot::{Call, Id};

use crate::toast::{Toast, ToastEvent, ToastKey};
use slot::{Showing, Slot};
use std::collections::{BTreeMap, VecDeque};

/// What to tell the daemon next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Show this, in the place of an earlier one where there is one.
    Show {
        /// What.
        toast: Toast,
        /// In whose place.
        replaces: Option<Id>,
        /// Whether it sounds.
        sounds: bool,
    },
    /// Take this off the screen.
    Close(Id),
}

/// What an answer of the daemon means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The toast is on the screen.
    Shown(ToastEvent),
    /// The toast is not wanted any more; the next step closes it.
    Unwanted,
}

/// How many toasts that are off the screen can still be pressed: some desktops list old ones for hours (C10), and a busy
/// day has fewer requests.
const PAST: usize = 64;

/// The screen.
#[derive(Debug, Default)]
pub struct Board {
    slots: BTreeMap<ToastKey, Slot>,
    /// What was on the screen, the newest last.
    past: VecDeque<(Id, ToastKey)>,
    /// Shown when they were not wanted any more, and to be closed.
    unwanted: Vec<Id>,
}

/// Which of two toasts matters more if there is no room for both: somebody who waits for an answer now, then a client who waits for a
/// call, then words in an open chat, then what is over.
fn importance(key: &ToastKey) -> u8 {
    match key {
        ToastKey::Request(_) | ToastKey::Several | ToastKey::Invitation(_) => 4,
        ToastKey::Callback(_) | ToastKey::HandOver(_) => 3,
        ToastKey::Message(_) => 2,
        ToastKey::Abandoned(_) => 1,
        ToastKey::News(_) => 0,
    }
}

impl Board {
    /// A screen with what an earlier run of this profile left on it.
    #[must_use]
    pub fn with_persisted(left: impl IntoIterator<Item = (ToastKey, Id)>) -> Self {
        let slots = left.into_iter().map(|(key, id)| (key, Slot::LeftOver(id))).collect();
        Self { slots, ..Self::default() }
    }

    /// The next step towards `wanted`, or `None` if there is nothing to do now. Report the result before asking again.
    pub fn next_step(&mut self, wanted: &[Toast]) -> Option<Step> {
        if let Some(id) = self.unwanted.pop() {
            return Some(Step::Close(id));
        }
        let is_wanted = |key: &ToastKey| wanted.iter().any(|toast| toast.key == *key);
        let mut unwanted = self.slots.iter().filter(|(key, _)| !is_wanted(key));
        if let Some((key, id)) = unwanted.find_map(|(key, slot)| Some((key.clone(), slot.closable()?))) {
            self.slots.remove(&key);
            self.add_past(id, key);
            return Some(Step::Close(id));
        }
        self.slots.retain(|key, _| is_wanted(key));
        if let Some(step) = self.make_room() {
            return Some(step);
        }
        let mut wanted: Vec<&Toast> = wanted.iter().collect();
        if self.has_refused() {
            wanted.sort_by_key(|toast| std::cmp::Reverse(importance(&toast.key)));
        }
        wanted.into_iter().find_map(|toast| self.step_for(toast))
    }

    fn step_for(&self, toast: &Toast) -> Option<Step> {
        let Showing { replaces, sounds } = match self.slots.get(&toast.key) {
            Some(slot) => slot.next(toast)?,
            None => Showing::first(toast),
        };
        Some(Step::Show { toast: toast.clone(), replaces, sounds })
    }

    /// Takes the least important toast off the screen for a more important one that was refused.
    fn make_room(&mut self) -> Option<Step> {
        let refused = self.slots.iter().filter(|(_, slot)| matches!(slot, Slot::Refused { due: false, .. }));
        let refused = refused.map(|(key, _)| key).max_by_key(|key| importance(key))?.clone();
        let shown = self.slots.iter().filter(|(_, slot)| matches!(slot, Slot::OnScreen { .. }));
        let least = shown.map(|(key, _)| key).min_by_key(|key| importance(key))?.clone();
        if importance(&least) >= importance(&refused) {
            return None;
        }
        self.slots.get_mut(&refused)?.try_again();
        let Some(Slot::OnScreen { id, toast, .. }) = self.slots.remove(&least) else { return None };
        self.slots.insert(least.clone(), Slot::MadeRoom { toast, due: false });
        self.add_past(id, least);
        Some(Step::Close(id))
    }

    /// The daemon was asked by `call` to show it.
    pub fn sent(&mut self, toast: Toast, replaces: Option<Id>, call: Call) {
        self.slots.insert(toast.key.clone(), Slot::Pending { call, toast, replaces });
    }

    /// The daemon shows under `id` what it was asked for by `call`.
    pub fn answered(&mut self, call: Call, id: Id) -> Answered {
        let Some((toast, replaces)) = self.take_pending(call) else {
            self.unwanted.push(id);
            return Answered::Unwanted;
        };
        let key = toast.key.clone();
        if let Some(old) = replaces.filter(|old| *old != id) {
            // MATE's daemon replaces nothing in do-not-disturb: the old one would stay for ever.
            self.unwanted.push(old);
            self.add_past(old, key.clone());
        }
        self.slots.insert(key.clone(), Slot::OnScreen { id, toast, acted: false });
        Answered::Shown(ToastEvent::Shown(key))
    }

    /// The daemon refused to show what it was asked for by `call`. Returns whether that is still wanted.
    pub fn refused(&mut self, call: Call) -> bool {
        let Some((toast, _)) = self.take_pending(call) else { return false };
        self.slots.insert(toast.key.clone(), Slot::Refused { toast, due: false });
        true
    }

    /// The call failed: what it should have replaced may still be on the screen. Returns whether it is still wanted.
    pub fn failed(&mut self, call: Call, replaces: Option<Id>) -> bool {
        match (self.take_pending(call), replaces) {
            (Some((toast, _)), Some(id)) => {
                self.slots.insert(toast.key, Slot::LeftOver(id));
                true
            }
            (Some(_), None) => true,
            (None, Some(id)) => {
                self.unwanted.push(id);
                false
            }
            (None, None) => false,
        }
    }

    /// The toast that `call` was to show, unless it is not wanted any more, and in whose place.
    fn take_pending(&mut self, call: Call) -> Option<(Toast, Option<Id>)> {
        let is_of_call =
            |slot: &Slot| matches!(slot, Slot::Pending { call: pending, .. } if *pending == call);
        let key = self.slots.iter().find(|(_, slot)| is_of_call(slot))?.0.clone();
        match self.slots.remove(&key)? {
            Slot::Pending { toast, replaces, .. } => Some((toast, replaces)),
            Slot::OnScreen { .. }
            | Slot::LeftOver(_)
            | Slot::Gone { .. }
            | Slot::Refused { .. }
            | Slot::MadeRoom { .. } => None,
        }
    }

    /// There may be room: what was refused, and what made room, is tried again.
    pub fn try_refused(&mut self) {
        self.slots.values_mut().for_each(Slot::try_again);
    }

    /// Whether something that is wanted was refused, or made room.
    #[must_use]
    pub fn has_refused(&self) -> bool {
        self.slots.values().any(Slot::waits_for_room)
    }

    /// The user pressed something on the toast `id`: its key, if it is ours. A toast that is off the screen counts, too (C10).
    pub fn acted(&mut self, id: Id) -> Option<ToastKey> {
        let here = self.on_screen().find(|(_, shown)| *shown == id).map(|(key, _)| key.clone());
        if let Some(Slot::OnScreen { acted, .. }) = here.as_ref().and_then(|key| self.slots.get_mut(key)) {
            *acted = true;
        }
        here.or_else(|| Some(self.past.iter().rev().find(|(past, _)| *past == id)?.1.clone()))
    }

    fn add_past(&mut self, id: Id, key: ToastKey) {
        if self.past.len() == PAST {
            self.past.pop_front();
        }
        self.past.push_back((id, key));
    }

    /// Whether the number is one of ours.
    #[must_use]
    pub fn knows(&self, id: Id) -> bool {
        self.on_screen().any(|(_, shown)| shown == id) || self.past.iter().any(|(past, _)| *past == id)
    }

    /// The toast `id` is off the screen without our doing.
    pub fn closed(&mut self, id: Id) -> Option<ToastEvent> {
        let (key, (slot, by_user)) =
            self.slots.iter().find_map(|(key, slot)| Some((key.clone(), slot.closed(id)?)))?;
        self.slots.insert(key.clone(), slot);
        self.add_past(id, key.clone());
        by_user.then_some(ToastEvent::Closed(key))
    }

    /// The daemon has ended, and its numbers with it. Toasts that the user closed stay closed, and toasts that would have gone by
    /// themselves are gone; these are returned as closed.
    pub fn daemon_gone(&mut self) -> Vec<ToastEvent> {
        self.past.clear();
        self.unwanted.clear();
        let mut closed = Vec::new();
        for (key, slot) in std::mem::take(&mut self.slots) {
            let (slot, is_closed) = slot.daemon_gone();
            if is_closed {
                closed.push(ToastEvent::Closed(key.clone()));
            }
            if let Some(slot) = slot {
                self.slots.insert(key, slot);
            }
        }
        closed
    }

    /// What is on the screen, for a later run to find.
    pub fn on_screen(&self) -> impl Iterator<Item = (&ToastKey, Id)> {
        self.slots.iter().filter_map(|(key, slot)| Some((key, slot.on_screen()?)))
    }
}
