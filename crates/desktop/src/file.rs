//! Writes small private files so that a crash leaves the old one or the new one, never half of one.

use crate::platform;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes: ours have less than one thousand.
const MAX_BYTES: u64 = 64 * 1024;
/// Files that are set aside at most, under names of their own: a user with so many looks for the cause, not for the files.
const MAX_ASIDE: u32 = 99;
/// Puts `content` in the place of the file at `path`, readable only by this user; it is on the disk afterwards.
///
/// # Errors
///
/// What the system says; the old file is then untouched.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    swap(path, content, File::sync_all)?;
    platform::sync_folder(folder(path))
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
    platform::private_folder(folder)?;
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
    let mut file = platform::private_file().write(true).create(true).truncate(true).open(path)?;
    // It may have been there already.
    platform::make_private(&file)?;
    file.write_all(content)?;
    Ok(file)
}

/// Why a file has no text for us.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// What the system says.
    #[error("{0}")]
    Io(io::Error),
    /// It cannot be ours: reading on would only cost memory.
    #[error("it has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// It is not text.
    #[error("it is not text in UTF-8")]
    NotText,
}

/// The text of a file that may be missing.
///
/// # Errors
///
/// [`ReadError`], unless the file does not exist.
pub(crate) fn read(path: &Path) -> Result<Option<String>, ReadError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    match read {
        Ok(count) if count as u64 > MAX_BYTES => Err(ReadError::TooLarge),
        Ok(_) => String::from_utf8(bytes).map(Some).map_err(|_| ReadError::NotText),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReadError::Io(error)),
    }
}

/// Moves a file out of the way, to the first name beside it that is free: nothing is written over.
///
/// # Errors
///
/// What the system says.
pub(crate) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let names = (1..=MAX_ASIDE).map(|number| match number {
        1 => format!("{name}.unusable"),
        number => format!("{name}.unusable-{number}"),
    });
    let free = names.map(|name| path.with_file_name(name)).find(|name| !name.exists());
    let free = free.ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(path, &free)?;
    Ok(free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

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
    fn what_is_no_text_or_far_too_long_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, [0xff, 0xfe, 0, 7]).unwrap();
        assert!(matches!(read(&path), Err(ReadError::NotText)));
        // As long as it likes, and takes no room on the disk.
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(read(&path), Err(ReadError::TooLarge)));
        assert!(matches!(read(dir.path()), Err(ReadError::Io(_))));
    }

    #[test]
    fn what_is_set_aside_is_written_over_by_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        for (content, name) in [("one", "file.unusable"), ("two", "file.unusable-2")] {
            fs::write(&path, content).unwrap();
            assert_eq!(set_aside(&path).unwrap(), dir.path().join(name));
            assert_eq!(fs::read_to_string(dir.path().join(name)).unwrap(), content);
        }
        assert!(set_aside(&path).is_err(), "there is nothing to set aside");
    }

    #[test]
    fn a_missing_file_is_no_error() {
        assert!(read(Path::new("/nonexistent/file")).unwrap().is_none());
    }
}
