//! The one thread that writes to the database. It takes all steps that wait, of however many organisations, into one transaction,
//! syncs it to the disk once, and only then answers each: a step that is answered is durable, and a crowd of steps costs few syncs.
//! A step that finds the thread idle is committed at once.
//!
//! Each step has a savepoint of its own, so that one that fails undoes only itself. It does not know what a step means.

use super::super::{Result, StoreError};
use super::errors;
use rusqlite::{Connection, TransactionBehavior};
use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Most steps in one commit. A step takes some 30 µs beside a sync's 300 µs and more: the sync is a small part by then, and the first
/// of them waits for 10 ms at most. Steps share most pages that they change, so that a commit stays below a megabyte.
pub(super) const STEPS: usize = 256;
/// Most steps that wait for the thread before those who ask for more have to wait: each comes from a thread of its own, of which the
/// runtime makes no more than this.
const WAITING: usize = 512;

/// The thread, and the way to it.
pub(super) struct Writer {
    /// Taken when the thread is to end.
    steps: Option<SyncSender<Box<dyn Step>>>,
    thread: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
}

/// What came of a step.
enum Answer<T> {
    Done(Result<T>),
    /// It panicked. The caller panics too, since its state can no longer be relied on (decision 0013).
    Panicked(Panic),
}

/// What a panic was about.
type Panic = Box<dyn Any + Send>;

/// A step that waits for its turn, with the way to answer its caller.
trait Step: Send {
    /// Does it, and keeps what it gives until it is committed.
    fn perform(&mut self, sql: &Connection) -> rusqlite::Result<()>;
    /// Says what came of it.
    fn answer(self: Box<Self>, committed: Result<()>);
    /// Says that it has panicked.
    fn panicked(self: Box<Self>, panic: Panic);
}

struct PendingStep<T, F> {
    step: Option<F>,
    value: Option<T>,
    answer: SyncSender<Answer<T>>,
}

impl<T, F> Step for PendingStep<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
{
    fn perform(&mut self, sql: &Connection) -> rusqlite::Result<()> {
        if let Some(step) = self.step.take() {
            self.value = Some(step(sql)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let Self { value, answer, .. } = *self;
        // Nobody may be waiting any more.
        let _ = answer.send(Answer::Done(committed.and_then(|()| value.ok_or_else(ended))));
    }

    fn panicked(self: Box<Self>, panic: Panic) {
        let _ = self.answer.send(Answer::Panicked(panic));
    }
}

impl Writer {
    /// Starts the thread on this connection to this file.
    pub(super) fn start(connection: Connection, file: PathBuf) -> Result<Self> {
        // What a savepoint may have to undo is kept in memory: elsewhere, it would need a disk that can be written to.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        let (steps, waiting) = sync_channel(WAITING);
        let commits = Arc::new(AtomicU64::new(0));
        let counted = commits.clone();
        let work = move || work(connection, &file, &waiting, &counted);
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(work);
        let thread = thread.map_err(|error| errors::from_io(&error))?;
        Ok(Self { steps: Some(steps), thread: Some(thread), commits })
    }

    /// Has a step done, and waits until it is committed.
    ///
    /// # Panics
    /// If the step does.
    pub(super) fn write<T, F>(&self, step: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        match self.ask(step)?.recv() {
            Ok(Answer::Done(done)) => done,
            Ok(Answer::Panicked(panic)) => resume_unwind(panic),
            Err(_) => Err(ended()),
        }
    }

    /// Puts a step to those that wait.
    fn ask<T, F>(&self, step: F) -> Result<Receiver<Answer<T>>>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (answer, answered) = sync_channel(1);
        let asked = PendingStep { step: Some(step), value: None, answer };
        let steps = self.steps.as_ref().ok_or_else(ended)?;
        steps.send(Box::new(asked)).map_err(|_| ended())?;
        Ok(answered)
    }

    /// How many transactions it has committed that have changed something.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    /// The thread ends after what waits.
    fn drop(&mut self) {
        self.steps = None;
        if let Some(thread) = self.thread.take() {
            // One that has panicked has ended, too.
            let _ = thread.join();
        }
    }
}

fn ended() -> StoreError {
    StoreError::Down("the thread that writes to it has ended".to_owned())
}

fn work(mut connection: Connection, file: &Path, waiting: &Receiver<Box<dyn Step>>, commits: &AtomicU64) {
    // It ends when nobody is left who could ask.
    while let Ok(first) = waiting.recv() {
        let mut steps = VecDeque::from([first]);
        steps.extend(waiting.try_iter().take(STEPS - 1));
        while !steps.is_empty() {
            let changes = connection.total_changes();
            let mut done = Vec::with_capacity(steps.len());
            let committed = commit(&mut connection, file, &mut steps, waiting, &mut done);
            if committed.is_ok() && connection.total_changes() != changes {
                commits.fetch_add(1, Ordering::Relaxed);
            }
            for step in done {
                step.answer(committed.clone());
            }
        }
    }
}

/// Does these steps and those that come meanwhile in one transaction, and commits it. What it gives is for all that are `done` then; a
/// step that failed alone is answered already, and what is left in `steps` was not begun.
fn commit(
    connection: &mut Connection,
    file: &Path,
    steps: &mut VecDeque<Box<dyn Step>>,
    waiting: &Receiver<Box<dyn Step>>,
    done: &mut Vec<Box<dyn Step>>,
) -> Result<()> {
    let wrong = |error| errors::of_writing(error, Some(file));
    let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => transaction,
        Err(error) => {
            done.extend(steps.drain(..));
            return Err(wrong(error));
        }
    };
    for _ in 0..STEPS {
        let Some(mut step) = steps.pop_front().or_else(|| waiting.try_recv().ok()) else { break };
        let Err(failed) = perform(&transaction, &mut *step, wrong) else {
            done.push(step);
            continue;
        };
        let is_undone = undo(&transaction);
        let error = match failed {
            Failed::Error(error) => {
                step.answer(Err(error.clone()));
                error
            }
            Failed::Panicked(panic) => {
                step.panicked(panic);
                StoreError::Down("a step beside it failed".to_owned())
            }
        };
        if is_undone.is_err() {
            // SQLite has rolled back the whole transaction, as it does when the disk is full.
            return Err(error);
        }
    }
    transaction.commit().map_err(wrong)
}

/// Why a step was not done.
enum Failed {
    Error(StoreError),
    Panicked(Panic),
}

/// Does a step in a savepoint, which is still there if this fails.
fn perform(
    sql: &Connection,
    step: &mut dyn Step,
    wrong: impl Fn(rusqlite::Error) -> StoreError,
) -> std::result::Result<(), Failed> {
    let wrong = |error| Failed::Error(wrong(error));
    sql.prepare_cached("SAVEPOINT step").and_then(|mut begin| begin.execute([])).map_err(wrong)?;
    // What it has changed is undone, and nobody else sees any other of its state.
    match catch_unwind(AssertUnwindSafe(|| step.perform(sql))) {
        Ok(performed) => performed.map_err(wrong)?,
        Err(panic) => return Err(Failed::Panicked(panic)),
    }
    sql.prepare_cached("RELEASE step").and_then(|mut end| end.execute([])).map_err(wrong)?;
    Ok(())
}

/// Undoes the step that has failed, and nothing else.
fn undo(sql: &Connection) -> rusqlite::Result<()> {
    sql.execute_batch("ROLLBACK TO step; RELEASE step")
}

#[cfg(test)]
mod tests {
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

        fn writer(&self) -> Writer {
            let connection = self.connection();
            connection.pragma_update(None, "journal_mode", "WAL").unwrap();
            connection
                .execute_batch(
                    "CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT;
                     CREATE TABLE part (of INTEGER REFERENCES number (n) DEFERRABLE INITIALLY DEFERRED) STRICT;",
                )
                .unwrap();
            Writer::start(connection, self.database()).unwrap()
        }

        fn numbers(&self) -> Vec<i64> {
            let connection = self.connection();
            let mut sql = connection.prepare("SELECT n FROM number ORDER BY n").unwrap();
            sql.query_map([], |row| row.get(0)).unwrap().map(|row| row.unwrap()).collect()
        }

        /// What a machine finds that stops now: the files as they are, under another name.
        fn numbers_of_a_copy(&self, name: i64) -> Vec<i64> {
            let copy = Self(self.0.join(name.to_string()));
            std::fs::create_dir(&copy.0).unwrap();
            for end in ["", "-wal"] {
                let from = format!("{}{end}", self.database().display());
                std::fs::copy(from, format!("{}{end}", copy.database().display())).unwrap();
            }
            copy.numbers()
        }

        /// Commits in the log: frames that say how large the database is after them.
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

    fn insert(number: i64) -> impl FnOnce(&Connection) -> rusqlite::Result<i64> + Send + 'static {
        move |sql| sql.execute("INSERT INTO number VALUES (?1)", [number]).map(|_| number)
    }

    /// Keeps the thread in a step until the sender is used or dropped; it is in it when this returns.
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
    fn steps_of_many_threads_share_a_commit_and_each_is_there_for_good_when_it_is_answered() {
        let folder = Folder::new();
        let writer = folder.writer();
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
        assert_eq!((folder.commits() - before, writer.commits()), (2, 2), "one that comes alone has its own");
    }

    #[test]
    fn nothing_is_answered_before_it_is_committed() {
        let folder = Folder::new();
        let writer = folder.writer();
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
        assert!(folder.numbers().is_empty(), "those who read beside it see nothing of it either");
        go_on.send(()).unwrap();
        answer(&done).unwrap();
        answer(&last.unwrap()).unwrap();
        assert_eq!(folder.numbers(), [1]);
    }

    #[test]
    fn a_step_that_fails_or_panics_undoes_itself_and_nothing_else() {
        let folder = Folder::new();
        let writer = folder.writer();
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
    fn a_commit_that_fails_is_an_error_of_each_of_its_steps_and_of_no_later_one() {
        let folder = Folder::new();
        let writer = folder.writer();
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
    fn where_sqlite_undoes_all_of_it_those_before_have_failed_and_those_after_are_done() {
        let folder = Folder::new();
        let writer = folder.writer();
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
    fn a_commit_has_no_more_steps_than_it_may() {
        let folder = Folder::new();
        let writer = folder.writer();
        let (go_on, _held) = hold(&writer);
        // The one that is held is one of the first commit's.
        let most = i64::try_from(STEPS).unwrap();
        let asked: Vec<_> = (0..most + 9).map(|number| writer.ask(insert(number)).unwrap()).collect();
        go_on.send(()).unwrap();
        for waits in &asked {
            answer(waits).unwrap();
        }
        assert_eq!((folder.numbers().len(), writer.commits()), (STEPS + 9, 2));
    }

    #[test]
    fn all_who_wait_while_another_program_holds_the_database_are_told_so_at_once() {
        let folder = Folder::new();
        let writer = folder.writer();
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
    fn what_waits_is_done_before_the_thread_ends() {
        let folder = Folder::new();
        let writer = folder.writer();
        let (go_on, _held) = hold(&writer);
        let asked: Vec<_> = (0..5).map(|number| writer.ask(insert(number)).unwrap()).collect();
        go_on.send(()).unwrap();
        drop(writer);
        assert!(asked.iter().all(|waits| answer(waits).is_ok()));
        assert_eq!(folder.numbers().len(), 5);
    }

    #[test]
    fn a_thread_that_has_died_is_an_error_and_no_waiting() {
        let (steps, waiting) = sync_channel(WAITING);
        let writer = Writer { steps: Some(steps), thread: None, commits: Arc::default() };
        let waits = writer.ask(insert(1)).unwrap();
        drop(waiting);
        assert!(waits.recv_timeout(WITHIN).is_err(), "it waits no longer");
        let error = writer.write(insert(2)).unwrap_err();
        assert!(error.to_string().contains("the thread that writes to it has ended"), "{error}");
    }
}
