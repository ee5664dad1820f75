//! People: who is connected, their presence, and who is told. This part owns its state; it knows nothing about chats, and returns the
//! changes that chats depend on.

mod arriving;
mod clock_set;
mod gone_attempts;
mod leaving;
mod membership;
mod own_devices;
mod persist;
mod preferences;
mod roster;
mod technicians;
mod unsaved;
mod user_presence;
mod watching;

use super::event::ConnId;
use super::model::connection::Connection;
use super::model::member::Member;
use crate::store::SignInId;
use chat::PersonId;
use gone_attempts::GoneAttempts;
use presence::Role;
use protocol::IntentId;
use roster::Roster;
use std::collections::{BTreeMap, HashMap, VecDeque};
use technicians::Technicians;
use unsaved::Unsaved;

/// The people of an organisation.
#[derive(Default)]
pub(super) struct People {
    pub(super) members: BTreeMap<PersonId, Member>,
    pub(super) conns: HashMap<ConnId, Connection>,
    pub(super) technicians: Technicians,
    /// Whether a technician is at their desk (C6).
    pub(super) staffed: bool,
    roster: Roster,
    unsaved: Unsaved,
    gone_attempts: GoneAttempts,
    /// The sign-ins that ended last: a hello of theirs may still be on its way.
    ended_sign_ins: VecDeque<SignInId>,
    /// The intents that ended a sign-in: a repeat may still come.
    signed_out: VecDeque<IntentId>,
}

impl People {
    /// The connections of a person, including windows.
    pub(super) fn conns_of(&self, person: PersonId) -> Vec<ConnId> {
        self.members.get(&person).map(|member| member.conns.iter().copied().collect()).unwrap_or_default()
    }

    /// All connections.
    pub(super) fn everybody(&self) -> Vec<ConnId> {
        let mut conns: Vec<ConnId> = self.conns.keys().copied().collect();
        conns.sort_unstable();
        conns
    }

    /// The connections of people with this role.
    pub(super) fn conns_with(&self, role: Role) -> Vec<ConnId> {
        let mut conns: Vec<ConnId> =
            self.conns.iter().filter(|(_, conn)| conn.role == role).map(|(id, _)| *id).collect();
        conns.sort_unstable();
        conns
    }

    /// Whether this person was suspended or removed.
    pub(super) fn is_out(&self, person: PersonId) -> bool {
        self.members.get(&person).is_some_and(|member| !member.is_in())
    }
}
