//! SQL of organisations, of presence as it was last known, and of what a task starts from.

use super::super::{Changes, DeviceKind, OrgId, OrgSnapshot, Organisation, SignInId, StoredDevice};
use super::accounts::{PERSON, person_from};
use super::sessions::set_seen;
use super::values::{from_json, integer, to_json, unsigned};
use chat::{PersonId, SessionId};
use presence::user::Stamped;
use presence::{IdleReason, Preference, UnixMillis};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::time::Duration;
use uuid::Uuid;

fn organisation_from(row: &Row<'_>) -> Result<Organisation> {
    Ok(Organisation {
        id: OrgId(Uuid::from_bytes(row.get(0)?)),
        name: row.get(1)?,
        idle_after: span(row.get(2)?),
        complete_after: span(row.get(3)?),
    })
}

fn span(millis: Option<i64>) -> Option<Duration> {
    millis.map(|millis| Duration::from_millis(unsigned(millis)))
}

pub(super) fn organisations(sql: &Connection) -> Result<Vec<Organisation>> {
    sql.prepare_cached("SELECT id, name, idle_after_ms, complete_after_ms FROM organisation ORDER BY name")?
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
        .prepare_cached(
            "SELECT id, name, idle_after_ms, complete_after_ms, alive_at FROM organisation WHERE id = ?1",
        )?
        .query_row(params![id], |row| Ok((organisation_from(row)?, UnixMillis(unsigned(row.get(4)?)))))
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
        .collect::<Result<_>>()?;
    let sessions = sql
        .prepare_cached("SELECT body FROM session WHERE org = ?1 AND status <> 'completed'")?
        .query_map(params![id], |row| from_json(&row.get::<_, String>(0)?))?
        .collect::<Result<_>>()?;
    let seen = sql
        .prepare_cached(
            "SELECT n.session, n.person, n.number FROM seen n JOIN session s ON s.id = n.session
             WHERE s.org = ?1 AND s.status <> 'completed'",
        )?
        .query_map(params![id], |row| {
            let session = SessionId(Uuid::from_bytes(row.get(0)?));
            Ok((session, PersonId(Uuid::from_bytes(row.get(1)?)), unsigned(row.get(2)?)))
        })?
        .collect::<Result<_>>()?;
    Ok(Some(OrgSnapshot { organisation, people, devices, alive_at, sessions, seen }))
}

fn device_from(row: &Row<'_>) -> Result<StoredDevice> {
    let since = UnixMillis(unsigned(row.get(6)?));
    let stamp = match row.get::<_, Option<String>>(5)?.as_deref() {
        None => Stamped::Active { since },
        Some("locked") => Stamped::Idle { reason: IdleReason::Locked, since },
        Some("asleep") => Stamped::Idle { reason: IdleReason::Asleep, since },
        Some(_) => Stamped::Idle { reason: IdleReason::Idle, since },
    };
    Ok(StoredDevice {
        person: PersonId(Uuid::from_bytes(row.get(0)?)),
        instance: Uuid::from_bytes(row.get(1)?),
        sign_in: SignInId(Uuid::from_bytes(row.get(2)?)),
        kind: if row.get::<_, String>(3)? == "page" { DeviceKind::Page } else { DeviceKind::Native },
        name: row.get(4)?,
        stamp,
        active_since: UnixMillis(unsigned(row.get(7)?)),
        last_frame: UnixMillis(unsigned(row.get(8)?)),
        connected: row.get(9)?,
    })
}

pub(super) fn save(sql: &Connection, changes: &Changes) -> Result<()> {
    for (person, instance) in &changes.gone {
        sql.prepare_cached("DELETE FROM device WHERE person = ?1 AND instance = ?2")?
            .execute(params![person.0.into_bytes(), instance.into_bytes()])?;
    }
    for device in &changes.devices {
        save_device(sql, device)?;
    }
    for (person, last_seen) in &changes.last_seen {
        sql.prepare_cached("UPDATE person SET last_seen = ?2 WHERE id = ?1")?
            .execute(params![person.0.into_bytes(), integer(last_seen.0)])?;
    }
    if let Some((org, at)) = changes.alive {
        sql.prepare_cached("UPDATE organisation SET alive_at = ?2 WHERE id = ?1")?
            .execute(params![org.0.into_bytes(), integer(at.0)])?;
    }
    for (session, person, number) in &changes.seen {
        set_seen(sql, *session, *person, *number)?;
    }
    Ok(())
}

/// A device whose sign-in has just been ended stays away.
fn save_device(sql: &Connection, device: &StoredDevice) -> Result<()> {
    let (idle, since) = match device.stamp {
        Stamped::Active { since } => (None, since),
        Stamped::Idle { reason: IdleReason::Idle, since } => (Some("idle"), since),
        Stamped::Idle { reason: IdleReason::Locked, since } => (Some("locked"), since),
        Stamped::Idle { reason: IdleReason::Asleep, since } => (Some("asleep"), since),
    };
    let kind = match device.kind {
        DeviceKind::Native => "native",
        DeviceKind::Page => "page",
    };
    sql.prepare_cached(
        "INSERT INTO device (person, instance, sign_in, kind, name, idle, since, active_since, last_frame, connected)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE EXISTS (SELECT 1 FROM sign_in WHERE id = ?3)
         ON CONFLICT (person, instance) DO UPDATE SET sign_in = excluded.sign_in, kind = excluded.kind,
         name = excluded.name, idle = excluded.idle, since = excluded.since, active_since = excluded.active_since,
         last_frame = excluded.last_frame, connected = excluded.connected",
    )?
    .execute(params![
        device.person.0.into_bytes(),
        device.instance.into_bytes(),
        device.sign_in.0.into_bytes(),
        kind,
        device.name,
        idle,
        integer(since.0),
        integer(device.active_since.0),
        integer(device.last_frame.0),
        device.connected
    ])
    .map(drop)
}

pub(super) fn set_preference(
    sql: &Connection,
    person: PersonId,
    preference: Preference,
    set: UnixMillis,
) -> Result<()> {
    sql.prepare_cached("UPDATE person SET preference = ?2, preference_set = ?3 WHERE id = ?1")?
        .execute(params![person.0.into_bytes(), to_json(&preference), integer(set.0)])
        .map(drop)
}
