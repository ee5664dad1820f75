//! The packages' trial in a bare Debian: installed, started, upgraded with data kept, removed and purged.
//!
//! No systemd runs there. Its unit is verified, and what it would start is started as its user.

mod app;
mod chat;
mod installed;
mod running;
mod service;

use super::bare::Bare;
use super::build::{Build, VERSION, folder, next_folder, next_version, target};
use super::contents::APP;
use super::packages::Packages;
use crate::steps::{built, output, show, succeed};
use anyhow::{Context, Result, ensure};
use installed::{Trial, check_files};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The argument by which a trial starts itself in namespaces of its own.
pub(super) const INSIDE: &str = "--inside-namespaces";

/// Tries both versions' packages that lie in their folders.
pub(super) fn run(build: Build) -> Result<()> {
    // By its place: a build may have put another file there since this one was started.
    let own = built()?.join("xtask");
    let is_root = output(Command::new("id").arg("-u"))? == "0";
    let mut command = Command::new(if is_root { "env" } else { "sudo" });
    // Mounts and processes of their own: with the first process inside, all others and all mounts are gone.
    // Who is in a chroot already does not see the mount that it lies in, which unshare would make private: that comes inside.
    command.args(["unshare", "--mount", "--propagation=unchanged"]);
    command.args(["--pid", "--fork", "--kill-child", "--mount-proc"]);
    command.arg(own).arg("bundle");
    command.args(match build {
        Build::Debug => &["--debug"][..],
        Build::Release => &[],
    });
    let start = Instant::now();
    // After a failure the system is kept for inspection; its mounts are gone in any case.
    succeed(command.arg(INSIDE))?;
    Bare::remove(&target()?.join("bare"))?;
    println!("the packages hold what they promise ({:.0} s)", start.elapsed().as_secs_f64());
    Ok(())
}

/// Tries them, in namespaces of their own.
pub(super) fn inside(build: Build) -> Result<()> {
    let now = Packages::in_folder(&folder(build)?, VERSION)?;
    let next = Packages::in_folder(&next_folder(build)?, &next_version(VERSION)?)?;
    // From the very root, wherever that is: nothing that is mounted here shows outside.
    output(Command::new("nsenter").args(["--mount=/proc/self/ns/mnt", "mount", "--make-rprivate", "/"]))?;
    // Others' displays and locks lie in the usual one, and from here their processes look as if they had ended.
    output(Command::new("mount").args(["-t", "tmpfs", "tmpfs", "/tmp"]))?;
    let place = target()?.join("bare");
    fs::create_dir_all(&place).with_context(|| format!("making {}", place.display()))?;
    let trial = Trial { start: Instant::now(), bare: Bare::new(&place)? };
    trial.saw("a bare system is there");
    let address = service::install(&trial, &now)?;
    app::install(&trial, &now)?;
    let service = service::start(&trial, &address)?;
    let agent = app::start(&trial, &service)?;
    chat::ask_for_callback(&trial, &service)?;
    let service = service::upgrade(&trial, &next, service)?;
    app::upgrade(&trial, &next, agent, &service)?;
    app::purge(&trial)?;
    service::purge(&trial, &next, service)?;
    same_files_in_rpm(&trial, &now.app_rpm, &place.join("rpm"))?;
    service::verify_unit(&trial, &now)
}

/// The .rpm has the .deb's files, asks for the libraries, and comes and goes. Its own distributions are not at hand here.
fn same_files_in_rpm(trial: &Trial, file: &Path, root: &PathBuf) -> Result<()> {
    if root.exists() {
        fs::remove_dir_all(root).with_context(|| format!("emptying {}", root.display()))?;
    }
    let rpm = || {
        let mut command = Command::new("rpm");
        command.arg("--root").arg(root);
        command
    };
    // Library names are not Debian package names.
    output(rpm().args(["--install", "--nodeps"]).arg(file))?;
    check_files(&APP, root)?;
    let mut verify = rpm();
    let shown = show(&verify);
    output(verify.args(["--verify", "--nodeps", APP.name])).with_context(|| shown)?;
    let asked = output(Command::new("rpm").args(["--query", "--requires", "--package"]).arg(file))?;
    for library in [
        "libwebkit2gtk-4.1.so.0()(64bit)",
        "libgtk-3.so.0()(64bit)",
        "libX11.so.6()(64bit)",
        "ca-certificates",
    ] {
        ensure!(
            asked.lines().any(|line| line == library),
            "the .rpm does not ask for {library}, but for\n{asked}"
        );
    }
    output(rpm().args(["--erase", "--nodeps", APP.name]))?;
    for file in APP.files {
        ensure!(!root.join(file.to).exists(), "the .rpm leaves /{} behind", file.to);
    }
    fs::remove_dir_all(root).with_context(|| format!("removing {}", root.display()))?;
    trial.saw("deskbell.rpm: the same files, the libraries' names, and nothing left behind");
    Ok(())
}
