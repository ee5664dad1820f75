//! Checks whether a database file is intact before anything in it is changed: a damaged one is left as it is, so that somebody can save
//! what can still be read.

use super::errors::from_io;
use super::{Result, StoreError};
use rusqlite::Connection;
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The first bytes of SQLite's write-ahead log, in either byte order of its checksums.
const LOG_BEGINS: [[u8; 4]; 2] = [[0x37, 0x7f, 0x06, 0x82], [0x37, 0x7f, 0x06, 0x83]];
/// Bytes of its head.
const LOG_HEAD_BYTES: usize = 32;

/// Checks the log beside the database. SQLite ignores one that it cannot read and overwrites it, losing everything stored since the last
/// checkpoint. A log of zeros was being created when the machine stopped: nothing was in it yet.
pub(super) fn check_log(database: &Path) -> Result<()> {
    let mut log = match File::open(log_of(database)) {
        Ok(log) => log,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(from_io(&error)),
    };
    let mut head = [0; LOG_HEAD_BYTES];
    match log.read_exact(&mut head) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(()),
        Err(error) => Err(from_io(&error)),
        Ok(()) if head == [0; LOG_HEAD_BYTES] || is_head(&head) => Ok(()),
        Ok(()) => Err(StoreError::Damaged("the file -wal beside it is not a log of SQLite".to_owned())),
    }
}

/// Whether this is the head of a log as SQLite writes it, with a correct checksum.
fn is_head(head: &[u8; LOG_HEAD_BYTES]) -> bool {
    let Some(order) = LOG_BEGINS.iter().position(|begin| head.starts_with(begin)) else { return false };
    let word = |at: usize, big: bool| {
        let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
        if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    // The second magic number means that the checksum is computed over big-endian words; stored numbers are always big-endian.
    let is_big = order == 1;
    let sum = (0..LOG_HEAD_BYTES - 8).step_by(8).fold((0_u32, 0_u32), |(one, two), at| {
        let one = one.wrapping_add(word(at, is_big)).wrapping_add(two);
        (one, two.wrapping_add(word(at + 4, is_big)).wrapping_add(one))
    });
    sum == (word(LOG_HEAD_BYTES - 8, true), word(LOG_HEAD_BYTES - 4, true))
}

pub(super) fn log_of(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push("-wal");
    name.into()
}

/// Reads the whole database.
pub(super) fn read_all(connection: &Connection) -> Result<()> {
    is_ok(&connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))?)
}

/// Reads its schema and both ends of each table: as fast for a large database as for a small one.
pub(super) fn read_ends(connection: &Connection) -> Result<()> {
    for Table { name, key } in tables(connection)? {
        // Each end alone takes one path down the tree; a query for both would read all of it.
        let ends = format!("SELECT (SELECT min({key}) FROM {name}), (SELECT max({key}) FROM {name})");
        connection.query_row(&ends, [], |_| Ok(()))?;
    }
    Ok(())
}

/// Reads all tables and their indexes, one after the other, so that no read holds up the log for long; `false`: it was stopped.
pub(super) fn read_tables(connection: &Connection, stop: &AtomicBool) -> Result<bool> {
    for Table { name, key: _ } in tables(connection)? {
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let said: rusqlite::Result<String> =
            connection.query_row(&format!("PRAGMA quick_check({name})"), [], |row| row.get(0));
        match said {
            Ok(said) => is_ok(&said)?,
            Err(_) if stop.load(Ordering::Relaxed) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

/// A table, with names as SQL writes them.
struct Table {
    name: String,
    /// What its rows are ordered by.
    key: String,
}

/// All tables that have pages. A virtual table has none: it keeps its content in tables of their own, some of which have no row numbers.
fn tables(connection: &Connection) -> Result<Vec<Table>> {
    let mut tables = connection.prepare(
        "SELECT s.name, (SELECT k.name FROM pragma_table_info(s.name) k WHERE k.pk = 1 AND l.wr)
         FROM sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name
         WHERE s.type = 'table' AND s.rootpage > 0",
    )?;
    let tables = tables.query_map([], |row| {
        let key = row.get::<_, Option<String>>(1)?;
        Ok(Table {
            name: quoted(&row.get::<_, String>(0)?),
            key: key.map_or_else(|| "rowid".to_owned(), |key| quoted(&key)),
        })
    })?;
    Ok(tables.collect::<rusqlite::Result<_>>()?)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_ok(said: &str) -> Result<()> {
    if said == "ok" { Ok(()) } else { Err(StoreError::Damaged(said.replace('\n', " "))) }
}
