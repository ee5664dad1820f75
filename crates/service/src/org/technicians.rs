//! The technicians of the organisation and their connections, which are told of every chat: kept as a list of their own, so that this
//! costs as much as there are technicians, not as people.

use super::ConnId;
use chat::PersonId;
use std::collections::BTreeSet;

/// Who they are, and by what they are connected.
#[derive(Debug, Default)]
pub(super) struct Technicians {
    pub(super) people: BTreeSet<PersonId>,
    pub(super) conns: BTreeSet<ConnId>,
}
