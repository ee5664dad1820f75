//! Removes contents that no chat has: those of chats that were deleted, and what uploads that never ended have left.

use super::folder::FilesFolder;
use crate::store::{FileId, Store, StoreError};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Time between two sweeps: what belongs to a deleted chat goes within this time.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// How long contents that no chat has are kept: after a backup was restored by mistake, the former database finds its files again.
const UNKNOWN_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Files that are looked up in the database at once.
const AT_ONCE: usize = 500;

/// Why a sweep has ended early.
#[derive(Debug, thiserror::Error)]
enum SweepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Folder(#[from] std::io::Error),
}

/// Sweeps from time to time, until the future is dropped.
pub(crate) async fn keep_swept(folder: FilesFolder, store: Arc<dyn Store>) {
    loop {
        let (folder, store) = (folder.clone(), store.clone());
        let swept = tokio::task::spawn_blocking(move || {
            let unknown_since = SystemTime::now().checked_sub(UNKNOWN_FOR);
            sweep(&folder, &*store, unknown_since.unwrap_or(SystemTime::UNIX_EPOCH))
        });
        match swept.await {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(files)) => tracing::info!(target: "service", files, "files that no chat has were removed"),
            Ok(Err(error)) => {
                tracing::warn!(target: "service", %error, "files that no chat has could not be removed; the next sweep tries again");
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes the files of deleted chats, and those that no chat has and that were last changed before this time. Returns how many. Blocks.
fn sweep(folder: &FilesFolder, store: &dyn Store, unknown_since: SystemTime) -> Result<usize, SweepError> {
    let mut removed = 0;
    loop {
        let deleted = store.deleted_files(AT_ONCE)?;
        if deleted.is_empty() {
            break;
        }
        remove(folder, &deleted)?;
        store.forget_deleted_files(&deleted)?;
        removed += deleted.len();
    }
    for some in folder.older_than(unknown_since)?.chunks(AT_ONCE) {
        let unknown = store.unknown_files(some)?;
        remove(folder, &unknown)?;
        removed += unknown.len();
    }
    Ok(removed)
}

fn remove(folder: &FilesFolder, files: &[FileId]) -> Result<(), SweepError> {
    files.iter().try_for_each(|id| folder.remove(*id)).map_err(SweepError::from)
}
