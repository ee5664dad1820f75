//! SQL of people, links and sign-ins.

use super::super::{
    Account, Added, Affiliation, Ended, Hash, LinkId, NewPerson, OrgId, Person, Redeemed, SignInId, Standing,
};
use super::replies;
use super::values::{from_json, integer, unsigned};
use chat::PersonId;
use presence::UnixMillis;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use uuid::Uuid;

/// The columns of a person, in the order in which [`person_from`] reads them, from `person p LEFT JOIN company c`.
pub(super) const PERSON: &str =
    "p.id, p.name, c.name, p.preference, p.preference_set, p.last_seen, p.standing";

pub(super) fn person_from(row: &Row<'_>) -> Result<Person> {
    let company: Option<String> = row.get(2)?;
    Ok(Person {
        id: PersonId(Uuid::from_bytes(row.get(0)?)),
        name: row.get(1)?,
        affiliation: company.map_or(Affiliation::Technician, |company| Affiliation::Client { company }),
        preference: (from_json(&row.get::<_, String>(3)?)?, UnixMillis(unsigned(row.get(4)?))),
        last_seen: UnixMillis(unsigned(row.get(5)?)),
        standing: standing_from(&row.get::<_, String>(6)?),
    })
}

pub(super) fn add_person(sql: &Connection, new: &NewPerson, link: Hash, now: UnixMillis) -> Result<Added> {
    let (org_name, org_id) = &new.org;
    sql.prepare_cached("INSERT INTO organisation (id, name) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING")?
        .execute(params![org_id.0.into_bytes(), org_name])?;
    let org: [u8; 16] = sql
        .prepare_cached("SELECT id FROM organisation WHERE name = ?1")?
        .query_row(params![org_name], |row| row.get(0))?;
    let company: Option<i64> = match &new.affiliation {
        Affiliation::Technician => None,
        Affiliation::Client { company } => {
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
        affiliation: new.affiliation.clone(),
        preference: Default::default(),
        last_seen: UnixMillis(0),
        standing: Standing::Active,
    };
    Ok(Added::Person(OrgId(Uuid::from_bytes(org)), person))
}

/// Adds a link and ends the person's unused ones.
pub(super) fn add_link(sql: &Connection, person: PersonId, link: Hash, now: UnixMillis) -> Result<usize> {
    let ended = end_links(sql, person, now, UnixMillis(0))?;
    insert_link(sql, link, person, now)?;
    Ok(ended)
}

pub(super) fn end_links(
    sql: &Connection,
    person: PersonId,
    now: UnixMillis,
    not_before: UnixMillis,
) -> Result<usize> {
    sql.prepare_cached(
        "UPDATE link SET ended = ?2 WHERE person = ?1 AND created >= ?3 AND token IS NULL AND ended IS NULL",
    )?
    .execute(params![person.0.into_bytes(), integer(now.0), integer(not_before.0)])
}

pub(super) fn end_link(sql: &Connection, link: LinkId, now: UnixMillis) -> Result<bool> {
    sql.prepare_cached(
        "UPDATE link SET ended = ?2 WHERE substr(hash, 1, 16) = ?1 AND token IS NULL AND ended IS NULL",
    )?
    .execute(params![link.0.into_bytes(), integer(now.0)])
    .map(|changed| changed > 0)
}

pub(super) fn set_standing(
    sql: &Connection,
    person: PersonId,
    standing: Standing,
    now: UnixMillis,
) -> Result<Ended> {
    sql.prepare_cached("UPDATE person SET standing = ?2 WHERE id = ?1")?
        .execute(params![person.0.into_bytes(), standing_text(standing)])?;
    let sign_ins = end_sign_ins(sql, person)?;
    let links = end_links(sql, person, now, UnixMillis(0))?;
    match standing {
        Standing::Removed => replies::remove_all_of(sql, person)?,
        Standing::Active | Standing::Suspended => {}
    }
    Ok(Ended { sign_ins, links })
}

pub(super) fn resume(sql: &Connection, person: PersonId, link: Hash, now: UnixMillis) -> Result<Ended> {
    let ended = set_standing(sql, person, Standing::Active, now)?;
    insert_link(sql, link, person, now)?;
    Ok(ended)
}

/// A window's sign-in ends with its app's, a device with its sign-in.
pub(super) fn end_sign_ins(sql: &Connection, person: PersonId) -> Result<Vec<SignInId>> {
    let id = person.0.into_bytes();
    let sign_ins = sql
        .prepare_cached("SELECT id FROM sign_in WHERE person = ?1 AND window_of IS NULL ORDER BY created")?
        .query_map(params![id], |row| Ok(SignInId(Uuid::from_bytes(row.get(0)?))))?
        .collect::<Result<_>>()?;
    sql.prepare_cached("DELETE FROM sign_in WHERE person = ?1")?.execute(params![id])?;
    Ok(sign_ins)
}

fn standing_text(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Suspended => "suspended",
        Standing::Removed => "removed",
    }
}

/// A standing that this version does not know keeps the person out.
fn standing_from(text: &str) -> Standing {
    match text {
        "active" => Standing::Active,
        "suspended" => Standing::Suspended,
        _ => Standing::Removed,
    }
}

fn insert_link(sql: &Connection, link: Hash, person: PersonId, now: UnixMillis) -> Result<()> {
    sql.prepare_cached("INSERT INTO link (hash, person, created) VALUES (?1, ?2, ?3)")?
        .execute(params![link.0, person.0.into_bytes(), integer(now.0)])
        .map(drop)
}

/// The state of a link.
pub(super) enum Link {
    /// It may be bound to a token, for this person.
    Good([u8; 16]),
    /// The answer needs no write.
    Answered(Redeemed),
}

/// Reads what redeeming a link would return.
pub(super) fn look_up_link(
    sql: &Connection,
    link: Hash,
    token: Hash,
    not_before: UnixMillis,
) -> Result<Link> {
    let found = sql
        .prepare_cached("SELECT person, created, token, ended IS NOT NULL FROM link WHERE hash = ?1")?
        .query_row(params![link.0], |row| {
            let person: [u8; 16] = row.get(0)?;
            let used_by: Option<[u8; 32]> = row.get(2)?;
            Ok((person, UnixMillis(unsigned(row.get(1)?)), used_by, row.get::<_, bool>(3)?))
        })
        .optional()?;
    let Some((person, created, used_by, ended)) = found else { return Ok(Link::Answered(Redeemed::Unknown)) };
    Ok(match used_by {
        Some(by) if by == token.0 => {
            let account = account(sql, token)?;
            Link::Answered(account.map_or(Redeemed::Used, |account| Redeemed::Account(Box::new(account))))
        }
        Some(_) => Link::Answered(Redeemed::Used),
        None if ended => Link::Answered(Redeemed::Ended),
        None if created < not_before => Link::Answered(Redeemed::Expired),
        None => Link::Good(person),
    })
}

pub(super) fn redeem(
    sql: &Connection,
    link: Hash,
    token: Hash,
    sign_in: SignInId,
    device: &str,
    now: UnixMillis,
    not_before: UnixMillis,
) -> Result<Redeemed> {
    let person = match look_up_link(sql, link, token, not_before)? {
        Link::Good(person) => person,
        Link::Answered(answer) => return Ok(answer),
    };
    let added = sql
        .prepare_cached(
            "INSERT INTO sign_in (id, person, token, device, created) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![sign_in.0.into_bytes(), person, token.0, device, integer(now.0)])?;
    // Another sign-in has this token, and only its owner can know it: this link would tell whose it is.
    if added == 0 {
        return Ok(Redeemed::Used);
    }
    sql.prepare_cached("UPDATE link SET token = ?2 WHERE hash = ?1")?.execute(params![link.0, token.0])?;
    Ok(account(sql, token)?.map_or(Redeemed::Used, |account| Redeemed::Account(Box::new(account))))
}

pub(super) fn account(sql: &Connection, token: Hash) -> Result<Option<Account>> {
    sql.prepare_cached(&format!(
        "SELECT {PERSON}, s.id, s.window_of, s.instance, o.id, o.name
         FROM sign_in s JOIN person p ON p.id = s.person JOIN organisation o ON o.id = p.org
         LEFT JOIN company c ON c.id = p.company WHERE s.token = ?1"
    ))?
    .query_row(params![token.0], |row| {
        let of: Option<[u8; 16]> = row.get(8)?;
        let instance: Option<[u8; 16]> = row.get(9)?;
        Ok(Account {
            sign_in: SignInId(Uuid::from_bytes(row.get(7)?)),
            window_of: of
                .zip(instance)
                .map(|(of, run)| (SignInId(Uuid::from_bytes(of)), Uuid::from_bytes(run))),
            person: person_from(row)?,
            org: OrgId(Uuid::from_bytes(row.get(10)?)),
            org_name: row.get(11)?,
        })
    })
    .optional()
}

pub(super) fn add_window(
    sql: &Connection,
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

pub(super) fn revoke(sql: &Connection, sign_in: SignInId) -> Result<Option<OrgId>> {
    let org: Option<[u8; 16]> = sql
        .prepare_cached("SELECT p.org FROM sign_in s JOIN person p ON p.id = s.person WHERE s.id = ?1")?
        .query_row(params![sign_in.0.into_bytes()], |row| row.get(0))
        .optional()?;
    sql.prepare_cached("DELETE FROM sign_in WHERE id = ?1")?.execute(params![sign_in.0.into_bytes()])?;
    Ok(org.map(|org| OrgId(Uuid::from_bytes(org))))
}
