//! Programs that tests need and no package of the system has: built from crates.io, into `target/tools`.

use crate::bundle::target;
use crate::steps::{cargo, succeed};
use anyhow::Result;
use std::path::PathBuf;

/// Mozilla's driver for Firefox: the latest version, as crates.io had it on 2026-11-27.
const GECKODRIVER: &str = "0.37.1";

/// Where the driver is built to; each version has its own folder.
pub(crate) fn geckodriver() -> Result<PathBuf> {
    Ok(folder()?.join("bin/geckodriver"))
}

/// Builds what is missing.
pub(crate) fn install() -> Result<()> {
    if geckodriver()?.is_file() {
        return Ok(());
    }
    let mut command = cargo();
    // Tests do not need it fast, and nobody debugs it.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").args(["install", "geckodriver", "--locked", "--debug"]);
    succeed(command.args(["--version", GECKODRIVER, "--root"]).arg(folder()?))
}

fn folder() -> Result<PathBuf> {
    Ok(target()?.join("tools").join(format!("geckodriver-{GECKODRIVER}")))
}
