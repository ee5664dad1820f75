//! The tray: the agent's [`agent::tray::Tray`] → what the panel shows, and clicks → intents.
//!
//! [`icon`] draws; the panel of each system is in `platform`. Nothing here decides what the tray says.

pub(crate) mod icon;

use crate::wake::Wake;
use tokio::sync::{mpsc, watch};

/// What the tray needs of the program.
#[derive(Debug)]
pub(crate) struct TrayChannels {
    /// Names the item on the bus: one a profile.
    pub(crate) id: String,
    /// What is shown. Its closing ends the tray.
    pub(crate) tray: watch::Receiver<agent::tray::Tray>,
    /// Where clicks go.
    pub(crate) wakes: mpsc::Sender<Wake>,
}
