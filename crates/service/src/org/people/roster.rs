//! The connections that watch people, and the changes they have not been told yet.

use crate::org::event::ConnId;
use chat::PersonId;
use presence::Moment;
use std::collections::BTreeSet;

/// Who watches, and what they have not been told yet.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    pub(crate) watchers: BTreeSet<ConnId>,
    pub(crate) changed: BTreeSet<PersonId>,
    /// Who has asked for everybody, and has not been told yet.
    pub(crate) asked: BTreeSet<ConnId>,
    /// When the last batch of changes went out.
    pub(crate) last: Moment,
    /// When the whole list was sent last.
    pub(crate) looked: Moment,
}

impl Roster {
    pub(crate) fn forget(&mut self, conn: ConnId) {
        self.watchers.remove(&conn);
        self.asked.remove(&conn);
    }
}
