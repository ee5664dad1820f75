//! What an administrator may know of an organisation: how many, never who. People, connections and what waits are counted as
//! they change, so that telling it costs the same with ten people and with ten thousand; sessions are counted again whenever
//! the status of one has changed. It knows no metrics: `orgs/task.rs` passes it on.

use chat::Status;
use presence::{Moment, Role, State};
use std::time::Duration;

/// How things are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Connections, by role and what connects.
    pub(crate) connections: [[u64; ConnectionKind::COUNT]; ROLES],
    /// People, by role and presence.
    pub(crate) people: [[u64; STATES]; ROLES],
    /// Sessions that are not over, by status.
    pub(crate) sessions: [u64; UNFINISHED],
    /// Since when the session waits that has waited longest.
    pub(crate) waiting_since: Option<Moment>,
    /// Connections that are behind: changes of people are held back from them.
    pub(crate) behind: u64,
    /// Intents and saves that wait for the store.
    pub(crate) jobs: u64,
}

/// Something that happened, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// A device has come; `back`: within its grace, so that nobody else has noticed.
    Came {
        /// Whether it was here before.
        back: bool,
    },
    /// A session has another status from now on.
    Became(Status),
    /// Somebody has joined a session that had waited for so long.
    Joined(Duration),
}

/// What connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionKind {
    /// The app.
    App,
    /// A portal page in a browser.
    Page,
    /// The app's window, which is no device.
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
pub(crate) const UNFINISHED: usize = 4;

/// A role's place in the counts.
pub(crate) fn role(role: Role) -> usize {
    match role {
        Role::Technician => 0,
        Role::Client => 1,
    }
}

/// A state's place in the counts.
pub(crate) fn state(state: State) -> usize {
    match state {
        State::Online => 0,
        State::Away => 1,
        State::Offline => 2,
    }
}

/// A status' place in the counts, as in [`Status::ALL`].
pub(crate) fn status(status: Status) -> usize {
    status as usize
}

impl Counts {
    /// Somebody of this role has connected by this.
    pub(super) fn connected(&mut self, who: Role, by: ConnectionKind) {
        self.connections[role(who)][by as usize] += 1;
    }

    /// They are connected no more; `is_behind`: the connection was counted as behind.
    pub(super) fn disconnected(&mut self, who: Role, by: ConnectionKind, is_behind: bool) {
        self.connections[role(who)][by as usize] -= 1;
        self.behind -= u64::from(is_behind);
    }

    /// Somebody is seen in this state from now on; `before`: they were counted in that one.
    pub(super) fn seen(&mut self, who: Role, before: Option<State>, now: State) {
        let states = &mut self.people[role(who)];
        if let Some(before) = before {
            states[state(before)] -= 1;
        }
        states[state(now)] += 1;
    }

    /// Somebody who was seen in this state counts no more.
    pub(super) fn unseen(&mut self, who: Role, before: State) {
        self.people[role(who)][state(before)] -= 1;
    }

    /// Counts all sessions; of those that wait, since when they do.
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
