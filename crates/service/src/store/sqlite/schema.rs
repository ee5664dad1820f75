//! The schema and its migrations.

use super::super::Result;
use super::values::integer;
use rusqlite::{Connection, TransactionBehavior};

/// The migrations; `user_version` counts those that were done. Never change one that was released: add another.
pub(super) const MIGRATIONS: [&str; 5] = [
    include_str!("schema.sql"),
    include_str!("standing.sql"),
    include_str!("limits.sql"),
    include_str!("note.sql"),
    include_str!("completed.sql"),
];

/// Does the missing migrations. If none are missing, nothing is written: a full disk does not keep the service from starting.
pub(super) fn migrate(connection: &mut Connection, done: usize) -> Result<()> {
    let missing = MIGRATIONS.get(done..).unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", integer(MIGRATIONS.len() as u64))?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::MIGRATIONS;

    #[test]
    fn the_documented_rescue_gives_a_database_the_format_that_it_has() {
        let documented = include_str!("../../../../../docs/troubleshooting.md");
        let formats: Vec<&str> = documented.split("PRAGMA user_version = ").skip(1).collect();
        assert!(!formats.is_empty());
        for format in formats {
            assert!(
                format.starts_with(&format!("{};", MIGRATIONS.len())),
                "{}",
                format.lines().next().unwrap()
            );
        }
    }
}
