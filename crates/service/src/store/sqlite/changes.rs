//! SQL for what a task saves: devices, when people were last seen, their preferences, and what they have read.

use super::super::{Changes, DeviceKind, SignInId, StoredDevice};
use super::sessions::set_seen;
use super::values::{integer, to_json, unsigned};
use chat::PersonId;
use presence::user::Stamped;
use presence::{IdleReason, Preference, UnixMillis};
use rusqlite::{Connection, Result, Row, params};
use uuid::Uuid;

pub(super) fn save(sql: &Connection, changes: &Changes) -> Result<()> {
    for (person, instance) in &changes.gone {
        sql.prepare_cached("DELETE FROM device WHERE person = ?1 AND instance = ?2")?
            .execute(params![person.0.into_bytes(), instance.into_bytes()])?;
    }
    for device in &changes.devices {
        save_device(sql, device)?;
    }
    for (person, preference, set) in &changes.preferences {
        set_preference(sql, *person, *preference, *set)?;
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

/// A device as it was saved.
pub(super) fn device_from(row: &Row<'_>) -> Result<StoredDevice> {
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
