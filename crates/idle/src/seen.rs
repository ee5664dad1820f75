//! What the watch reports, and which sources exist.

use presence::device::Fact;
use std::path::PathBuf;

/// What the watch reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A fact for [`presence::device::Device`]; it is true at the moment of its arrival.
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
    /// No source works at present; the watch keeps looking for one.
    None {
        /// Why, for the user: a clause without a full stop.
        why: String,
    },
}

/// The mechanisms that can see input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// Alarms of the X server on its idle counter: no wake-up while nothing changes.
    XSync,
    /// The X server's idle time, asked when the threshold could run out and twice a second while away.
    XScreenSaver,
    /// Pointer and keys compared four times a second, in a separate process: the last resort.
    DeviceQuery,
    /// A test.
    Scripted,
}

impl SourceKind {
    /// The name for people.
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
    /// The arguments that make it the helper.
    pub args: Vec<String>,
}
