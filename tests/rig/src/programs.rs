//! Where the built programs lie: named by the environment (`cargo xtask test` does), else beside the program that runs.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// The path of `deskbell`.
///
/// # Errors
/// When it is not built: a test that cannot run has failed.
pub fn deskbell() -> Result<PathBuf> {
    find("DESKBELL_BIN", "deskbell")
}

/// The path of `deskbell-service`.
///
/// # Errors
/// When it is not built.
pub fn service() -> Result<PathBuf> {
    find("DESKBELL_SERVICE_BIN", "deskbell-service")
}

/// The path of `deskbell-window`.
///
/// # Errors
/// When it is not built.
pub fn window() -> Result<PathBuf> {
    find("DESKBELL_WINDOW_BIN", "deskbell-window")
}

/// The path of Firefox's driver, which no Debian package has: `cargo xtask setup` builds it, `cargo xtask test` names it.
///
/// # Errors
/// When it is not built.
pub fn geckodriver() -> Result<PathBuf> {
    match std::env::var_os("DESKBELL_GECKODRIVER") {
        Some(path) => Ok(PathBuf::from(path)),
        None => on_path(&["geckodriver"], "geckodriver"),
    }
}

fn find(variable: &str, name: &str) -> Result<PathBuf> {
    let path = match std::env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => {
            let own = std::env::current_exe().context("finding the own program")?;
            // Test programs lie one folder deeper than the programs that they start.
            let folder = own.parent().context("the own program lies in a folder")?;
            let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
            folder.join(name)
        }
    };
    if !path.is_file() {
        bail!(
            "{} is not built: run `cargo build --workspace --all-targets`, or name it in {variable}",
            path.display()
        );
    }
    Ok(path)
}

/// The first of these programs that is on the search path.
///
/// # Errors
/// When none is, with the package that has it.
pub fn on_path(names: &[&str], package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").context("PATH is not set")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let found = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file());
    found.with_context(|| {
        format!("none of {names:?} is installed: `cargo xtask setup` installs the package {package}")
    })
}
