//! A history of many chats: how long a technician waits for their first view, for a search, and for a transcript.

use crate::organisation::{DATABASE, Organisation, in_memory, token};
use crate::round;
use crate::server::{Kind, Server};
use anyhow::{Context, Result, ensure};
use chat::{Ending, NewRequest, Participant, PersonId, Session, SessionId, Status};
use presence::UnixMillis;
use rusqlite::{Connection, params};
use serde::Serialize;
use service::store::{Affiliation, OrgId, Sqlite, Store};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use uuid::Uuid;

/// Chats that are over, and messages in each.
const CHATS: usize = 5_000;
const MESSAGES: i64 = 50;
/// People in the organisation: a tenth are technicians.
const PEOPLE: usize = 1_000;
/// Words of a message, and different ones: the first of them are in many messages, the last in few.
const WORDS: u64 = 12;
const VOCABULARY: u64 = 5_000;
/// How often each is measured; the median counts.
const TIMES: usize = 9;
/// How long an answer may take on a loaded machine.
const WITHIN: Duration = Duration::from_secs(60);
/// Searches, of which the slowest counts: nothing, a word of most messages, beginnings of one and two characters that nearly all have, several
/// words, a rare word, a name, nothing that is there.
const SEARCHES: [&str; 8] = ["", "w0", "w", "w1", "w1+w20+w300", "w4999", "dana+00500", "nowhere"];

/// What came of it, in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// From a technician's connecting until they have been told everything.
    history_queue_ms: f64,
    /// The slowest of the searches.
    history_search_ms: f64,
    /// A transcript.
    history_transcript_ms: f64,
}

/// Measures the service with a database on the disk of this folder.
pub(crate) fn measure(program: &Path, folder: &Path) -> Result<Measured> {
    let organisation = Organisation::new(PEOPLE);
    let (data, chat) = filled(&organisation, folder)?;
    let server = Server::start(Kind::Ours, program, Some(&data))?;
    let history_queue_ms = round::first_view_ms(&organisation, &server, TIMES)?;
    let token = token(organisation.witnesses().start);
    let history = protocol::http::HISTORY_PATH;
    let mut history_search_ms = 0.0_f64;
    for words in SEARCHES {
        let took = fetch_ms(&server, &token, &format!("{history}?words={words}"))?;
        eprintln!("  {took:.1} ms for a search for {words:?}");
        history_search_ms = history_search_ms.max(took);
    }
    let history_transcript_ms =
        fetch_ms(&server, &token, &format!("{history}/{}/transcript.txt?notes", chat.0))?;
    eprintln!(
        "  {history_queue_ms:.1} ms for the first view, {history_transcript_ms:.1} ms for a transcript"
    );
    Ok(Measured { history_queue_ms, history_search_ms, history_transcript_ms })
}

/// How long an answer takes, with its connection: the median.
fn fetch_ms(server: &Server, token: &str, path: &str) -> Result<f64> {
    let mut took = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let began = Instant::now();
        let mut stream = TcpStream::connect(server.address).context("connecting")?;
        stream.set_read_timeout(Some(WITHIN)).context("setting a limit")?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).context("asking")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).context("reading the answer")?;
        took.push(began.elapsed());
        let text = String::from_utf8_lossy(&answer);
        ensure!(text.starts_with("HTTP/1.1 200 "), "{path} is answered {}", &text[..text.len().min(200)]);
    }
    took.sort_unstable();
    Ok(took[TIMES / 2].as_secs_f64() * 1e3)
}

/// A data folder with everybody and all chats in its database, and one of the chats.
fn filled(organisation: &Organisation, folder: &Path) -> Result<(TempDir, SessionId)> {
    let made = tempfile::tempdir_in(in_memory(folder)).context("making a folder for the database")?;
    let file = made.path().join(DATABASE);
    let store = Sqlite::open(&file)?;
    let clients = organisation.fill(&store)?;
    let org = store.organisations()?.first().context("there is an organisation")?.id;
    let people = store.people(Some(org))?;
    let technician = people.iter().find(|each| each.person.affiliation == Affiliation::Technician);
    let technician = technician.context("there is a technician")?.person.id;
    let began = Instant::now();
    let chats = end_chats(&store, org, &clients, technician)?;
    drop(store);
    write_messages(&file, &chats, technician)?;
    eprintln!(
        "  {} messages written in {:.1} s",
        chats.len() as i64 * MESSAGES,
        began.elapsed().as_secs_f64()
    );
    let data = tempfile::tempdir_in(folder).context("making a data folder")?;
    fs::copy(&file, data.path().join(DATABASE)).context("copying the database")?;
    Ok((data, chats[CHATS / 2].0))
}

/// Chats that were completed just now, or the service would delete them; with their clients.
fn end_chats(
    store: &Sqlite,
    org: OrgId,
    clients: &[PersonId],
    technician: PersonId,
) -> Result<Vec<(SessionId, PersonId)>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("reading the clock")?;
    let now = UnixMillis(u64::try_from(now.as_millis())?);
    let mut chats = Vec::with_capacity(CHATS);
    for number in 0..CHATS {
        let client = clients[number % clients.len()];
        let new = NewRequest {
            id: SessionId(Uuid::new_v4()),
            client,
            subject: "The printer on the second floor is offline".to_owned(),
            reference: Some(format!("{}", 10_000 + number)),
        };
        let asked = chat::request(new, now);
        store.create_session(org, &asked, usize::MAX)?;
        let ended = Session {
            status: Status::Completed,
            ended: Some(now),
            participants: vec![Participant { person: technician, joined: now, left: Some(now) }],
            ending: Some(Ending { by: Some(technician), note: Some("Solved.".to_owned()), before: None }),
            messages: MESSAGES.unsigned_abs(),
            rev: asked.rev + 1,
            ..asked.clone()
        };
        store.put_session(org, &ended, asked.rev)?;
        chats.push((asked.id, client));
    }
    Ok(chats)
}

/// Their messages, in one commit: through the store, each would have its own.
fn write_messages(file: &Path, chats: &[(SessionId, PersonId)], technician: PersonId) -> Result<()> {
    let mut sql = Connection::open(file).context("opening the database")?;
    let all = sql.transaction().context("beginning")?;
    let mut message = all
        .prepare(
            "INSERT INTO message (session, number, id, author, at, text) VALUES (?1, ?2, ?3, ?4, ?2, ?5)",
        )
        .context("preparing messages")?;
    let mut index = all
        .prepare("INSERT INTO said (rowid, text) SELECT place * 1048576 + ?2, ?3 FROM session WHERE id = ?1")
        .context("preparing their index")?;
    let mut random = Random(1);
    for (id, client) in chats {
        let session = id.0.into_bytes();
        for number in 1..=MESSAGES {
            let author = if number % 2 == 0 { *client } else { technician };
            let text = random.text();
            let id = Uuid::new_v4().into_bytes();
            message
                .execute(params![session, number, id, author.0.into_bytes(), text])
                .context("a message")?;
            index.execute(params![session, number, text]).context("its index")?;
        }
    }
    drop((message, index));
    all.commit().context("committing")
}

/// The same texts in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// Words as people use them: about as often as their rank says.
    fn text(&mut self) -> String {
        let words = (0..WORDS).map(|_| {
            let most = self.next() % VOCABULARY + 1;
            format!("w{}", self.next() % most)
        });
        words.collect::<Vec<_>>().join(" ")
    }
}
