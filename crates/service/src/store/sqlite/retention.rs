//! SQL that deletes sessions after the time for which an organisation keeps them, some rows at a time: nobody waits long behind a step.
//! A session that is being deleted is marked first, so that nobody ever sees a part of it, and a later step goes on with it.

use super::super::OrgId;
use super::history;
use super::values::integer;
use presence::UnixMillis;
use rusqlite::{Connection, OptionalExtension, Result, params};

/// Deletes completed sessions that were completed before this time, with all that belongs to them, about `rows` rows. Returns whether more is left.
pub(super) fn delete_ended(sql: &Connection, org: OrgId, before: UnixMillis, rows: usize) -> Result<bool> {
    let mut left = rows;
    while left > 0 {
        let Some((id, place)) = next(sql, org, before)? else { return Ok(false) };
        left = left.saturating_sub(delete_some(sql, id, place, left)?);
    }
    next(sql, org, before).map(|next| next.is_some())
}

type Marked = ([u8; 16], i64);

/// The session to delete next: one that is being deleted, or else the one that was completed first.
fn next(sql: &Connection, org: OrgId, before: UnixMillis) -> Result<Option<Marked>> {
    let begun: Option<Marked> = sql
        .prepare_cached("SELECT id, place FROM session WHERE org = ?1 AND deleting LIMIT 1")?
        .query_row(params![org.0.into_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if begun.is_some() {
        return Ok(begun);
    }
    sql.prepare_cached(
        "SELECT id, place FROM session WHERE org = ?1 AND status = 'completed' AND completed < ?2 ORDER BY completed LIMIT 1",
    )?
    .query_row(params![org.0.into_bytes(), integer(before.0)], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
}

/// Deletes messages of a session, the last ones first, and after them the session. Returns how many rows that were.
fn delete_some(sql: &Connection, id: [u8; 16], place: i64, rows: usize) -> Result<usize> {
    sql.prepare_cached("UPDATE session SET deleting = 1 WHERE id = ?1 AND NOT deleting")?
        .execute(params![id])?;
    let last: i64 = sql
        .prepare_cached("SELECT ifnull(max(number), 0) FROM message WHERE session = ?1")?
        .query_row(params![id], |row| row.get(0))?;
    let from = (last - integer(rows as u64) + 1).max(1);
    let deleted = sql
        .prepare_cached("DELETE FROM message WHERE session = ?1 AND number >= ?2")?
        .execute(params![id, from])?;
    history::forget(sql, place, from, last)?;
    if from > 1 {
        return Ok(deleted.max(1));
    }
    history::forget(sql, place, 0, 0)?;
    sql.prepare_cached("DELETE FROM note WHERE session = ?1")?.execute(params![id])?;
    sql.prepare_cached("DELETE FROM seen WHERE session = ?1")?.execute(params![id])?;
    sql.prepare_cached("DELETE FROM session WHERE id = ?1")?.execute(params![id])?;
    Ok(deleted + 1)
}
