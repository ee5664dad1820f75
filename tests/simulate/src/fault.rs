//! The kinds of faults that the world injects, and how often each has occurred.

use std::ops::AddAssign;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An agent is killed and started again with the settings it kept.
    AgentKilled,
    /// A portal page is reloaded, or closed and opened again.
    PageReloaded,
    /// A computer sleeps after it has sent its report.
    Slept,
    /// A computer freezes or loses power: no report, no close.
    Froze,
    /// A computer loses its network; items in flight arrive when it is back.
    NetworkLost,
    /// A connection dies without an end: nothing arrives in either direction.
    HalfOpen,
    /// A connection is cut: both ends learn of it.
    Cut,
    /// The service writes to a connection that has broken: the write fails.
    WriteFailed,
    /// A frame is held up for seconds, and all behind it on that connection.
    HeldUp,
    /// A frame overtakes an earlier one of another connection.
    Reordered,
    /// An intent arrives a second time.
    Repeated,
    /// A reader takes frames so slowly that the service's queue for it fills.
    SlowReader,
    /// The service is killed before the store has carried out a request.
    CrashBeforeStep,
    /// The service is killed after the store has carried out a request, before it has replied.
    CrashAfterStep,
    /// The service is killed between two requests to the store.
    Crash,
    /// The service is told to shut down, and starts again.
    Drained,
    /// The service's wall clock is set back while it is down.
    ClockBehind,
    /// The service's wall clock is set ahead while it is down.
    ClockAhead,
    /// The store is busy.
    StoreBusy,
    /// The store fails.
    StoreDown,
    /// The store takes seconds.
    StoreSlow,
    /// A desktop shows no toast: the device that should ring does not confirm it.
    ToastNotShown,
    /// The task that shows toasts loses its connection and ends.
    ToastsLost,
    /// A file is cut off before all of it has arrived, by the network or because the service dies.
    FileCut,
    /// A file that is stored is sent again, since its sender had no answer.
    FileRepeated,
    /// A file is under way twice, and the other one was stored first.
    FileOvertaken,
    /// The service dies when a file's contents are on the disk and no chat has them.
    FileOrphaned,
    /// An organisation has no room for a file.
    FilesFull,
    /// A desktop enters do-not-disturb.
    DoNotDisturb,
}

impl Fault {
    /// All of them, in the order of the counts.
    pub const ALL: [Self; 29] = [
        Self::AgentKilled,
        Self::PageReloaded,
        Self::Slept,
        Self::Froze,
        Self::NetworkLost,
        Self::HalfOpen,
        Self::Cut,
        Self::WriteFailed,
        Self::HeldUp,
        Self::Reordered,
        Self::Repeated,
        Self::SlowReader,
        Self::CrashBeforeStep,
        Self::CrashAfterStep,
        Self::Crash,
        Self::Drained,
        Self::ClockBehind,
        Self::ClockAhead,
        Self::StoreBusy,
        Self::StoreDown,
        Self::StoreSlow,
        Self::ToastNotShown,
        Self::ToastsLost,
        Self::FileCut,
        Self::FileRepeated,
        Self::FileOvertaken,
        Self::FileOrphaned,
        Self::FilesFull,
        Self::DoNotDisturb,
    ];
}

/// How often each kind has occurred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults([u64; Fault::ALL.len()]);

impl Faults {
    pub(crate) fn count(&mut self, fault: Fault) {
        self.0[fault as usize] += 1;
    }

    /// Each kind with its count.
    pub fn counts(&self) -> impl Iterator<Item = (Fault, u64)> + '_ {
        Fault::ALL.into_iter().zip(self.0)
    }
}

impl AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }
}
