//! The real notification daemons, and what of a desktop the bus starts by itself.

use super::options::{Options, Toasts, Tray};
use crate::panel;
use crate::programs::on_path;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian puts the real notification daemon; it stands on no search path.
const NOTIFYD: &str = "/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd";
const NOTIFYD_FOLDERS: &str = "/usr/lib";
/// Where the real notification daemon lies that plays sounds.
pub(super) const MATE_NOTIFICATION_DAEMON: &str =
    "/usr/lib/mate-notification-daemon/mate-notification-daemon";

/// The store of GNOME's settings.
const DCONF: &[&str] = &["ca.desrt.dconf.service"];

/// The services that the session bus may start.
pub(super) fn activatable(options: Options) -> &'static [&'static str] {
    match (options.tray, options.toasts) {
        (Tray::MatePanel, _) => panel::MATE_ACTIVATABLE,
        (Tray::Panel { .. }, _) | (_, Toasts::Daemon) => panel::ACTIVATABLE,
        (_, Toasts::GnomeRecorder) => DCONF,
        (
            Tray::None | Tray::Host | Tray::BlindHost,
            Toasts::None | Toasts::Recorder | Toasts::SoundingDaemon | Toasts::Dunst,
        ) => &[],
    }
}

/// Where it lies.
pub(super) fn notification_daemon() -> Result<PathBuf> {
    if Path::new(NOTIFYD).is_file() {
        return Ok(NOTIFYD.into());
    }
    // Other machines name the folder after their own architecture.
    let folders = fs::read_dir(NOTIFYD_FOLDERS).context("looking for the notification daemon")?;
    let found = folders
        .filter_map(|folder| Some(folder.ok()?.path().join("xfce4/notifyd/xfce4-notifyd")))
        .find(|file| file.is_file());
    match found {
        Some(file) => Ok(file),
        None => match on_path(&["xfce4-notifyd"], "xfce4-notifyd") {
            Ok(file) => Ok(file),
            Err(error) => bail!(error),
        },
    }
}
