//! The folder with the contents of files, as the sweep knows it.

use crate::store::FileId;
use std::io::Result;
use std::time::SystemTime;

/// Where contents are: the folder on the disk, or that of a simulated world.
pub trait SweptFolder {
    /// Those that were last changed before this time. Blocks.
    ///
    /// # Errors
    /// If the folder cannot be read.
    fn older_than(&self, time: SystemTime) -> Result<Vec<FileId>>;
    /// Removes contents, unless they are gone already. Blocks.
    ///
    /// # Errors
    /// If they cannot be removed.
    fn remove(&self, id: FileId) -> Result<()>;
}
