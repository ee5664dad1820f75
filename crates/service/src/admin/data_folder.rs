//! The data folder: which process holds it, and which files are in it. It does not know what is in the database.

use crate::platform;
use anyhow::{Context, anyhow, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The database in the folder.
const DATABASE: &str = "deskbell.db";
/// A backup that is about to replace the database.
const RESTORING: &str = "deskbell.db.restoring";
/// The name of a former database.
const FORMER: &str = "deskbell.db.former";
/// Most former databases that are kept: more than anybody restores without looking.
const FORMERS: usize = 1_000;
/// The folder with the files of chats.
const FILES: &str = "files";
/// Held by the process that uses the database.
const LOCK: &str = "lock";

/// The data folder, held: nobody else uses its database meanwhile.
pub(crate) struct Held {
    folder: PathBuf,
    /// Whether it is as an interrupted restore leaves it.
    interrupted: bool,
    // The lock lasts as long as the file is open.
    _lock: File,
}

impl Held {
    /// Creates the folder for its owner only, and takes it. `None`: another process holds it.
    ///
    /// # Errors
    /// If the folder cannot be created or used.
    pub(crate) fn take(folder: &Path) -> anyhow::Result<Option<Self>> {
        let Some(held) = Self::lock(folder)? else { return Ok(None) };
        if held.is_interrupted() {
            bail!(
                "a restore into {} was interrupted: the former database is beside its place as {FORMER}…, with its -wal if it has one. \
                 Run `deskbell-service restore FILE` again, or move it back.",
                folder.display()
            );
        }
        let (database, log) = (held.database(), with_end(&held.database(), "-wal"));
        if log.exists() && !database.exists() {
            // Otherwise an empty database would be created, and the contents of the log lost.
            bail!(
                "{} is there without its database {DATABASE}. Put the database back beside it, or run `deskbell-service restore FILE`. \
                 If nothing in it is needed, move it away.",
                log.display()
            );
        }
        held.make_database()?;
        Ok(Some(held))
    }

    /// The same, whatever is there, because it will be replaced. After an interrupted restore, the former database gets the log that
    /// was left behind, and the prepared file stays until something replaces it: it keeps an empty service from starting.
    ///
    /// # Errors
    /// If the folder cannot be created or used.
    pub(crate) fn take_to_restore(folder: &Path) -> anyhow::Result<Option<Self>> {
        let Some(mut held) = Self::lock(folder)? else { return Ok(None) };
        held.interrupted = held.is_interrupted();
        crate::store::remove_parts(&held.restoring())
            .with_context(|| format!("could not clear {} of what was left there", folder.display()))?;
        if held.interrupted {
            let former = held.last_former().map(|number| held.former(number));
            if let Some(former) =
                former.filter(|former| former.exists() && !with_end(former, "-wal").exists())
            {
                held.move_log(&former)?;
            }
        } else {
            held.drop_prepared()?;
        }
        Ok(Some(held))
    }

    /// Removes the prepared file, unless one was there before: then the former database is still missing, and the next start has to
    /// notice that.
    ///
    /// # Errors
    /// If the system refuses.
    pub(crate) fn drop_prepared(&self) -> anyhow::Result<()> {
        if self.interrupted {
            return Ok(());
        }
        match std::fs::remove_file(self.restoring()) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("could not remove {}", self.restoring().display()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Whether a restore ended after it took the database away and before it put the other one in its place.
    fn is_interrupted(&self) -> bool {
        self.restoring().exists() && !self.database().exists()
    }

    fn lock(folder: &Path) -> anyhow::Result<Option<Self>> {
        platform::private_folder(folder).map_err(|error| unusable(folder, &error))?;
        let file = folder.join(LOCK);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file)
            .map_err(|error| unusable(folder, &error))?;
        platform::give_to_owner_of(folder, &lock)
            .with_context(|| format!("could not hand over {}", file.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { folder: folder.to_owned(), interrupted: false, _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("could not lock {}", file.display()))
            }
        }
    }

    /// The folder itself.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database file in it.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// The folder with the files of chats.
    pub(crate) fn files(&self) -> PathBuf {
        files_in(&self.folder)
    }

    /// Where a backup is prepared before it replaces the database.
    pub(crate) fn restoring(&self) -> PathBuf {
        self.folder.join(RESTORING)
    }

    /// Replaces the database with the prepared file. Returns where the former one is now, with its log; `None` if there was none. If
    /// it is interrupted, [`Held::take`] refuses what it leaves.
    ///
    /// # Errors
    /// If the system refuses.
    pub(crate) fn replace_database(&self) -> anyhow::Result<Option<PathBuf>> {
        let (database, prepared) = (self.database(), self.restoring());
        let made = OpenOptions::new().write(true).open(&prepared);
        made.and_then(|made| platform::give_to_owner_of(&self.folder, &made))
            .with_context(|| format!("could not hand over {}", prepared.display()))?;
        let number = self.last_former().map_or(1, |last| last + 1);
        if number > FORMERS {
            bail!("there are {FORMERS} former databases in {}; move them away", self.folder.display());
        }
        let former = self.former(number);
        // The database first: without its log, it would look complete.
        let moved = move_if_there(&database, &former)?;
        let logged = self.move_log(&former)?;
        std::fs::rename(&prepared, &database)
            .with_context(|| format!("could not rename {} to {}", prepared.display(), database.display()))?;
        crate::store::sync_folder_of(&database)
            .with_context(|| format!("could not write {} to the disk", self.folder.display()))?;
        Ok((moved || logged).then_some(former))
    }

    /// Where a former database is kept.
    fn former(&self, number: usize) -> PathBuf {
        self.folder.join(if number == 1 { FORMER.to_owned() } else { format!("{FORMER}-{number}") })
    }

    /// The highest number under which a former database, or the log of one, is kept.
    fn last_former(&self) -> Option<usize> {
        (1..=FORMERS).rev().find(|number| {
            let former = self.former(*number);
            former.exists() || with_end(&former, "-wal").exists()
        })
    }

    /// Moves the log away: next to another database, it would be taken for that one's. Whether there was one.
    fn move_log(&self, former: &Path) -> anyhow::Result<bool> {
        let logged = move_if_there(&with_end(&self.database(), "-wal"), &with_end(former, "-wal"))?;
        move_if_there(&with_end(&self.database(), "-shm"), &with_end(former, "-shm"))?;
        Ok(logged)
    }

    /// Creates an empty file, which is a database without tables; SQLite gives the files beside it to its owner.
    fn make_database(&self) -> anyhow::Result<()> {
        let file = self.database();
        let mut options = OpenOptions::new();
        platform::private_file(options.create(true).append(true))
            .open(&file)
            .and_then(|made| platform::give_to_owner_of(&self.folder, &made))
            .map_err(|error| unwritable(&file, &error))
    }
}

fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Whether it was there.
fn move_if_there(from: &Path, to: &Path) -> anyhow::Result<bool> {
    match std::fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => {
            Err(error).with_context(|| format!("could not rename {} to {}", from.display(), to.display()))
        }
    }
}

/// Where the folder's database is, if there is one.
pub(crate) fn database_in(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

/// Where the files of chats are.
pub(crate) fn files_in(folder: &Path) -> PathBuf {
    folder.join(FILES)
}

/// Whether there is a database in the folder.
///
/// # Errors
/// If this user may not look into it.
pub(crate) fn has_database(folder: &Path) -> anyhow::Result<bool> {
    match folder.join(DATABASE).try_exists() {
        Ok(is_there) => Ok(is_there),
        // A file in the folder's place contains no database; taking the folder says what is wrong.
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(unreadable(folder, &error)),
    }
}

/// Why the folder could not be looked into, and what to do.
pub(super) fn unreadable(folder: &Path, error: &std::io::Error) -> anyhow::Error {
    anyhow!(
        "could not look into the data folder {}. Run this as the service's user or as root (sudo). Why: {error}",
        folder.display()
    )
}

fn unusable(folder: &Path, error: &std::io::Error) -> anyhow::Error {
    let folder = folder.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => anyhow!(
            "could not use {folder} as the data folder: the disk is full. Make room on it, then start again. Why: {error}"
        ),
        _ => anyhow!(
            "could not use {folder} as the data folder. Name with --data a folder that this user may write to. Why: {error}"
        ),
    }
}

fn unwritable(file: &Path, error: &std::io::Error) -> anyhow::Error {
    let file = file.display();
    anyhow!(
        "could not open {file} for writing. Let the service's user own it (chown) and the disk have room. Why: {error}"
    )
}
