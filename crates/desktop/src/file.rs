//! Writes small private files so that a crash leaves the old one or the new one, never half of one.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Makes a folder that only this user can read.
///
/// # Errors
///
/// What the system says.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Puts `content` in the place of the file at `path`, readable only by this user; it is on the disk afterwards.
///
/// # Errors
///
/// What the system says; the old file is then untouched.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    swap(path, content, File::sync_all)?;
    File::open(folder(path))?.sync_all()
}

/// As [`replace`], without waiting for a disk: for what can be made again when the power fails.
///
/// # Errors
///
/// What the system says; the old file is then untouched.
pub(crate) fn replace_unsynced(path: &Path, content: &[u8]) -> io::Result<()> {
    swap(path, content, |_| Ok(()))
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn swap(path: &Path, content: &[u8], sync: impl Fn(&File) -> io::Result<()>) -> io::Result<()> {
    let folder = folder(path);
    private_folder(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = folder.join(name);
    let written =
        write(&beside, content).and_then(|file| sync(&file)).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What cannot be removed is overwritten the next time.
        let _leftover = fs::remove_file(&beside);
    }
    written
}

fn write(path: &Path, content: &[u8]) -> io::Result<File> {
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    // `mode` counts only for a new file.
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(content)?;
    Ok(file)
}

/// The text of a file that may be missing.
///
/// # Errors
///
/// What the system says, unless the file does not exist.
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_a_file_as_a_whole_and_keeps_it_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/folder/file");
        replace(&path, b"first and long").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        replace(&path, b"second").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some("second"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        replace(&path, b"old").unwrap();
        // A folder where the new file should be written.
        fs::create_dir(dir.path().join("file.new")).unwrap();
        assert!(replace(&path, b"new").is_err());
        assert_eq!(read(&path).unwrap().as_deref(), Some("old"));
    }

    #[test]
    fn a_missing_file_is_no_error() {
        assert_eq!(read(Path::new("/nonexistent/file")).unwrap(), None);
    }
}
