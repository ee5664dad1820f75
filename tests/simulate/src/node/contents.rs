//! The folder with the contents of files, which survives the service's process.

use protocol::IntentId;
use service::files::SweptFolder;
use service::store::FileId;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time between two sweeps.
pub(crate) const SWEPT_EVERY_MS: u64 = 120_000;
/// How long contents that no chat has are kept: longer than a try takes, as the service's week is.
pub(crate) const UNKNOWN_FOR_MS: u64 = 300_000;

/// What one file contains: whose, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) of: IntentId,
    pub(crate) from: usize,
    pub(crate) bytes: u64,
    /// When it was written, by the service's wall clock.
    pub(crate) changed_ms: u64,
    /// Everything has arrived.
    pub(crate) is_complete: bool,
}

/// The folder.
#[derive(Debug, Default)]
pub(crate) struct Folder(RefCell<BTreeMap<FileId, Contents>>);

impl Folder {
    pub(crate) fn put(&self, id: FileId, contents: Contents) {
        self.0.borrow_mut().insert(id, contents);
    }

    pub(crate) fn get(&self, id: FileId) -> Option<Contents> {
        self.0.borrow().get(&id).cloned()
    }
}

impl SweptFolder for Folder {
    fn older_than(&self, time: SystemTime) -> std::io::Result<Vec<FileId>> {
        let changed = |contents: &Contents| UNIX_EPOCH + Duration::from_millis(contents.changed_ms);
        let all = self.0.borrow();
        Ok(all.iter().filter(|(_, contents)| changed(contents) < time).map(|(id, _)| *id).collect())
    }

    fn remove(&self, id: FileId) -> std::io::Result<()> {
        self.0.borrow_mut().remove(&id);
        Ok(())
    }
}
