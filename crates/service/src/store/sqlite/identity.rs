//! Whether a file is one of our databases, and in which format. Another program's database is never changed.

use super::schema::MIGRATIONS;
use super::{Result, StoreError};
use rusqlite::Connection;

/// `application_id` of our databases since format 2: "Desk" in ASCII. Older ones have 0, and are recognised by their tables.
const APPLICATION: i64 = 0x4465_736b;
/// How many of the tables below each of our databases has.
const TABLES: i64 = 4;

/// How many migrations it has had.
///
/// # Errors
/// If it belongs to another program, or a newer version of ours wrote it.
pub(super) fn format(connection: &Connection) -> Result<usize> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let application = number("PRAGMA application_id")?;
    if application != 0 && application != APPLICATION {
        return Err(StoreError::Foreign(format!("its application_id is {application}")));
    }
    let version = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")?;
    if version == 0 && tables == 0 {
        return Ok(0);
    }
    let ours = number(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('organisation', 'person', 'sign_in', 'session')",
    )?;
    let found = usize::try_from(version).unwrap_or(0);
    if found > MIGRATIONS.len() && (application == APPLICATION || ours == TABLES) {
        return Err(StoreError::Newer { found, known: MIGRATIONS.len() });
    }
    if found == 0 || ours != TABLES {
        return Err(StoreError::Foreign(format!(
            "its user_version is {version}, and its tables are not ours"
        )));
    }
    Ok(found)
}
