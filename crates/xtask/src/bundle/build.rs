//! The programs that go into the packages: how they are built, and where they and the packages lie.

use crate::npm;
use crate::steps::{self, built, cargo, output, root, succeed};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// The version that the workspace's crates share.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The service's program.
pub(crate) const SERVICE_PROGRAM: &str = "deskbell-service";
/// The profile in which it is built for people, and the folder where cargo puts it then.
pub(crate) const SERVICE_PROFILE: &str = "service";

/// Which programs go into the packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// Those that all other commands build: quick to make, big and slow to run.
    Debug,
    /// Optimised: what people get.
    Release,
}

impl Build {
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// Builds the programs of the packages.
pub(crate) fn compile(build: Build) -> Result<()> {
    npm::build_if_stale()?;
    match build {
        Build::Debug => steps::build(),
        Build::Release => {
            // As Tauri's own command line builds for people: its pages come by a scheme of its own.
            succeed(cargo().args(["build", "--release"]).args([
                "--package=deskbell-window",
                "--package=desktop",
                "--features=deskbell-window/custom-protocol",
            ]))?;
            compile_service(build)
        }
    }
}

/// Builds the service alone.
pub(crate) fn compile_service(build: Build) -> Result<()> {
    match build {
        Build::Debug => steps::build(),
        // It unwinds where the app aborts: decision 0013.
        Build::Release => succeed(cargo().args(["build", "--profile", SERVICE_PROFILE, "--package=service"])),
    }
}

/// Where a program of a build lies.
pub(crate) fn program(build: Build, name: &str) -> Result<PathBuf> {
    let folder = match build {
        Build::Release if name == SERVICE_PROGRAM => SERVICE_PROFILE,
        Build::Debug | Build::Release => build.folder(),
    };
    Ok(target()?.join(folder).join(name))
}

/// Where all that is built lies.
pub(crate) fn target() -> Result<PathBuf> {
    let built = built()?;
    Ok(built.parent().context("programs lie in a folder of cargo's")?.to_owned())
}

/// Where the packages of a build lie.
pub(super) fn folder(build: Build) -> Result<PathBuf> {
    Ok(target()?.join("bundle").join(build.folder()))
}

/// Where the packages to upgrade to lie.
pub(super) fn next_folder(build: Build) -> Result<PathBuf> {
    Ok(target()?.join("bundle").join(format!("{}-next", build.folder())))
}

/// The version after this one.
pub(super) fn next_version(version: &str) -> Result<String> {
    let (before, last) = version.rsplit_once('.').context("a version has dots")?;
    let last: u64 = last.parse().with_context(|| format!("the version {version} ends with a number"))?;
    Ok(format!("{before}.{}", last + 1))
}

/// The version as packages write it, where what comes before a release sorts before it.
pub(super) fn package_version(version: &str) -> String {
    version.replace('-', "~")
}

/// When the sources were last changed, in seconds since 1970: the same sources give the same package.
pub(super) fn source_date() -> Result<String> {
    let mut command = Command::new("git");
    command.current_dir(root()).args(["log", "-1", "--format=%ct"]);
    output(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_later_and_a_candidate_earlier() {
        assert_eq!(next_version("0.1.9").unwrap(), "0.1.10");
        assert_eq!(next_version("1.0.0-rc.1").unwrap(), "1.0.0-rc.2");
        assert_eq!(package_version("1.0.0-rc.1"), "1.0.0~rc.1");
    }
}
