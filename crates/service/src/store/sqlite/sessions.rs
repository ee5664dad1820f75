//! SQL of chat sessions and their messages. The partial unique index `session_active` keeps C1.

use super::super::{CompletedPage, Created, KnownMessage, MessagePut, OrgId, Put};
use super::history;
use super::values::{from_json, integer, to_json, unsigned};
use chat::{Audience, Kind, Message, PersonId, Session, SessionId};
use presence::UnixMillis;
use rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
use rusqlite::{Connection, Error, OptionalExtension, Result, params};
use std::borrow::Cow;
use uuid::Uuid;

/// What a client may have only one active chat for (C1), as the column `reference` keeps it: the ticket number, if there is one. An
/// invitation is nothing that a client asks for, and stands beside any other chat.
fn reference(session: &Session) -> Cow<'_, str> {
    match session.kind() {
        Kind::Request => Cow::Borrowed(session.reference.as_deref().unwrap_or_default()),
        Kind::Push => Cow::Owned(session.id.0.to_string()),
    }
}

pub(super) fn create(sql: &Connection, org: OrgId, session: &Session, waiting: usize) -> Result<Created> {
    if let Some(before) = find(sql, session.id)? {
        return Ok(Created::Before(Box::new(before)));
    }
    let other: Option<[u8; 16]> = sql
        .prepare_cached(
            "SELECT id FROM session WHERE client = ?1 AND reference = ?2 AND status IN ('waiting', 'handled')",
        )?
        .query_row(params![session.client.0.into_bytes(), reference(session)], |row| row.get(0))
        .optional()?;
    if let Some(other) = other {
        return Ok(Created::OtherActive(SessionId(Uuid::from_bytes(other))));
    }
    let others: i64 = sql
        .prepare_cached(
            "SELECT count(*) FROM session
             WHERE client = ?1 AND status IN ('waiting', 'handled') AND status = 'waiting'",
        )?
        .query_row(params![session.client.0.into_bytes()], |row| row.get(0))?;
    if unsigned(others) >= waiting as u64 {
        return Ok(Created::TooManyWaiting);
    }
    sql.prepare_cached(
        "INSERT INTO session (id, org, client, status, reference, rev, body, place)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT ifnull(max(place), 0) + 1 FROM session))",
    )?
    .execute(params![
        session.id.0.into_bytes(),
        org.0.into_bytes(),
        session.client.0.into_bytes(),
        session.status.name(),
        reference(session),
        integer(session.rev),
        to_json(session)
    ])?;
    history::index_subject(sql, session)?;
    Ok(Created::New)
}

/// Finds a session in any organisation: an intent's id is used only once.
fn find(sql: &Connection, id: SessionId) -> Result<Option<Session>> {
    sql.prepare_cached("SELECT body FROM session WHERE id = ?1")?
        .query_row(params![id.0.into_bytes()], |row| row.get::<_, String>(0))
        .optional()?
        .map(|body| from_json(&body))
        .transpose()
}

pub(super) fn get(sql: &Connection, org: OrgId, id: SessionId) -> Result<Option<Session>> {
    sql.prepare_cached("SELECT body FROM session WHERE id = ?1 AND org = ?2 AND NOT deleting")?
        .query_row(params![id.0.into_bytes(), org.0.into_bytes()], |row| row.get::<_, String>(0))
        .optional()?
        .map(|body| from_json(&body))
        .transpose()
}

/// How many older completed sessions are counted at most: more than anybody pages through.
const COUNTED: usize = 200;
/// Completed sessions of a client that were chats, and began before the one with the id `?3`, if there is one.
const COMPLETED_OF: &str =
    "FROM session WHERE client = ?1 AND status = 'completed' AND org = ?2 AND NOT deleting
     AND (?3 IS NULL OR place < (SELECT place FROM session WHERE id = ?3))
     AND (json_extract(body, '$.invited_by') IS NULL OR json_array_length(body, '$.participants') > 0)";

pub(super) fn completed_of(
    sql: &Connection,
    org: OrgId,
    client: PersonId,
    before: Option<SessionId>,
    max: usize,
) -> Result<CompletedPage> {
    let id = |id: SessionId| id.0.into_bytes();
    let (client, org, before) = (client.0.into_bytes(), org.0.into_bytes(), before.map(id));
    let sessions: Vec<Session> = sql
        .prepare_cached(&format!("SELECT body {COMPLETED_OF} ORDER BY place DESC LIMIT ?4"))?
        .query_map(params![client, org, before, integer(max as u64)], |row| {
            from_json(&row.get::<_, String>(0)?)
        })?
        .collect::<Result<_>>()?;
    let last = sessions.last().map(|session| id(session.id)).or(before);
    let more: i64 = if sessions.len() < max {
        0
    } else {
        // However many there are, counting them costs the organisation little.
        sql.prepare_cached(&format!("SELECT count(*) FROM (SELECT 1 {COMPLETED_OF} LIMIT {COUNTED})"))?
            .query_row(params![client, org, last], |row| row.get(0))?
    };
    Ok(CompletedPage { sessions, more: unsigned(more) })
}

fn replace(sql: &Connection, org: OrgId, session: &Session, if_rev: u64) -> Result<bool> {
    let changed = sql
        .prepare_cached(
            "UPDATE session SET status = ?3, rev = ?4, body = ?5, completed = ?7
             WHERE id = ?1 AND org = ?2 AND rev = ?6",
        )?
        .execute(params![
            session.id.0.into_bytes(),
            org.0.into_bytes(),
            session.status.name(),
            integer(session.rev),
            to_json(session),
            integer(if_rev),
            session.completed().map(|at| integer(at.0))
        ])?;
    Ok(changed == 1)
}

pub(super) fn put(sql: &Connection, org: OrgId, session: &Session, if_rev: u64) -> Result<Put> {
    match replace(sql, org, session, if_rev) {
        Ok(true) => Ok(Put::Done),
        Ok(false) => Ok(Put::Lost(get(sql, org, session.id)?.map(Box::new))),
        // The only unique index over what is replaced is `session_active`.
        Err(Error::SqliteFailure(error, _)) if error.extended_code == SQLITE_CONSTRAINT_UNIQUE => {
            Ok(Put::OtherActive)
        }
        Err(error) => Err(error),
    }
}

pub(super) fn put_message(
    sql: &Connection,
    org: OrgId,
    session: &Session,
    if_rev: u64,
    audience: Audience,
    message: &Message,
) -> Result<MessagePut> {
    if let Some(known) = message_known(sql, session.id, audience, message.id)? {
        return Ok(MessagePut::Before(known));
    }
    if !replace(sql, org, session, if_rev)? {
        return Ok(MessagePut::Lost(get(sql, org, session.id)?.map(Box::new)));
    }
    sql.prepare_cached(&format!(
        "INSERT INTO {} (session, number, id, author, at, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        table(audience)
    ))?
    .execute(params![
        session.id.0.into_bytes(),
        integer(message.number),
        message.id.into_bytes(),
        message.from.0.into_bytes(),
        integer(message.at.0),
        message.text
    ])?;
    match audience {
        Audience::Everybody => {
            history::index_message(sql, session.id, message)?;
            set_seen(sql, session.id, message.from, message.number)?;
        }
        Audience::Technicians => {}
    }
    Ok(MessagePut::Done)
}

/// The table of what is written for these readers.
fn table(audience: Audience) -> &'static str {
    match audience {
        Audience::Everybody => "message",
        Audience::Technicians => "note",
    }
}

pub(super) fn message_known(
    sql: &Connection,
    session: SessionId,
    audience: Audience,
    id: Uuid,
) -> Result<Option<KnownMessage>> {
    sql.prepare_cached(&format!(
        "SELECT number, author FROM {} WHERE session = ?1 AND id = ?2",
        table(audience)
    ))?
    .query_row(params![session.0.into_bytes(), id.into_bytes()], |row| {
        let from = PersonId(Uuid::from_bytes(row.get(1)?));
        Ok(KnownMessage { number: unsigned(row.get(0)?), from })
    })
    .optional()
}

pub(super) fn messages(
    sql: &Connection,
    session: SessionId,
    audience: Audience,
    after: u64,
    max: usize,
) -> Result<Vec<Message>> {
    // A note may have the same id as a file. It must not be read as that file.
    let is_message = match audience {
        Audience::Everybody => 1,
        Audience::Technicians => 0,
    };
    sql.prepare_cached(&format!(
        "SELECT w.number, w.id, w.author, w.at, w.text, f.body FROM {} w
         LEFT JOIN file f ON f.session = w.session AND f.id = w.id AND {is_message}
         WHERE w.session = ?1 AND w.number > ?2 ORDER BY w.number LIMIT ?3",
        table(audience)
    ))?
    .query_map(params![session.0.into_bytes(), integer(after), integer(max as u64)], |row| {
        Ok(Message {
            number: unsigned(row.get(0)?),
            id: Uuid::from_bytes(row.get(1)?),
            from: PersonId(Uuid::from_bytes(row.get(2)?)),
            at: UnixMillis(unsigned(row.get(3)?)),
            text: row.get(4)?,
            file: row.get::<_, Option<String>>(5)?.map(|body| from_json(&body)).transpose()?,
        })
    })?
    .collect()
}

pub(super) fn set_seen(sql: &Connection, session: SessionId, person: PersonId, number: u64) -> Result<()> {
    sql.prepare_cached(
        "INSERT INTO seen (session, person, number) VALUES (?1, ?2, ?3)
         ON CONFLICT (session, person) DO UPDATE SET number = max(number, excluded.number)",
    )?
    .execute(params![session.0.into_bytes(), person.0.into_bytes(), integer(number)])
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session as the first version stored it.
    const STORED_FIRST: &str = r#"{"id":"5d0c7b0a-3f57-4d5e-9a0e-0a4b8b5f0010","kind":"request","status":"handled",
        "client":"0b9f6f0e-91a7-4a35-8d0e-59a1c7f6e002","subject":"Printer offline","reference":"48213","created":1,
        "waiting_since":2,"ended":null,"participants":[{"person":"0b9f6f0e-91a7-4a35-8d0e-59a1c7f6e001","joined":3,"left":null}],
        "dismissed":[],"callback":null,"ending":null,"messages":4,"rev":5}"#;

    // Otherwise an upgrade takes every database for a damaged one.
    #[test]
    fn a_session_of_an_older_version_is_read() {
        let session: Session = from_json(STORED_FIRST).unwrap();
        assert_eq!((session.subject.as_str(), session.messages, session.rev), ("Printer offline", 4, 5));
    }
}
