//! Other programs that do something for the agent on Linux.

use anyhow::{Context, Result};
use tokio::process::Command;

/// The programs that play a WAV file, with what they are told before its path; the one that serves most desktops first:
/// PulseAudio or PipeWire in its place, PipeWire itself, ALSA.
pub(crate) const PLAYERS: &[(&str, &[&str])] = &[
    ("paplay", &["--client-name=Deskbell", "--property=media.role=event"]),
    ("pw-play", &["--media-role=Notification"]),
    ("aplay", &["--quiet"]),
];

/// How to start the process that the last-resort source of input needs.
///
/// # Errors
///
/// When the program cannot find itself.
pub(crate) fn idle_helper() -> Result<Option<idle::Helper>> {
    let program = std::env::current_exe().context("cannot find the program deskbell itself")?;
    Ok(Some(idle::Helper { program, args: vec!["idle-helper".to_owned()] }))
}

/// Lets the window that is started come to the front.
pub(crate) fn pass_activation(token: &str, window: &mut Command) {
    // Wayland's name of it, and X11's: what starts programs sets both.
    window.env("XDG_ACTIVATION_TOKEN", token).env("DESKTOP_STARTUP_ID", token);
}
