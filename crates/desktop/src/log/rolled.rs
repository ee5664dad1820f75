//! A log file that never grows beyond its limit: when it is full it is kept as `….1`, and a new one begins.
//!
//! Lines in, a file out. It knows no levels. A file that somebody removes, or another agent of the same profile rolls, is
//! noticed with the next line.

use crate::platform;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Longest log, in bytes; the disk holds at most twice as much. A day of an agent is some hundred lines.
pub(crate) const MAX_BYTES: u64 = 1024 * 1024;

/// The open log.
#[derive(Debug)]
pub(crate) struct RolledFile {
    path: PathBuf,
    file: File,
}

impl RolledFile {
    /// Opens the log, to go on at its end.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        platform::private_folder(path.parent().unwrap_or(Path::new(".")))?;
        let file = platform::private_file().create(true).append(true).open(path)?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Makes room for `more` bytes, and opens the file again if it is not the one at the path.
    fn prepare(&mut self, more: u64) -> io::Result<()> {
        let ours = self.file.metadata()?;
        let is_there = std::fs::metadata(&self.path).is_ok_and(|there| platform::is_same_file(&there, &ours));
        if is_there && ours.len() + more <= MAX_BYTES {
            return Ok(());
        }
        if is_there {
            let mut older = self.path.clone().into_os_string();
            older.push(".1");
            std::fs::rename(&self.path, older)?;
        }
        *self = Self::open(&self.path)?;
        Ok(())
    }
}

impl Write for RolledFile {
    /// Takes whole lines: none is divided between two files.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.prepare(line.len() as u64)?;
        self.file.write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The open log, for several writers.
#[derive(Clone, Debug)]
pub(crate) struct SharedFile(Arc<Mutex<RolledFile>>);

impl SharedFile {
    /// As [`RolledFile::open`].
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(Arc::new(Mutex::new(RolledFile::open(path)?))))
    }
}

impl Write for SharedFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::read_to_string;

    #[test]
    fn stays_within_its_limit_while_it_runs_and_keeps_the_last_lines() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/deskbell.log");
        let mut log = RolledFile::open(&path).unwrap();
        let line = |number: u32| format!("{number:0>99}\n");
        for number in 0..50_000 {
            log.write_all(line(number).as_bytes()).unwrap();
        }
        let lengths: Vec<u64> = std::fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .collect();
        assert_eq!(lengths.len(), 2);
        assert!(lengths.iter().all(|length| *length <= MAX_BYTES), "{lengths:?}");
        let kept = read_to_string(path.with_extension("log.1")).unwrap() + &read_to_string(&path).unwrap();
        assert!(kept.ends_with(&(line(49_998) + &line(49_999))));
        assert!(kept.len() as u64 > MAX_BYTES, "a full log's worth of lines is always there");
    }

    #[test]
    fn goes_on_where_it_ended_and_begins_again_when_it_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deskbell.log");
        RolledFile::open(&path).unwrap().write_all(b"first\n").unwrap();
        let mut log = RolledFile::open(&path).unwrap();
        log.write_all(b"second\n").unwrap();
        assert_eq!(read_to_string(&path).unwrap(), "first\nsecond\n");
        std::fs::remove_file(&path).unwrap();
        log.write_all(b"third\n").unwrap();
        assert_eq!(read_to_string(&path).unwrap(), "third\n");
    }
}
