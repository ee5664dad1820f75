//! What an administrator may know about an organisation: how many, never who. People, connections and what waits are counted as they
//! change, so that reading the counts costs the same with ten people as with ten thousand; sessions are counted again whenever the
//! status of one has changed. It knows no metrics: `orgs/task.rs` passes the counts on.

use chat::Status;
use presence::{Moment, Role, State};
use std::time::Duration;

/// The current counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Connections, by role and what connects.
    pub(crate) connections: [[u64; ConnectionKind::COUNT]; ROLES],
    /// People, by role and presence.
    pub(crate) people: [[u64; STATES]; ROLES],
    /// Sessions that are not over, by status.
    pub(crate) sessions: [u64; UNFINISHED],
    /// Since when the longest waiting session has waited.
    pub(crate) waiting_since: Option<Moment>,
    /// Connections that are behind: changes of people are held back from them.
    pub(crate) behind: u64,
    /// Intents and saves that wait for the store.
    pub(crate) jobs: u64,
}

/// An event that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// A device has connected; `back`: within its grace, so that nobody else has noticed.
    Came {
        /// Whether it was here before.
        back: bool,
    },
    /// A session has a new status.
    Became(Status),
    /// Somebody has joined a session that had waited for this long.
    Joined(Duration),
}

/// What connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionKind {
    /// The app.
    App,
    /// A portal page in a browser.
    Page,
    /// The app's window, which is not a device.
    Window,
}

impl ConnectionKind {
    /// How many there are.
    pub(crate) const COUNT: usize = 3;
}

/// Roles.
pub(crate) const ROLES: usize = 2;
/// States of presence.
pub(crate) const STATES: usize = 3;
/// Statuses of a session that is not over.
pub(crate) const UNFINISHED: usize = 5;

/// A role's index in the counts.
pub(crate) fn role(role: Role) -> usize {
    match role {
        Role::Technician => 0,
        Role::Client => 1,
    }
}

/// A state's index in the counts.
pub(crate) fn state(state: State) -> usize {
    match state {
        State::Online => 0,
        State::Away => 1,
        State::Offline => 2,
    }
}

/// A status' index in the counts, as in [`Status::ALL`].
pub(crate) fn status(status: Status) -> usize {
    status as usize
}

impl Counts {
    /// Somebody with this role has connected in this way.
    pub(super) fn connected(&mut self, who: Role, by: ConnectionKind) {
        self.connections[role(who)][by as usize] += 1;
    }

    /// They have disconnected; `is_behind`: the connection was counted as behind.
    pub(super) fn disconnected(&mut self, who: Role, by: ConnectionKind, is_behind: bool) {
        self.connections[role(who)][by as usize] -= 1;
        self.behind -= u64::from(is_behind);
    }

    /// Somebody has changed to this state; `before`: the state in which they were counted.
    pub(super) fn seen(&mut self, who: Role, before: Option<State>, now: State) {
        let states = &mut self.people[role(who)];
        if let Some(before) = before {
            states[state(before)] -= 1;
        }
        states[state(now)] += 1;
    }

    /// Somebody in this state no longer counts.
    pub(super) fn unseen(&mut self, who: Role, before: State) {
        self.people[role(who)][state(before)] -= 1;
    }

    /// Counts all sessions, and finds the longest waiting one.
    pub(super) fn sessions(&mut self, sessions: impl Iterator<Item = (Status, Option<Moment>)>) {
        self.sessions = Default::default();
        self.waiting_since = None;
        for (each, since) in sessions {
            if let Some(count) = self.sessions.get_mut(status(each)) {
                *count += 1;
            }
            if let (Status::Waiting, Some(since)) = (each, since) {
                self.waiting_since = Some(self.waiting_since.map_or(since, |first| first.min(since)));
            }
        }
    }
}
