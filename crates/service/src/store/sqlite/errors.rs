//! Translates errors of SQLite and the system to those of the store. It decides nothing.

use super::StoreError;
use rusqlite::{Error, ErrorCode, ffi};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

/// SQLite's errors when the system did not let it write; reading gives none of these.
const NOT_WRITTEN: [i32; 10] = [
    ffi::SQLITE_IOERR_WRITE,
    ffi::SQLITE_IOERR_FSYNC,
    ffi::SQLITE_IOERR_DIR_FSYNC,
    ffi::SQLITE_IOERR_TRUNCATE,
    ffi::SQLITE_IOERR_DELETE,
    ffi::SQLITE_IOERR_SHMOPEN,
    ffi::SQLITE_IOERR_SHMSIZE,
    ffi::SQLITE_IOERR_SHMMAP,
    ffi::SQLITE_CANTOPEN,
    ffi::SQLITE_READONLY,
];

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Some(said) = error.sqlite_error() else {
            // The row was read, but its contents are not ours. They may be text that somebody wrote, so they are not quoted.
            return Self::Damaged("a row in it was not written by this program".to_owned());
        };
        match said.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::Full,
            // The index of the log is mapped into memory: SQLite reserves room for it, or returns this.
            _ if said.extended_code == ffi::SQLITE_IOERR_SHMSIZE => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::Refused(error.to_string()),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(error.to_string()),
            _ => Self::Down(error.to_string()),
        }
    }
}

/// The same for a step that writes. SQLite reports an input/output error both for a disk that the system has made read-only and for a disk
/// that fails: the system knows which it is.
pub(super) fn of_writing(error: Error, database: Option<&Path>) -> StoreError {
    let not_written = error
        .sqlite_error()
        .is_some_and(|said| NOT_WRITTEN.contains(&said.extended_code) || said.code == ErrorCode::ReadOnly);
    if not_written && database.is_some_and(is_read_only) { StoreError::ReadOnly } else { error.into() }
}

/// Translates the system's error about a file.
pub(super) fn from_io(error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        ErrorKind::PermissionDenied => StoreError::Refused(error.to_string()),
        _ => StoreError::Down(error.to_string()),
    }
}

/// Whether the disk under the database is read-only, found out by creating a file beside it. The database itself must not be
/// opened for that: when any file of a process on it is closed, SQLite's locks on it are gone. Nor do a mount's options tell:
/// Linux leaves them as they were when it makes a disk with errors read-only.
fn is_read_only(database: &Path) -> bool {
    let attempt = database.with_extension("writable");
    match File::options().write(true).create(true).truncate(true).open(&attempt) {
        Ok(_) => {
            // If the file stays, it is empty and used again.
            let _ = std::fs::remove_file(&attempt);
            false
        }
        Err(error) => error.kind() == ErrorKind::ReadOnlyFilesystem,
    }
}
