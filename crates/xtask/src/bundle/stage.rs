//! Lays a package's files out in a folder as they will lie when installed, with their modes.

use super::build::{Build, program};
use super::package::{From, Package};
use crate::steps::{output, root};
use anyhow::{Context, Result};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lays the package out in a folder of its name below `folder`, and returns that one.
pub(super) fn lay_out(package: &Package, build: Build, folder: &Path) -> Result<PathBuf> {
    let stage = folder.join(package.name);
    make_folder(&stage)?;
    for file in package.files {
        let to = stage.join(file.to);
        make_folders(&stage, Path::new(file.to))?;
        match file.from {
            From::Program(name) => {
                // Names of functions in it serve nobody who has no sources beside it.
                let mut strip = Command::new("strip");
                output(strip.arg("-o").arg(&to).arg(program(build, name)?))?;
            }
            From::Repository(path) | From::Settings(path) => {
                fs::copy(root().join(path), &to).with_context(|| format!("copying {path}"))?;
            }
        }
        set_mode(&to, file.mode())?;
    }
    Ok(stage)
}

/// The folders above a file; the umask of the user who runs this has no effect.
fn make_folders(stage: &Path, file: &Path) -> Result<()> {
    let mut above: Vec<&Path> =
        file.ancestors().skip(1).filter(|path| !path.as_os_str().is_empty()).collect();
    above.reverse();
    above.into_iter().try_for_each(|path| make_folder(&stage.join(path)))
}

/// One folder, for all to read.
pub(super) fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("making {}", path.display()))?;
    set_mode(path, 0o755)
}

/// Sets the mode of a file or folder.
pub(super) fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode))
        .with_context(|| format!("setting the mode of {}", path.display()))
}
