//! `cargo xtask bundle`: packages of the app (.deb, .rpm) and of the service (.deb), and their trial in a bare Debian.
//!
//! `package` says what there is, `contents` what the packages hold, `stage` lays it out, `deb` and `rpm` make the files, `bare` is
//! a Debian with nothing in it, and `trial` installs, starts, upgrades and purges the packages there.

mod bare;
mod contents;
mod deb;
mod package;
mod rpm;
mod stage;
mod trial;

use crate::packages::{BUILD, BUNDLE};
use crate::steps::{built, cargo, output, root, succeed};
use crate::{npm, setup, steps};
use anyhow::{Context, Result, bail};
use contents::{APP, SERVICE};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that the workspace's crates share.
const VERSION: &str = env!("CARGO_PKG_VERSION");

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

/// The files of one version.
#[derive(Clone, Debug)]
struct Packages {
    app_deb: PathBuf,
    app_rpm: PathBuf,
    service_deb: PathBuf,
}

impl Packages {
    fn in_folder(folder: &Path, version: &str) -> Result<Self> {
        let deb = |name: &str| -> Result<PathBuf> { Ok(folder.join(deb::file_name(name, version)?)) };
        Ok(Self {
            app_deb: deb(APP.name)?,
            app_rpm: folder.join(rpm::file_name(APP.name, version)?),
            service_deb: deb(SERVICE.name)?,
        })
    }
}

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mut build = Build::Release;
    let mut is_tried = false;
    for argument in arguments {
        match argument.as_str() {
            "--debug" => build = Build::Debug,
            "--try" => is_tried = true,
            // How a trial starts itself where its mounts are its own.
            trial::INSIDE => return trial::inside(build),
            other => bail!("{other:?} is not known: `cargo xtask bundle [--debug] [--try]`"),
        }
    }
    setup::install(BUILD.iter().chain(&BUNDLE))?;
    compile(build)?;
    let packages = make(build, &folder(build)?, VERSION)?;
    for file in [&packages.app_deb, &packages.app_rpm, &packages.service_deb] {
        let bytes = fs::metadata(file).with_context(|| format!("looking at {}", file.display()))?.len();
        println!("{:>6.1} MiB  {}", bytes as f64 / 1024.0 / 1024.0, file.display());
    }
    if is_tried { trial(build) } else { Ok(()) }
}

/// Makes packages of the programs that all other commands build, and tries them: what a package promises is the same in both.
pub(crate) fn try_debug() -> Result<()> {
    make(Build::Debug, &folder(Build::Debug)?, VERSION)?;
    trial(Build::Debug)
}

fn trial(build: Build) -> Result<()> {
    make(build, &next_folder(build)?, &next_version(VERSION)?)?;
    trial::run(build)
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

/// Makes all packages of one version in a folder.
fn make(build: Build, folder: &Path, version: &str) -> Result<Packages> {
    // What an earlier run left would be shipped, too.
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    let app = stage::lay_out(&APP, build, &folder.join("stage"))?;
    let service = stage::lay_out(&SERVICE, build, &folder.join("stage"))?;
    let packages = Packages::in_folder(folder, version)?;
    deb::make(&APP, &app, version, build, &packages.app_deb)?;
    rpm::make(&APP, &app, version, build, &packages.app_rpm)?;
    deb::make(&SERVICE, &service, version, build, &packages.service_deb)?;
    Ok(packages)
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
fn folder(build: Build) -> Result<PathBuf> {
    Ok(target()?.join("bundle").join(build.folder()))
}

/// Where the packages to upgrade to lie.
fn next_folder(build: Build) -> Result<PathBuf> {
    Ok(target()?.join("bundle").join(format!("{}-next", build.folder())))
}

/// The version after this one.
fn next_version(version: &str) -> Result<String> {
    let (before, last) = version.rsplit_once('.').context("a version has dots")?;
    let last: u64 = last.parse().with_context(|| format!("the version {version} ends with a number"))?;
    Ok(format!("{before}.{}", last + 1))
}

/// The version as packages write it, where what comes before a release sorts before it.
fn package_version(version: &str) -> String {
    version.replace('-', "~")
}

/// When the sources were last changed, in seconds since 1970: the same sources give the same package.
fn source_date() -> Result<String> {
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
