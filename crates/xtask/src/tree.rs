//! The files of the repository.

use crate::steps::root;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders in which nothing is ours.
const NOT_OURS: [&str; 5] = ["node_modules", "target", "dist", "gen", ".git"];

/// A path as one would type it from the repository's root.
pub(crate) fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

/// All files of ours below a folder, in order.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("reading the folder {}", shown(&folder)))?;
        for entry in entries {
            let entry = entry.context("reading a folder")?;
            let skip = NOT_OURS.iter().any(|name| entry.file_name() == *name);
            match (entry.file_type()?.is_dir(), skip) {
                (_, true) => {}
                (true, false) => folders.push(entry.path()),
                (false, false) => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(files)
}
