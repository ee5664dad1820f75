//! SQL of people, links and sign-ins.

use super::super::{
    Account, Added, Belongs, Hash, Linked, ListedPerson, ListedSignIn, NewPerson, OrgId, Person, Redeemed,
    SignInId,
};
use super::{from_json, integer, unsigned};
use chat::PersonId;
use presence::UnixMillis;
use rusqlite::{OptionalExtension, Result, Row, Transaction, params};
use uuid::Uuid;

/// The columns of a person, in the order in which [`person_from`] reads them, from `person p LEFT JOIN company c`.
pub(super) const PERSON: &str = "p.id, p.name, c.name, p.preference, p.preference_set, p.last_seen";

pub(super) fn person_from(row: &Row<'_>) -> Result<Person> {
    let company: Option<String> = row.get(2)?;
    Ok(Person {
        id: PersonId(Uuid::from_bytes(row.get(0)?)),
        name: row.get(1)?,
        belongs: company.map_or(Belongs::Technician, |company| Belongs::Client { company }),
        preference: (from_json(&row.get::<_, String>(3)?)?, UnixMillis(unsigned(row.get(4)?))),
        last_seen: UnixMillis(unsigned(row.get(5)?)),
    })
}

pub(super) fn add_person(
    sql: &Transaction<'_>,
    new: &NewPerson,
    link: Hash,
    now: UnixMillis,
) -> Result<Added> {
    let (org_name, org_id) = &new.org;
    sql.prepare_cached("INSERT INTO organisation (id, name) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING")?
        .execute(params![org_id.0.into_bytes(), org_name])?;
    let org: [u8; 16] = sql
        .prepare_cached("SELECT id FROM organisation WHERE name = ?1")?
        .query_row(params![org_name], |row| row.get(0))?;
    let company: Option<i64> = match &new.belongs {
        Belongs::Technician => None,
        Belongs::Client { company } => {
            sql.prepare_cached(
                "INSERT INTO company (org, name) VALUES (?1, ?2) ON CONFLICT (org, name) DO NOTHING",
            )?
            .execute(params![org, company])?;
            Some(
                sql.prepare_cached("SELECT id FROM company WHERE org = ?1 AND name = ?2")?
                    .query_row(params![org, company], |row| row.get(0))?,
            )
        }
    };
    let added = sql
        .prepare_cached(
            "INSERT INTO person (id, org, company, name) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )?
        .execute(params![new.id.0.into_bytes(), org, company, new.name])?;
    if added == 0 {
        return Ok(Added::Exists);
    }
    insert_link(sql, link, new.id, now)?;
    let person = Person {
        id: new.id,
        name: new.name.clone(),
        belongs: new.belongs.clone(),
        preference: Default::default(),
        last_seen: UnixMillis(0),
    };
    Ok(Added::Person(OrgId(Uuid::from_bytes(org)), person))
}

pub(super) fn add_link(
    sql: &Transaction<'_>,
    org: &str,
    name: &str,
    company: Option<&str>,
    link: Hash,
    now: UnixMillis,
) -> Result<Linked> {
    let found: Vec<(Uuid, Option<String>)> = sql
        .prepare_cached(
            "SELECT p.id, c.name FROM person p JOIN organisation o ON o.id = p.org LEFT JOIN company c ON c.id = p.company
             WHERE o.name = ?1 AND p.name = ?2 AND (?3 IS NULL OR c.name = ?3) ORDER BY c.name",
        )?
        .query_map(params![org, name, company], |row| Ok((Uuid::from_bytes(row.get(0)?), row.get(1)?)))?
        .collect::<Result<_>>()?;
    match found.as_slice() {
        [] => Ok(Linked::Nobody),
        [(person, _)] => {
            insert_link(sql, link, PersonId(*person), now)?;
            Ok(Linked::Person(PersonId(*person)))
        }
        several => Ok(Linked::Several(
            several.iter().map(|(_, company)| company.clone().unwrap_or_default()).collect(),
        )),
    }
}

fn insert_link(sql: &Transaction<'_>, link: Hash, person: PersonId, now: UnixMillis) -> Result<()> {
    sql.prepare_cached("INSERT INTO link (hash, person, created) VALUES (?1, ?2, ?3)")?
        .execute(params![link.0, person.0.into_bytes(), integer(now.0)])
        .map(drop)
}

pub(super) fn people(sql: &Transaction<'_>, org: Option<&str>) -> Result<Vec<ListedPerson>> {
    sql.prepare_cached(&format!(
        "SELECT {PERSON}, o.name, EXISTS (SELECT 1 FROM device d WHERE d.person = p.id)
         FROM person p JOIN organisation o ON o.id = p.org LEFT JOIN company c ON c.id = p.company
         WHERE ?1 IS NULL OR o.name = ?1 ORDER BY o.name, c.name, p.name"
    ))?
    .query_map(params![org], |row| {
        Ok(ListedPerson { org: row.get(6)?, person: person_from(row)?, connected: row.get(7)? })
    })?
    .collect()
}

pub(super) fn redeem(
    sql: &Transaction<'_>,
    link: Hash,
    token: Hash,
    sign_in: SignInId,
    device: &str,
    now: UnixMillis,
    not_before: UnixMillis,
) -> Result<Redeemed> {
    let found: Option<([u8; 16], i64, Option<[u8; 32]>)> = sql
        .prepare_cached("SELECT person, created, token FROM link WHERE hash = ?1")?
        .query_row(params![link.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((person, created, used_by)) = found else { return Ok(Redeemed::Unknown) };
    match used_by {
        Some(by) if by == token.0 => {
            return Ok(
                account(sql, token)?.map_or(Redeemed::Used, |account| Redeemed::Account(Box::new(account)))
            );
        }
        Some(_) => return Ok(Redeemed::Used),
        None if UnixMillis(unsigned(created)) < not_before => return Ok(Redeemed::Expired),
        None => {}
    }
    let added = sql
        .prepare_cached(
            "INSERT INTO sign_in (id, person, token, device, created) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![sign_in.0.into_bytes(), person, token.0, device, integer(now.0)])?;
    // The token is another sign-in's: nobody but its owner can know it, so one link more would say who.
    if added == 0 {
        return Ok(Redeemed::Used);
    }
    sql.prepare_cached("UPDATE link SET token = ?2 WHERE hash = ?1")?.execute(params![link.0, token.0])?;
    Ok(account(sql, token)?.map_or(Redeemed::Used, |account| Redeemed::Account(Box::new(account))))
}

pub(super) fn account(sql: &Transaction<'_>, token: Hash) -> Result<Option<Account>> {
    sql.prepare_cached(&format!(
        "SELECT {PERSON}, s.id, s.window_of, s.instance, o.id, o.name
         FROM sign_in s JOIN person p ON p.id = s.person JOIN organisation o ON o.id = p.org
         LEFT JOIN company c ON c.id = p.company WHERE s.token = ?1"
    ))?
    .query_row(params![token.0], |row| {
        let of: Option<[u8; 16]> = row.get(7)?;
        let instance: Option<[u8; 16]> = row.get(8)?;
        Ok(Account {
            sign_in: SignInId(Uuid::from_bytes(row.get(6)?)),
            window_of: of
                .zip(instance)
                .map(|(of, run)| (SignInId(Uuid::from_bytes(of)), Uuid::from_bytes(run))),
            person: person_from(row)?,
            org: OrgId(Uuid::from_bytes(row.get(9)?)),
            org_name: row.get(10)?,
        })
    })
    .optional()
}

pub(super) fn add_window(
    sql: &Transaction<'_>,
    of: SignInId,
    instance: Uuid,
    sign_in: SignInId,
    token: Hash,
    now: UnixMillis,
) -> Result<Option<Account>> {
    sql.prepare_cached("DELETE FROM sign_in WHERE window_of = ?1")?.execute(params![of.0.into_bytes()])?;
    sql.prepare_cached(
        "INSERT INTO sign_in (id, person, token, device, created, window_of, instance)
         SELECT ?1, person, ?2, device, ?3, id, ?4 FROM sign_in WHERE id = ?5 AND window_of IS NULL",
    )?
    .execute(params![
        sign_in.0.into_bytes(),
        token.0,
        integer(now.0),
        instance.into_bytes(),
        of.0.into_bytes()
    ])?;
    account(sql, token)
}

pub(super) fn sign_ins(
    sql: &Transaction<'_>,
    org: Option<&str>,
    name: Option<&str>,
) -> Result<Vec<ListedSignIn>> {
    sql.prepare_cached(
        "SELECT s.id, o.name, p.name, s.device, s.created FROM sign_in s
         JOIN person p ON p.id = s.person JOIN organisation o ON o.id = p.org
         WHERE s.window_of IS NULL AND (?1 IS NULL OR o.name = ?1) AND (?2 IS NULL OR p.name = ?2)
         ORDER BY o.name, p.name, s.created",
    )?
    .query_map(params![org, name], |row| {
        Ok(ListedSignIn {
            id: SignInId(Uuid::from_bytes(row.get(0)?)),
            org: row.get(1)?,
            name: row.get(2)?,
            device: row.get(3)?,
            created: UnixMillis(unsigned(row.get(4)?)),
        })
    })?
    .collect()
}

pub(super) fn revoke(sql: &Transaction<'_>, sign_in: SignInId) -> Result<Option<OrgId>> {
    let org: Option<[u8; 16]> = sql
        .prepare_cached("SELECT p.org FROM sign_in s JOIN person p ON p.id = s.person WHERE s.id = ?1")?
        .query_row(params![sign_in.0.into_bytes()], |row| row.get(0))
        .optional()?;
    sql.prepare_cached("DELETE FROM sign_in WHERE id = ?1")?.execute(params![sign_in.0.into_bytes()])?;
    Ok(org.map(|org| OrgId(Uuid::from_bytes(org))))
}
