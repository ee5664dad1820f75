//! Avoids reading a whole database at each start: a mark beside it says that it was intact when it was last closed. If the mark is valid,
//! it need not be read again; if not, and reading it would take long, that is done while the service works.

use super::super::{Result, StoreError};
use super::connection::prepared;
use super::health::Health;
use super::integrity;
use crate::platform;
use rusqlite::{Connection, InterruptHandle};
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::UNIX_EPOCH;

/// Up to this many bytes, a database is read completely whenever its mark is not valid: that takes some tenths of a second.
const SMALL_BYTES: u64 = 64 * 1024 * 1024;
/// Position of the change counter in SQLite's file.
const CHANGES_AT: std::ops::Range<usize> = 24..28;

/// What a database's mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// It was intact when it was closed, and nothing has touched it since.
    Whole,
    /// It was not closed cleanly, or is new: its log contains what is missing.
    Unknown,
    /// It was touched since, most likely replaced by a backup, or it was found damaged.
    Changed,
}

/// How much of a database to read before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// All of it.
    All,
    /// Its schema, and both ends of each table.
    Ends,
    /// The same, and the rest of it while it is used.
    EndsFirst,
}

/// The mark of a database; removed while the database is used.
pub(super) struct Mark {
    database: PathBuf,
    whole: Arc<AtomicBool>,
    damaged: Arc<AtomicBool>,
}

/// Reads a whole database while it is used; stopped when this is dropped.
pub(super) struct Background {
    interrupt: InterruptHandle,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What the mark of this database tells.
pub(super) fn before(database: &Path) -> Before {
    match (fs::read_to_string(mark_of(database)), state_of(database)) {
        (Err(_), _) => Before::Unknown,
        (Ok(mark), Ok(state)) if mark == state => Before::Whole,
        (Ok(_), Ok(_) | Err(_)) => Before::Changed,
    }
}

/// How much of it to read first.
pub(super) fn reads(before: Before, bytes: u64) -> Reads {
    match before {
        Before::Whole => Reads::Ends,
        Before::Changed => Reads::All,
        Before::Unknown if bytes <= SMALL_BYTES => Reads::All,
        Before::Unknown => Reads::EndsFirst,
    }
}

impl Mark {
    /// Removes the mark before anything is written. `whole`: the complete database has been read, now or before the mark was made.
    pub(super) fn take(database: &Path, whole: bool) -> Result<Self> {
        match fs::remove_file(mark_of(database)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(super::errors::from_io(&error)),
            Ok(()) | Err(_) => {}
        }
        let (whole, damaged) = (Arc::new(AtomicBool::new(whole)), Arc::default());
        Ok(Self { database: database.to_owned(), whole, damaged })
    }

    /// Reads the whole database on its own thread, table by table, and logs it if it is damaged.
    pub(super) fn read_beside(&self, health: Arc<Health>) -> Result<Background> {
        let connection = prepared(Connection::open(&self.database)?)?;
        connection.pragma_update(None, "query_only", true)?;
        let interrupt = connection.get_interrupt_handle();
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, whole, damaged) = (stop.clone(), self.whole.clone(), self.damaged.clone());
        let read = move || match integrity::read_tables(&connection, &stopped) {
            Ok(all) => whole.store(all, Ordering::Relaxed),
            Err(error @ StoreError::Damaged(_)) => {
                damaged.store(true, Ordering::Relaxed);
                health.note(Some(&error));
            }
            Err(error) => tracing::debug!(target: "service", %error, "the database could not be read whole"),
        };
        let thread = std::thread::Builder::new().name("check".to_owned()).spawn(read);
        let thread = thread.map_err(|error| super::errors::from_io(&error))?;
        Ok(Background { interrupt, stop, thread: Some(thread) })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.interrupt.interrupt();
        if let Some(thread) = self.thread.take() {
            // A thread that has panicked has found nothing.
            let _ = thread.join();
        }
    }
}

/// All connections are closed by then.
impl Drop for Mark {
    fn drop(&mut self) {
        let state = if self.damaged.load(Ordering::Relaxed) {
            Ok("damaged\n".to_owned())
        } else if self.whole.load(Ordering::Relaxed) {
            state_of(&self.database)
        } else {
            return;
        };
        // Without a mark the next start reads more, and that is all.
        if let Err(error) = state.and_then(|state| write(&self.database, &state)) {
            tracing::debug!(target: "service", %error, "could not note that the database is whole");
        }
    }
}

fn write(database: &Path, state: &str) -> std::io::Result<()> {
    let mut options = File::options();
    let mut mark = platform::private_file(options.write(true).create_new(true)).open(mark_of(database))?;
    platform::give_to_owner_of(database, &mark)?;
    mark.write_all(state.as_bytes())
}

/// A closed database: its size, when it was last written, and how often. One with a log is not closed.
fn state_of(database: &Path) -> std::io::Result<String> {
    if integrity::log_of(database).exists() {
        return Err(std::io::Error::other("it has a log"));
    }
    let mut head = [0; CHANGES_AT.end];
    let mut file = File::open(database)?;
    file.read_exact(&mut head)?;
    let about = file.metadata()?;
    let written = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let changes = head[CHANGES_AT].iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    Ok(format!("whole: {} bytes, written {written}, changes {changes}\n", about.len()))
}

fn mark_of(database: &Path) -> PathBuf {
    database.with_extension("whole")
}

#[cfg(test)]
mod tests {
    use super::super::Sqlite;
    use super::*;
    use crate::store::Store;
    use std::os::unix::fs::FileExt;

    /// A database of more than [`SMALL_BYTES`] in its own folder.
    fn large(folder: &Path) -> PathBuf {
        let database = folder.join("deskbell.db");
        drop(Sqlite::open(&database).unwrap());
        let sql = Connection::open(&database).unwrap();
        sql.execute_batch(
            "CREATE TABLE large (id INTEGER PRIMARY KEY, bytes BLOB);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80)
             INSERT INTO large SELECT i, randomblob(1000000) FROM n;",
        )
        .unwrap();
        drop(sql);
        assert!(fs::metadata(&database).unwrap().len() > SMALL_BYTES);
        fs::remove_file(mark_of(&database)).unwrap();
        database
    }

    fn folder() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("deskbell-whole-{}", uuid::Uuid::new_v4()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn an_intact_closed_database_is_not_read_again_unless_it_was_touched_since() {
        let folder = folder();
        let database = folder.join("deskbell.db");
        drop(Sqlite::open(&database).unwrap());
        assert_eq!(before(&database), Before::Whole);
        let used = Sqlite::open(&database).unwrap();
        assert_eq!(before(&database), Before::Unknown, "there is no mark while it is used");
        used.set_address("http://localhost").unwrap();
        drop(used);
        assert_eq!(before(&database), Before::Whole);
        let bytes = fs::read(&database).unwrap();
        fs::write(&database, bytes).unwrap();
        assert_eq!(before(&database), Before::Changed);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_large_database_is_read_while_in_use_and_damage_is_refused_at_the_next_start() {
        let folder = folder();
        let database = large(&folder);
        let mut used = Sqlite::open(&database).unwrap();
        let wait = |used: &mut Sqlite| {
            let background = used.background.as_mut().expect("it is read beside");
            background.thread.take().unwrap().join().unwrap();
        };
        wait(&mut used);
        drop(used);
        assert_eq!(before(&database), Before::Whole);
        // The same without a mark, with damage in the middle.
        fs::remove_file(mark_of(&database)).unwrap();
        let middle = fs::metadata(&database).unwrap().len() / 2 / 4096 * 4096;
        let file = File::options().write(true).open(&database).unwrap();
        file.write_all_at(&[0xa5; 4096], middle).unwrap();
        drop(file);
        let mut used = Sqlite::open(&database).unwrap();
        wait(&mut used);
        used.set_address("http://localhost").unwrap();
        drop(used);
        assert_eq!(before(&database), Before::Changed);
        assert!(matches!(Sqlite::open(&database), Err(StoreError::Damaged(_))));
        fs::remove_dir_all(folder).unwrap();
    }
}
