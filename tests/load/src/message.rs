//! What one chat message costs an organisation's core: in a large one with many who wait, and in a small one. It is measured in this
//! process, with no socket and no database, so that nothing else is in it: the core's work from the frame to its effects, the step
//! of the store answered at once, and each frame that goes out written once, as the service does. Handing a frame on to a connection
//! costs as much as there are readers, whatever the organisation is; those deliveries are counted apart.

use anyhow::{Context, Result, ensure};
use chat::{Intent, NewRequest, Outcome, PersonId, Session, SessionId};
use presence::{Activity, Moment, Preference, Role, UnixMillis};
use protocol::{App, Hello, Up};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;
use service::org::store_request::{StoreReply, StoreRequest};
use service::org::{ConnId, Connected, Core, Effect, Event};
use service::store::{
    Account, Addresses, Affiliation, Created, MessagePut, OrgId, OrgSnapshot, Organisation, Person, SignInId,
    Standing,
};
use service::{Config, Now};
use std::collections::VecDeque;
use std::time::Duration;
use uuid::Uuid;

/// Messages of which the time is taken together, since the clock is coarser than one.
const MESSAGES: u32 = 50;
/// How often; the median counts, other work on the machine falls into some of them.
const TIMES: usize = 21;
/// When all of it happens: the core's clock stands still, so that no timer is in the figure.
const NOW: Now =
    Now { moment: Moment::at(Duration::from_secs(1_000_000_000)), unix: UnixMillis(1_800_000_000_000) };

/// An organisation, in numbers.
#[derive(Clone, Copy, Debug)]
struct Size {
    people: usize,
    /// Technicians, all connected.
    technicians: usize,
    /// Chats that wait, whose clients are connected.
    waiting: usize,
    /// Chats in progress, the one that is written in among them, and abandoned ones.
    others: usize,
}

const LARGE: Size = Size { people: 5_000, technicians: 200, waiting: 500, others: 1_500 };
const SMALL: Size = Size { people: 50, technicians: 2, waiting: 1, others: 1 };
/// Of the other chats of a large organisation one in so many is abandoned.
const ABANDONED: usize = 3;

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// Processor time of a message in the large organisation, in microseconds.
    pub(crate) message_us: f64,
    /// The same in the small one.
    pub(crate) message_small_us: f64,
    /// Frames that a message puts out in the large one, each connection counted.
    pub(crate) message_deliveries: f64,
    /// The same in the small one.
    pub(crate) message_small_deliveries: f64,
}

pub(crate) fn measure() -> Result<Measured> {
    let (message_us, message_deliveries) = of(LARGE)?;
    let (message_small_us, message_small_deliveries) = of(SMALL)?;
    eprintln!(
        "  {message_us:.1} µs for a message with {message_deliveries:.0} deliveries in a large organisation, {message_small_us:.1} µs \
         with {message_small_deliveries:.0} in a small one"
    );
    Ok(Measured { message_us, message_small_us, message_deliveries, message_small_deliveries })
}

/// Processor time of a message, in microseconds, and its deliveries.
fn of(size: Size) -> Result<(f64, f64)> {
    let mut organisation = Running::start(size)?;
    let mut took = Vec::with_capacity(TIMES);
    let before = organisation.deliveries;
    for _ in 0..TIMES {
        let began = used();
        for _ in 0..MESSAGES {
            organisation.write()?;
        }
        took.push((used() - began).as_secs_f64() * 1e6 / f64::from(MESSAGES));
    }
    took.sort_by(f64::total_cmp);
    let messages = TIMES as f64 * f64::from(MESSAGES);
    Ok((took[TIMES / 2], (organisation.deliveries - before) as f64 / messages))
}

/// Processor time of this thread.
fn used() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// A core with everybody connected, and two who write to each other.
struct Running {
    core: Core,
    session: SessionId,
    /// The connections of the technician and the client of the chat, who write in turn.
    writers: [ConnId; 2],
    written: usize,
    deliveries: usize,
    bytes: usize,
    /// The chat to all technicians and its client, the message to both who are in it, the answer, and that its author has seen it.
    told_of_a_message: usize,
}

impl Running {
    fn start(size: Size) -> Result<Self> {
        let people: Vec<Person> = (0..size.people).map(|number| person(number, size)).collect();
        ensure!(size.technicians + size.waiting + size.others <= size.people, "a client has one chat");
        let mut clients = people.iter().skip(size.technicians);
        let technician = people.first().context("there is a technician")?.id;
        let mut sessions = Vec::new();
        for _ in 0..size.waiting {
            sessions.push(waiting(clients.next().context("a client waits")?.id));
        }
        for number in 0..size.others {
            let asked = waiting(clients.next().context("a client has a chat")?.id);
            let is_abandoned = number % ABANDONED == ABANDONED - 1;
            sessions.push(if is_abandoned { abandoned(&asked)? } else { joined(&asked, technician)? });
        }
        let written_in = sessions.get(size.waiting).context("there is a chat")?.clone();
        let snapshot = OrgSnapshot {
            organisation: Organisation {
                id: OrgId(Uuid::from_u128(1)),
                name: "Acme IT".to_owned(),
                idle_after: None,
                complete_after: None,
                keep_for: None,
                files_quota: None,
                typing: true,
                read_marks: true,
                addresses: Addresses::default(),
            },
            people: people.clone(),
            devices: Vec::new(),
            alive_at: UnixMillis(0),
            sessions,
            seen: Vec::new(),
            replies: Vec::new(),
        };
        let core = Core::new(snapshot, Config::default(), NOW);
        let (technician, client) = (ConnId(0), ConnId((size.technicians + size.waiting) as u64));
        let writers = [technician, client];
        let mut running = Self {
            core,
            session: written_in.id,
            writers,
            written: 0,
            deliveries: 0,
            bytes: 0,
            told_of_a_message: size.technicians + 5,
        };
        // The technicians, those who wait, and the client of the chat.
        for (number, person) in people.iter().enumerate().take(size.technicians + size.waiting + 1) {
            running.connect(number, person);
        }
        ensure!(running.core.waiting_for_store() == 0, "all is stored before it begins");
        // The first answer tells more than a message: nobody is reminded of the chat any more.
        running.say();
        Ok(running)
    }

    fn connect(&mut self, number: usize, person: &Person) {
        let account = Account {
            sign_in: SignInId(Uuid::from_u128(number as u128)),
            window_of: None,
            person: person.clone(),
            org: OrgId(Uuid::from_u128(1)),
            org_name: "Acme IT".to_owned(),
        };
        let hello = Hello {
            token: None,
            instance: Uuid::from_u128(number as u128),
            attempt: None,
            app: App {
                name: "deskbell".to_owned(),
                version: "0.1.0".to_owned(),
                device: "workstation".to_owned(),
            },
            can_ring: person.affiliation.role() == Role::Technician,
            activity: Activity::Active,
        };
        let conn = ConnId(number as u64);
        self.feed(Event::Connected(Box::new(Connected { conn, account, page: false, hello })));
    }

    /// Somebody writes a message, and it is told to all who are to know.
    fn write(&mut self) -> Result<()> {
        let told = self.say();
        ensure!(
            told == self.told_of_a_message,
            "a message makes {told} frames, not {}",
            self.told_of_a_message
        );
        Ok(())
    }

    /// The same; returns how many frames it makes.
    fn say(&mut self) -> usize {
        let (conn, before) = (self.writers[self.written % 2], self.deliveries);
        let (id, session) = (Uuid::from_u128(1 << 64 | self.written as u128), self.session);
        let text = "It started after the update, and restarting it did not help.".to_owned();
        self.feed(Event::Frame(conn, Up::Message { id, session, text }));
        self.written += 1;
        self.deliveries - before
    }

    /// Gives the core an event, and the answers of a store that does all at once.
    fn feed(&mut self, event: Event) {
        let mut effects = VecDeque::from(self.core.on(event, NOW));
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Send(to, frame) => {
                    self.bytes += protocol::write(&*frame).len();
                    self.deliveries += to.len();
                }
                Effect::Store(step) => {
                    effects.extend(self.core.on(Event::StoreReply(stored(&step)), NOW));
                }
                Effect::Close(..) | Effect::PortalCode { .. } | Effect::Occurrence(_) | Effect::Drained => {}
            }
        }
    }
}

fn stored(step: &StoreRequest) -> StoreReply {
    match step {
        StoreRequest::PutMessage(..) | StoreRequest::PutFile(..) => StoreReply::Message(MessagePut::Done),
        StoreRequest::Put(..) => StoreReply::Put(service::store::Put::Done),
        StoreRequest::Create(..) => StoreReply::Created(Created::New),
        StoreRequest::Session(_) => StoreReply::Session(None),
        StoreRequest::MessageKnown(..) => StoreReply::Known(None),
        StoreRequest::Messages(..) => StoreReply::Messages(Vec::new()),
        StoreRequest::DeleteEnded(..) => StoreReply::Deleted(false),
        StoreRequest::Completed(..) => {
            StoreReply::Completed(service::store::CompletedPage { sessions: Vec::new(), more: 0 })
        }
        StoreRequest::Replies(_) => StoreReply::Replies(Vec::new()),
        StoreRequest::PutReply(..) => StoreReply::ReplyPut(service::store::ReplyPut::Done),
        StoreRequest::Save(_)
        | StoreRequest::SetPreference(..)
        | StoreRequest::RemoveReply(..)
        | StoreRequest::Revoke(_) => StoreReply::Done,
    }
}

fn person(number: usize, size: Size) -> Person {
    let company = || Affiliation::Client { company: format!("Company {}", number / 50) };
    Person {
        id: PersonId(Uuid::from_u128(number as u128)),
        name: format!("Dana Reyes {number:05}"),
        affiliation: if number < size.technicians { Affiliation::Technician } else { company() },
        preference: (Preference::Automatic, UnixMillis(0)),
        last_seen: UnixMillis(0),
        standing: Standing::Active,
    }
}

fn waiting(client: PersonId) -> Session {
    let subject = "The printer on the second floor is offline".to_owned();
    chat::request(NewRequest { id: SessionId(client.0), client, subject, reference: None }, NOW.unix)
}

fn joined(asked: &Session, technician: PersonId) -> Result<Session> {
    let decided = chat::decide(asked, technician, Role::Technician, Intent::Join, NOW.unix, |_| true);
    match decided {
        Ok(Outcome::Changed(next)) => Ok(*next),
        Ok(Outcome::Already) | Err(_) => anyhow::bail!("a chat that waits can be joined"),
    }
}

fn abandoned(asked: &Session) -> Result<Session> {
    chat::abandon(asked, NOW.unix).context("a chat that waits can be abandoned")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reaches_all_who_are_to_know_of_it() {
        let mut running = Running::start(SMALL).unwrap();
        assert_eq!(running.told_of_a_message, 7);
        running.write().unwrap();
    }
}
