//! The technicians of the organisation and their connections, which are told of every chat: kept as a list of their own, so that this
//! costs as much as there are technicians, not as people.

use crate::org::event::ConnId;
use chat::PersonId;
use std::collections::BTreeSet;

/// Who they are, and by what they are connected.
#[derive(Debug, Default)]
pub(crate) struct Technicians {
    pub(crate) people: BTreeSet<PersonId>,
    pub(crate) conns: BTreeSet<ConnId>,
}
