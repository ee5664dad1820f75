//! Why the store did not do a step: what happened and what to do about it, for the administrator.

/// Why a step was not done. Nothing has changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program is writing; a repeat may succeed.
    #[error("the database is busy: another program holds it")]
    Busy,
    /// There is no room to write; what was stored before is safe.
    #[error("the disk is full, and nothing can be stored")]
    Full,
    /// The system no longer allows writing there; what was stored before is safe and can be read.
    #[error("the data folder has become read-only, and nothing can be stored")]
    ReadOnly,
    /// It may be read but not written, or not even read.
    #[error("the database may not be written ({0})")]
    Refused(String),
    /// Its contents are not what was written.
    #[error("the database is damaged ({0})")]
    Damaged(String),
    /// Another program wrote it.
    #[error("this is a database of another program ({0})")]
    Foreign(String),
    /// A newer version of the service wrote it.
    #[error(
        "the database was written by a newer version of this program (format {found}, known up to {known})"
    )]
    Newer {
        /// The format that it has.
        found: usize,
        /// The newest format that this version knows.
        known: usize,
    },
    /// It cannot be read or written for another reason.
    #[error("the database cannot be used: {0}")]
    Down(String),
}

impl StoreError {
    /// Whether a repeat may succeed without anybody touching the database.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Busy | Self::Full | Self::ReadOnly | Self::Refused(_) => true,
            Self::Damaged(_) | Self::Foreign(_) | Self::Newer { .. } | Self::Down(_) => false,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Busy => "End what holds it, such as sqlite3 or a backup, or wait for it.",
            Self::Full => "Make room on the disk of the data folder: the service then goes on by itself.",
            Self::ReadOnly => {
                "A disk with errors is made read-only by the system: look in its log (dmesg) for why. Check the disk and mount it for writing again; if it has to be unmounted for that, stop the service before."
            }
            Self::Refused(_) => {
                "Let the service's user write to the data folder and to the files in it, on a disk that is not mounted read-only."
            }
            // The heading and the file name, since the location depends on how the service was installed.
            Self::Damaged(_) => {
                "Nothing in it was changed. Restore it from a backup, or save what can be read of it: \"A damaged database\" in troubleshooting.md says how (the package has it in /usr/share/doc/deskbell-service)."
            }
            Self::Foreign(_) => {
                "Nothing in it was changed. Name with --data the folder of a service, or a new one."
            }
            Self::Newer { .. } => {
                "Nothing in it was changed. Install that version again, or restore the backup that was made before it."
            }
            Self::Down(_) => "Look in the system's log for what is wrong with the disk.",
        }
    }
}
