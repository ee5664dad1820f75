//! SQL for what an administrator lists and renames: organisations, companies, people, links and sign-ins.

use super::super::{LinkId, ListedCompany, ListedLink, ListedPerson, ListedSignIn, OrgId, SignInId};
use super::accounts::{PERSON, person_from};
use super::values::{integer, unsigned};
use chat::PersonId;
use presence::UnixMillis;
use rusqlite::{Connection, Result, params};
use uuid::Uuid;

fn bytes(org: Option<OrgId>) -> Option<[u8; 16]> {
    org.map(|org| org.0.into_bytes())
}

pub(super) fn add_org(sql: &Connection, org: OrgId, name: &str) -> Result<bool> {
    sql.prepare_cached("INSERT INTO organisation (id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![org.0.into_bytes(), name])
        .map(|added| added > 0)
}

pub(super) fn rename_org(sql: &Connection, org: OrgId, name: &str) -> Result<bool> {
    sql.prepare_cached("UPDATE OR IGNORE organisation SET name = ?2 WHERE id = ?1")?
        .execute(params![org.0.into_bytes(), name])
        .map(|changed| changed > 0)
}

pub(super) fn companies(sql: &Connection, org: Option<OrgId>) -> Result<Vec<ListedCompany>> {
    sql.prepare_cached(
        "SELECT o.id, o.name, c.name,
            (SELECT count(*) FROM person p WHERE p.org = c.org AND p.company = c.id AND p.standing <> 'removed')
         FROM company c JOIN organisation o ON o.id = c.org WHERE ?1 IS NULL OR o.id = ?1 ORDER BY o.name, c.name",
    )?
    .query_map(params![bytes(org)], |row| {
        Ok(ListedCompany {
            org: OrgId(Uuid::from_bytes(row.get(0)?)),
            org_name: row.get(1)?,
            name: row.get(2)?,
            people: unsigned(row.get(3)?),
        })
    })?
    .collect()
}

pub(super) fn add_company(sql: &Connection, org: OrgId, name: &str) -> Result<bool> {
    sql.prepare_cached("INSERT INTO company (org, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![org.0.into_bytes(), name])
        .map(|added| added > 0)
}

pub(super) fn rename_company(sql: &Connection, org: OrgId, from: &str, to: &str) -> Result<bool> {
    sql.prepare_cached("UPDATE OR IGNORE company SET name = ?3 WHERE org = ?1 AND name = ?2")?
        .execute(params![org.0.into_bytes(), from, to])
        .map(|changed| changed > 0)
}

pub(super) fn people(sql: &Connection, org: Option<OrgId>) -> Result<Vec<ListedPerson>> {
    sql.prepare_cached(&format!(
        "SELECT {PERSON}, o.id, o.name, EXISTS (SELECT 1 FROM device d WHERE d.person = p.id)
         FROM person p JOIN organisation o ON o.id = p.org LEFT JOIN company c ON c.id = p.company
         WHERE (?1 IS NULL OR o.id = ?1) AND p.standing <> 'removed' ORDER BY o.name, c.name, p.name"
    ))?
    .query_map(params![bytes(org)], |row| {
        Ok(ListedPerson {
            org: OrgId(Uuid::from_bytes(row.get(7)?)),
            org_name: row.get(8)?,
            person: person_from(row)?,
            connected: row.get(9)?,
        })
    })?
    .collect()
}

pub(super) fn rename_person(sql: &Connection, person: PersonId, name: &str) -> Result<bool> {
    sql.prepare_cached("UPDATE OR IGNORE person SET name = ?2 WHERE id = ?1")?
        .execute(params![person.0.into_bytes(), name])
        .map(|changed| changed > 0)
}

pub(super) fn sign_ins(sql: &Connection) -> Result<Vec<ListedSignIn>> {
    sql.prepare_cached(
        "SELECT s.id, o.id, o.name, p.id, p.name, s.device, s.created FROM sign_in s
         JOIN person p ON p.id = s.person JOIN organisation o ON o.id = p.org
         WHERE s.window_of IS NULL ORDER BY o.name, p.name, s.created",
    )?
    .query_map([], |row| {
        Ok(ListedSignIn {
            id: SignInId(Uuid::from_bytes(row.get(0)?)),
            org: OrgId(Uuid::from_bytes(row.get(1)?)),
            org_name: row.get(2)?,
            person: PersonId(Uuid::from_bytes(row.get(3)?)),
            name: row.get(4)?,
            device: row.get(5)?,
            created: UnixMillis(unsigned(row.get(6)?)),
        })
    })?
    .collect()
}

pub(super) fn links(sql: &Connection, not_before: UnixMillis) -> Result<Vec<ListedLink>> {
    sql.prepare_cached(
        "SELECT substr(l.hash, 1, 16), o.id, o.name, p.id, p.name, l.created FROM link l
         JOIN person p ON p.id = l.person JOIN organisation o ON o.id = p.org
         WHERE l.token IS NULL AND l.ended IS NULL AND l.created >= ?1 ORDER BY o.name, p.name, l.created",
    )?
    .query_map(params![integer(not_before.0)], |row| {
        Ok(ListedLink {
            id: LinkId(Uuid::from_bytes(row.get(0)?)),
            org: OrgId(Uuid::from_bytes(row.get(1)?)),
            org_name: row.get(2)?,
            person: PersonId(Uuid::from_bytes(row.get(3)?)),
            name: row.get(4)?,
            created: UnixMillis(unsigned(row.get(5)?)),
        })
    })?
    .collect()
}
