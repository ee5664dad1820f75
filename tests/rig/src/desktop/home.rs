//! The folders and the environment of a desktop, whose user need not be the one who runs the tests.

use anyhow::{Context, Result};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of a program where every user can reach it: others may not enter the folder in which it was built.
pub(super) fn reachable(program: &Path, folder: &Path) -> PathBuf {
    let Some(name) = program.file_name() else { return program.to_owned() };
    let copy = folder.join(name);
    if copy.exists() || fs::copy(program, &copy).is_ok() { copy } else { program.to_owned() }
}

/// Makes a desktop's folders another user's.
pub(super) fn hand_over(folder: &Path, user: &str) -> Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    let mut chown = Command::new("chown");
    chown.args(["--recursive", user]).args(PLACES.map(|name| folder.join(name)));
    let done = chown.status().context("handing the desktop's folders over")?;
    anyhow::ensure!(done.success(), "only root can hand a desktop over to {user}");
    Ok(())
}

/// The folders of a desktop.
pub(super) const PLACES: [&str; 6] = ["run", "config", "data", "state", "cache", "home"];

/// What keeps toolkits from looking for hardware and helpers that a private desktop has not.
pub(super) const TOOLKIT: [(&str, &str); 5] = [
    ("GDK_BACKEND", "x11"),
    ("GSETTINGS_BACKEND", "memory"),
    ("LIBGL_ALWAYS_SOFTWARE", "1"),
    ("NO_AT_BRIDGE", "1"),
    ("XDG_SESSION_TYPE", "x11"),
];

/// What is handed on from the environment of the tests.
const HANDED_ON: [&str; 3] = ["PATH", "RUST_BACKTRACE", "RUST_LOG"];

/// What a program on the desktop has in its environment, without the addresses of what runs there.
pub(super) fn private_environment(folder: &Path) -> Vec<(String, String)> {
    let place = |name: &str| folder.join(name).display().to_string();
    let mut all: Vec<(String, String)> =
        TOOLKIT.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    all.extend(HANDED_ON.iter().filter_map(|key| Some(((*key).to_owned(), std::env::var(key).ok()?))));
    all.extend([
        ("HOME".to_owned(), place("home")),
        ("LANG".to_owned(), "C.UTF-8".to_owned()),
        // Nobody hears a test, and none starts the machine's own sound system.
        ("PULSE_SERVER".to_owned(), format!("unix:{}", place("no-sound-system"))),
        ("XDG_CACHE_HOME".to_owned(), place("cache")),
        ("XDG_CONFIG_HOME".to_owned(), place("config")),
        ("XDG_DATA_HOME".to_owned(), place("data")),
        ("XDG_RUNTIME_DIR".to_owned(), place("run")),
        ("XDG_STATE_HOME".to_owned(), place("state")),
    ]);
    all
}
