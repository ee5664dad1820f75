//! `cargo xtask bundle`: packages of the app (.deb, .rpm) and of the service (.deb), and their trial in a bare Debian.
//!
//! `package` defines what a package is, `contents` what the packages contain, `build` builds it, `stage` lays it out, `deb`
//! and `rpm` make the files, `bare` is
//! a Debian with nothing in it, and `trial` installs, starts, upgrades and purges the packages there.

mod bare;
mod build;
mod contents;
mod deb;
mod package;
mod packages;
mod rpm;
mod stage;
mod trial;

use crate::packages::{BUILD, BUNDLE};
use crate::setup;
use anyhow::{Context, Result, bail};
pub(crate) use build::{Build, SERVICE_PROFILE, SERVICE_PROGRAM, compile, compile_service, program, target};
use build::{VERSION, folder, next_folder, next_version};
use contents::{APP, SERVICE};
use packages::Packages;
use std::fs;
use std::path::Path;

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
