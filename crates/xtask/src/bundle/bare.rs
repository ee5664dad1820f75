//! A bare Debian (or Ubuntu) in a folder: packages that this machine happens to have are absent, so that a missing
//! dependency is noticed.
//!
//! It is made once for a release by debootstrap and copied for each trial. Mounts are made in it, so it is used in a
//! separate mount namespace: the mounts are gone with the last process in it, whatever happens.

use crate::steps::output;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where its programs look for others.
const SEARCH_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// The folder of the one that is tried in.
const ROOT: &str = "root";
/// Variables by which clients of mirrors are told of a proxy.
const PROXIES: [&str; 6] = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/// A bare system.
pub(super) struct Bare {
    root: PathBuf,
}

/// One line of `sources.list`.
struct Source {
    uri: String,
    release: String,
    component: String,
}

impl Bare {
    /// Makes a new one below `folder`, where downloads are kept for the next one.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let release = release()?;
        let sources = sources()?;
        let main = sources.iter().find(|source| source.release == release);
        let main =
            main.with_context(|| format!("no source of packages of {release} itself is configured"))?;
        let base = folder.join(&release);
        let archives = folder.join("archives");
        if !base.exists() {
            bootstrap(&release, &main.uri, &base)?;
        }
        Self::remove(folder)?;
        let root = folder.join(ROOT);
        output(Command::new("cp").args(["-a", "--reflink=auto"]).arg(&base).arg(&root))?;
        let bare = Self { root };
        bare.mount(&archives)?;
        bare.configure(&sources)?;
        Ok(bare)
    }

    /// Removes the one that was made below `folder`, if there is one.
    pub(super) fn remove(folder: &Path) -> Result<()> {
        remove(&folder.join(ROOT))
    }

    /// Its files as seen from outside.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    fn mount(&self, archives: &Path) -> Result<()> {
        fs::create_dir_all(archives).context("making the folder of downloads")?;
        for (arguments, to) in [
            (&["-t", "proc", "proc"][..], "proc"),
            (&["--rbind", "/dev"], "dev"),
            (&["--rbind", "/sys"], "sys"),
            (&["--bind", &archives.display().to_string()], "var/cache/apt/archives"),
        ] {
            output(Command::new("mount").args(arguments).arg(self.path(to)))?;
        }
        Ok(())
    }

    /// The mirrors are reached as this machine reaches them, and nothing starts by itself.
    fn configure(&self, sources: &[Source]) -> Result<()> {
        // A system that was made bare itself may have neither.
        for file in ["/etc/resolv.conf", "/etc/hosts"].into_iter().filter(|file| Path::new(file).exists()) {
            fs::copy(file, self.path(file)).with_context(|| format!("copying {file}"))?;
        }
        let lines: String = sources
            .iter()
            .map(|Source { uri, release, component }| format!("deb {uri} {release} {component}\n"))
            .collect();
        self.write("/etc/apt/sources.list", &lines)?;
        let settings = output(Command::new("apt-config").arg("dump"))?;
        let acquire: String = settings
            .lines()
            .filter(|line| line.starts_with("Acquire::") && !line.starts_with("Acquire::IndexTargets"))
            .map(|line| format!("{line}\n"))
            .collect();
        self.write("/etc/apt/apt.conf.d/90mirrors", &acquire)?;
        // The next trial makes again whatever a crash of this machine would lose.
        self.write("/etc/dpkg/dpkg.cfg.d/unsafe-io", "force-unsafe-io\n")?;
        self.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")?;
        self.run("chmod 755 /usr/sbin/policy-rc.d; apt-get -q update").map(drop)
    }

    pub(super) fn write(&self, path: &str, text: &str) -> Result<()> {
        fs::write(self.path(path), text).with_context(|| format!("writing {path} of the bare system"))
    }

    /// A program in it, as root.
    pub(super) fn command(&self, program: &str) -> Command {
        self.in_root(&[], "/root", program)
    }

    /// A program in it, as somebody else, with none of root's groups.
    pub(super) fn command_as(&self, user: &str, home: &str, program: &str) -> Command {
        self.in_root(&[&format!("--userspec={user}:{user}"), "--groups="], home, program)
    }

    fn in_root(&self, options: &[&str], home: &str, program: &str) -> Command {
        let mut command = Command::new("chroot");
        command.args(options).arg(&self.root).arg(program);
        command.env_clear().env("PATH", SEARCH_PATH).env("LANG", "C.UTF-8").env("HOME", home);
        command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        command.envs(PROXIES.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command
    }

    /// Runs a script in it, as root, and returns what it prints.
    pub(super) fn run(&self, script: &str) -> Result<String> {
        output(self.command("sh").args(["-euc", script]))
    }

    /// Installs packages by name, or by path from outside.
    pub(super) fn install(&self, packages: &[&str]) -> Result<()> {
        let mut names = Vec::new();
        for package in packages {
            let path = Path::new(package);
            if path.is_absolute() {
                let name = path.file_name().context("a package's file has a name")?.to_string_lossy();
                fs::copy(path, self.path("/tmp").join(&*name)).with_context(|| format!("copying {name}"))?;
                names.push(format!("/tmp/{name}"));
            } else {
                names.push((*package).to_owned());
            }
        }
        self.run(&format!(
            "apt-get -q install -y --no-install-recommends -o APT::Keep-Downloaded-Packages=true {}",
            names.join(" ")
        ))
        .map(drop)
    }
}

/// Removes a system, and nothing that is mounted in it.
fn remove(root: &Path) -> Result<()> {
    output(Command::new("rm").args(["-rf", "--one-file-system"]).arg(root)).map(drop)
}

/// The packages that every system has, and nothing else.
fn bootstrap(release: &str, mirror: &str, base: &Path) -> Result<()> {
    eprintln!("making a bare {release} in {}", base.display());
    let unfinished = base.with_extension("unfinished");
    remove(&unfinished)?;
    fs::create_dir_all(&unfinished).with_context(|| format!("making {}", unfinished.display()))?;
    output(Command::new("debootstrap").args(["--variant=minbase", release]).arg(&unfinished).arg(mirror))?;
    fs::rename(&unfinished, base).with_context(|| format!("renaming {}", unfinished.display()))
}

/// The code name of this machine's release: programs built here run on it.
fn release() -> Result<String> {
    let release =
        output(Command::new("sh").args(["-c", ". /etc/os-release; echo \"${VERSION_CODENAME:-}\""]))?;
    ensure!(!release.is_empty(), "/etc/os-release names no release: packages are tried on Debian and Ubuntu");
    Ok(release)
}

/// Where this machine gets the distribution's own packages from; others' keys are not in a bare system.
fn sources() -> Result<Vec<Source>> {
    let ask = || {
        output(Command::new("apt-get").args([
            "indextargets",
            "--format",
            "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)",
            "Created-By: Packages",
        ]))
    };
    let mut text = ask()?;
    if text.is_empty() {
        // Who publishes what stands in lists that a new machine has not yet.
        output(Command::new("apt-get").args(["-q", "update"]))?;
        text = ask()?;
    }
    let mut sources = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('|').collect();
        let [origin, uri, release, component] = fields[..] else { bail!("apt names a source as {line:?}") };
        if ["Debian", "Ubuntu"].contains(&origin) {
            let owned = [uri, release, component].map(str::to_owned);
            let [uri, release, component] = owned;
            sources.push(Source { uri, release, component });
        }
    }
    Ok(sources)
}
