//! What the watch tells, and what it is told to use.

use presence::device::Fact;
use std::path::PathBuf;

/// What the watch tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A fact for [`presence::device::Device`]; it holds at the moment of its arrival.
    Fact(Fact),
    /// Which source is in use from now on, or why there is none (P12).
    Source(Source),
}

/// The source in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// There is one.
    Found {
        /// Which.
        kind: SourceKind,
        /// Why this one, for the user: a clause without a full stop.
        why: String,
    },
    /// No source works at present; it is looked for again by itself.
    None {
        /// Why, for the user: a clause without a full stop.
        why: String,
    },
}

/// The ways in which input can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// Alarms of the X server on its idle counter: no wake-up while nothing changes.
    XSync,
    /// The X server's idle time, asked when the threshold could run out and twice a second while away.
    XScreenSaver,
    /// Pointer and keys compared four times a second, in a process of its own: the last resort.
    DeviceQuery,
    /// A test.
    Scripted,
}

impl SourceKind {
    /// What people read.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::XSync => "X11 idle alarms (all input)",
            Self::XScreenSaver => "X11 idle time (all input)",
            Self::DeviceQuery => "X11 pointer and keys, compared (may miss short input)",
            Self::Scripted => "a script",
        }
    }
}

/// How to start the process that runs [`run_helper`](crate::run_helper).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helper {
    /// Our own program.
    pub program: PathBuf,
    /// What makes it the helper.
    pub args: Vec<String>,
}
