//! The technicians of the organisation and their connections, which are told of every chat: kept as a list of their own, so that this
//! costs as much as there are technicians, not as people.

use crate::org::ConnId;
use chat::PersonId;
use std::collections::BTreeSet;

/// Who they are, and by what they are connected.
#[derive(Debug, Default)]
pub(in crate::org) struct Technicians {
    pub(in crate::org) people: BTreeSet<PersonId>,
    pub(in crate::org) conns: BTreeSet<ConnId>,
}
