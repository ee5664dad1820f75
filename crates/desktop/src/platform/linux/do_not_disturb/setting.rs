//! A setting of GNOME or MATE, read by the program that reads them all: it knows defaults, and what an administrator has set.

use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// How long reading a setting may take: it takes some hundredths of a second where the machine is not busy.
const READ_WITHIN: Duration = Duration::from_secs(10);

/// The program.
const GSETTINGS: &str = "gsettings";

/// Which setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    schema: &'static str,
    key: &'static str,
    /// Where dconf keeps it.
    pub(super) path: &'static str,
    /// What it says in do-not-disturb.
    value: &'static str,
}

/// GNOME's.
pub(super) const GNOME: Setting = Setting {
    schema: "org.gnome.desktop.notifications",
    key: "show-banners",
    path: "/org/gnome/desktop/notifications/show-banners",
    value: "false",
};

/// MATE's.
pub(super) const MATE: Setting = Setting {
    schema: "org.mate.NotificationDaemon",
    key: "do-not-disturb",
    path: "/org/mate/notification-daemon/do-not-disturb",
    value: "true",
};

/// Whether the setting says that the desktop is in do-not-disturb. If it cannot be read, it does not.
pub(super) async fn read(setting: Setting) -> bool {
    let mut command = Command::new(GSETTINGS);
    command.args(["get", setting.schema, setting.key]);
    command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let why = match timeout(READ_WITHIN, command.output()).await {
        Ok(Ok(output)) if output.status.success() => {
            return output.stdout.trim_ascii() == setting.value.as_bytes();
        }
        Ok(Ok(output)) => output.status.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {READ_WITHIN:?}"),
    };
    tracing::warn!(
        why,
        schema = setting.schema,
        "gsettings does not say whether the desktop is in do-not-disturb"
    );
    false
}
