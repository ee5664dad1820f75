//! One organisation: who is connected, what they are seen as, and its chats. A pure core.
//!
//! Contract:
//! - Feed every [`Event`] to [`Core::on`] with the time at which it happened; perform the effects in order.
//! - At [`Core::next_timeout`] call [`Core::on_timeout`].
//! - The moments that it is given never go back; the wall clock beside them may be set in between (`time.rs`).
//! - [`Effect::Store`] is one atomic step; there is never a second one before its [`Event::Stepped`] came back. Intents that
//!   need the store wait their turn behind it, in the order in which they came, before presence that waits to be saved; presence goes
//!   on meanwhile.
//! - After [`Effect::Close`] the connection is forgotten; its [`Event::Ended`] may still come and means nothing.
//!
//! The same events at the same times give the same effects in the same order. It knows no socket, clock, store or randomness.
//! `orgs/runner.rs` is the loop around it.

mod chats;
pub(crate) mod counts;
mod event;
mod model;
mod people;
mod store_queue;
pub mod store_request;
#[cfg(test)]
mod tests;
mod time;
mod timer;

use crate::clock::Now;
use crate::config::Config;
use crate::store::{OrgSnapshot, Organisation, SignInId};
use chat::{PersonId, Session, SessionId};
use chats::follow_ups::FollowUps;
use chats::ring::Ring;
use chats::session_times::SessionTimes;
use counts::Facts;
pub use counts::Note;
pub use event::{ConnId, Connected, Effect, Ended, Event, Frame, Renamed};
use model::device::{Conn, Member};
use people::gone_attempts::GoneAttempts;
use people::persist::Unsaved;
use people::roster::People;
use people::technicians::Technicians;
use presence::{Moment, Role, UnixMillis};
use protocol::{Down, IntentId, Policy, Up};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;
use store_queue::Jobs;
pub use store_queue::WAITING;
use timer::{Timer, Timers};

/// An organisation.
pub struct Core {
    config: Config,
    organisation: Organisation,
    /// Now, for spans.
    now: Moment,
    /// Now, for what is shown and stored.
    wall: UnixMillis,
    /// A moment, and what the wall clock, as it is set now, shows at it.
    base: (Moment, UnixMillis),
    members: BTreeMap<PersonId, Member>,
    conns: HashMap<ConnId, Conn>,
    technicians: Technicians,
    sessions: BTreeMap<SessionId, Session>,
    times: BTreeMap<SessionId, SessionTimes>,
    seen: HashMap<(SessionId, PersonId), u64>,
    follow_ups: FollowUps,
    rings: HashMap<(SessionId, PersonId), Ring>,
    /// What each waiting session's client was told of its waiting.
    places: BTreeMap<SessionId, chats::request::Place>,
    /// Sessions as technicians are told of them, from when that is needed until one changes: a crowd that connects is told the same.
    frames: HashMap<SessionId, Frame>,
    people: People,
    unsaved: Unsaved,
    jobs: Jobs,
    facts: Facts,
    timers: Timers,
    /// Those that ended last, whose hello may still be on its way.
    ended_sign_ins: VecDeque<SignInId>,
    gone_attempts: GoneAttempts,
    /// The intents that ended some, whose repeat may still come.
    signed_out: VecDeque<IntentId>,
    staffed: bool,
    draining: bool,
    effects: Vec<Effect>,
}

impl Core {
    /// The organisation as it was stored, at `now`, the service's start: who was connected is in grace (P10).
    #[must_use]
    pub fn new(snapshot: OrgSnapshot, config: Config, now: Now) -> Self {
        // Nothing was stored later than now: where it seems so, the clock has been set back meanwhile.
        let last = snapshot.devices.iter().map(|device| device.last_frame).chain([snapshot.alive_at]).max();
        let wall = last.map_or(now.unix, |last| last.max(now.unix));
        let mut core = Self {
            config,
            organisation: snapshot.organisation,
            now: now.moment,
            wall,
            base: (now.moment, wall),
            members: BTreeMap::new(),
            conns: HashMap::new(),
            technicians: Technicians::default(),
            sessions: snapshot.sessions.into_iter().map(|session| (session.id, session)).collect(),
            times: BTreeMap::new(),
            seen: snapshot.seen.into_iter().map(|(session, who, number)| ((session, who), number)).collect(),
            follow_ups: FollowUps::default(),
            rings: HashMap::new(),
            places: BTreeMap::new(),
            frames: HashMap::new(),
            people: People::default(),
            unsaved: Unsaved::default(),
            jobs: Jobs::default(),
            facts: Facts::default(),
            timers: Timers::default(),
            ended_sign_ins: VecDeque::new(),
            gone_attempts: GoneAttempts::default(),
            signed_out: VecDeque::new(),
            staffed: false,
            draining: false,
            effects: Vec::new(),
        };
        for person in snapshot.people {
            core.insert(person);
        }
        for stored in snapshot.devices {
            core.restore(stored, snapshot.alive_at);
        }
        let everybody: Vec<PersonId> = core.members.keys().copied().collect();
        for person in everybody {
            core.restore_preference(person);
            core.refresh(person);
            core.watch_absence(person);
            core.watch_standing(person);
        }
        core.times = core
            .sessions
            .values()
            .map(|session| {
                (session.id, SessionTimes::restored(core.moment(session.waiting_since).min(core.now)))
            })
            .collect();
        core.restore_follow_ups(now.unix);
        core.tick(now);
        core.note_queue();
        // Nobody is connected yet who could be told, and nothing is new to the store.
        core.effects.clear();
        core
    }

    /// Takes in what happened at `now`.
    pub fn on(&mut self, event: Event, now: Now) -> Vec<Effect> {
        self.tick(now);
        match event {
            Event::Connected(connected) => self.connected(*connected),
            Event::Frame(conn, up) => self.frame(conn, up),
            Event::Refused(conn, error) => {
                self.heard(conn);
                self.send(conn, *error);
            }
            Event::Ended(conn, how) => self.ended(conn, how),
            Event::Congested(conn) => self.congested(conn),
            Event::Room(conn) => self.room(conn),
            Event::Stepped(stepped) => self.stepped(stepped),
            Event::Added(person) => self.added(*person),
            Event::IdleAfter(idle_after) => {
                let idle_after_ms = u64::try_from(idle_after.as_millis()).unwrap_or(u64::MAX);
                tracing::info!(target: "service", idle_after_ms, "the idle threshold was set");
                self.organisation.idle_after = Some(idle_after);
                let policy = self.policy();
                self.send_all(self.everybody(), Down::Policy { policy });
            }
            Event::CompleteAfter(complete_after) => {
                let complete_after_s = complete_after.as_secs();
                tracing::info!(target: "service", complete_after_s, "the time of abandoned chats and callbacks was set");
                self.organisation.complete_after = Some(complete_after);
                self.follow_ups_due();
            }
            Event::Revoked(sign_in) => self.revoked(sign_in),
            Event::Stands { person, standing, ended } => self.stands(person, standing, &ended),
            Event::Renamed(renamed) => self.renamed(renamed),
            Event::Drain { seed } => self.drain(seed),
        }
        self.effects()
    }

    /// How many there are of whom and what, as it is now.
    pub(crate) fn facts(&self) -> Facts {
        Facts { jobs: self.jobs.waiting() as u64, ..self.facts }
    }

    /// How much waits for the store, what is being done not counted; at most [`WAITING`] intents and what nobody asked for.
    #[must_use]
    pub fn waiting_for_store(&self) -> usize {
        self.jobs.waiting()
    }

    /// When to call [`Core::on_timeout`].
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        self.timers.next()
    }

    /// Does what is due at `now`.
    pub fn on_timeout(&mut self, now: Now) -> Vec<Effect> {
        self.tick(now);
        while let Some(timer) = self.timers.due(now.moment) {
            match timer {
                Timer::Beat(conn) => self.beat(conn),
                Timer::Device(person, instance) => self.device_due(person, instance),
                Timer::Preference(person) => self.preference_due(person),
                Timer::Absence(person) => self.absence_due(person),
                Timer::Ring(session, person) => self.ring_due(session, person),
                Timer::FollowUps => self.follow_ups_due(),
                Timer::People => self.people_due(),
                Timer::Save => self.save_due(),
                Timer::Again => self.again_due(),
                Timer::Slow(conn) => self.slow_due(conn),
            }
        }
        self.effects()
    }

    fn effects(&mut self) -> Vec<Effect> {
        self.pump();
        if self.draining && self.jobs.is_empty() {
            self.effects.push(Effect::Drained);
        }
        std::mem::take(&mut self.effects)
    }

    fn frame(&mut self, conn: ConnId, up: Up) {
        if !self.heard(conn) {
            return;
        }
        match up {
            // A second hello changes nothing: the first one stands.
            Up::Hello(_) => {
                let error =
                    crate::words::error(None, protocol::ErrorCode::Invalid, crate::words::SECOND_HELLO);
                self.send(conn, error);
            }
            Up::Beat { activity } => self.report(conn, activity),
            Up::Activity { id, activity } => self.activity(conn, id, activity),
            Up::Bye => self.bye(conn),
            Up::Prefer { id, preference, set_ago_ms } => self.prefer(conn, id, preference, set_ago_ms),
            Up::Visible { session } => self.visible(conn, session),
            Up::Seen { session, number } => self.saw(conn, session, number),
            Up::RingShown { session } => self.ring_shown(conn, session),
            Up::WatchPeople => self.watch_people(conn),
            Up::ListDevices { id } => self.list_devices(conn, id),
            Up::SignOut { id, device } => self.sign_out(conn, id, device),
            Up::PortalCode { id } => self.portal_code(conn, id),
            Up::Request { id, subject, reference } => self.request(conn, id, &subject, reference.as_deref()),
            Up::Message { id, session, text } => self.message(conn, id, session, &text),
            Up::Open { id, session, after } => self.open(conn, id, session, after),
            Up::More { id } => self.more_follow_ups(conn, id),
            Up::Join { id, session } => self.intend(conn, id, session, chat::Intent::Join),
            Up::Dismiss { id, session } => self.intend(conn, id, session, chat::Intent::Dismiss),
            Up::Leave { id, session } => self.intend(conn, id, session, chat::Intent::Leave),
            Up::Callback { id, session, phone, note } => {
                self.call_back(conn, id, session, &phone, note.as_deref());
            }
            Up::Complete { id, session, note } => self.complete(conn, id, session, note.as_deref()),
        }
    }

    fn policy(&self) -> Policy {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Policy {
            idle_after_ms: millis(self.idle_after()),
            beat_ms: millis(self.config.beat),
            grace_ms: millis(self.config.grace),
            ring: self.config.ring,
        }
    }

    fn idle_after(&self) -> Duration {
        self.organisation.idle_after.unwrap_or(protocol::limits::IDLE_AFTER)
    }

    fn send(&mut self, conn: ConnId, frame: impl Into<Frame>) {
        self.send_all(vec![conn], frame);
    }

    fn send_all(&mut self, to: Vec<ConnId>, frame: impl Into<Frame>) {
        if !to.is_empty() && !self.draining {
            self.effects.push(Effect::Send(to, frame.into()));
        }
    }

    fn ok(&mut self, conn: ConnId, re: IntentId) {
        self.send(conn, Down::Ok { re, answer: protocol::Answer::default() });
    }

    fn refuse(&mut self, conn: ConnId, re: IntentId, code: protocol::ErrorCode, message: &str) {
        self.send(conn, crate::words::error(Some(re), code, message));
    }

    /// The connections of a person, windows among them.
    fn conns_of(&self, person: PersonId) -> Vec<ConnId> {
        self.members.get(&person).map(|member| member.conns.iter().copied().collect()).unwrap_or_default()
    }

    /// All connections.
    fn everybody(&self) -> Vec<ConnId> {
        let mut conns: Vec<ConnId> = self.conns.keys().copied().collect();
        conns.sort_unstable();
        conns
    }

    /// The connections of clients.
    fn clients(&self) -> Vec<ConnId> {
        let mut conns: Vec<ConnId> =
            self.conns.iter().filter(|(_, conn)| conn.role == Role::Client).map(|(id, _)| *id).collect();
        conns.sort_unstable();
        conns
    }
}
