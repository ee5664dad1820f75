//! What every administrator's command works with, and its outcome.

use super::command::Reply;
use crate::org::Event;
use crate::store::{OrgId, Store, StoreError};
use crate::{names, words};
use presence::UnixMillis;
use protocol::limits::NAME_CHARS;

/// Whom to tell what was done, if the service runs.
pub(crate) type Notice = (OrgId, Event);

/// What was done, and whom to tell.
pub(super) type Done = Result<(Reply, Vec<Notice>), Failed>;

/// Why a command was not done; nothing has changed.
pub(super) enum Failed {
    /// In words for the administrator.
    Refused(String),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What all commands work with.
pub(super) struct Admin<'a> {
    pub(super) store: &'a dyn Store,
    /// Where people reach the service, if the caller knows better than the store.
    pub(super) address: Option<&'a str>,
    pub(super) now: UnixMillis,
}

pub(super) fn refused<T>(why: impl Into<String>) -> Result<T, Failed> {
    Err(Failed::Refused(why.into()))
}

/// An outcome that nobody has to be told.
pub(super) fn done(what: impl Into<String>) -> Done {
    Ok((Reply::Done(what.into()), Vec::new()))
}

/// A new name as it is stored. `what` has its article, for the middle of a sentence.
pub(super) fn checked_name(what: &str, name: &str) -> Result<String, Failed> {
    if name.is_empty() || words::line(name, NAME_CHARS) != name {
        return refused(format!(
            "The name of {what} has between 1 and {NAME_CHARS} characters on one line that can be seen, without spaces at its ends."
        ));
    }
    Ok(names::composed(name))
}

/// A count in words: `no links`, `1 link`, `2 links`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        more => format!("{more} {what}s"),
    }
}
