//! `cargo xtask setup`: installs what is missing, and says what and why.
//!
//! Works on a bare Debian or Ubuntu that has only Rust, Node and npm; on other systems it names what to install.

use crate::packages::{self, BENCH, BUNDLE, Group, name_on};
use crate::steps::{succeed, succeed_logged};
use crate::{npm, tools};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How long to wait for another run of apt, in seconds: upgrades in the background take minutes.
const LOCK_TIMEOUT: &str = "DPkg::Lock::Timeout=400";
const OS_RELEASE: &str = "/etc/os-release";

pub(crate) fn run(_: &[String]) -> Result<()> {
    install(packages::for_tests().chain(&BUNDLE).chain(&BENCH))?;
    npm::install()?;
    tools::install()
}

/// Installs the packages of these groups that are missing, and shows what is done.
pub(crate) fn install<'a>(groups: impl Iterator<Item = &'a Group>) -> Result<()> {
    let missing = Missing::find(groups)?;
    print!("{}", missing.explanation);
    missing.install(&Output::Shown)
}

/// Packages that are not installed yet.
pub(crate) struct Missing {
    packages: Vec<&'static str>,
    /// What is missing and what for: a line for each purpose.
    pub(crate) explanation: String,
}

/// Where the output of apt-get goes.
pub(crate) enum Output {
    Shown,
    /// To this file, since something else is shown meanwhile.
    Logged(PathBuf),
}

impl Missing {
    /// Looks which packages of these groups are missing. Fails where they cannot be installed by apt-get.
    pub(crate) fn find<'a>(groups: impl Iterator<Item = &'a Group>) -> Result<Self> {
        let groups: Vec<&Group> = groups.collect();
        let distribution = distribution();
        if !has_apt() {
            let all: Vec<&str> = groups.iter().flat_map(|group| group.packages).copied().collect();
            bail!(
                "this system ({distribution}) has no apt-get. Install what these Debian packages contain, under \
                 the names that your system has for them: {}",
                all.join(" ")
            );
        }
        let mut missing = Self { packages: Vec::new(), explanation: String::new() };
        for group in groups {
            let names = group.packages.iter().map(|package| name_on(&distribution, package));
            let lacking: Vec<&str> = names.filter(|name| !is_installed(name)).collect();
            if !lacking.is_empty() {
                missing.explanation += &format!("missing {}: {}\n", group.why, lacking.join(" "));
                missing.packages.extend(lacking);
            }
        }
        Ok(missing)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.packages.is_empty()
    }

    /// Installs them.
    pub(crate) fn install(&self, output: &Output) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        // Lists grow old, and a bare system has only those of its first day: what they name may be gone from the mirror.
        if let Err(error) = apt_get(&["update"], output) {
            eprintln!("apt-get update failed ({error:#}); trying with the lists that are there");
        }
        apt_get(&[&["install", "--no-install-recommends", "-y"][..], &self.packages].concat(), output)
    }
}

/// Asks for the password that `sudo` wants, if it wants one, before other output hides the question.
pub(crate) fn authorize() -> Result<()> {
    if is_root()? {
        return Ok(());
    }
    succeed(Command::new("sudo").arg("-v")).context("installing packages needs `sudo`")
}

fn apt_get(arguments: &[&str], output: &Output) -> Result<()> {
    let root = is_root()?;
    let mut command = Command::new(if root { "env" } else { "sudo" });
    // A folder that lasts: /tmp may be cleaned while packages are unpacked.
    command.args(["TMPDIR=/var/tmp", "DEBIAN_FRONTEND=noninteractive"]);
    command.args(["apt-get", "-o", LOCK_TIMEOUT]).args(arguments);
    let done = match output {
        Output::Shown => succeed(&mut command),
        Output::Logged(log) => succeed_logged(&mut command, log),
    };
    done.with_context(|| {
        let typed = format!("apt-get {}", arguments.join(" "));
        if root { format!("`{typed}` failed") } else { format!("run `{typed}` as root, then try again") }
    })
}

fn is_root() -> Result<bool> {
    let output = Command::new("id").arg("-u").output().context("asking who runs this")?;
    Ok(output.stdout.trim_ascii() == b"0")
}

fn is_installed(package: &str) -> bool {
    let query = Command::new("dpkg-query").args(["-W", "-f=${Status}", package]).output();
    query.is_ok_and(|output| output.stdout == b"install ok installed")
}

fn has_apt() -> bool {
    ["apt-get", "dpkg-query"].into_iter().all(on_path)
}

/// The distribution whose package names hold here: `ubuntu` also where that is only an ancestor.
fn distribution() -> String {
    let text = fs::read_to_string(OS_RELEASE).unwrap_or_default();
    let value = |key: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        value.map(|value| value.trim_matches('"').to_owned())
    };
    let ancestors = value("ID_LIKE").unwrap_or_default();
    match value("ID") {
        Some(_) if ancestors.split(' ').any(|ancestor| ancestor == "ubuntu") => "ubuntu".to_owned(),
        Some(id) => id,
        None => std::env::consts::OS.to_owned(),
    }
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(program).is_file())
}
