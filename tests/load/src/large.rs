//! A database of years: how long the service takes from its start until it listens, after it was ended and after it was killed.

use crate::organisation::Organisation;
use crate::server::{Kind, Server};
use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};

/// Characters of a message: nearly as many as one may have.
const MESSAGE_CHARS: usize = 3_900;
/// People in it: those who write, and some.
const PEOPLE: usize = 100;

/// The slower of the two starts, with a database of at least so many bytes.
pub(crate) fn start(program: &Path, folder: &Path, bytes: u64) -> Result<Duration> {
    let data = tempfile::tempdir_in(folder).context("making a data folder")?;
    let database = data.path().join(crate::organisation::DATABASE);
    let organisation = Organisation::new(PEOPLE);
    organisation.fill(&service::store::Sqlite::open(&database)?)?;
    fill(&database, bytes)?;
    // It was written by another program: the service reads all of it, once.
    Server::start(Kind::Ours, program, Some(&data))?.end()?;
    let began = Instant::now();
    let server = Server::start(Kind::Ours, program, Some(&data))?;
    let ended = began.elapsed();
    crate::crowd::Crowd::new(&organisation, &server)?.connect(0..PEOPLE, Duration::from_secs(60))?;
    drop(server);
    let began = Instant::now();
    let server = Server::start(Kind::Ours, program, Some(&data))?;
    let killed = began.elapsed();
    eprintln!("  {ended:.2?} until it listens after it was ended, {killed:.2?} after it was killed");
    drop(server);
    Ok(ended.max(killed))
}

/// Fills it with a chat that is over, of so many bytes.
fn fill(database: &Path, bytes: u64) -> Result<()> {
    let sql = Connection::open(database).context("opening the database")?;
    // Nobody is to find it again if this machine stops.
    sql.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
    let messages = bytes / MESSAGE_CHARS as u64;
    sql.execute(
        "INSERT INTO session (id, org, client, status, reference, rev, body)
         SELECT zeroblob(16), org, id, 'completed', '', 1, '' FROM person LIMIT 1",
        [],
    )
    .context("adding a chat")?;
    sql.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO message (session, number, id, author, at, text)
         SELECT s.id, i, CAST(printf('%016d', i) AS BLOB), s.client, i, printf('%.*c', ?2, 'x')
         FROM n, (SELECT id, client FROM session LIMIT 1) s",
        [messages.cast_signed(), MESSAGE_CHARS as i64],
    )
    .context("adding its messages")?;
    sql.execute_batch("COMMIT; PRAGMA journal_mode = WAL")?;
    let size = std::fs::metadata(database).context("looking at the database")?.len();
    ensure!(size >= bytes, "{size} bytes of {bytes}");
    Ok(())
}
