//! What something could be over time: sets of what was possible, as bits, each from its time on.

/// The past of one thing; before anything is recorded, nothing is known of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past(Vec<(u64, u8)>);

impl Past {
    /// From now on it is one of these.
    pub(crate) fn record(&mut self, now: u64, possible: u8) {
        if self.0.last().map(|(_, last)| *last) != Some(possible) {
            self.0.push((now, possible));
        }
    }

    /// All that it could be from then until now.
    pub(crate) fn since(&self, from: u64) -> u8 {
        let mut all = 0;
        for (at, possible) in self.0.iter().rev() {
            all |= possible;
            if *at <= from {
                break;
            }
        }
        all
    }

    /// The last changes, newest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = (u64, u8)> + '_ {
        self.0.iter().rev().copied()
    }
}
