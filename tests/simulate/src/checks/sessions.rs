//! No request that was answered `ok` is doubled, each session has one winner, only who is there is invited, and every intent is
//! answered.

use crate::device::Kind;
use crate::invariant::Invariant;
use crate::known::{KnownWord, Stored, UnansweredIntent};
use crate::truth::{AWAY, ONLINE};
use crate::world::World;
use chat::{Audience, Message, PersonId, Session, SessionId, Status};
use presence::Preference;
use protocol::{Down, ErrorCode, Up};
use service::org::ConnId;
use service::org::store_request::{StoreReply, StoreRequest};
use service::store::{Created, MessagePut, Put};

/// How long an answer may take while the link delivers and the store carries out requests.
const ANSWER_MS: u64 = 10_000;
/// How long a Dismiss may take, with its repeats while the store is busy and a reconnect.
const SILENCED_MS: u64 = 40_000;

impl World {
    /// A user sends an intent.
    pub(crate) fn check_wish(&mut self, device: usize, up: &Up) {
        self.record(format_args!("page {device} asks {up:?}"));
        if let Some(id) = up.intent() {
            self.known.unanswered.insert(id, UnansweredIntent { device, at: self.now, up: up.clone() });
        }
    }

    /// The service receives a frame with a meaning of its own.
    pub(crate) fn heard_at_service(&mut self, conn: u64, up: &Up) {
        let Some(device) = self.conns.get(conn).map(|conn| conn.device) else { return };
        let person = self.devices[device].person;
        self.heard_of_writing(person, up);
        match up {
            Up::Beat { .. } => {}
            Up::RingShown { session } => {
                if let Kind::Agent(machine) = &self.devices[device].kind {
                    self.known.confirmed.insert((*session, machine.instance));
                }
            }
            Up::Assist { session, .. } => {
                self.known.assists.insert((self.people[person].id, *session));
                self.record(format_args!("service hears conn {conn} of person {person} : {up:?}"));
            }
            Up::Join { id, session } => {
                self.known.joins.insert(*id, (person, *session));
                self.record(format_args!("service hears conn {conn} of person {person} : {up:?}"));
            }
            _ => self.record(format_args!("service hears conn {conn} of person {person} : {up:?}")),
        }
    }

    /// The store has carried out a request.
    pub(crate) fn check_store_request(&mut self, org: usize, request: &StoreRequest, reply: &StoreReply) {
        let now = self.now;
        match (request, reply) {
            (StoreRequest::Create(session, _), StoreReply::Created(Created::New)) => {
                self.checks.count(Invariant::Doubled);
                if !self.known.subjects.insert(session.subject.clone()) {
                    let detail = format!("{:?} stands for a request that there was before", session.id);
                    self.fail(Invariant::Doubled, detail, std::slice::from_ref(&session.subject));
                }
                self.check_invited(session);
                self.stored(org, session, now);
                self.has_word(session.id, &session.subject, Audience::Everybody);
            }
            (StoreRequest::SetPreference(person, ..), StoreReply::Done) => {
                self.known.preferred.insert(*person, now);
            }
            (StoreRequest::Save(changes), StoreReply::Done) => {
                let ended = changes.preferences.iter().map(|(person, ..)| (*person, now));
                self.known.preferred.extend(ended);
            }
            (StoreRequest::Put(session, _), StoreReply::Put(Put::Done)) => self.stored(org, session, now),
            (
                StoreRequest::PutMessage(session, _, audience, message),
                StoreReply::Message(MessagePut::Done),
            ) => {
                if !self.known.texts.insert(message.text.clone()) {
                    let detail = format!("{:?} is in {:?} twice", message.text, session.id);
                    self.fail(Invariant::Doubled, detail, std::slice::from_ref(&message.text));
                }
                self.stored(org, session, now);
                self.has_word(session.id, &message.text, *audience);
                match audience {
                    Audience::Everybody => self.said(session.id, message),
                    Audience::Technicians => {}
                }
            }
            (StoreRequest::PutFile(session, _, message, _), StoreReply::Message(MessagePut::Done)) => {
                self.stored(org, session, now);
                self.file_stored(session.id, message);
                let name = message.file.as_ref().map_or("", |file| file.name.as_str());
                self.has_word(session.id, name, Audience::Everybody);
                self.said(session.id, message);
            }
            (StoreRequest::DeleteEnded(before, _), StoreReply::Deleted(_)) => {
                self.check_deleting(org, *before);
            }
            _ => {}
        }
    }

    /// A message is stored, which its author has seen.
    fn said(&mut self, session: SessionId, message: &Message) {
        if let Some(stored) = self.known.sessions.get_mut(&session) {
            stored.messages = message.number;
        }
        self.may_have_read(session, message.from, message.number);
    }

    /// A text has an id in it, which stands nowhere else.
    fn has_word(&mut self, session: SessionId, text: &str, audience: Audience) {
        let is_id = |word: &&str| word.len() == 36;
        if let Some(word) = text.split(' ').find(is_id) {
            let is_private = audience == Audience::Technicians;
            self.known.words.push(KnownWord { word: word.to_owned(), session, is_private });
        }
    }

    /// C9: where some leave and nobody comes, one who is online or away is among those who stay.
    fn check_stays(&mut self, session: &Session) {
        let Some(before) = self.known.sessions.get(&session.id).map(|stored| &stored.session) else { return };
        let were: Vec<PersonId> = before.present().collect();
        let left = were.iter().any(|each| session.present().all(|present| present != *each));
        let came = session.present().any(|each| !were.contains(&each));
        if !left || came || session.status != Status::Handled || before.status != Status::Handled {
            return;
        }
        self.checks.count(Invariant::Stays);
        let from = self.shown_from();
        let is_there = |id: PersonId| {
            let person = self.people.iter().position(|each| each.id == id);
            person.is_some_and(|person| self.seen_since(person, from) & (ONLINE | AWAY) != 0)
        };
        if !session.present().any(is_there) {
            let detail = format!("{:?} is left to {:?}", session.id, session.present().collect::<Vec<_>>());
            self.fail(Invariant::Stays, detail, &[session.id.0.to_string()]);
        }
    }

    /// C7
    fn check_invited(&mut self, session: &Session) {
        if session.invited_by.is_none() {
            return;
        }
        self.checks.count(Invariant::Invited);
        let from = self.shown_from();
        let client = self.people.iter().position(|each| each.id == session.client);
        if let Some(client) = client.filter(|client| self.seen_since(*client, from) & ONLINE == 0) {
            let detail = format!("person {client} is invited; true: {}", self.words_of(client, from));
            let about = self.about_person(client);
            self.fail(Invariant::Invited, detail, &about);
        }
    }

    fn stored(&mut self, org: usize, session: &Session, now: u64) {
        self.record(format_args!(
            "stored {} rev {} {:?} of {}",
            session.id.0, session.rev, session.status, session.client.0
        ));
        self.checks.count(Invariant::Winner);
        self.check_stays(session);
        let before = self.known.sessions.get(&session.id);
        // Nobody comes to a chat in progress by a Join, unless it is offered to them (C4, C9).
        let is_second = |person: PersonId| {
            before.is_some_and(|before| {
                before.session.status == Status::Handled
                    && !before.session.present().any(|each| each == person)
                    && !before.session.is_offered_to(person)
                    && !self.known.assists.contains(&(person, session.id))
            })
        };
        let is_joined = before.is_some_and(|before| before.session.status == Status::Waiting);
        let present = session.present().count();
        let since = match before {
            Some(before)
                if before.session.status == session.status
                    && before.session.waiting_since == session.waiting_since =>
            {
                before.since
            }
            Some(_) | None => now,
        };
        let offered = match before {
            Some(before) if before.session.hand_over == session.hand_over => before.offered,
            Some(_) | None => now,
        };
        let awaited = |session: &Session| (session.unanswered, session.present().collect::<Vec<PersonId>>());
        let awaited_since = match before {
            Some(before) if awaited(&before.session) == awaited(session) => before.awaited_since,
            Some(_) | None => now,
        };
        let messages = before.map_or(0, |before| before.messages);
        let is_wrong = match session.status {
            Status::Handled => present == 0 || (is_joined && present > 1) || session.present().any(is_second),
            Status::Invited | Status::Waiting => present > 0,
            Status::Abandoned | Status::Callback | Status::Completed => false,
        };
        if is_wrong {
            let detail = format!("{:?} has {:?}", session.id, session.participants);
            self.fail(Invariant::Winner, detail, &[session.id.0.to_string()]);
        }
        let session = session.clone();
        let stored = Stored { session, org, since, changed: now, offered, awaited_since, messages };
        self.known.sessions.insert(stored.session.id, stored);
    }

    /// A frame that the service sends, for answers and what it announces.
    pub(crate) fn check_answer(&mut self, to: &[ConnId], frame: &Down) {
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
            self.record(format_args!("person {person} prefers {preference:?}"));
            self.people[person].preference = preference;
            self.people[person].preferred_at = self.now;
            self.dirty.push(person);
        }
        let known = self.known.announced.get(&person).map(|(known, _)| *known);
        if known != Some(preference) {
            self.known.announced.insert(person, (preference, self.now));
        }
    }

    /// A device receives a frame.
    pub(crate) fn check_arrival(&mut self, device: usize, down: &Down) {
        match down {
            Down::Ok { re, answer } => {
                self.checks.count(Invariant::Answered);
                let org = self.devices[device].org;
                match self.known.unanswered.remove(re).map(|intent| intent.up) {
                    Some(Up::Request { .. }) => {
                        self.known.requests_ok.insert(SessionId(*re), org);
                        self.record(format_args!("page {device} is told ok {re}"));
                    }
                    Some(Up::Message { session, .. }) => {
                        if let Some(number) = answer.number {
                            let message = (org, session, Audience::Everybody, number);
                            self.known.messages_ok.insert(*re, message);
                        }
                    }
                    Some(Up::Note { session, .. }) => {
                        if let Some(number) = answer.number {
                            let note = (org, session, Audience::Technicians, number);
                            self.known.messages_ok.insert(*re, note);
                        }
                    }
                    Some(_) | None => {}
                }
            }
            Down::Error { re: Some(re), code, .. } => {
                self.record(format_args!("device {device} is refused {re} {code:?}"));
                let Some(intent) = self.known.unanswered.remove(re) else { return };
                let Up::Request { subject, .. } = &intent.up else { return };
                if *code == ErrorCode::AlreadyActive && self.known.subjects.contains(subject) {
                    let detail = format!("page {device} is refused {re}, which is stored");
                    self.fail(Invariant::Lost, detail, &[re.to_string()]);
                }
            }
            _ => {}
        }
    }

    /// Checks that every intent is answered in time.
    pub(crate) fn check_answers(&mut self) {
        if !self.store_is_calm(ANSWER_MS) {
            return;
        }
        let late = self.known.unanswered.iter().find(|(id, intent)| {
            let Kind::Page(page) = &self.devices[intent.device].kind else { return false };
            page.open_intents.contains_key(id)
                && intent.at + ANSWER_MS < self.now
                && self.has_delivered(intent.device, ANSWER_MS)
        });
        if let Some((id, intent)) = late {
            let detail = format!("page {} has no answer to {:?}", intent.device, intent.up);
            let about = [id.to_string(), format!("page {} ", intent.device), "the service".to_owned()];
            self.fail(Invariant::Answered, detail, &about);
        }
    }

    /// A technician presses Dismiss on one request, or on all: they may still hear it until the service has the Dismiss, or has
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
