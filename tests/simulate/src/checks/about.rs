//! What a failure says about a person: which lines of the trace, and what was true of them.

use crate::truth;
use crate::world::World;

impl World {
    /// What marks a line about a person's devices and computers.
    pub(crate) fn about_person(&self, person: usize) -> Vec<String> {
        let each = &self.people[person];
        let devices = each
            .devices
            .iter()
            .flat_map(|id| [format!("device {id} "), format!("page {id} "), format!("device {id}:")]);
        let hosts = each.hosts.iter().map(|id| format!("host {id} "));
        devices.chain(hosts).chain([format!("person {person} "), "the service".to_owned()]).collect()
    }

    pub(crate) fn words_of(&self, person: usize, from: u64) -> String {
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
