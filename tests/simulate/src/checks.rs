//! The checks: each invariant of the world, with the time within which it holds.

mod about;
mod agreement;
mod files;
mod history;
mod quiet;
mod reach;
mod returning;
mod rings;
mod secrets;
mod sessions;
mod shown;
mod start;
mod writing;

use crate::world::World;

/// How often the invariants are checked.
pub(crate) const CHECK_EVERY_MS: u64 = 500;
/// Every how many checks the long comparisons are made.
const CHECKS_APART: u64 = 8;

impl World {
    pub(crate) fn check(&mut self) {
        for person in 0..self.people.len() {
            self.know(person);
        }
        self.dirty.clear();
        self.check_people();
        self.check_toasts();
        self.check_reach();
        self.check_rings();
        self.check_one_rings();
        self.check_absences();
        self.check_limits();
        if (self.now / CHECK_EVERY_MS).is_multiple_of(CHECKS_APART) {
            self.check_answers();
            self.check_agreement();
            self.check_messages();
        }
    }
}
