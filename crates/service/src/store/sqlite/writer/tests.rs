//! The writer on a real file: steps that share a commit, steps that fail, and a thread that dies.

use super::super::connection::prepared;
use super::*;
use std::sync::mpsc::{TryRecvError, channel};
use std::time::Duration;

const WITHIN: Duration = Duration::from_secs(20);

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("deskbell-writer-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn database(&self) -> PathBuf {
        self.0.join("deskbell.db")
    }

    fn connection(&self) -> Connection {
        prepared(Connection::open(self.database()).unwrap()).unwrap()
    }

    fn numbers(&self) -> Vec<i64> {
        let connection = self.connection();
        let mut sql = connection.prepare("SELECT n FROM number ORDER BY n").unwrap();
        sql.query_map([], |row| row.get(0)).unwrap().map(|row| row.unwrap()).collect()
    }

    /// What would be left if the machine stopped now: a copy of the files, under another name.
    fn numbers_of_a_copy(&self, name: i64) -> Vec<i64> {
        let copy = Self(self.0.join(name.to_string()));
        std::fs::create_dir(&copy.0).unwrap();
        for end in ["", "-wal"] {
            let from = format!("{}{end}", self.database().display());
            std::fs::copy(from, format!("{}{end}", copy.database().display())).unwrap();
        }
        copy.numbers()
    }

    /// Counts the commits in the log: frames that contain the size of the database after them.
    fn commits(&self) -> usize {
        let log = std::fs::read(format!("{}-wal", self.database().display())).unwrap();
        let (head, frames) = log.split_at(32);
        let page = u32::from_be_bytes(head[8..12].try_into().unwrap()) as usize;
        frames.chunks(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A writer on a new database, in a folder that goes with the test.
fn writer() -> (Folder, Writer) {
    let folder = Folder::new();
    let connection = folder.connection();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection
        .execute_batch(
            "CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT;
             CREATE TABLE part (of INTEGER REFERENCES number (n) DEFERRABLE INITIALLY DEFERRED) STRICT;",
        )
        .unwrap();
    let writer = Writer::start(connection, folder.database()).unwrap();
    (folder, writer)
}

fn insert(number: i64) -> impl FnOnce(&Connection) -> rusqlite::Result<i64> + Send + 'static {
    move |sql| sql.execute("INSERT INTO number VALUES (?1)", [number]).map(|_| number)
}

/// Starts a step that keeps the thread busy until the sender is used or dropped; it has begun when this returns.
fn hold(writer: &Writer) -> (SyncSender<()>, Receiver<Answer<()>>) {
    let (go_on, wait) = sync_channel::<()>(1);
    let (begins, begun) = sync_channel(1);
    let answer = writer
        .ask(move |_| {
            begins.send(()).unwrap();
            let _ = wait.recv_timeout(WITHIN);
            Ok(())
        })
        .unwrap();
    begun.recv_timeout(WITHIN).unwrap();
    (go_on, answer)
}

fn answer<T>(answer: &Receiver<Answer<T>>) -> Result<T> {
    match answer.recv_timeout(WITHIN).unwrap() {
        Answer::Done(done) => done,
        Answer::Panicked(panic) => resume_unwind(panic),
    }
}

#[test]
fn steps_of_many_threads_share_a_commit_and_each_is_durable_when_it_is_answered() {
    let (folder, writer) = writer();
    let before = folder.commits();
    let (go_on, _held) = hold(&writer);
    let (asks, asked) = channel();
    std::thread::scope(|scope| {
        for number in 0..40 {
            let (writer, folder, asks) = (&writer, &folder, asks.clone());
            scope.spawn(move || {
                let waits = writer.ask(insert(number)).unwrap();
                asks.send(()).unwrap();
                assert_eq!(answer(&waits).unwrap(), number);
                assert!(folder.numbers_of_a_copy(number).contains(&number));
            });
        }
        for _ in 0..40 {
            asked.recv_timeout(WITHIN).unwrap();
        }
        go_on.send(()).unwrap();
    });
    assert_eq!(folder.numbers(), (0..40).collect::<Vec<_>>());
    assert_eq!(folder.commits() - before, 1);
    assert_eq!(writer.commits(), 1);
    assert_eq!(writer.write(insert(40)).unwrap(), 40);
    assert_eq!((folder.commits() - before, writer.commits()), (2, 2), "a step that comes alone has its own");
}

#[test]
fn nothing_is_answered_before_it_is_committed() {
    let (folder, writer) = writer();
    let (first_goes_on, _) = hold(&writer);
    let done = writer.ask(insert(1)).unwrap();
    let (begins, begun) = sync_channel(1);
    let (go_on, wait) = sync_channel::<()>(1);
    let last = writer.ask(move |_| {
        begins.send(()).unwrap();
        let _ = wait.recv_timeout(WITHIN);
        Ok(())
    });
    first_goes_on.send(()).unwrap();
    begun.recv_timeout(WITHIN).unwrap();
    assert_eq!(done.try_recv().err(), Some(TryRecvError::Empty));
    assert!(folder.numbers().is_empty(), "readers do not see it either");
    go_on.send(()).unwrap();
    answer(&done).unwrap();
    answer(&last.unwrap()).unwrap();
    assert_eq!(folder.numbers(), [1]);
}

#[test]
fn a_step_that_fails_or_panics_undoes_itself_and_nothing_else() {
    let (folder, writer) = writer();
    let (go_on, _held) = hold(&writer);
    let first = writer.ask(insert(1)).unwrap();
    let fails = writer
        .ask(|sql| {
            insert(2)(sql)?;
            insert(1)(sql)
        })
        .unwrap();
    let between = writer.ask(insert(3)).unwrap();
    let panics = writer
        .ask(|sql| -> rusqlite::Result<()> {
            insert(4)(sql)?;
            panic!("planted")
        })
        .unwrap();
    let last = writer.ask(insert(5)).unwrap();
    go_on.send(()).unwrap();
    for good in [first, between, last] {
        answer(&good).unwrap();
    }
    let error = answer(&fails).unwrap_err();
    assert!(error.to_string().contains("UNIQUE constraint failed"), "{error}");
    assert!(catch_unwind(AssertUnwindSafe(|| answer(&panics))).is_err(), "the caller panics");
    assert_eq!(folder.numbers(), [1, 3, 5]);
    assert_eq!(writer.commits(), 1);
}

#[test]
fn a_commit_that_fails_is_an_error_of_each_of_its_steps_but_not_of_later_ones() {
    let (folder, writer) = writer();
    let (go_on, _held) = hold(&writer);
    let good = writer.ask(insert(1)).unwrap();
    let bad = writer.ask(|sql| sql.execute("INSERT INTO part VALUES (7)", [])).unwrap();
    go_on.send(()).unwrap();
    for error in [answer(&good).map(drop), answer(&bad).map(drop)] {
        assert!(error.unwrap_err().to_string().contains("FOREIGN KEY constraint failed"));
    }
    assert!(folder.numbers().is_empty());
    writer.write(insert(1)).unwrap();
    assert_eq!((folder.numbers(), writer.commits()), (vec![1], 1));
}

#[test]
fn if_sqlite_rolls_back_the_transaction_earlier_steps_fail_and_later_ones_are_done() {
    let (folder, writer) = writer();
    let (go_on, _held) = hold(&writer);
    let before = writer.ask(insert(1)).unwrap();
    // As SQLite does when the disk is full.
    let ends = writer
        .ask(|sql| {
            sql.execute_batch("ROLLBACK")?;
            insert(1)(&Connection::open_in_memory()?)
        })
        .unwrap();
    let after = writer.ask(insert(2)).unwrap();
    go_on.send(()).unwrap();
    assert!(answer(&before).is_err() && answer(&ends).is_err());
    answer(&after).unwrap();
    assert_eq!(folder.numbers(), [2]);
}

#[test]
fn a_commit_is_limited_in_steps() {
    let (folder, writer) = writer();
    let (go_on, _held) = hold(&writer);
    // The held step is part of the first commit.
    let most = i64::try_from(STEPS).unwrap();
    let asked: Vec<_> = (0..most + 9).map(|number| writer.ask(insert(number)).unwrap()).collect();
    go_on.send(()).unwrap();
    for waits in &asked {
        answer(waits).unwrap();
    }
    assert_eq!((folder.numbers().len(), writer.commits()), (STEPS + 9, 2));
}

#[test]
fn all_waiting_steps_fail_at_once_if_another_program_holds_the_database() {
    let (folder, writer) = writer();
    writer.write(|sql| sql.busy_timeout(Duration::from_millis(300))).unwrap();
    let other = folder.connection();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let asked: Vec<_> = (0..20).map(|number| writer.ask(insert(number)).unwrap()).collect();
    let began = std::time::Instant::now();
    for waits in &asked {
        assert!(matches!(answer(waits), Err(StoreError::Busy)));
    }
    assert!(began.elapsed() < Duration::from_millis(1_500), "not one after the other");
    other.execute_batch("ROLLBACK").unwrap();
    writer.write(insert(1)).unwrap();
}

#[test]
fn waiting_steps_are_done_before_the_thread_ends() {
    let (folder, writer) = writer();
    let (go_on, _held) = hold(&writer);
    let asked: Vec<_> = (0..5).map(|number| writer.ask(insert(number)).unwrap()).collect();
    go_on.send(()).unwrap();
    drop(writer);
    assert!(asked.iter().all(|waits| answer(waits).is_ok()));
    assert_eq!(folder.numbers().len(), 5);
}

#[test]
fn a_dead_thread_is_an_error_and_not_a_hang() {
    let (steps, waiting) = sync_channel(WAITING);
    let writer = Writer { steps: Some(steps), thread: None, commits: Arc::default() };
    let waits = writer.ask(insert(1)).unwrap();
    drop(waiting);
    assert!(waits.recv_timeout(WITHIN).is_err(), "it waits no longer");
    let error = writer.write(insert(2)).unwrap_err();
    assert!(error.to_string().contains("the thread that writes to it has ended"), "{error}");
}
