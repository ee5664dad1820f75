//! Toasts: the agent's wanted set → what the desktop shows, and what the user does with it → [`ToastEvent`]s.
//!
//! `agent::toasts::board` decides the steps, `platform` talks to what shows them, `ringer` sounds what rings, by the `player`, as the user has
//! set it. Nothing here knows what a toast is about.

mod chime;
pub(crate) mod player;
pub(crate) mod ringer;
pub(crate) mod sounds;

use crate::wake::Wake;
use agent::toast::Toast;
use ringer::Ringer;
use std::path::PathBuf;
use tokio::sync::{mpsc, watch};

/// What the toasts need of the program.
#[derive(Debug)]
pub(crate) struct Toasts {
    /// All that shall be on the screen; `None` until the agent knows. Its closing ends the toasts, with all closed that are
    /// not wanted.
    pub(crate) wanted: watch::Receiver<Option<Vec<Toast>>>,
    /// Where events go.
    pub(crate) wakes: mpsc::Sender<Wake>,
    /// Where what is on the screen is noted.
    pub(crate) persisted: PathBuf,
    /// The picture that toasts show; missing if it could not be written.
    pub(crate) picture: Option<PathBuf>,
    /// Sounds what rings.
    pub(crate) ringer: Ringer,
    /// The last problem of the notification daemon that was reported. It outlives a run, so that the next one can take it back.
    pub(crate) problem: Option<String>,
}
