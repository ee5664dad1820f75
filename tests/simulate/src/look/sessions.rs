//! No request that was answered `ok` is lost or doubled, one winner a session, every intent is answered, nothing that was
//! announced is forgotten.

use crate::device::Kind;
use crate::invariant::Invariant;
use crate::world::World;
use chat::{PersonId, Session, SessionId, Status};
use presence::user::preference_at;
use presence::{Preference, Role};
use protocol::{Down, ErrorCode, IntentId, Up};
use service::org::ConnId;
use service::org::store_request::{StoreReply, StoreRequest};
use service::store::{Created, MessagePut, OrgSnapshot, Put, Store};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How long an answer may take while the link delivers and the store does what it is asked.
const ANSWER_MS: u64 = 10_000;
/// How long a Dismiss may take, with its repeats while the store is busy and a reconnect.
const SILENCED_MS: u64 = 40_000;
/// How long the store may take to have what was announced.
const STORED_MS: u64 = 10_000;

/// What is known of everything that was asked and stored.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) sessions: BTreeMap<SessionId, Stored>,
    subjects: BTreeSet<String>,
    texts: BTreeSet<String>,
    asked: BTreeMap<IntentId, Asked>,
    joins: BTreeMap<IntentId, (usize, SessionId)>,
    requests_ok: BTreeMap<SessionId, usize>,
    messages_ok: BTreeMap<IntentId, (usize, SessionId, u64)>,
    /// Toasts that a device has confirmed, by its run.
    pub(crate) confirmed: BTreeSet<(SessionId, Uuid)>,
    /// Since when a request rings at none of somebody's devices that could.
    pub(crate) unrung: BTreeMap<(SessionId, usize), u64>,
    seen: BTreeMap<(SessionId, PersonId), (u64, u64)>,
    announced: BTreeMap<usize, (Preference, u64)>,
    /// When each setting of a preference was made, and for how long.
    pub(crate) set: BTreeMap<IntentId, (u64, Option<u64>)>,
    /// When a preference of theirs was stored last.
    preferred: BTreeMap<PersonId, u64>,
    /// Requests that somebody has just dismissed; without one, all that waited then.
    silenced: BTreeMap<(usize, Option<SessionId>), u64>,
}

/// A session as the store has it.
pub(crate) struct Stored {
    pub(crate) session: Session,
    pub(crate) org: usize,
    /// Since when it is in its status, and since when it is as it is.
    pub(crate) since: u64,
    pub(crate) changed: u64,
    /// How many messages it has.
    pub(crate) messages: u64,
}

struct Asked {
    device: usize,
    at: u64,
    up: Up,
}

impl World {
    /// A user wants something.
    pub(crate) fn look_at_wish(&mut self, device: usize, up: &Up) {
        self.note(format_args!("page {device} asks {up:?}"));
        if let Some(id) = up.intent() {
            self.known.asked.insert(id, Asked { device, at: self.now, up: up.clone() });
        }
    }

    /// A frame that means something to the service.
    pub(crate) fn heard_at_service(&mut self, conn: u64, up: &Up) {
        let Some(device) = self.conns.get(conn).map(|conn| conn.device) else { return };
        let person = self.devices[device].person;
        match up {
            Up::Beat { .. } => {}
            Up::RingShown { session } => {
                if let Kind::Agent(machine) = &self.devices[device].kind {
                    self.known.confirmed.insert((*session, machine.instance));
                }
            }
            Up::Join { id, session } => {
                self.known.joins.insert(*id, (person, *session));
                self.note(format_args!("service hears conn {conn} of person {person} : {up:?}"));
            }
            _ => self.note(format_args!("service hears conn {conn} of person {person} : {up:?}")),
        }
    }

    /// A step of the store was done.
    pub(crate) fn look_at_step(&mut self, org: usize, step: &StoreRequest, stepped: &StoreReply) {
        let now = self.now;
        match (step, stepped) {
            (StoreRequest::Create(session, _), StoreReply::Created(Created::New)) => {
                self.judged.count(Invariant::Doubled);
                if !self.known.subjects.insert(session.subject.clone()) {
                    let detail = format!("{:?} stands for a request that there was before", session.id);
                    self.fail(Invariant::Doubled, detail, std::slice::from_ref(&session.subject));
                }
                self.stored(org, session, now);
            }
            (StoreRequest::SetPreference(person, ..), StoreReply::Done) => {
                self.known.preferred.insert(*person, now);
            }
            (StoreRequest::Put(session, _), StoreReply::Put(Put::Done)) => self.stored(org, session, now),
            (StoreRequest::PutMessage(session, _, message), StoreReply::Message(MessagePut::Done)) => {
                if !self.known.texts.insert(message.text.clone()) {
                    let detail = format!("{:?} is in {:?} twice", message.text, session.id);
                    self.fail(Invariant::Doubled, detail, std::slice::from_ref(&message.text));
                }
                self.stored(org, session, now);
                if let Some(stored) = self.known.sessions.get_mut(&session.id) {
                    stored.messages = message.number;
                }
            }
            _ => {}
        }
    }

    fn stored(&mut self, org: usize, session: &Session, now: u64) {
        self.note(format_args!(
            "stored {} rev {} {:?} of {}",
            session.id.0, session.rev, session.status, session.client.0
        ));
        self.judged.count(Invariant::Winner);
        if session.present().count() > 1 {
            let detail = format!("{:?} has {:?}", session.id, session.participants);
            self.fail(Invariant::Winner, detail, &[session.id.0.to_string()]);
        }
        let before = self.known.sessions.get(&session.id);
        let since = match before {
            Some(before)
                if before.session.status == session.status
                    && before.session.waiting_since == session.waiting_since =>
            {
                before.since
            }
            Some(_) | None => now,
        };
        let messages = before.map_or(0, |before| before.messages);
        let stored = Stored { session: session.clone(), org, since, changed: now, messages };
        self.known.sessions.insert(session.id, stored);
    }

    /// A frame that the service sends, for answers and what it announces.
    pub(crate) fn look_at_answer(&mut self, to: &[ConnId], frame: &Down) {
        for to in to {
            let Some(conn) = self.node.conns.get(&to.0) else { continue };
            let person = conn.person;
            match frame {
                Down::Ok { re, .. } => {
                    let Some((joiner, session)) = self.known.joins.get(re).copied() else { continue };
                    let id = self.people[joiner].id;
                    let is_in = self.known.sessions.get(&session).is_some_and(|stored| {
                        stored.session.participants.iter().any(|each| each.person == id)
                    });
                    if !is_in {
                        let detail =
                            format!("person {joiner} is told to have joined {session:?}, and has not");
                        self.fail(Invariant::Winner, detail, &[session.0.to_string()]);
                    }
                }
                Down::Preference { preference } => self.announced(person, *preference),
                Down::Welcome(welcome) => self.announced(person, welcome.preference),
                Down::Mine { session, seen, .. } => {
                    let now = self.now;
                    let key = (*session, self.people[person].id);
                    let known = self.known.seen.entry(key).or_insert((*seen, now));
                    if *seen > known.0 {
                        *known = (*seen, now);
                    }
                }
                _ => {}
            }
        }
    }

    fn announced(&mut self, person: usize, preference: Preference) {
        if std::mem::take(&mut self.people[person].is_unclear_how_long) {
            self.dirty.push(person);
        }
        if self.people[person].preference != preference {
            self.note(format_args!("person {person} prefers {preference:?}"));
            self.people[person].preference = preference;
            self.people[person].preferred_at = self.now;
            self.dirty.push(person);
        }
        let known = self.known.announced.get(&person).map(|(known, _)| *known);
        if known != Some(preference) {
            self.known.announced.insert(person, (preference, self.now));
        }
    }

    /// A device takes a frame.
    pub(crate) fn look_at_arrival(&mut self, device: usize, down: &Down) {
        match down {
            Down::Ok { re, answer } => {
                self.judged.count(Invariant::Answered);
                let org = self.devices[device].org;
                match self.known.asked.remove(re).map(|asked| asked.up) {
                    Some(Up::Request { .. }) => {
                        self.known.requests_ok.insert(SessionId(*re), org);
                        self.note(format_args!("page {device} is told ok {re}"));
                    }
                    Some(Up::Message { session, .. }) => {
                        if let Some(number) = answer.number {
                            self.known.messages_ok.insert(*re, (org, session, number));
                        }
                    }
                    Some(_) | None => {}
                }
            }
            Down::Error { re: Some(re), code, .. } => {
                self.note(format_args!("device {device} is refused {re} {code:?}"));
                let Some(asked) = self.known.asked.remove(re) else { return };
                let Up::Request { subject, .. } = &asked.up else { return };
                if *code == ErrorCode::AlreadyActive && self.known.subjects.contains(subject) {
                    let detail = format!("page {device} is refused {re}, which is stored");
                    self.fail(Invariant::Lost, detail, &[re.to_string()]);
                }
            }
            _ => {}
        }
    }

    /// Every intent has its answer in time.
    pub(crate) fn look_at_answers(&mut self) {
        if !self.store_is_calm(ANSWER_MS) {
            return;
        }
        let late = self.known.asked.iter().find(|(id, asked)| {
            let Kind::Page(page) = &self.devices[asked.device].kind else { return false };
            page.open_intents.contains_key(id)
                && asked.at + ANSWER_MS < self.now
                && self.has_delivered(asked.device, ANSWER_MS)
        });
        if let Some((id, asked)) = late {
            let detail = format!("page {} has no answer to {:?}", asked.device, asked.up);
            let about = [id.to_string(), format!("page {} ", asked.device), "the service".to_owned()];
            self.fail(Invariant::Answered, detail, &about);
        }
    }

    /// What an organisation starts from has all that anybody was told.
    pub(crate) fn look_at_start(&mut self, org: usize, snapshot: &OrgSnapshot) {
        self.look_at_store(org);
        let calm = self.node.late_until + 2_000 < self.went_down;
        for person in 0..self.people.len() {
            let id = self.people[person].id;
            let Some(stored) = snapshot.people.iter().find(|each| each.id == id) else { continue };
            let announced = self.known.announced.get(&person).copied();
            // One that ended by its time while nobody was told is the same, and one that was stored since is another one.
            let at_end = self.node.unix(self.went_down.saturating_sub(STORED_MS));
            if announced.is_some() && calm {
                self.judged.count(Invariant::Forgotten);
            }
            if let Some((announced, at)) = announced
                && calm
                && at + STORED_MS < self.went_down
                && stored.affiliation.role() == Role::Technician
                && self.known.preferred.get(&id).is_none_or(|stored| *stored <= at)
                && preference_at(stored.preference.0, at_end) != preference_at(announced, at_end)
            {
                let detail = format!(
                    "person {person} was told {announced:?} and the store has {:?}",
                    stored.preference.0
                );
                let about = self.about_person(person);
                self.fail(Invariant::Forgotten, detail, &about);
            }
            // What was too young to have to be stored may have gone with the service: it is told anew.
            if announced.is_some_and(|(_, at)| !calm || at + STORED_MS >= self.went_down) {
                self.known.announced.remove(&person);
            }
            self.people[person].preference = stored.preference.0;
            self.dirty.push(person);
        }
        let forgotten = self.known.seen.iter().find(|((session, person), (seen, at))| {
            let in_snapshot = snapshot.sessions.iter().any(|each| each.id == *session);
            let stored = snapshot.seen.iter().find(|(each, who, _)| each == session && who == person);
            calm && in_snapshot
                && at + STORED_MS < self.went_down
                && stored.map_or(0, |(_, _, number)| *number) < *seen
        });
        if let Some(((session, person), (seen, _))) = forgotten {
            let detail = format!("{person:?} has seen {session:?} up to {seen}, and the store does not know");
            self.fail(Invariant::Forgotten, detail, &[session.0.to_string()]);
        }
        // The same of what they have seen.
        let went_down = self.went_down;
        self.known.seen.retain(|(session, _), (_, at)| {
            let is_here = snapshot.sessions.iter().any(|each| each.id == *session);
            !is_here || (calm && *at + STORED_MS < went_down)
        });
    }

    /// All that was answered is in the store.
    pub(crate) fn look_at_store(&mut self, org: usize) {
        let id = self.node.orgs[org].id;
        if !self.known.requests_ok.is_empty() {
            self.judged.count(Invariant::Lost);
        }
        let lost = self.known.requests_ok.iter().find(|(session, of)| {
            **of == org && self.node.store.session(id, **session).is_ok_and(|found| found.is_none())
        });
        if let Some((session, _)) = lost {
            let detail = format!("{session:?} is not in the store");
            return self.fail(Invariant::Lost, detail, &[session.0.to_string()]);
        }
        let lost = self.known.messages_ok.iter().find(|(message, (of, session, number))| {
            *of == org
                && self
                    .node
                    .store
                    .message_known(*session, **message)
                    .is_ok_and(|found| found.map(|known| known.number) != Some(*number))
        });
        if let Some((message, (_, session, number))) = lost {
            let detail = format!("message {message} of {session:?} is not number {number}");
            self.fail(Invariant::Lost, detail, &[message.to_string()]);
        }
    }

    /// A technician presses Dismiss on one request, or on all: what they hear of it is theirs until the service has it, or has
    /// refused it.
    pub(crate) fn silences(&mut self, person: usize, session: Option<SessionId>) {
        self.known.silenced.insert((person, session), self.now + SILENCED_MS);
    }

    pub(crate) fn has_just_silenced(&self, person: usize, session: SessionId) -> bool {
        [Some(session), None]
            .into_iter()
            .any(|which| self.known.silenced.get(&(person, which)).is_some_and(|until| *until > self.now))
    }

    /// Whether this session waits now, and since when.
    pub(crate) fn waits_since(&self, session: SessionId) -> Option<u64> {
        let stored = self.known.sessions.get(&session)?;
        (stored.session.status == Status::Waiting).then_some(stored.since)
    }
}
