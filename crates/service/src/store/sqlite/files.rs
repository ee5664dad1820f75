//! SQL of files in chats: what the database knows about them. Their contents lie beside it.

use super::super::{FileId, MessagePut, OrgId, StoredFile};
use super::sessions;
use super::values::{from_json, integer, to_json, unsigned};
use chat::{Audience, Message, Session, SessionId};
use protocol::limits::FILES_QUOTA;
use rusqlite::{Connection, OptionalExtension, Result, params};
use uuid::Uuid;

pub(super) fn set_quota(sql: &Connection, org: OrgId, bytes: u64) -> Result<()> {
    sql.prepare_cached("UPDATE organisation SET files_quota = ?2 WHERE id = ?1")?
        .execute(params![org.0.into_bytes(), integer(bytes)])
        .map(drop)
}

/// How many bytes an organisation's files may still take; `None`: it has turned them off.
pub(super) fn room(sql: &Connection, org: OrgId) -> Result<Option<u64>> {
    sql.prepare_cached(
        "SELECT (SELECT files_quota FROM organisation WHERE id = ?1), (SELECT ifnull(sum(bytes), 0) FROM file WHERE org = ?1)",
    )?
    .query_row(params![org.0.into_bytes()], |row| {
        let quota = row.get::<_, Option<i64>>(0)?.map_or(FILES_QUOTA, unsigned);
        let used = unsigned(row.get(1)?);
        Ok((quota > 0).then(|| quota.saturating_sub(used)))
    })
}

pub(super) fn put(
    sql: &Connection,
    org: OrgId,
    session: &Session,
    if_rev: u64,
    message: &Message,
    stored: FileId,
) -> Result<MessagePut> {
    if let Some(known) = sessions::message_known(sql, session.id, Audience::Everybody, message.id)? {
        return Ok(MessagePut::Before(known));
    }
    let Some(file) = &message.file else {
        return sessions::put_message(sql, org, session, if_rev, Audience::Everybody, message);
    };
    if room(sql, org)?.is_none_or(|room| file.bytes > room) {
        return Ok(MessagePut::NoRoom);
    }
    let put = sessions::put_message(sql, org, session, if_rev, Audience::Everybody, message)?;
    if put == MessagePut::Done {
        sql.prepare_cached(
            "INSERT INTO file (session, id, org, stored, bytes, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            session.id.0.into_bytes(),
            message.id.into_bytes(),
            org.0.into_bytes(),
            stored.0.into_bytes(),
            integer(file.bytes),
            to_json(file)
        ])?;
    }
    Ok(put)
}

pub(super) fn get(sql: &Connection, session: SessionId, message: Uuid) -> Result<Option<StoredFile>> {
    sql.prepare_cached("SELECT stored, body FROM file WHERE session = ?1 AND id = ?2")?
        .query_row(params![session.0.into_bytes(), message.into_bytes()], |row| {
            let stored = FileId(Uuid::from_bytes(row.get(0)?));
            Ok(StoredFile { stored, file: from_json(&row.get::<_, String>(1)?)? })
        })
        .optional()
}

/// Those among these that no chat has.
pub(super) fn unknown(sql: &Connection, stored: &[FileId]) -> Result<Vec<FileId>> {
    let mut known = sql.prepare_cached("SELECT 1 FROM file WHERE stored = ?1")?;
    let mut unknown = Vec::new();
    for id in stored {
        if !known.exists(params![id.0.into_bytes()])? {
            unknown.push(*id);
        }
    }
    Ok(unknown)
}

/// Files whose chats were deleted, in the order of their ids: those after this one, at most `max`.
pub(super) fn deleted(sql: &Connection, after: Option<FileId>, max: usize) -> Result<Vec<FileId>> {
    let after = after.map_or(Vec::new(), |id| id.0.into_bytes().to_vec());
    sql.prepare_cached("SELECT stored FROM deleted_file WHERE stored > ?1 ORDER BY stored LIMIT ?2")?
        .query_map(params![after, integer(max as u64)], |row| Ok(FileId(Uuid::from_bytes(row.get(0)?))))?
        .collect()
}

/// Forgets these: nothing is left of them.
pub(super) fn forget_deleted(sql: &Connection, stored: &[FileId]) -> Result<()> {
    for id in stored {
        sql.prepare_cached("DELETE FROM deleted_file WHERE stored = ?1")?
            .execute(params![id.0.into_bytes()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::schema::migrate;

    #[test]
    fn the_files_of_a_deleted_chat_are_left_to_the_sweep() {
        let mut sql = Connection::open_in_memory().unwrap();
        sql.pragma_update(None, "foreign_keys", true).unwrap();
        migrate(&mut sql, 0).unwrap();
        sql.execute_batch(
            "INSERT INTO organisation (id, name) VALUES (x'01', 'Acme');
             INSERT INTO person (id, org, name) VALUES (x'02', x'01', 'Dana');
             INSERT INTO session (id, org, client, status, reference, rev, body) VALUES (x'03', x'01', x'02', 'completed', '', 1, '{}');",
        )
        .unwrap();
        let [one, other] = [FileId(Uuid::from_u128(1)), FileId(Uuid::from_u128(2))];
        for (id, stored) in [([4_u8], one), ([5], other)] {
            sql.execute(
                "INSERT INTO file (session, id, org, stored, bytes, body) VALUES (x'03', ?1, x'01', ?2, 1, '{}')",
                params![id, stored.0.into_bytes()],
            )
            .unwrap();
        }
        sql.execute_batch("DELETE FROM session WHERE id = x'03'").unwrap();
        assert_eq!(unknown(&sql, &[one, other]).unwrap(), [one, other]);
        assert_eq!(deleted(&sql, None, 10).unwrap(), [one, other]);
        assert_eq!(deleted(&sql, None, 1).unwrap(), [one]);
        assert_eq!(deleted(&sql, Some(one), 10).unwrap(), [other]);
        forget_deleted(&sql, &[one]).unwrap();
        assert_eq!(deleted(&sql, None, 10).unwrap(), [other]);
    }
}
