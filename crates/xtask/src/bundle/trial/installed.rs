//! What all parts of the trial use: the bare system, and looks at what is installed in it.

use crate::bundle::bare::Bare;
use crate::bundle::build::VERSION;
use crate::bundle::contents::SERVICE;
use crate::bundle::package::Package;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Instant;

/// The technician who is signed in there.
pub(super) const PERSON: &str = "Priya Shah";

/// What all parts of the trial use.
pub(super) struct Trial {
    pub(super) start: Instant,
    pub(super) bare: Bare,
}

impl Trial {
    /// Says what was seen to be so.
    pub(super) fn saw(&self, what: &str) {
        println!("{:>6.1} s  {what}", self.start.elapsed().as_secs_f64());
    }

    /// Files lie where they should, with their modes, belong to root, and what programs link is there.
    pub(super) fn look_at_files(&self, package: &Package) -> Result<()> {
        check_files(package, &self.bare.path("/"))?;
        for program in package.programs() {
            let linked = self.bare.run(&format!("ldd /{program}"))?;
            ensure!(!linked.contains("not found"), "libraries of /{program} are missing:\n{linked}");
            let said = self.bare.run(&format!("/{program} --version"))?;
            let name = Path::new(program).file_name().context("a program has a name")?.to_string_lossy();
            ensure!(said == format!("{name} {VERSION}"), "/{program} --version says {said:?}");
        }
        self.bare.run(&format!("dpkg --verify {}", package.name))?;
        self.saw(&format!("{}: files, modes, libraries, versions are right", package.name));
        Ok(())
    }

    /// None of the package's files is left, but settings where these are to stay.
    pub(super) fn look_at_leavings(&self, package: &Package, settings_stay: bool) -> Result<()> {
        for file in package.files {
            let stays = settings_stay && package.settings().any(|path| path == file.to);
            let there = self.bare.path(file.to).symlink_metadata().is_ok();
            ensure!(
                there == stays,
                "/{} {}",
                file.to,
                if there { "was left behind" } else { "has gone, too" }
            );
        }
        Ok(())
    }
}

/// Files lie below `root` with their modes and belong to root.
pub(super) fn check_files(package: &Package, root: &Path) -> Result<()> {
    for file in package.files {
        let path = root.join(file.to);
        let metadata =
            path.symlink_metadata().with_context(|| format!("{} is not installed", path.display()))?;
        let mode = metadata.permissions().mode() & 0o7777;
        ensure!(metadata.is_file(), "{} is no plain file", path.display());
        ensure!(mode == file.mode(), "{} has mode {mode:o}, not {:o}", path.display(), file.mode());
        ensure!((metadata.uid(), metadata.gid()) == (0, 0), "{} is not root's", path.display());
    }
    Ok(())
}

/// The fixed parts of a unit that a trial without systemd goes by.
pub(super) fn unit_value(trial: &Trial, key: &str) -> Result<String> {
    let path = SERVICE.files.iter().map(|file| file.to).find(|path| path.ends_with(".service"));
    let path = trial.bare.path(path.context("the service has a unit")?);
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    value.map(str::to_owned).with_context(|| format!("the unit has no {key}"))
}
