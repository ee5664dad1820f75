//! The queue of events, in the order of time; events at the same moment are handled in the order in which they were set.

use crate::net::{ConnId, Item};
use protocol::ErrorCode;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Something that will happen in the world.
#[derive(Clone, Debug)]
pub(crate) enum WorldEvent {
    /// Something arrives at the service.
    ToService(ConnId, Item),
    /// Something arrives at a device.
    ToDevice(ConnId, Item),
    /// A device wanted to be woken.
    Wake(usize),
    /// An organisation's core wanted to be woken.
    OrgDue(usize),
    /// The store has carried out a request.
    StoreApplied(usize, u32),
    /// The organisation gets the reply.
    StoreAnswered(usize, u32),
    /// A connection that takes nothing is looked at.
    Stuck(ConnId),
    /// The service starts.
    ServiceStarts,
    /// An agent starts again.
    AgentStarts(usize),
    /// The window's process is up.
    WindowStarts(usize, u32),
    /// The agent shows a toast, or the desktop does not.
    ToastShown(usize),
    /// A page is opened again.
    PageOpens(usize),
    /// A computer's threshold may have run out.
    IdleDue(usize),
    /// A computer's user stops typing.
    UseEnds(usize),
    /// A computer falls asleep, released or not.
    FallsAsleep(usize),
    /// A computer is there again: awake, or with its network.
    Wakes(usize),
    /// A computer has its network again.
    NetworkBack(usize),
    /// All of a file has arrived, in a try that began then.
    FileArrives(usize, u64),
    /// The sender of a file receives the answer; with `None`, the connection ended without one.
    FileAnswered(usize, Option<Result<u64, ErrorCode>>),
    /// The sender of a file tries again.
    FileAgain(usize),
    /// The service sweeps the folder of files, in the life that began then.
    Sweep(u64),
    /// A technician reads the next part of an earlier chat.
    ReadsOn(usize),
    /// A person does something.
    Acts(usize),
    /// Something goes wrong somewhere.
    Trouble,
    /// The invariants are checked.
    Check,
}

/// All events that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Entry>,
    count: u64,
}

/// An event with its time and its number.
#[derive(Debug)]
struct Entry {
    order: Reverse<(u64, u64)>,
    event: WorldEvent,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order.cmp(&other.order)
    }
}

impl Queue {
    pub(crate) fn set(&mut self, at: u64, event: WorldEvent) {
        self.count += 1;
        self.heap.push(Entry { order: Reverse((at, self.count)), event });
    }

    pub(crate) fn next(&mut self) -> Option<(u64, WorldEvent)> {
        self.heap.pop().map(|entry| (entry.order.0.0, entry.event))
    }
}
