//! What must hold in every world, and how often each invariant was checked.

use std::fmt;
use std::ops::AddAssign;

/// What must hold; `docs/simulation.md` has the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invariant {
    /// A request or message that was answered `ok` is in the store.
    Lost,
    /// A request or message is in the store once.
    Doubled,
    /// One technician wins.
    Winner,
    /// An invitation is for a client who is there, and is not open for long.
    Invited,
    /// An intent has its answer in time.
    Answered,
    /// What was announced survives a restart.
    Forgotten,
    /// What a watcher is shown was true a while ago.
    Shown,
    /// The same while all links deliver.
    ShownAtOnce,
    /// Both ends know the same.
    Agree,
    /// A setting that was kept says its age.
    Aged,
    /// A message is with everybody who has the chat open.
    Delivered,
    /// A client finds what was said.
    Returns,
    /// A device that can connect is connected.
    Back,
    /// No toast for what is over.
    Over,
    /// A waiting request rings somewhere.
    Rings,
    /// It sounds at its time.
    InTime,
    /// Whoever is gone is noticed.
    Absence,
    /// Nobody receives what is not theirs.
    Denied,
    /// Queues have limits.
    Limits,
    /// Nobody is signed out.
    SignedIn,
    /// The store gives back what it was given.
    Loads,
    /// A file that was answered is there, with its contents.
    FileKept,
    /// Contents that no chat has are removed.
    Swept,
    /// The history has every chat that is over, whole, and nothing of a private note.
    History,
    /// Nothing is deleted before its time.
    Kept,
    /// Nothing sounds during a silence.
    Quiet,
    /// Of two devices one rings.
    OneRings,
    /// Who writes and how far somebody has read is told to those who may see it.
    Writing,
    /// One stays.
    Stays,
}

impl Invariant {
    /// All of them, in the order of the counts.
    pub const ALL: [Self; 29] = [
        Self::Lost,
        Self::Doubled,
        Self::Winner,
        Self::Invited,
        Self::Answered,
        Self::Forgotten,
        Self::Shown,
        Self::ShownAtOnce,
        Self::Agree,
        Self::Aged,
        Self::Delivered,
        Self::Returns,
        Self::Back,
        Self::Over,
        Self::Rings,
        Self::InTime,
        Self::Absence,
        Self::Denied,
        Self::Limits,
        Self::SignedIn,
        Self::Loads,
        Self::FileKept,
        Self::Swept,
        Self::History,
        Self::Kept,
        Self::Quiet,
        Self::OneRings,
        Self::Writing,
        Self::Stays,
    ];
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lost => "no request or message that was answered ok is lost",
            Self::Doubled => "no request or message is doubled",
            Self::Winner => "one winner a session",
            Self::Invited => "a client is invited while Online, and the invitation ends by itself",
            Self::Answered => "an intent is answered within 10 s while the link delivers",
            Self::Forgotten => "what was announced is not forgotten",
            Self::Shown => "what a watcher is shown was true within 45 s",
            Self::ShownAtOnce => "what a watcher is shown was true within 1 s while links deliver",
            Self::Agree => "both ends agree within one beat of the new welcome",
            Self::Aged => "a setting that was kept says how long ago it was made",
            Self::Delivered => "a message is with everybody who has the chat open",
            Self::Returns => "a client finds what was said, also after completion",
            Self::Back => "a device that nothing keeps from it is connected again",
            Self::Over => "no toast for what is over, on devices whose link delivers",
            Self::Rings => {
                "a waiting request rings while an eligible technician's device is connected and awake"
            }
            Self::InTime => "a request sounds within 1 s of its time, on devices whose link delivers",
            Self::Absence => {
                "a request whose client is gone is abandoned, and a chat without technicians waits again"
            }
            Self::Denied => "nobody receives what is not theirs to see",
            Self::Limits => "no queue is over its named limit",
            Self::SignedIn => "nobody is signed out unasked",
            Self::Loads => "the store loads",
            Self::FileKept => {
                "a file that was answered is there, with its contents, for those who may read it"
            }
            Self::Swept => "contents that no chat has are removed in time",
            Self::History => {
                "the history has every chat that is over, whole, and finds nothing that is private"
            }
            Self::Kept => "nothing is deleted before its time, or while the clock is doubtful",
            Self::Quiet => "nothing sounds in a silence, and nothing is critical in do-not-disturb",
            Self::OneRings => "of two devices that could ring, one does",
            Self::Writing => {
                "who writes is told to those in the chat, and a read mark goes on only and says no more than was read"
            }
            Self::Stays => "somebody who is there stays in a chat that others leave",
        })
    }
}

/// How often each invariant was checked where it could have failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checks([u64; Invariant::ALL.len()]);

impl Checks {
    pub(crate) fn count(&mut self, invariant: Invariant) {
        self.0[invariant as usize] += 1;
    }

    /// Each with its count.
    pub fn counts(&self) -> impl Iterator<Item = (Invariant, u64)> + '_ {
        Invariant::ALL.into_iter().zip(self.0)
    }
}

impl AddAssign for Checks {
    fn add_assign(&mut self, other: Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }
}
