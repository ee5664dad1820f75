//! `cargo xtask setup`: installs what is missing, and says what and why.
//!
//! Works on a bare Debian or Ubuntu that has only Rust, Node and npm; on other systems it names what to install.

use crate::npm;
use crate::packages::{BENCH, BUILD, BUNDLE, Group, RIG, name_on};
use crate::steps::succeed;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// How long to wait for another run of apt, in seconds: upgrades in the background take minutes.
const LOCK_TIMEOUT: &str = "DPkg::Lock::Timeout=400";
const OS_RELEASE: &str = "/etc/os-release";

pub(crate) fn run(_: &[String]) -> Result<()> {
    install(BUILD.iter().chain(&RIG).chain(&BUNDLE).chain(&BENCH))?;
    npm::install()
}

/// Installs the packages of these groups that are missing.
pub(crate) fn install<'a>(groups: impl Iterator<Item = &'a Group>) -> Result<()> {
    let groups: Vec<&Group> = groups.collect();
    let distribution = distribution();
    if !has_apt() {
        let all: Vec<&str> = groups.iter().flat_map(|group| group.packages).copied().collect();
        bail!(
            "packages are installed with apt-get, which this system ({distribution}) has not. Install what \
             these Debian packages hold, by the names that your system has for them: {}",
            all.join(" ")
        );
    }
    let mut missing = Vec::new();
    for group in groups {
        let names = group.packages.iter().map(|package| name_on(&distribution, package));
        let lacking: Vec<&str> = names.filter(|name| !is_installed(name)).collect();
        if !lacking.is_empty() {
            println!("missing {}: {}", group.why, lacking.join(" "));
            missing.extend(lacking);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    // Lists grow old, and a bare system has only those of its first day: what they name may be gone from the mirror.
    if let Err(error) = apt_get(&["update"]) {
        eprintln!(
            "the lists of packages could not be brought up to date ({error:#}); trying with those that there are"
        );
    }
    apt_get(&[&["install", "--no-install-recommends", "-y"][..], &missing].concat())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let root = is_root()?;
    let mut command = Command::new(if root { "env" } else { "sudo" });
    // A folder that lasts: /tmp may be cleaned while packages are unpacked.
    command.args(["TMPDIR=/var/tmp", "DEBIAN_FRONTEND=noninteractive"]);
    command.args(["apt-get", "-o", LOCK_TIMEOUT]).args(arguments);
    succeed(&mut command).with_context(|| {
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
