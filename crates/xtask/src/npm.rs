//! The pages: their packages, and the files that service and window take in.

use crate::steps::{root, succeed, succeed_logged};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// What a build of the pages is made from, below `ui`.
const SOURCES: [&str; 12] = [
    "src",
    "public",
    "tsconfig.json",
    "desk.html",
    "portal.html",
    "package.json",
    "package-lock.json",
    "compress.js",
    "catalogue.js",
    // What the pages say.
    "../crates/catalogue/words",
    "vite.config.ts",
    "svelte.config.js",
];

/// Installs what the lock file names.
const CLEAN_INSTALL: [&str; 3] = ["ci", "--no-audit", "--no-fund"];

/// Installs the packages of the pages, if the lock file is newer than what is installed.
pub(crate) fn install() -> Result<()> {
    // npm writes this file last: an install that broke off is done again.
    let stamp = changed(&ui("node_modules/.package-lock.json"));
    if stamp.is_some() && stamp >= changed(&ui("package-lock.json")) {
        return Ok(());
    }
    succeed(npm().args(CLEAN_INSTALL))
}

/// Whether a source is newer than what was built, or nothing was built yet.
pub(crate) fn is_stale() -> bool {
    let built = newest(&ui("dist"));
    let sources = SOURCES.iter().filter_map(|source| newest(&ui(source))).max();
    built.is_none() || built < sources
}

/// Builds the pages, if a source is newer than what was built.
pub(crate) fn build_if_stale() -> Result<()> {
    install()?;
    if is_stale() { build() } else { Ok(()) }
}

/// Installs the packages and builds the pages, with all output in a file: something else is shown meanwhile.
pub(crate) fn build_logged(log: &Path) -> Result<()> {
    succeed_logged(npm().args(CLEAN_INSTALL), log)?;
    succeed_logged(npm().args(["run", "build"]), log)
}

/// Builds the pages.
pub(crate) fn build() -> Result<()> {
    succeed(npm().args(["run", "build"]))
}

/// Checks types and markup of the pages.
pub(crate) fn check() -> Result<()> {
    succeed(npm().args(["run", "check"]))
}

/// Runs the pages' own tests.
pub(crate) fn test() -> Result<()> {
    succeed(npm().args(["run", "test"]))
}

fn npm() -> Command {
    let mut command = Command::new("npm");
    command.current_dir(root().join("ui"));
    command
}

fn ui(path: &str) -> PathBuf {
    root().join("ui").join(path)
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

/// When the newest file at or below a path was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(folder) = fs::read_dir(path) else { return changed(path) };
    folder.flatten().filter_map(|entry| newest(&entry.path())).max()
}

/// Whether `npm` is there at all, in words for those who lack it.
pub(crate) fn require() -> Result<()> {
    let version = Command::new("npm").arg("--version").output();
    version
        .map(drop)
        .context("npm is not installed: the pages need Node 20 or newer with npm (https://nodejs.org)")
}
