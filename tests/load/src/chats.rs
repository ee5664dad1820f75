//! Organisations in which people write to each other at the same time: how long the answer to a message takes, which comes once it is
//! stored, and how many commits of the database that makes.

use crate::frame;
use crate::organisation::{DATABASE, id, in_memory, token};
use crate::server::{Kind, Server};
use crate::socket::{Heard, READ_BYTES, Socket, Stage};
use crate::told::News;
use anyhow::{Context, Result, bail, ensure};
use chat::PersonId;
use memchr::memmem;
use mio::{Events, Interest, Poll, Token};
use presence::{Activity, UnixMillis};
use protocol::{App, Hello, Up, write};
use serde::Serialize;
use service::store::{Affiliation, Hash, NewPerson, OrgId, Redeemed, SignInId, Sqlite, Store};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use uuid::Uuid;

/// Organisations.
const ORGANISATIONS: usize = 50;
/// Chats in each, of a client and a technician: four who write, since a connection may go on sending 5 frames a second.
const CHATS: usize = 2;
const WRITERS: usize = 2 * CHATS;
/// In a turn somebody in each organisation sends a message, all at the same time: 20 messages a second of each.
const TURN: Duration = Duration::from_millis(50);
/// How long anything may take on a loaded machine.
const WITHIN: Duration = Duration::from_secs(60);
/// Before the id that an answer answers.
const RE: &[u8] = br#""re":""#;

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// From a message's sending until it is answered: the median, in milliseconds.
    pub(crate) answer_ms: f64,
    /// The same of the hundredth that waits longest.
    pub(crate) answer_p99_ms: f64,
    /// Commits a second, each synced to the disk.
    pub(crate) commits_per_s: f64,
    /// Messages a second.
    pub(crate) messages_per_s: f64,
}

/// Measures the service for so long, with a database on the disk of this folder.
pub(crate) fn measure(program: &Path, folder: &Path, time: Duration) -> Result<Measured> {
    let data = filled(folder)?;
    let server = Server::start(Kind::Ours, program, Some(&data))?;
    let mut people = People::connect(&server)?;
    people.begin_chats()?;
    let before = server.metric("deskbell_store_commits_total")?;
    let began = Instant::now();
    let mut messages = 0;
    for turn in 0_u32.. {
        let due = TURN * turn;
        if due >= time {
            break;
        }
        people.go_on(due.saturating_sub(began.elapsed()))?;
        for organisation in 0..ORGANISATIONS {
            people.write(organisation * WRITERS + turn as usize % WRITERS)?;
            messages += 1;
        }
    }
    people.until_answered()?;
    let seconds = began.elapsed().as_secs_f64();
    let commits = server.metric("deskbell_store_commits_total")? - before;
    let mut took = people.took;
    ensure!(took.len() == messages, "{} of {messages} messages were answered", took.len());
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    let measured = Measured {
        answer_ms: at(50),
        answer_p99_ms: at(99),
        commits_per_s: commits / seconds,
        messages_per_s: messages as f64 / seconds,
    };
    eprintln!(
        "  {:.0} messages a second in {:.0} commits; answered in {:.1} ms, the hundredth that waits longest in {:.1} ms",
        measured.messages_per_s, measured.commits_per_s, measured.answer_ms, measured.answer_p99_ms
    );
    Ok(measured)
}

/// A data folder with all people in its database. Of each organisation: the client and the technician of each chat, in turn.
fn filled(folder: &Path) -> Result<TempDir> {
    let made = tempfile::tempdir_in(in_memory(folder)).context("making a folder for the database")?;
    let store = Sqlite::open(&made.path().join(DATABASE))?;
    for organisation in 0..ORGANISATIONS {
        let org = (format!("Organisation {organisation}"), OrgId(Uuid::new_v4()));
        for writer in 0..WRITERS {
            let affiliation = if is_client(writer) {
                Affiliation::Client { company: "Northwind".to_owned() }
            } else {
                Affiliation::Technician
            };
            let (person, name) = (PersonId(Uuid::new_v4()), format!("Dana Reyes {writer}"));
            let number = organisation * WRITERS + writer;
            let (link, token) = (Hash::of(&format!("link {number}")), Hash::of(&token(number)));
            let now = UnixMillis(1);
            store.add_person(&NewPerson { id: person, org: org.clone(), name, affiliation }, link, now)?;
            let redeemed = store.redeem(link, token, SignInId(Uuid::new_v4()), "workstation", now, now)?;
            ensure!(matches!(redeemed, Redeemed::Account(_)), "{number} could not be signed in");
        }
    }
    drop(store);
    let data = tempfile::tempdir_in(folder).context("making a data folder")?;
    fs::copy(made.path().join(DATABASE), data.path().join(DATABASE)).context("copying the database")?;
    Ok(data)
}

fn is_client(writer: usize) -> bool {
    writer.is_multiple_of(2)
}

/// All who write, on one thread.
struct People {
    poll: Poll,
    events: Events,
    sockets: Vec<Socket>,
    buffer: Vec<u8>,
    synced: usize,
    /// What was sent and is not answered yet.
    asked: HashMap<Uuid, Instant>,
    /// How long each answer took.
    took: Vec<Duration>,
}

impl People {
    fn connect(server: &Server) -> Result<Self> {
        let mut people = Self {
            poll: Poll::new().context("asking the system for its events")?,
            events: Events::with_capacity(ORGANISATIONS * WRITERS),
            sockets: Vec::new(),
            buffer: vec![0; READ_BYTES],
            synced: 0,
            asked: HashMap::new(),
            took: Vec::new(),
        };
        for number in 0..ORGANISATIONS * WRITERS {
            let mut socket = Socket::connect(server.address, number)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            people
                .poll
                .registry()
                .register(socket.stream(), Token(number), interest)
                .context("registering")?;
            people.sockets.push(socket);
        }
        let end = Instant::now() + WITHIN;
        while people.synced < people.sockets.len() {
            people.turn(end.saturating_duration_since(Instant::now()))?;
        }
        Ok(people)
    }

    /// Each client asks for a chat, and its technician joins it.
    fn begin_chats(&mut self) -> Result<()> {
        for number in (0..self.sockets.len()).filter(|number| is_client(*number)) {
            let (id, subject) = (session(number), "The printer on the second floor is offline".to_owned());
            self.ask(number, id, &Up::Request { id, subject, reference: None })?;
        }
        self.until_answered()?;
        for number in (0..self.sockets.len()).filter(|number| !is_client(*number)) {
            let id = Uuid::new_v4();
            self.ask(number, id, &Up::Join { id, session: chat::SessionId(session(number)) })?;
        }
        self.until_answered()?;
        self.took.clear();
        Ok(())
    }

    fn write(&mut self, number: usize) -> Result<()> {
        let (id, session) = (Uuid::new_v4(), chat::SessionId(session(number)));
        let text = "It started after the update, and restarting it did not help.".to_owned();
        self.ask(number, id, &Up::Message { id, session, text })
    }

    fn ask(&mut self, number: usize, id: Uuid, up: &Up) -> Result<()> {
        self.asked.insert(id, Instant::now());
        self.sockets[number].write(&frame::text(&write(up)))
    }

    fn until_answered(&mut self) -> Result<()> {
        let end = Instant::now() + WITHIN;
        while !self.asked.is_empty() {
            self.turn(end.saturating_duration_since(Instant::now()))?;
        }
        Ok(())
    }

    fn go_on(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.turn(left)?;
        }
    }

    fn turn(&mut self, wait: Duration) -> Result<()> {
        ensure!(!wait.is_zero(), "waited {WITHIN:?}; {} answers are missing", self.asked.len());
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            done => done.context("waiting for events")?,
        }
        for event in &self.events {
            let Token(number) = event.token();
            let socket = &mut self.sockets[number];
            if event.is_writable() || event.is_error() {
                socket.writable()?;
            }
            if socket.stage == Stage::Connecting || !(event.is_readable() || event.is_read_closed()) {
                continue;
            }
            let (synced, asked, took) = (&mut self.synced, &mut self.asked, &mut self.took);
            let lives = socket.read(&mut self.buffer, |socket, heard| {
                let up = match heard {
                    Heard::Upgraded => Some(hello(number)),
                    Heard::Text(text) => match News::of(text) {
                        News::Beat => Some(Up::Beat { activity: Activity::Active }),
                        News::Synced => {
                            *synced += 1;
                            None
                        }
                        News::Ok => {
                            took.extend(asked.remove(&answered(text)?).map(|since| since.elapsed()));
                            None
                        }
                        News::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
                        News::People { .. } | News::Other => None,
                    },
                };
                up.map_or(Ok(()), |up| socket.write(&frame::text(&write(&up))))
            })?;
            ensure!(
                lives && !matches!(socket.stage, Stage::Closed(_)),
                "the server ends connection {number}"
            );
        }
        Ok(())
    }
}

/// The chat in which somebody writes: the same of its client and its technician.
fn session(number: usize) -> Uuid {
    Uuid::from_u128(u128::MAX - (number / 2) as u128)
}

fn hello(number: usize) -> Up {
    Up::Hello(Hello {
        token: Some(protocol::Token(token(number))),
        instance: id(number),
        attempt: None,
        app: App {
            name: "deskbell".to_owned(),
            version: "0.1.0".to_owned(),
            device: format!("workstation-{number:05}"),
        },
        can_ring: !is_client(number),
        activity: Activity::Active,
    })
}

/// The intent that is answered.
fn answered(text: &[u8]) -> Result<Uuid> {
    let at = memmem::find(text, RE).context("an answer names what it answers")? + RE.len();
    let id = text.get(at..at + 36).context("an answer names an id")?;
    Uuid::try_parse_ascii(id).context("reading the id of an answer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Answer, Down};

    #[test]
    fn an_answer_is_known_by_the_intent_that_it_names() {
        let id = Uuid::from_u128(7);
        let ok = Down::Ok { re: id, answer: Answer { number: Some(3), ..Answer::default() } };
        assert_eq!(answered(write(&ok).as_bytes()).unwrap(), id);
        assert!(answered(b"{}").is_err());
    }
}
