//! A connection to the database, set up as the service needs it.

use super::super::Result;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::time::Duration;

/// How long a step waits for another program that holds the file (a backup, an administrator's `sqlite3`).
pub(super) const BUSY_FOR: Duration = Duration::from_secs(5);
/// Prepared statements kept for each connection: enough for all of ours.
const STATEMENTS: usize = 64;
/// Sets up a connection that was just opened.
pub(super) fn prepared(connection: Connection) -> Result<Connection> {
    connection.busy_timeout(BUSY_FOR)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Otherwise SQLite parses a cached statement again each time a value is bound to it, since the plan might depend on that.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}
