//! The world: one clock, one queue of events, and all people and things in it.
//!
//! The modules above this one say what happens in it; `run` says in which order.

use crate::device::Device;
use crate::dice::Dice;
use crate::fault::Faults;
use crate::host::Host;
use crate::invariant::{Checks, Invariant};
use crate::known::Known;
use crate::net::{ConnId, Conns};
use crate::node::Node;
use crate::outcome::Failure;
use crate::past::Past;
use crate::queue::Queue;
use crate::reading::HistoryReading;
use crate::trace::Trace;
use crate::upload::Upload;
use chat::PersonId;
use link::Clocks;
use presence::{Moment, Preference, Role};

/// A person.
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) org: usize,
    pub(crate) role: Role,
    pub(crate) hosts: Vec<usize>,
    pub(crate) devices: Vec<usize>,
    /// What their preference could be.
    pub(crate) preferences: Past,
    /// As the service announced it last.
    pub(crate) preference: Preference,
    pub(crate) preferred_at: u64,
    /// The service's clock was set while they were Away for a time, and they have not been told yet how much of it is left.
    pub(crate) is_unclear_how_long: bool,
}

/// Everything.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) now: u64,
    pub(crate) queue: Queue,
    pub(crate) dice: Dice,
    /// Separate dice for what was added to the world later, so that the rest of each world stays as it was.
    pub(crate) more_dice: Dice,
    /// The same for the service's wall clock.
    pub(crate) clock_dice: Dice,
    pub(crate) node: Node,
    pub(crate) hosts: Vec<Host>,
    pub(crate) devices: Vec<Device>,
    pub(crate) people: Vec<Person>,
    pub(crate) conns: Conns,
    /// Files that were sent, and chats that were read from the history, in the order in which that began.
    pub(crate) uploads: Vec<Upload>,
    pub(crate) readings: Vec<HistoryReading>,
    /// The latest arrival at the service so far.
    pub(crate) latest_up: (u64, ConnId),
    pub(crate) went_down: u64,
    /// The service dies during the next request to the store.
    pub(crate) crash_at_store_request: bool,
    pub(crate) crashes_in: Option<(usize, u32, bool)>,
    /// People about whom something may have changed.
    pub(crate) dirty: Vec<usize>,
    pub(crate) faults: Faults,
    pub(crate) checks: Checks,
    pub(crate) trace: Trace,
    pub(crate) known: Known,
    pub(crate) failure: Option<Failure>,
}

impl World {
    pub(crate) fn record(&mut self, what: std::fmt::Arguments<'_>) {
        self.trace.record(self.now, what);
    }

    /// An invariant does not hold. The first one ends the run.
    pub(crate) fn fail(&mut self, invariant: Invariant, detail: String, about: &[String]) {
        if self.failure.is_none() {
            let last = self.trace.last(about, 60);
            self.failure = Some(Failure { seed: self.seed, invariant, at_ms: self.now, detail, last });
        }
    }

    /// The agent's clock, which keeps running during sleep.
    pub(crate) fn moment(&self, device: usize) -> Moment {
        self.link_clocks(device).moment
    }

    /// What the link's clocks show.
    pub(crate) fn link_clocks(&self, device: usize) -> Clocks {
        self.hosts[self.devices[device].host].clock.shows(self.now)
    }
}
