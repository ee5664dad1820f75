//! SQL for organisations, for what an organisation's task starts from, and for the service's address.

use super::super::{AddressOf, Addresses, OrgId, OrgSnapshot, Organisation, ReplyOwner, StoredDevice};
use super::accounts::{PERSON, person_from};
use super::changes::device_from;
use super::replies;
use super::values::{from_json, integer, unsigned};
use chat::{PersonId, SessionId};
use presence::{Role, UnixMillis};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::time::Duration;
use uuid::Uuid;

/// The columns of an organisation.
const ORGANISATION: &str =
    "id, name, idle_after_ms, complete_after_ms, keep_for_ms, files_quota, typing, read_marks,
     ticket_address, technician_portal, client_portal";

fn organisation_from(row: &Row<'_>) -> Result<Organisation> {
    Ok(Organisation {
        id: OrgId(Uuid::from_bytes(row.get(0)?)),
        name: row.get(1)?,
        idle_after: span(row.get(2)?),
        complete_after: span(row.get(3)?),
        keep_for: span(row.get(4)?),
        files_quota: row.get::<_, Option<i64>>(5)?.map(unsigned),
        typing: row.get(6)?,
        read_marks: row.get(7)?,
        addresses: Addresses {
            ticket: row.get(8)?,
            technician_portal: row.get(9)?,
            client_portal: row.get(10)?,
        },
    })
}

fn span(millis: Option<i64>) -> Option<Duration> {
    millis.map(|millis| Duration::from_millis(unsigned(millis)))
}

pub(super) fn organisations(sql: &Connection) -> Result<Vec<Organisation>> {
    sql.prepare_cached(&format!("SELECT {ORGANISATION} FROM organisation ORDER BY name"))?
        .query_map([], organisation_from)?
        .collect()
}

pub(super) fn set_idle_after(sql: &Connection, org: OrgId, idle_after: Duration) -> Result<()> {
    let millis = u64::try_from(idle_after.as_millis()).unwrap_or(u64::MAX);
    sql.prepare_cached("UPDATE organisation SET idle_after_ms = ?2 WHERE id = ?1")?
        .execute(params![org.0.into_bytes(), integer(millis)])
        .map(drop)
}

pub(super) fn set_complete_after(sql: &Connection, org: OrgId, complete_after: Duration) -> Result<()> {
    let millis = u64::try_from(complete_after.as_millis()).unwrap_or(u64::MAX);
    sql.prepare_cached("UPDATE organisation SET complete_after_ms = ?2 WHERE id = ?1")?
        .execute(params![org.0.into_bytes(), integer(millis)])
        .map(drop)
}

pub(super) fn set_keep_for(sql: &Connection, org: OrgId, keep_for: Duration) -> Result<()> {
    let millis = u64::try_from(keep_for.as_millis()).unwrap_or(u64::MAX);
    sql.prepare_cached("UPDATE organisation SET keep_for_ms = ?2 WHERE id = ?1")?
        .execute(params![org.0.into_bytes(), integer(millis)])
        .map(drop)
}

pub(super) fn set_typing(sql: &Connection, org: OrgId, is_on: bool) -> Result<()> {
    sql.prepare_cached("UPDATE organisation SET typing = ?2 WHERE id = ?1")?
        .execute(params![org.0.into_bytes(), is_on])
        .map(drop)
}

pub(super) fn set_read_marks(sql: &Connection, org: OrgId, is_on: bool) -> Result<()> {
    sql.prepare_cached("UPDATE organisation SET read_marks = ?2 WHERE id = ?1")?
        .execute(params![org.0.into_bytes(), is_on])
        .map(drop)
}

pub(super) fn set_address_template(
    sql: &Connection,
    org: OrgId,
    of: AddressOf,
    template: Option<&str>,
) -> Result<()> {
    let column = match of {
        AddressOf::Ticket => "ticket_address",
        AddressOf::Portal(Role::Technician) => "technician_portal",
        AddressOf::Portal(Role::Client) => "client_portal",
    };
    sql.prepare_cached(&format!("UPDATE organisation SET {column} = ?2 WHERE id = ?1"))?
        .execute(params![org.0.into_bytes(), template])
        .map(drop)
}

pub(super) fn address(sql: &Connection) -> Result<Option<String>> {
    sql.prepare_cached("SELECT value FROM meta WHERE key = 'address'")?
        .query_row([], |row| row.get(0))
        .optional()
}

pub(super) fn set_address(sql: &Connection, address: &str) -> Result<()> {
    sql.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES ('address', ?1)")?
        .execute(params![address])
        .map(drop)
}

pub(super) fn load(sql: &Connection, org: OrgId) -> Result<Option<OrgSnapshot>> {
    let id = org.0.into_bytes();
    let organisation = sql
        .prepare_cached(&format!("SELECT {ORGANISATION}, alive_at FROM organisation WHERE id = ?1"))?
        .query_row(params![id], |row| {
            Ok((organisation_from(row)?, UnixMillis(unsigned(row.get("alive_at")?))))
        })
        .optional()?;
    let Some((organisation, alive_at)) = organisation else { return Ok(None) };
    let people = sql
        .prepare_cached(&format!(
            "SELECT {PERSON} FROM person p LEFT JOIN company c ON c.id = p.company WHERE p.org = ?1"
        ))?
        .query_map(params![id], person_from)?
        .collect::<Result<_>>()?;
    let devices = sql
        .prepare_cached(
            "SELECT d.person, d.instance, d.sign_in, d.kind, d.name, d.idle, d.since, d.active_since, d.last_frame,
                    d.connected
             FROM device d JOIN person p ON p.id = d.person WHERE p.org = ?1",
        )?
        .query_map(params![id], device_from)?
        .collect::<Result<Vec<_>>>()?;
    let sessions = sql
        .prepare_cached("SELECT body FROM session WHERE org = ?1 AND status <> 'completed'")?
        .query_map(params![id], |row| from_json(&row.get::<_, String>(0)?))?
        .collect::<Result<_>>()?;
    // A completion can be undone after the start, too.
    let last = devices.iter().map(|device: &StoredDevice| device.last_frame).chain([alive_at]).max();
    let undone_from = last.unwrap_or_default().minus(Duration::from_millis(chat::limits::UNDO_MS));
    let seen = sql
        .prepare_cached(
            "SELECT n.session, n.person, n.number FROM seen n JOIN session s ON s.id = n.session
             WHERE s.org = ?1 AND s.status <> 'completed'
             UNION ALL
             SELECT n.session, n.person, n.number FROM seen n JOIN session s ON s.id = n.session
             WHERE s.org = ?1 AND s.status = 'completed' AND s.completed >= ?2",
        )?
        .query_map(params![id, integer(undone_from.0)], |row| {
            let session = SessionId(Uuid::from_bytes(row.get(0)?));
            Ok((session, PersonId(Uuid::from_bytes(row.get(1)?)), unsigned(row.get(2)?)))
        })?
        .collect::<Result<_>>()?;
    let replies = replies::list(sql, org, ReplyOwner::Organisation)?;
    Ok(Some(OrgSnapshot { organisation, people, devices, alive_at, sessions, seen, replies }))
}
