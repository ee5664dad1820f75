//! The schema and its migrations.

use super::super::Result;
use super::values::integer;
use rusqlite::{Connection, TransactionBehavior};

/// The migrations; `user_version` counts those that were done. Never change one that was released: add another.
pub(super) const MIGRATIONS: [&str; 11] = [
    include_str!("schema.sql"),
    include_str!("standing.sql"),
    include_str!("limits.sql"),
    include_str!("note.sql"),
    include_str!("completed.sql"),
    include_str!("history.sql"),
    include_str!("files.sql"),
    include_str!("typing.sql"),
    include_str!("replies.sql"),
    include_str!("addresses.sql"),
    include_str!("beginnings.sql"),
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
    use super::super::super::{HistoryQuery, OrgId, Store};
    use super::super::{Sqlite, copy};
    use super::MIGRATIONS;
    use presence::UnixMillis;
    use rusqlite::Connection;
    use std::time::Duration;
    use uuid::Uuid;

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
    /// A chat of format 5, which ended twelve days before it was completed.
    const FORMAT_5: &str = r#"
        INSERT INTO organisation (id, name) VALUES (x'0b9f6f0e91a74a358d0e59a1c7f6e000', 'Acme');
        INSERT INTO company (id, org, name) VALUES (1, x'0b9f6f0e91a74a358d0e59a1c7f6e000', 'Northwind');
        INSERT INTO person (id, org, company, name) VALUES
            (x'0b9f6f0e91a74a358d0e59a1c7f6e001', x'0b9f6f0e91a74a358d0e59a1c7f6e000', NULL, 'Priya'),
            (x'0b9f6f0e91a74a358d0e59a1c7f6e002', x'0b9f6f0e91a74a358d0e59a1c7f6e000', 1, 'Dana Müller');
        INSERT INTO session (id, org, client, status, reference, rev, body, place) VALUES (
            x'5d0c7b0a3f574d5e9a0e0a4b8b5f0010', x'0b9f6f0e91a74a358d0e59a1c7f6e000', x'0b9f6f0e91a74a358d0e59a1c7f6e002',
            'completed', '48213', 5, '{"id":"5d0c7b0a-3f57-4d5e-9a0e-0a4b8b5f0010","status":"completed",
            "client":"0b9f6f0e-91a7-4a35-8d0e-59a1c7f6e002","subject":"Printer offline","reference":"48213","created":1,
            "waiting_since":2,"ended":86400000,"participants":[],"dismissed":[],"callback":null,"messages":1,"rev":5,
            "ending":{"by":"0b9f6f0e-91a7-4a35-8d0e-59a1c7f6e001","note":"Called.",
                "before":{"status":"abandoned","ended":86400000,"until":1123200000}}}', 1);
        INSERT INTO message (session, number, id, author, at, text) VALUES (
            x'5d0c7b0a3f574d5e9a0e0a4b8b5f0010', 1, x'00', x'0b9f6f0e91a74a358d0e59a1c7f6e002', 3, 'Der Drücker klemmt');
        INSERT INTO note (session, number, id, author, at, text) VALUES (
            x'5d0c7b0a3f574d5e9a0e0a4b8b5f0010', 1, x'00', x'0b9f6f0e91a74a358d0e59a1c7f6e001', 3, 'Toner');
    "#;

    #[test]
    fn chats_of_an_older_format_are_found_by_their_words_and_kept_from_their_completion_on() {
        let folder = std::env::temp_dir().join(format!("deskbell-schema-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("deskbell.db");
        let sql = Connection::open(&file).unwrap();
        sql.execute_batch(&MIGRATIONS[..5].concat()).unwrap();
        sql.execute_batch(&format!("{FORMAT_5} PRAGMA user_version = 5")).unwrap();
        drop(sql);
        let store = Sqlite::open(&file).unwrap();
        let org = OrgId(Uuid::from_u128(0x0b9f_6f0e_91a7_4a35_8d0e_59a1_c7f6_e000));
        let found = |words: &str| {
            let query = HistoryQuery { words: words.to_owned(), ..HistoryQuery::default() };
            store.history(org, &query, 9).unwrap().sessions.len()
        };
        let all = ["drucker", "48213", "printer", "muller klemmt", "toner"].map(found);
        assert_eq!(all, [1, 1, 1, 1, 0]);
        assert!(!store.delete_ended(org, UnixMillis(13 * 86_400_000), 9).unwrap());
        assert_eq!(found("drucker"), 1, "it was completed on the fourteenth day");
        assert!(!store.delete_ended(org, UnixMillis(14 * 86_400_000), 9).unwrap());
        assert_eq!(found("drucker") + found("48213") + found(""), 0);
        store.set_keep_for(org, Duration::from_secs(86_400)).unwrap();
        drop(store);
        // As one that has been used for a while: intact by every check, with its index, and so are copies of it.
        assert_eq!(
            Sqlite::open(&file).unwrap().organisations().unwrap()[0].keep_for,
            Some(Duration::from_secs(86_400))
        );
        copy::examine(&file).unwrap();
        copy::copy(&file, copy::Source::Service, &folder.join("backup.db")).unwrap();
        copy::examine(&folder.join("backup.db")).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
    }
}
