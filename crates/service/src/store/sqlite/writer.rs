//! The one thread that writes to the database. It takes all waiting steps, from however many organisations, into one transaction,
//! syncs it to the disk once, and only then answers each: an answered step is durable, and a crowd of steps costs few syncs.
//! A step that finds the thread idle is committed at once.
//!
//! Each step has its own savepoint, so that a failed one undoes only itself. The writer does not know what a step means.

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

/// Most steps in one commit. A step takes some 30 µs, a sync 300 µs and more: with this many steps the sync is a small part, and the first
/// step waits for 10 ms at most. Steps share most pages that they change, so a commit stays below a megabyte.
pub(super) const STEPS: usize = 256;
/// Most steps in the queue of the thread before callers block: each comes from its own thread, and the runtime starts no more threads than
/// this.
const WAITING: usize = 512;

/// The thread and its queue.
pub(super) struct Writer {
    /// `None` when the thread has to end.
    steps: Option<SyncSender<Box<dyn Step>>>,
    thread: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
}

/// The outcome of a step.
enum Answer<T> {
    Done(Result<T>),
    /// It panicked. The caller panics too, since its state can no longer be relied on (decision 0013).
    Panicked(Panic),
}

/// The payload of a panic.
type Panic = Box<dyn Any + Send>;

/// A step that waits for its turn, and how to answer its caller.
trait Step: Send {
    /// Does it, and keeps its result until it is committed.
    fn perform(&mut self, sql: &Connection) -> rusqlite::Result<()>;
    /// Tells the caller the outcome.
    fn answer(self: Box<Self>, committed: Result<()>);
    /// Tells the caller that it has panicked.
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
        // What a savepoint may have to undo is kept in memory: otherwise it would need a writable disk.
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

    /// Queues a step.
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

    /// How many transactions with changes it has committed.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    /// The thread ends after the waiting steps.
    fn drop(&mut self) {
        self.steps = None;
        if let Some(thread) = self.thread.take() {
            // A thread that has panicked has ended too.
            let _ = thread.join();
        }
    }
}

fn ended() -> StoreError {
    StoreError::Down("the thread that writes to it has ended".to_owned())
}

fn work(mut connection: Connection, file: &Path, waiting: &Receiver<Box<dyn Step>>, commits: &AtomicU64) {
    // It ends when the writer is dropped.
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

/// Does these steps and those that arrive meanwhile in one transaction, and commits it. The result applies to all steps in `done`; a step
/// that failed alone has been answered already, and those left in `steps` were not begun.
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
                StoreError::Down("another step in the same commit failed".to_owned())
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

/// Does a step in a savepoint, which still exists if this fails.
fn perform(
    sql: &Connection,
    step: &mut dyn Step,
    wrong: impl Fn(rusqlite::Error) -> StoreError,
) -> std::result::Result<(), Failed> {
    let wrong = |error| Failed::Error(wrong(error));
    sql.prepare_cached("SAVEPOINT step").and_then(|mut begin| begin.execute([])).map_err(wrong)?;
    // Its changes are undone, and no other state of it is visible elsewhere.
    match catch_unwind(AssertUnwindSafe(|| step.perform(sql))) {
        Ok(performed) => performed.map_err(wrong)?,
        Err(panic) => return Err(Failed::Panicked(panic)),
    }
    sql.prepare_cached("RELEASE step").and_then(|mut end| end.execute([])).map_err(wrong)?;
    Ok(())
}

/// Undoes only the step that has failed.
fn undo(sql: &Connection) -> rusqlite::Result<()> {
    sql.execute_batch("ROLLBACK TO step; RELEASE step")
}

#[cfg(test)]
mod tests;
