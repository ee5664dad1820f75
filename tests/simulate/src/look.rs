//! The watchers: each invariant of the world, with the time within which it holds.

mod agreement;
mod reach;
mod rings;
mod secrets;
mod sessions;
mod shown;

use crate::invariant::Invariant;
use crate::world::World;
use crate::{Failure, truth};
pub(crate) use sessions::Known;

/// How often they look.
pub(crate) const LOOK_EVERY_MS: u64 = 500;
/// Every how many looks the long comparisons are made.
const LONG_LOOKS: u64 = 8;

impl World {
    pub(crate) fn look(&mut self) {
        for page in 0..self.devices.len() {
            if self.devices[page].is_page() && !self.hosts[self.devices[page].host].is_frozen() {
                self.page_activity(page);
            }
        }
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

    /// An invariant does not hold. The first one ends the run.
    pub(crate) fn fail(&mut self, invariant: Invariant, detail: String, about: &[String]) {
        if self.failure.is_none() {
            let last = self.trace.last(about, 60);
            self.failure = Some(Failure { seed: self.seed, invariant, at_ms: self.now, detail, last });
        }
    }

    /// Whether this device has delivered for so long.
    pub(crate) fn has_delivered(&self, device: usize, for_ms: u64) -> bool {
        self.devices[device].delivers_since.is_some_and(|since| since + for_ms <= self.now)
    }

    fn words_of(&self, person: usize, from: u64) -> String {
        let each = &self.people[person];
        let devices = each.devices.iter().map(|id| (format!("device {id}"), &self.devices[*id].counted));
        let lines: Vec<String> = devices
            .map(|(name, past)| (name, past, truth::counted_words as fn(u8) -> String))
            .chain([(
                "the preference".to_owned(),
                &each.preferences,
                truth::preference_words as fn(u8) -> String,
            )])
            .map(|(name, past, words)| {
                let known = past.latest().take(4);
                let known: Vec<String> = known
                    .map(|(at, mask)| format!("{} since {}.{:03}", words(mask), at / 1_000, at % 1_000))
                    .collect();
                format!("{name}: {}", known.join(", "))
            })
            .collect();
        format!(
            "{}, looking back to {}.{:03}; {}",
            truth::words(self.seen_since(person, from)),
            from / 1_000,
            from % 1_000,
            lines.join("; ")
        )
    }
}
