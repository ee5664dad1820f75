//! What is true: what each person could rightly be seen as, at each time.
//!
//! A device that delivers counts with what is really done at it. One that does not counts for nothing, 45 s after its last frame
//! (P10). In between, and while a connection begins or is late, it may count or not, as active or as idle.

use crate::device::{Device, Kind, Phase};
use crate::node::unix;
use crate::world::World;
use presence::user::preference_at;
use presence::{Preference, State};

pub(crate) const ONLINE: u8 = 1;
pub(crate) const AWAY: u8 = 2;
pub(crate) const OFFLINE: u8 = 4;

/// How long the service may count a device that it has lost (P10), with a slack for the frame that was under way.
pub(crate) const GRACE_MS: u64 = 47_000;
/// What it takes until others are told of one that has left.
const LEAVING_MS: u64 = 1_000;
/// How far back what is shown may lie: two ways, a batch, and a look.
const SHOWN_MS: u64 = 2_500;
/// How long a page that was closed may count.
const RELOAD_MS: u64 = 7_000;

pub(crate) fn bit(state: State) -> u8 {
    match state {
        State::Online => ONLINE,
        State::Away => AWAY,
        State::Offline => OFFLINE,
    }
}

/// What could be seen, in words.
pub(crate) fn words(mask: u8) -> String {
    [(ONLINE, "online"), (AWAY, "away"), (OFFLINE, "offline")]
        .into_iter()
        .filter(|(bit, _)| mask & bit != 0)
        .map(|(_, word)| word)
        .collect::<Vec<_>>()
        .join(" or ")
}

/// What a device counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Surely { active: bool },
    Maybe,
    Not,
}

impl World {
    fn counts(&self, device: &Device) -> Counts {
        let host = &self.hosts[device.host];
        let talks = match device.phase {
            Phase::Talking { conn } => Some(conn),
            Phase::Idle | Phase::Dialing { .. } => None,
        };
        let arrives = talks.is_some_and(|conn| {
            device.runs()
                && !host.way.down
                && !host.is_frozen()
                && self.conns.get(&conn).is_some_and(|each| !each.dead)
        });
        let is_known = talks.is_some_and(|conn| self.node.conns.contains_key(&conn));
        if arrives && is_known && device.welcomed.is_some() && host.way.late_until <= self.now {
            let active = match &device.kind {
                Kind::Agent(_) => host.is_active(self.now),
                Kind::Page(page) => page.reports_active(),
            };
            return Counts::Surely { active };
        }
        // Just beginning, late, or in grace: the service may have it, with what it saw before or sees now.
        if talks.is_some_and(|conn| !self.is_dead(conn)) || device.unclear_until > self.now {
            Counts::Maybe
        } else {
            Counts::Not
        }
    }

    fn is_dead(&self, conn: crate::net::ConnId) -> bool {
        self.conns.get(&conn).is_none_or(|conn| conn.dead)
    }

    /// Notes what this person could rightly be seen as from now on.
    pub(crate) fn know(&mut self, person: usize) {
        for index in 0..self.people[person].hosts.len() {
            let (now, id) = (self.now, self.people[person].hosts[index]);
            let host = &mut self.hosts[id];
            let is_active = host.is_active(now);
            if is_active != host.was_active {
                host.was_active = is_active;
                host.activity_since = now;
            }
        }
        let (mut surely, mut maybe) = ([false; 2], false);
        for index in 0..self.people[person].devices.len() {
            let id = self.people[person].devices[index];
            if self.devices[id].is_window() {
                // It is no device, but it watches.
                let delivers = matches!(self.counts(&self.devices[id]), Counts::Surely { .. });
                self.delivers(id, delivers);
                continue;
            }
            let counts = self.counts(&self.devices[id]);
            self.delivers(id, matches!(counts, Counts::Surely { .. }));
            match counts {
                Counts::Surely { active } => surely[usize::from(active)] = true,
                Counts::Maybe => maybe = true,
                Counts::Not => {}
            }
        }
        let ghosts = self.people[person].devices.iter().any(|id| self.devices[*id].ghost_until > self.now);
        let maybe = maybe || ghosts;
        let away = preference_at(self.people[person].preference, unix(self.now)) != Preference::Automatic;
        let mut mask = 0;
        if surely[1] || maybe {
            mask |= if away { AWAY } else { ONLINE };
        }
        if !surely[1] && (surely[0] || maybe) {
            mask |= AWAY;
        }
        if !surely[0] && !surely[1] {
            mask |= OFFLINE;
        }
        let known = &mut self.people[person].history;
        if known.last().map(|(_, mask)| *mask) != Some(mask) {
            known.push((self.now, mask));
        }
    }

    fn delivers(&mut self, device: usize, delivers: bool) {
        let now = self.now;
        let each = &mut self.devices[device];
        match (each.delivers_since, delivers) {
            (None, true) => each.delivers_since = Some(now),
            (Some(_), false) => {
                each.delivers_since = None;
                if !each.has_left {
                    each.unclear_until = each.unclear_until.max(now + GRACE_MS);
                }
            }
            (None, false) | (Some(_), true) => {}
        }
        if delivers {
            each.has_left = false;
        }
    }

    /// The device leaves: for that long after its last frame it may be seen yet.
    pub(crate) fn leaves(&mut self, device: usize, conn: crate::net::ConnId) {
        let lasts = if self.devices[device].is_page() { RELOAD_MS } else { LEAVING_MS };
        let arrives = self.conns.get(&conn).map_or(self.now, |conn| conn.last.0);
        let each = &mut self.devices[device];
        if each.delivers_since.is_some() {
            each.has_left = true;
            each.unclear_until = each.unclear_until.max(arrives + lasts);
        }
    }

    /// This run of the device is over: the service may count it for as long as it could have counted the device.
    pub(crate) fn leaves_a_ghost(&mut self, device: usize) {
        let grace = self.now + GRACE_MS;
        let each = &mut self.devices[device];
        let until = if each.delivers_since.is_some() && !each.has_left { grace } else { each.unclear_until };
        each.ghost_until = each.ghost_until.max(until);
    }

    /// A connection is over: unless the device has left in good order, the service may count it for the grace, and what is
    /// under way arrives yet.
    pub(crate) fn is_lost(&mut self, device: usize, conn: crate::net::ConnId) {
        let arrives = self.conns.get(&conn).map_or(self.now, |conn| conn.last.0).max(self.now);
        let each = &mut self.devices[device];
        if !each.has_left {
            each.unclear_until = each.unclear_until.max(arrives + GRACE_MS);
        }
    }

    /// All that this person could be seen as from then until now.
    pub(crate) fn seen_since(&self, person: usize, from: u64) -> u8 {
        let mut mask = 0;
        for (at, known) in self.people[person].history.iter().rev() {
            mask |= known;
            if *at <= from {
                break;
            }
        }
        mask
    }

    /// From when on what others are shown must have been possible: the way of a frame, and what a restart or a failing store adds.
    pub(crate) fn shown_from(&self) -> u64 {
        let mut from = self.now.saturating_sub(SHOWN_MS);
        for (began, ended) in self.node.downs.iter().rev() {
            if *ended >= from {
                from = from.min(began.saturating_sub(SHOWN_MS));
            }
        }
        from
    }

    /// Whether all of this person's devices have delivered for a second, and none is in doubt.
    pub(crate) fn is_plain(&self, person: usize) -> bool {
        self.people[person].devices.iter().all(|id| {
            let device = &self.devices[*id];
            let settled = match (&device.phase, device.delivers_since) {
                (_, Some(since)) => since + 1_000 <= self.now,
                (Phase::Talking { .. } | Phase::Dialing { .. }, None) => false,
                (Phase::Idle, None) => true,
            };
            device.is_window()
                || (settled && device.unclear_until < self.now && device.ghost_until < self.now)
        })
    }

    /// Whether the store has done what it was asked, for so long.
    pub(crate) fn store_is_calm(&self, for_ms: u64) -> bool {
        self.node.late_until + for_ms < self.now
    }
}
