//! The watchers: each invariant of the world, with the time within which it holds.

mod about;
mod agreement;
mod reach;
mod rings;
mod secrets;
mod sessions;
mod shown;
mod start;

use crate::world::World;

/// How often they look.
pub(crate) const LOOK_EVERY_MS: u64 = 500;
/// Every how many looks the long comparisons are made.
const LONG_LOOKS: u64 = 8;

impl World {
    pub(crate) fn look(&mut self) {
        for person in 0..self.people.len() {
            self.know(person);
        }
        self.dirty.clear();
        self.look_at_people();
        self.look_at_toasts();
        self.look_at_reach();
        self.look_at_rings();
        self.look_at_absences();
        self.look_at_limits();
        if (self.now / LOOK_EVERY_MS).is_multiple_of(LONG_LOOKS) {
            self.look_at_answers();
            self.look_at_agreement();
            self.look_at_messages();
        }
    }
}
