//! macOS: what is not the same as on every Unix. Sounds are played by `afplay`; tray and toasts are not written yet.

pub(crate) use super::not_linux::{Display, idle_helper, is_stderr_journal, pass_activation, timer};
pub(crate) use super::not_yet::show;

/// The system's own player, which plays WAV files.
pub(crate) const PLAYERS: &[(&str, &[&str])] = &[("afplay", &[])];
