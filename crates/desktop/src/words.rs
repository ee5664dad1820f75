//! What the terminal and the system's part of the app say. What the agent says stands in `agent::words`.

/// Nobody to talk to.
pub(crate) const NOT_RUNNING: &str = "Deskbell is not running here; start it with `deskbell`.";

/// Asks for the link, where a person types it.
pub(crate) const ASK_LINK: &str = "Paste the one-time link from your administrator and press Enter:";

/// Nothing came in.
pub(crate) const NO_LINK: &str =
    "No link was given. Pass the one-time link from your administrator on standard input, as one line.";

/// The answer to `quit`.
pub(crate) const QUIT: &str = "Deskbell has quit.";

/// `Problem::Display`
pub(crate) const NO_DISPLAY: &str = "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so Deskbell cannot \
     open windows. Presence and the commands in a terminal work.";

/// `Problem::Display`, of one that was there.
pub(crate) const DISPLAY_GONE: &str =
    "The display is gone, and Deskbell's windows with it. They open again when it is back.";

/// `Problem::SessionBus`
pub(crate) const NO_SESSION_BUS: &str = "There is no session bus, so Deskbell cannot show its tray icon or toasts, and cannot see when the screen is locked or the computer sleeps. Start Deskbell within a desktop session, or with dbus-run-session.";

/// `Problem::Notifications`
pub(crate) const NO_NOTIFICATIONS: &str = "No notification daemon is running, so requests show no toasts. Start the desktop's own, or install one such as dunst.";

/// `Problem::Sound`
pub(crate) fn no_sound(why: &str) -> String {
    let advice = if cfg!(target_os = "linux") {
        "Turn the sound system on, or install pulseaudio-utils, pipewire-bin or alsa-utils."
    } else {
        "Turn the sound on."
    };
    format!(
        "Requests make no sound, because neither the notification daemon nor this computer's sound system plays one \
         ({why}). {advice}"
    )
}

/// `Problem::Sound`
pub(crate) fn sound_not_written(folder: &std::path::Path, error: &std::io::Error) -> String {
    format!(
        "Requests make no sound, because the sound file cannot be written to {} ({error}). Make room or correct the folder's permissions.",
        folder.display()
    )
}

/// Why a player did not play, in `no_sound`: it is not there.
pub(crate) const PLAYER_MISSING: &str = "not installed";
/// It ended with an error.
pub(crate) const PLAYER_FAILED: &str = "it failed";
/// It was ended.
pub(crate) const PLAYER_SILENT: &str = "it did not finish";

/// `Problem::Notifications`
pub(crate) const NOTIFICATIONS_HANG: &str = "The notification daemon does not answer, so requests may show no toasts. Meanwhile, they wait in the tray menu and in the portal. If this lasts, restart the daemon, or log out and in again.";

/// `Problem::Notifications`
pub(crate) fn toasts_refused(error: &str) -> String {
    format!(
        "The notification daemon refuses toasts ({error}). Close some of the notifications on the screen: Deskbell tries \
         again every few seconds, and shows requests first."
    )
}

/// `Problem::Toasts`
pub(crate) fn toasts_failed(error: &str) -> String {
    format!(
        "Toasts have failed ({error}), and Deskbell is restarting them. Until then, requests show no toasts: they wait in the tray menu and in the portal."
    )
}

/// `Problem::Tray`
pub(crate) fn tray_failed(error: &str) -> String {
    format!(
        "The tray icon has failed ({error}), and Deskbell is restarting it. Until then, use “deskbell status” or the window."
    )
}

/// `Problem::DoNotDisturb`
pub(crate) fn do_not_disturb_failed(error: &str) -> String {
    format!(
        "Deskbell cannot see whether your desktop is in do-not-disturb ({error}), and is trying again. Until then, requests ring with sound."
    )
}

/// `Problem::Window`
pub(crate) fn window_missing(path: &std::path::Path) -> String {
    format!("The window program {} is missing. Install Deskbell again.", path.display())
}

/// `Problem::Window`
pub(crate) fn window_does_not_start(error: &std::io::Error) -> String {
    format!("The window program does not start ({error}). Install Deskbell again.")
}

/// `Problem::Browser`
pub(crate) fn no_browser(error: &std::io::Error) -> String {
    format!(
        "Your organisation's portal cannot be opened: the system's browser does not start ({error}). Install a browser, or choose one in the \
         system's settings."
    )
}

/// `Problem::Storage`
pub(crate) fn settings_unusable(path: &std::path::Path, why: &str) -> String {
    format!(
        "The settings in {} cannot be used: {why}. Deskbell runs without them and leaves the file as it is; correct or \
         delete it, then start Deskbell again.",
        path.display()
    )
}

/// `Problem::Storage`
pub(crate) fn settings_set_aside(path: &std::path::Path, aside: &std::path::Path) -> String {
    format!("The settings in {} could not be used. They are kept as {}.", path.display(), aside.display())
}

/// `Problem::Storage`
pub(crate) fn sign_in_damaged(path: &std::path::Path) -> String {
    format!(
        "The sign-in in {} is damaged, so nobody is signed in. Sign in again with a new link from your administrator.",
        path.display()
    )
}

/// `Problem::Storage`
pub(crate) fn not_removed(path: &std::path::Path, error: &std::io::Error) -> String {
    format!(
        "The sign-in cannot be removed from {} ({error}), so it would be back when Deskbell starts again. Deskbell tries again \
         each minute; correct the folder's permissions, or remove the file.",
        path.display()
    )
}

/// `Problem::Storage`
pub(crate) fn not_kept(what: &str, path: &std::path::Path, error: &std::io::Error) -> String {
    format!(
        "The {what} cannot be saved in {} ({error}). Make room or correct the folder's permissions: Deskbell tries again each \
         minute. Anything that is still unsaved when Deskbell quits is lost.",
        path.display()
    )
}

/// What `not_kept` and `not_read` speak of.
pub(crate) const SETTINGS: &str = "settings";
/// See [`SETTINGS`].
pub(crate) const SIGN_IN: &str = "sign-in";

/// `Problem::Storage`
pub(crate) fn not_read(what: &str, path: &std::path::Path, error: &std::io::Error) -> String {
    format!(
        "The {what} in {} cannot be read ({error}), so Deskbell does not use it. Correct the file's permissions, then start Deskbell \
         again.",
        path.display()
    )
}

/// On standard error of the command that starts the app.
pub(crate) fn no_log(path: &std::path::Path, error: &std::io::Error) -> String {
    format!(
        "The log {} cannot be written ({error}), so Deskbell runs without one; correct the folder's permissions or make room.",
        path.display()
    )
}

/// A background start that came to nothing.
pub(crate) fn did_not_start(log: &std::path::Path) -> String {
    format!("Deskbell did not start; {} says why.", log.display())
}

/// A background start that takes too long.
pub(crate) fn not_ready(within: std::time::Duration, log: &std::path::Path) -> String {
    format!(
        "Deskbell was started, but was not ready within {} s. Try again in a moment; {} may say why.",
        within.as_secs(),
        log.display()
    )
}

/// Under the list of commands.
pub(crate) const WITHOUT_A_COMMAND: &str =
    "Without a command, Deskbell starts; if it is already running, it opens its window.";

/// Under the help for `sign-in`.
pub(crate) const WHY_STANDARD_INPUT: &str = "For instance: deskbell sign-in < link.txt. Do not give the link as an \
     argument: others on this computer could read it there. Deskbell signs in to the service that the link names at once, without asking, because you gave it the link yourself. If a link is opened elsewhere, such as in a browser, Deskbell asks in a window first.";

/// For `--for`.
pub(crate) const DURATION_FORM: &str = "a time such as 30m, 2h or 1h30m, of at most 24h";

/// For `--until`.
pub(crate) const CLOCK_FORM: &str = "a time of day such as 13:00";

/// For `sound --volume`.
pub(crate) const VOLUME_FORM: &str = "a volume from 10 to 100, in percent";

/// For `sound --choose`.
pub(crate) const CHOICE_FORM: &str = "bell, soft or wood";

/// For `open`.
pub(crate) const TARGET_FORM: &str = "portal, status, or a link that begins with deskbell:";

/// `Problem::Tray`, on a system whose tray Deskbell does not know yet.
#[cfg(any(test, not(target_os = "linux")))]
pub(crate) fn no_tray_yet(system: &str) -> String {
    format!("Deskbell has no tray icon on {system} yet. Use “deskbell status” or the window.")
}

/// `Problem::Toasts`, on a system where Deskbell shows no toasts yet.
#[cfg(any(test, not(target_os = "linux")))]
pub(crate) fn no_toasts_yet(system: &str) -> String {
    format!(
        "Deskbell can't show notifications on {system} yet, so requests show no toasts: they wait in the portal."
    )
}

/// `Problem::DoNotDisturb`, on a system where Deskbell does not see it yet.
#[cfg(any(test, not(target_os = "linux")))]
pub(crate) fn no_do_not_disturb_yet(system: &str) -> String {
    format!(
        "Deskbell can't see do-not-disturb on {system} yet. “Ring silently” in the status window keeps requests quiet."
    )
}

/// `Problem::Sound`, on a system where Deskbell plays no sounds yet.
#[cfg(any(test, not(target_os = "linux")))]
pub(crate) fn no_sound_yet(system: &str) -> String {
    format!("Deskbell can't play sounds on {system} yet, so requests make no sound.")
}

/// Why the window's lines do not come into the log, of a system that has no way for them: a clause.
#[cfg(any(test, windows))]
pub(crate) fn no_child_lines_yet(system: &str) -> String {
    format!("the log can't take them on {system} yet")
}

/// What people call this system.
#[cfg(any(test, not(target_os = "linux")))]
pub(crate) fn system() -> &'static str {
    match std::env::consts::OS {
        "windows" => "Windows",
        "macos" => "macOS",
        other => other,
    }
}
