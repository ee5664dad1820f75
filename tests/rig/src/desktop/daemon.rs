//! The real notification daemons, and what of a desktop the bus starts by itself.

use super::options::{Options, Toasts, Tray};
use crate::panel;
use crate::programs::on_path;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian puts Xfce's notification daemon; it stands on no search path.
const NOTIFYD: &str = "/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd";
const NOTIFYD_FOLDERS: &str = "/usr/lib";
/// Where MATE's lies.
const MATE_NOTIFICATION_DAEMON: &str = "/usr/lib/mate-notification-daemon/mate-notification-daemon";

/// In a desktop's folder: what dunst's menu of a toast's buttons chooses.
pub(super) const CHOSEN: &str = "chosen";

/// The store of GNOME's and MATE's settings.
const DCONF: &[&str] = &["ca.desrt.dconf.service"];

/// The services that the session bus may start.
pub(super) fn activatable(options: Options) -> &'static [&'static str] {
    match (options.tray, options.toasts) {
        (Tray::MatePanel, _) => panel::MATE_ACTIVATABLE,
        (Tray::Panel { .. }, _) | (_, Toasts::Daemon) => panel::ACTIVATABLE,
        (_, Toasts::GnomeRecorder | Toasts::SoundingDaemon) => DCONF,
        (Tray::None | Tray::Host | Tray::BlindHost, Toasts::None | Toasts::Recorder | Toasts::Dunst) => &[],
    }
}

/// A real notification daemon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RealDaemon {
    Xfce,
    Mate,
    Dunst,
}

impl RealDaemon {
    /// The one of these; `None` if toasts are recorded, or not shown.
    pub(super) fn of(toasts: Toasts) -> Option<Self> {
        match toasts {
            Toasts::None | Toasts::Recorder | Toasts::GnomeRecorder => None,
            Toasts::Daemon => Some(Self::Xfce),
            Toasts::SoundingDaemon => Some(Self::Mate),
            Toasts::Dunst => Some(Self::Dunst),
        }
    }

    /// What the class of its windows contains.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Xfce | Self::Mate => self.name(),
            Self::Dunst => "Dunst",
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xfce => "xfce4-notifyd",
            Self::Mate => "mate-notification-daemon",
            Self::Dunst => "dunst",
        }
    }

    /// The file by which the bus knows how to start it.
    pub(super) fn service(self) -> &'static str {
        match self {
            Self::Xfce => "org.xfce.xfce4-notifyd.Notifications.service",
            Self::Mate => "org.freedesktop.mate.Notifications.service",
            Self::Dunst => "org.knopwob.dunst.service",
        }
    }

    /// How it is started.
    pub(super) fn program(self) -> Result<PathBuf> {
        match self {
            Self::Xfce => xfce4_notifyd(),
            Self::Mate => Ok(MATE_NOTIFICATION_DAEMON.into()),
            Self::Dunst => Ok("dunst".into()),
        }
    }

    /// Writes its settings into a desktop's folder before it starts.
    pub(super) fn write_settings(self, folder: &Path) -> Result<()> {
        let config = folder.join("config");
        match self {
            Self::Xfce => panel::write_settings(&config, false),
            Self::Mate => Ok(()),
            Self::Dunst => {
                fs::create_dir_all(config.join("dunst")).context("making the folder of dunst's settings")?;
                // In the place of a program that lets the user choose a line.
                let chooses = format!("/bin/grep -m1 -F -f {}", folder.join(CHOSEN).display());
                let settings = format!("[global]\ndmenu = {chooses}\n");
                fs::write(config.join("dunst/dunstrc"), settings).context("writing dunst's settings")
            }
        }
    }
}

fn xfce4_notifyd() -> Result<PathBuf> {
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
