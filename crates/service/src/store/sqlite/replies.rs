//! SQL of canned replies.

use super::super::{OrgId, ReplyOwner, ReplyPut, StoredReply};
use chat::PersonId;
use protocol::ReplyId;
use rusqlite::{Connection, Result, params};
use uuid::Uuid;

/// The person in the table; none for the organisation.
fn person_of(of: ReplyOwner) -> Option<[u8; 16]> {
    match of {
        ReplyOwner::Organisation => None,
        ReplyOwner::Person(person) => Some(person.0.into_bytes()),
    }
}

pub(super) fn list(sql: &Connection, org: OrgId, of: ReplyOwner) -> Result<Vec<StoredReply>> {
    sql.prepare_cached("SELECT id, name, text FROM reply WHERE org = ?1 AND person IS ?2 ORDER BY name, id")?
        .query_map(params![org.0.into_bytes(), person_of(of)], |row| {
            Ok(StoredReply {
                id: ReplyId(Uuid::from_bytes(row.get(0)?)),
                name: row.get(1)?,
                text: row.get(2)?,
            })
        })?
        .collect()
}

pub(super) fn put(
    sql: &Connection,
    org: OrgId,
    of: ReplyOwner,
    reply: &StoredReply,
    max: usize,
) -> Result<ReplyPut> {
    let (id, org, person) = (reply.id.0.into_bytes(), org.0.into_bytes(), person_of(of));
    let changed = sql
        .prepare_cached("UPDATE reply SET name = ?4, text = ?5 WHERE id = ?1 AND org = ?2 AND person IS ?3")?
        .execute(params![id, org, person, reply.name, reply.text])?;
    if changed > 0 {
        return Ok(ReplyPut::Done);
    }
    let count: i64 = sql
        .prepare_cached("SELECT count(*) FROM reply WHERE org = ?1 AND person IS ?2")?
        .query_row(params![org, person], |row| row.get(0))?;
    if usize::try_from(count).unwrap_or(usize::MAX) >= max {
        return Ok(ReplyPut::TooMany);
    }
    // Somebody who was removed a moment ago leaves nothing behind.
    let added = sql
        .prepare_cached(
            "INSERT INTO reply (id, org, person, name, text) SELECT ?1, ?2, ?3, ?4, ?5
             WHERE ?3 IS NULL OR EXISTS (SELECT 1 FROM person WHERE id = ?3 AND standing <> 'removed')
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![id, org, person, reply.name, reply.text])?;
    Ok(if added > 0 { ReplyPut::Done } else { ReplyPut::NotTheirs })
}

pub(super) fn remove(sql: &Connection, org: OrgId, of: ReplyOwner, id: ReplyId) -> Result<bool> {
    sql.prepare_cached("DELETE FROM reply WHERE id = ?1 AND org = ?2 AND person IS ?3")?
        .execute(params![id.0.into_bytes(), org.0.into_bytes(), person_of(of)])
        .map(|removed| removed > 0)
}

/// All of a person who is removed.
pub(super) fn remove_all_of(sql: &Connection, person: PersonId) -> Result<()> {
    sql.prepare_cached(
        "DELETE FROM reply WHERE org = (SELECT org FROM person WHERE id = ?1) AND person = ?1",
    )?
    .execute(params![person.0.into_bytes()])
    .map(drop)
}
