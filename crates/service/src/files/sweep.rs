//! Removes contents that no chat has: those of chats that were deleted, and what uploads that never ended have left.
//!
//! How long ago something was left is told by the wall clock, and nothing brings it back: while that clock is in doubt, only the contents of
//! deleted chats go, which are named in the database.

use super::folder::FilesFolder;
use super::swept_folder::SweptFolder;
use crate::clock::{Clock, ClockTrust};
use crate::store::{FileId, Store, StoreError};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time between two sweeps: what belongs to a deleted chat goes within this time.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// How long contents that no chat has are kept: after a backup was restored by mistake, the former database finds its files again.
const UNKNOWN_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Files that are looked up in the database at once.
const AT_ONCE: usize = 500;

/// Why a sweep has ended early.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The store has not answered.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder cannot be read or written.
    #[error(transparent)]
    Folder(#[from] std::io::Error),
}

/// What came of a sweep.
#[derive(Debug, Default)]
pub struct Swept {
    /// How many files are gone.
    pub removed: usize,
    /// How many could not be removed, and why the last of them.
    pub failed: Option<(usize, std::io::Error)>,
}

/// Sweeps from time to time, until the future is dropped.
pub(crate) async fn keep_swept(folder: FilesFolder, store: Arc<dyn Store>, clock: Clock) {
    let mut trust = ClockTrust::new(clock.read());
    loop {
        let (folder, store, now) = (folder.clone(), store.clone(), clock.read());
        let unknown_since = trust.is_settled(now).then(|| now.unix.minus(UNKNOWN_FOR));
        let unknown_since = unknown_since.map(|at| UNIX_EPOCH + Duration::from_millis(at.0));
        match tokio::task::spawn_blocking(move || sweep(&folder, &*store, unknown_since)).await {
            Ok(Ok(Swept { removed, failed })) => {
                if removed > 0 {
                    tracing::info!(target: "service", files = removed, "files that no chat has were removed");
                }
                if let Some((files, error)) = failed {
                    tracing::warn!(target: "service", files, %error, "some files that no chat has could not be removed; the next sweep tries again");
                }
            }
            Ok(Err(error)) => {
                tracing::warn!(target: "service", %error, "files that no chat has could not be removed; the next sweep tries again");
            }
            Err(_panicked) => {}
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes the files of deleted chats, and those that no chat has and that were last changed before this time, if there is one. What cannot be
/// removed does not keep the others. Blocks.
///
/// # Errors
/// What was not removed is removed by a later sweep.
pub fn sweep(
    folder: &impl SweptFolder,
    store: &dyn Store,
    unknown_since: Option<SystemTime>,
) -> Result<Swept, SweepError> {
    let mut swept = Swept::default();
    let mut after = None;
    loop {
        let deleted = store.deleted_files(after, AT_ONCE)?;
        let Some(last) = deleted.last() else { break };
        after = Some(*last);
        store.forget_deleted_files(&swept.remove(folder, &deleted))?;
    }
    if let Some(since) = unknown_since {
        for some in folder.older_than(since)?.chunks(AT_ONCE) {
            swept.remove(folder, &store.unknown_files(some)?);
        }
    }
    Ok(swept)
}

impl Swept {
    /// Removes these; returns those that are gone.
    fn remove(&mut self, folder: &impl SweptFolder, files: &[FileId]) -> Vec<FileId> {
        let mut gone = Vec::with_capacity(files.len());
        for id in files {
            match folder.remove(*id) {
                Ok(()) => gone.push(*id),
                Err(error) => {
                    let before = self.failed.take().map_or(0, |(files, _)| files);
                    self.failed = Some((before + 1, error));
                }
            }
        }
        self.removed += gone.len();
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Sqlite;
    use presence::UnixMillis;
    use std::path::PathBuf;
    use uuid::Uuid;

    const START: u64 = 1_800_000_000_000;
    const HOUR: Duration = Duration::from_secs(60 * 60);

    struct Place(PathBuf);

    impl Place {
        fn new() -> Self {
            let place = Self(std::env::temp_dir().join(format!("deskbell-sweep-{}", Uuid::new_v4())));
            std::fs::create_dir_all(&place.0).unwrap();
            place
        }

        fn folder(&self) -> FilesFolder {
            FilesFolder::at(self.0.clone())
        }

        /// Contents that no chat has, last changed at this time.
        fn left(&self, id: u128, at: UnixMillis) -> PathBuf {
            let path = self.0.join(Uuid::from_u128(id).to_string());
            let file = std::fs::File::create(&path).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_millis(at.0)).unwrap();
            path
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn contents_that_cannot_be_removed_do_not_keep_the_others() {
        let (place, store) = (Place::new(), Sqlite::in_memory().unwrap());
        let old = [1, 3].map(|id| place.left(id, UnixMillis(0)));
        // A folder cannot be removed as a file.
        let stuck = place.0.join(Uuid::from_u128(2).to_string());
        std::fs::create_dir(&stuck).unwrap();
        let swept = sweep(&place.folder(), &store, Some(SystemTime::now() + HOUR)).unwrap();
        assert_eq!((swept.removed, swept.failed.map(|(files, _)| files)), (2, Some(1)));
        assert!(stuck.exists() && old.iter().all(|each| !each.exists()));
    }

    /// Lets the sweep, which is a thread's work, happen at this time of a paused clock.
    async fn sweeps_after(span: Duration, sweeping: &tokio::task::JoinHandle<()>) {
        tokio::time::sleep(span).await;
        assert!(!sweeping.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_knows_goes_a_week_later_once_the_clock_has_settled() {
        let (place, store) = (Place::new(), Arc::new(Sqlite::in_memory().unwrap()));
        let clock = Clock::from_tokio(START);
        let [old, new] = [(1, 8), (2, 6)].map(|(id, days)| {
            place.left(id, UnixMillis(START).minus(Duration::from_secs(days * 24 * 60 * 60)))
        });
        let other = place.0.join("notes.txt");
        std::fs::File::create(&other).unwrap().set_modified(UNIX_EPOCH).unwrap();
        let sweeping = tokio::spawn(keep_swept(place.folder(), store, clock));
        sweeps_after(HOUR / 2, &sweeping).await;
        assert!(old.exists(), "the clock may be wrong at the start");
        sweeps_after(HOUR, &sweeping).await;
        assert!(!old.exists() && new.exists() && other.exists());
        sweeping.abort();
    }

    #[test]
    fn a_clock_that_was_set_is_not_trusted_for_an_hour() {
        let at = |minutes: u64, set: u64| {
            let since = Duration::from_secs(minutes * 60);
            crate::clock::Now {
                moment: presence::Moment::at(HOUR * 1_000).plus(since),
                unix: UnixMillis(START + set * 60_000).plus(since),
            }
        };
        let mut trust = ClockTrust::new(at(0, 0));
        let years = 20 * 365 * 24 * 60;
        let seen = [(59, 0), (60, 0), (120, 0), (180, years), (239, years), (240, years), (300, 0), (360, 0)]
            .map(|(minutes, set)| trust.is_settled(at(minutes, set)));
        assert_eq!(seen, [false, true, true, false, false, true, false, true]);
    }
}
