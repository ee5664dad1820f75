//! Who is writing in one chat, as data. `typing.rs` changes it.

use crate::org::event::ConnId;
use chat::PersonId;
use presence::Moment;
use std::collections::BTreeMap;

/// Who is writing in one chat.
#[derive(Debug)]
pub(super) struct Writers {
    /// Until when each of them counts, and on which connection they write.
    pub(super) people: BTreeMap<PersonId, (Moment, ConnId)>,
    /// From when on readers may be told again.
    pub(super) quiet_until: Moment,
}

impl Writers {
    /// Nobody yet; readers may be told at once.
    pub(super) fn new(now: Moment) -> Self {
        Self { people: BTreeMap::new(), quiet_until: now }
    }
}
