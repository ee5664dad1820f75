//! SQL of chats that are over, as technicians look for them: by words, people, companies and references. The table `said` indexes what was
//! said: its row number is made of the session's place and the number of the message; 0 is for the subject and the reference.

use super::super::{EndedSession, HistoryPage, HistoryQuery, OrgId};
use super::values::{from_json, integer};
use crate::names;
use chat::{Message, PersonId, Session, SessionId};
use presence::Role;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Result, params, params_from_iter};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Row numbers of one session in `said`: more messages than anybody writes in a chat; later ones are not found by their words.
const ROWS_OF_SESSION: i64 = 1 << 20;
/// Most people whose name has a word. With more, the word says too little of a person to be looked for in names.
const NAMED: usize = 1_000;
/// What is listed: a chat that is over. An invitation that was not accepted is not one.
const IS_ENDED_CHAT: &str = "s.org = ?1 AND s.status = 'completed' AND NOT s.deleting
     AND (json_extract(s.body, '$.invited_by') IS NULL OR json_array_length(s.body, '$.participants') > 0)";

/// Indexes the subject and the reference of a new session.
pub(super) fn index_subject(sql: &Connection, session: &Session) -> Result<()> {
    let text = format!("{} {}", session.subject, session.reference.as_deref().unwrap_or_default());
    index(sql, session.id, 0, &text)
}

/// Indexes a message: what it says, or the name of its file.
pub(super) fn index_message(sql: &Connection, session: SessionId, message: &Message) -> Result<()> {
    let text = message.file.as_ref().map_or(&message.text, |file| &file.name);
    index(sql, session, integer(message.number), text)
}

fn index(sql: &Connection, session: SessionId, row: i64, text: &str) -> Result<()> {
    if row >= ROWS_OF_SESSION {
        return Ok(());
    }
    sql.prepare_cached(
        "INSERT INTO said (rowid, text) SELECT place * ?2 + ?3, ?4 FROM session WHERE id = ?1",
    )?
    .execute(params![session.0.into_bytes(), ROWS_OF_SESSION, row, text])
    .map(drop)
}

/// Removes some messages of a session from the index, by their numbers.
pub(super) fn forget(sql: &Connection, place: i64, from: i64, to: i64) -> Result<()> {
    sql.prepare_cached("DELETE FROM said WHERE rowid BETWEEN ?1 * ?2 + ?3 AND ?1 * ?2 + ?4")?
        .execute(params![place, ROWS_OF_SESSION, from, to.min(ROWS_OF_SESSION - 1)])
        .map(drop)
}

/// One page of the chats that match.
pub(super) fn history(sql: &Connection, org: OrgId, query: &HistoryQuery, max: usize) -> Result<HistoryPage> {
    let words = words(&query.words);
    if words.is_empty() && !query.words.trim().is_empty() {
        // Nothing but punctuation: the index has none.
        return Ok(HistoryPage { sessions: Vec::new(), more: false });
    }
    let mut clauses = Clauses::new(org);
    clauses.filter(query);
    let people = if words.is_empty() { Vec::new() } else { people(sql, org)? };
    for word in &words {
        clauses.word(word, &people);
    }
    let limit = clauses.bind(integer(max as u64 + 1));
    let Clauses { all, values } = clauses;
    let select = format!(
        "SELECT s.body, s.place FROM session s WHERE {} ORDER BY s.place DESC LIMIT {limit}",
        all.join(" AND ")
    );
    let mut listed = sql
        .prepare(&select)?
        .query_map(params_from_iter(values.iter()), |row| {
            Ok((from_json(&row.get::<_, String>(0)?)?, row.get(1)?))
        })?
        .collect::<Result<Vec<(Session, i64)>>>()?;
    let more = listed.len() > max;
    listed.truncate(max);
    let places: Vec<i64> = listed.iter().map(|(_, place)| *place).collect();
    let mut found = words
        .iter()
        .max_by_key(|word| word.len())
        .map_or(Ok(BTreeMap::new()), |word| last_messages_with(sql, word, &places))?;
    let sessions = listed
        .into_iter()
        .map(|(session, place)| {
            Ok(EndedSession { found: found.remove(&place), ..with_names(sql, session, Vec::new())? })
        })
        .collect::<Result<_>>()?;
    Ok(HistoryPage { sessions, more })
}

/// The words of a search: what lies between white space, unless nothing in it could be in the index. The index ends a query at a zero
/// character, and would find that its quotes are not closed.
fn words(text: &str) -> Vec<String> {
    let composed = names::composed(text);
    let mut words: Vec<String> = Vec::new();
    let all = composed.split(|each: char| each.is_whitespace() || each.is_control());
    for word in all.filter(|word| word.contains(char::is_alphanumeric)) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// A word as a query of the index: what begins with it, whatever characters it has.
fn phrase(word: &str) -> String {
    format!("\"{}\"*", word.replace('"', "\"\""))
}

/// The last message with this word in each of these sessions that has one.
fn last_messages_with(sql: &Connection, word: &str, places: &[i64]) -> Result<BTreeMap<i64, String>> {
    let (Some(first), Some(last)) = (places.iter().min(), places.iter().max()) else {
        return Ok(BTreeMap::new());
    };
    let listed: BTreeSet<i64> = places.iter().copied().collect();
    let mut rows: BTreeMap<i64, i64> = BTreeMap::new();
    let mut matching = sql.prepare_cached(
        "SELECT rowid FROM said WHERE said MATCH ?1 AND rowid BETWEEN ?2 * ?4 AND ?3 * ?4 + ?4 - 1",
    )?;
    let mut matching = matching.query(params![phrase(word), first, last, ROWS_OF_SESSION])?;
    while let Some(row) = matching.next()? {
        let row: i64 = row.get(0)?;
        let (place, number) = (row.div_euclid(ROWS_OF_SESSION), row.rem_euclid(ROWS_OF_SESSION));
        // Row 0 is the subject, which is shown anyway.
        if number > 0 && listed.contains(&place) {
            rows.entry(place).and_modify(|last| *last = number.max(*last)).or_insert(number);
        }
    }
    let mut text = sql.prepare_cached(
        "SELECT ifnull(json_extract(f.body, '$.name'), m.text) FROM session s JOIN message m ON m.session = s.id
         LEFT JOIN file f ON f.session = m.session AND f.id = m.id WHERE s.place = ?1 AND m.number = ?2",
    )?;
    let mut found = BTreeMap::new();
    for (place, number) in rows {
        if let Some(text) = text.query_row(params![place, number], |row| row.get(0)).optional()? {
            found.insert(place, text);
        }
    }
    Ok(found)
}

/// What a session has to fulfil, with the values of its parameters.
struct Clauses {
    all: Vec<String>,
    values: Vec<Value>,
}

impl Clauses {
    fn new(org: OrgId) -> Self {
        Self { all: vec![IS_ENDED_CHAT.to_owned()], values: vec![org.0.into_bytes().to_vec().into()] }
    }

    /// Adds a parameter; its name.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// What is asked for beside words.
    fn filter(&mut self, query: &HistoryQuery) {
        if let Some(before) = query.before {
            let id = self.bind(before.0.into_bytes().to_vec());
            self.all.push(format!("s.place < (SELECT place FROM session WHERE id = {id})"));
        }
        if let Some(PersonId(person)) = query.person {
            let id = self.bind(person.into_bytes().to_vec());
            let text = self.bind(person.to_string());
            self.all.push(format!("(s.client = {id} OR {})", was_in(&text)));
        }
        if let Some(company) = &query.company {
            let name = self.bind(company.clone());
            self.all.push(format!(
                "s.client IN (SELECT p.id FROM person p JOIN company c ON c.id = p.company
                    WHERE c.org = ?1 AND c.name = {name})"
            ));
        }
        if let Some(reference) = &query.reference {
            let reference = self.bind(reference.clone());
            self.all.push(format!("json_extract(s.body, '$.reference') = {reference}"));
        }
    }

    /// A word, which is in what was said or in the name of somebody who was in the chat.
    fn word(&mut self, word: &str, people: &[Named]) {
        let bare = names::words(word);
        let is_named =
            |named: &&Named| bare.iter().all(|word| named.words.iter().any(|part| part.starts_with(word)));
        let phrase = self.bind(phrase(word));
        let mut ways = vec![format!(
            "s.place IN (SELECT rowid / {ROWS_OF_SESSION} FROM said WHERE said MATCH {phrase})"
        )];
        for role in [Role::Client, Role::Technician] {
            let ids: Vec<Uuid> = people
                .iter()
                .filter(|named| named.role == role)
                .filter(is_named)
                .map(|named| named.id)
                .collect();
            if ids.is_empty() || ids.len() > NAMED {
                continue;
            }
            ways.push(match role {
                Role::Client => {
                    let ids: Vec<String> = ids.iter().map(|id| format!("x'{}'", id.simple())).collect();
                    format!("s.client IN ({})", ids.join(", "))
                }
                Role::Technician => {
                    let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
                    was_in(&ids.join(", "))
                }
            });
        }
        self.all.push(format!("({})", ways.join(" OR ")));
    }
}

/// Whether one of these technicians was in a session.
fn was_in(ids: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM json_each(s.body, '$.participants') p
            WHERE json_extract(p.value, '$.person') IN ({ids}))"
    )
}

/// One chat that is over.
pub(super) fn ended(sql: &Connection, org: OrgId, id: SessionId) -> Result<Option<EndedSession>> {
    let session = sql
        .prepare_cached(&format!("SELECT s.body FROM session s WHERE {IS_ENDED_CHAT} AND s.id = ?2"))?
        .query_row(params![org.0.into_bytes(), id.0.into_bytes()], |row| {
            from_json::<Session>(&row.get::<_, String>(0)?)
        })
        .optional()?;
    let Some(session) = session else { return Ok(None) };
    let writers = writers(sql, session.id)?;
    with_names(sql, session, writers).map(Some)
}

/// Who wrote in it. A session remembers only so many of its technicians, and a colleague's note makes nobody one of them.
fn writers(sql: &Connection, session: SessionId) -> Result<Vec<PersonId>> {
    sql.prepare_cached(
        "SELECT author FROM message WHERE session = ?1 UNION SELECT author FROM note WHERE session = ?1",
    )?
    .query_map(params![session.0.into_bytes()], |row| Ok(PersonId(Uuid::from_bytes(row.get(0)?))))?
    .collect()
}

/// Somebody by the words of their name and company.
struct Named {
    id: Uuid,
    role: Role,
    words: Vec<String>,
}

/// Everybody, those who were removed included: their chats stay.
fn people(sql: &Connection, org: OrgId) -> Result<Vec<Named>> {
    sql.prepare_cached(
        "SELECT p.id, p.name || ' ' || ifnull(c.name, ''), p.company IS NULL FROM person p
         LEFT JOIN company c ON c.id = p.company WHERE p.org = ?1",
    )?
    .query_map(params![org.0.into_bytes()], |row| {
        Ok(Named {
            id: Uuid::from_bytes(row.get(0)?),
            words: names::words(&row.get::<_, String>(1)?),
            role: if row.get(2)? { Role::Technician } else { Role::Client },
        })
    })?
    .collect()
}

fn with_names(sql: &Connection, session: Session, writers: Vec<PersonId>) -> Result<EndedSession> {
    let mut person = sql.prepare_cached(
        "SELECT p.name, c.name FROM person p LEFT JOIN company c ON c.id = p.company WHERE p.id = ?1",
    )?;
    let by = session.ending.as_ref().and_then(|ending| ending.by);
    let mentioned: BTreeSet<PersonId> = session
        .participants
        .iter()
        .map(|each| each.person)
        .chain(session.invited_by)
        .chain(by)
        .chain([session.client])
        .chain(writers)
        .collect();
    let mut names = BTreeMap::new();
    let mut company = None;
    for id in mentioned {
        let found: Option<(String, Option<String>)> =
            person.query_row(params![id.0.into_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((name, of)) = found else { continue };
        if id == session.client {
            company = of;
        }
        names.insert(id, name);
    }
    Ok(EndedSession { session, names, company, found: None })
}
