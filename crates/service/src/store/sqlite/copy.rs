//! Copies a database while it is in use, and inspects one: the parts of backup, restore and check. A copy gets its name only when it is
//! complete, checked and on the disk. It knows no data folder.

use super::connection::BUSY_FOR;
use super::errors::from_io;
use super::values::unsigned;
use super::{FileId, Result, StoreError, identity, integrity};
use crate::platform;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// Pages of 4 KiB copied at once: 8 MB, some 30 ms, so that others can use the disk in between.
const PAGES: i32 = 2_000;
/// How long a copy waits before it tries again if the database is locked.
const AGAIN: Duration = Duration::from_millis(50);
/// The end of the name of an unfinished copy, after the number of the process that writes it.
const PART: &str = ".part";
/// Most copies of one format, made before migrations from it: more often than anybody upgrades and goes back.
const KEPT: usize = 1_000;

/// What is in a database, for its administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    /// Its format: how many migrations were done in it.
    pub format: usize,
    /// How many organisations.
    pub organisations: u64,
    /// How many people, including those who were removed.
    pub people: u64,
    /// How many chats, including those that are over.
    pub sessions: u64,
    /// How many messages.
    pub messages: u64,
}

/// What kind of database is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A service's: it may be in use, and the files beside it belong to it.
    Service,
    /// A separate file that is only read.
    File,
}

/// Copies a database to a file that is not there yet, for its owner only. It may be written meanwhile: the copy
/// shows its state at the beginning. Blocks: some seconds for each gigabyte.
///
/// # Errors
/// If the database is not ours or is damaged, or the copy cannot be written; nothing is left of it then.
pub(crate) fn copy(database: &Path, source: Source, to: &Path) -> Result<Contents> {
    let part = Part::new(to)?;
    let from = read_only(database, source)?;
    identity::format(&from)?;
    let mut copy = Connection::open(&part.0)?;
    // Without this, a copy starts over whenever somebody writes, and never ends.
    from.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")?;
    let backup = Backup::new(&from, &mut copy)?;
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => break,
            StepResult::More => {}
            StepResult::Busy | StepResult::Locked | _ => std::thread::sleep(AGAIN),
        }
    }
    drop(backup);
    // A single file, without a log.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    // Foreign keys are not checked: the service runs with missing rows, and they must not block an upgrade or a backup. `check`
    // reports them.
    let contents = look(&copy, "quick_check")?;
    copy.close().map_err(|(_, error)| StoreError::from(error))?;
    part.finish(to)?;
    Ok(contents)
}

/// Reads a whole database, whether or not it is in use, and checks foreign keys. Blocks: about half a minute for each gigabyte.
///
/// # Errors
/// If it is another program's, or is damaged.
pub(crate) fn examine(database: &Path) -> Result<Contents> {
    let connection = read_only(database, Source::Service)?;
    identity::format(&connection)?;
    let contents = look(&connection, "integrity_check")?;
    let orphans: i64 =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
    if orphans > 0 {
        return Err(StoreError::Damaged(format!("{orphans} rows in it name others that are not there")));
    }
    Ok(contents)
}

/// The files in the chats of a database, and how many bytes each has.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn files_in(database: &Path) -> Result<Vec<(FileId, u64)>> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY_FOR)?;
    // Older formats know no files.
    let knows: bool = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'file'",
        [],
        |row| row.get(0),
    )?;
    if !knows {
        return Ok(Vec::new());
    }
    let mut files = connection.prepare("SELECT stored, bytes FROM file")?;
    let files =
        files.query_map([], |row| Ok((FileId(Uuid::from_bytes(row.get(0)?)), unsigned(row.get(1)?))))?;
    Ok(files.collect::<rusqlite::Result<_>>()?)
}

/// Ends all sign-ins and unused links of a database that nobody uses.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn sign_everybody_out(database: &Path) -> Result<()> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.execute_batch("BEGIN; DELETE FROM sign_in; DELETE FROM link WHERE token IS NULL; COMMIT")?;
    Ok(())
}

/// Copies the database before a migration to a file beside it that is named after its format; returns that file. Nobody else may do so at
/// the same time.
pub(super) fn before_migration(database: &Path, format: usize) -> Result<PathBuf> {
    for number in 1..=KEPT {
        let end = if number == 1 { String::new() } else { format!("-{number}") };
        let kept = beside(database, &format!(".format-{format}{end}"));
        if !kept.try_exists().map_err(|error| from_io(&error))? {
            remove_parts(&kept).map_err(|error| from_io(&error))?;
            copy(database, Source::Service, &kept)?;
            let given = OpenOptions::new().write(true).open(&kept);
            given
                .and_then(|kept| platform::give_to_owner_of(database, &kept))
                .map_err(|error| from_io(&error))?;
            tracing::info!(target: "service", file = %kept.display(), "the database was copied before it is brought to a new format");
            return Ok(kept);
        }
    }
    Err(StoreError::Down(format!("there are {KEPT} copies of format {format} beside it; move them away")))
}

/// Removes unfinished copies to this file that killed processes have left. No copy may be in progress.
///
/// # Errors
/// If the system does not let it.
pub(crate) fn remove_parts(of: &Path) -> std::io::Result<()> {
    let Some(name) = of.file_name().and_then(OsStr::to_str) else { return Ok(()) };
    for entry in std::fs::read_dir(folder_of(of))? {
        let entry = entry?;
        let process = entry.file_name().to_str().and_then(|other| {
            Some(other.strip_prefix(name)?.strip_prefix('.')?.strip_suffix(PART)?.parse().ok())
        });
        if let Some(Some::<u32>(_)) = process {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file beside another one, with this added to its name.
pub(super) fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(end);
    name.into()
}

/// A connection that changes nothing. For a service's database it must be able to write, since the last connection that closes tidies up
/// the log.
fn read_only(database: &Path, source: Source) -> Result<Connection> {
    integrity::check_log(database)?;
    let flags = match source {
        Source::Service => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Source::File => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(BUSY_FOR)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Reads the whole database with this check.
fn look(connection: &Connection, check: &str) -> Result<Contents> {
    let said: String = connection.query_row(&format!("PRAGMA {check}(1)"), [], |row| row.get(0))?;
    if said != "ok" {
        return Err(StoreError::Damaged(said.replace('\n', " ")));
    }
    let format = identity::format(connection)?;
    let count = |table: &str| -> Result<u64> {
        if format == 0 {
            return Ok(0);
        }
        let count = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
        Ok(unsigned(count))
    };
    Ok(Contents {
        format,
        organisations: count("organisation")?,
        people: count("person")?,
        sessions: count("session")?,
        messages: count("message")?,
    })
}

/// A file that is being written, removed unless it is finished.
struct Part(PathBuf);

impl Part {
    fn new(to: &Path) -> Result<Self> {
        let part = beside(to, &format!(".{}{PART}", std::process::id()));
        let mut options = OpenOptions::new();
        let options = platform::private_file(options.write(true).create_new(true));
        options.open(&part).map_err(|error| from_io(&error))?;
        Ok(Self(part))
    }

    /// Gives it its name, once it is on the disk.
    fn finish(self, to: &Path) -> Result<()> {
        let done = || -> std::io::Result<()> {
            File::open(&self.0)?.sync_all()?;
            std::fs::rename(&self.0, to)?;
            sync_folder_of(to)
        };
        done().map_err(|error| from_io(&error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // The file still exists only if something went wrong, which has been reported.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Makes sure that the name of a file is on the disk.
pub(crate) fn sync_folder_of(file: &Path) -> std::io::Result<()> {
    platform::sync_folder(folder_of(file))
}

#[cfg(test)]
mod tests {
    use super::super::Sqlite;
    use super::*;

    /// A database of the first format in its own folder, with these contents.
    fn first_format(with: &str) -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("deskbell-copy-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let database = folder.join("deskbell.db");
        let sql = Connection::open(&database).unwrap();
        sql.execute_batch(include_str!("schema.sql")).unwrap();
        sql.execute_batch(&format!("PRAGMA user_version = 1; PRAGMA foreign_keys = OFF; {with}")).unwrap();
        (folder, database)
    }

    fn copies(folder: &Path) -> Vec<String> {
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names
            .map(|name| name.into_string().unwrap())
            .filter(|name| name.starts_with("deskbell.db.format-"))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn missing_rows_do_not_block_an_upgrade_or_a_backup_and_a_check_reports_them() {
        let (folder, database) =
            first_format("INSERT INTO person (id, org, name) VALUES (x'02', x'01', 'Priya')");
        drop(Sqlite::open(&database).unwrap());
        assert_eq!(copies(&folder), ["deskbell.db.format-1"]);
        let contents = copy(&database, Source::Service, &folder.join("backup.db")).unwrap();
        assert_eq!(contents.people, 1);
        assert!(matches!(examine(&database), Err(StoreError::Damaged(why)) if why.contains("1 rows")));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_upgrade_that_fails_leaves_no_copy_however_often_it_is_tried() {
        let (folder, database) = first_format("ALTER TABLE person ADD COLUMN standing TEXT");
        for _ in 0..2 {
            assert!(Sqlite::open(&database).is_err());
            assert!(copies(&folder).is_empty(), "{:?}", copies(&folder));
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_next_upgrade_removes_what_a_killed_one_has_left() {
        let (folder, database) = first_format("");
        let [ours, others] = [std::process::id(), 1].map(|process| {
            let part = folder.join(format!("deskbell.db.format-1.{process}.part"));
            std::fs::write(&part, "half").unwrap();
            part
        });
        drop(Sqlite::open(&database).unwrap());
        assert!(!ours.exists() && !others.exists());
        assert_eq!(copies(&folder), ["deskbell.db.format-1"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
