//! Who sees and receives what: the table of the product, as functions.

use crate::{Role, State};

/// Whether a person in `state` hears of what waits: technicians of chat requests and their withdrawals (C2), everybody of messages
/// in open chats. Away is a signal to others, not a mute.
#[must_use]
pub fn receives(state: State) -> bool {
    match state {
        State::Online | State::Away => true,
        State::Offline => false,
    }
}

/// Whether a reader of this role sees other people's states with reasons and times. A client sees the bare state of the
/// technicians of their own chats, and whether somebody is at their desk.
#[must_use]
pub fn sees_people(reader: Role) -> bool {
    match reader {
        Role::Technician => true,
        Role::Client => false,
    }
}

/// Whether somebody of this role may set a preference (P7, P8).
#[must_use]
pub fn has_preference(role: Role) -> bool {
    match role {
        Role::Technician => true,
        Role::Client => false,
    }
}

/// Whether somebody is at their desk: at least one technician is Online (C6).
pub fn is_staffed(technicians: impl IntoIterator<Item = State>) -> bool {
    technicians.into_iter().any(|state| state == State::Online)
}
