//! The files that `cargo xtask bundle` makes.

use super::contents::{APP, SERVICE};
use super::{deb, rpm};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The files of one version.
#[derive(Clone, Debug)]
pub(super) struct Packages {
    pub(super) app_deb: PathBuf,
    pub(super) app_rpm: PathBuf,
    pub(super) service_deb: PathBuf,
}

impl Packages {
    /// Where they lie in a folder.
    pub(super) fn in_folder(folder: &Path, version: &str) -> Result<Self> {
        let deb = |name: &str| -> Result<PathBuf> { Ok(folder.join(deb::file_name(name, version)?)) };
        Ok(Self {
            app_deb: deb(APP.name)?,
            app_rpm: folder.join(rpm::file_name(APP.name, version)?),
            service_deb: deb(SERVICE.name)?,
        })
    }
}
