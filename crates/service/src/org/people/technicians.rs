//! The technicians of the organisation and their connections, which are told about every chat: a separate list, so that the cost grows
//! with the number of technicians, not of people.

use crate::org::event::ConnId;
use chat::PersonId;
use std::collections::BTreeSet;

/// The technicians, each with their connections.
#[derive(Debug, Default)]
pub(crate) struct Technicians {
    pub(crate) people: BTreeSet<PersonId>,
    pub(crate) conns: BTreeSet<ConnId>,
}
