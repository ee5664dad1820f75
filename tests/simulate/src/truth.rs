//! What is true: as what each device and each person may rightly be shown, at each time.
//!
//! A device that delivers counts with what its user really does. A device that does not deliver stops counting 45 s after its last
//! frame (P10). In between, and while a connection begins or is late, it may count or not, as active or as idle.

use crate::device::{Device, Kind, Phase};
use crate::net::ConnId;
use crate::world::World;
use presence::user::preference_at;
use presence::{Preference, State};

pub(crate) const ONLINE: u8 = 1;
pub(crate) const AWAY: u8 = 2;
pub(crate) const OFFLINE: u8 = 4;

/// What a device could count as: active, idle, not at all; and an earlier run of it as any of that.
const ACTIVE: u8 = 1;
const IDLE: u8 = 2;
const ABSENT: u8 = 4;
const GHOST: u8 = 8;

/// What a preference could be.
const AUTOMATIC: u8 = 1;
const SET_AWAY: u8 = 2;

/// How long the service may count a device that it has lost (P10), with some time for the frame that was in flight.
pub(crate) const GRACE_MS: u64 = 47_000;
/// How long it takes until others are told that a device has left.
const LEAVING_MS: u64 = 1_000;
/// How far back what is shown may lie: the delay in each direction, a batch, and the time between two checks.
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
    named(mask, &[(ONLINE, "online"), (AWAY, "away"), (OFFLINE, "offline")])
}

/// What a device could count as, in words.
pub(crate) fn counted_words(mask: u8) -> String {
    named(mask, &[(ACTIVE, "active"), (IDLE, "idle"), (ABSENT, "absent"), (GHOST, "an earlier run")])
}

/// What a preference could be, in words.
pub(crate) fn preference_words(mask: u8) -> String {
    named(mask, &[(AUTOMATIC, "automatic"), (SET_AWAY, "away")])
}

fn named(mask: u8, names: &[(u8, &str)]) -> String {
    names.iter().filter(|(bit, _)| mask & bit != 0).map(|(_, word)| *word).collect::<Vec<_>>().join(" or ")
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
                && !host.uplink.down
                && !host.is_frozen()
                && self.conns.get(conn).is_some_and(|each| !each.dead)
        });
        let is_known = talks.is_some_and(|conn| self.node.conns.contains_key(&conn));
        if arrives && is_known && device.welcomed.is_some() && host.uplink.late_until <= self.now {
            let active = match &device.kind {
                Kind::Agent(_) => host.is_active(self.now),
                Kind::Page(page) => page.reports_active(),
            };
            return Counts::Surely { active };
        }
        // Just beginning, late, or in grace: the service may have it, with what it saw before or sees now.
        let begins = talks.filter(|conn| !self.is_dead(*conn)).is_some_and(|conn| {
            !(host.uplink.down || host.is_frozen()) || self.heard_last(conn) + GRACE_MS > self.now
        });
        if begins || device.unclear_until > self.now { Counts::Maybe } else { Counts::Not }
    }

    /// Whether this device has delivered for this long.
    pub(crate) fn has_delivered(&self, device: usize, for_ms: u64) -> bool {
        self.devices[device].delivers_since.is_some_and(|since| since + for_ms <= self.now)
    }

    /// Whether the service may count this device now.
    pub(crate) fn may_count(&self, device: usize) -> bool {
        self.counts(&self.devices[device]) != Counts::Not
    }

    /// Whether the service may or may not count this device, which cannot be known from outside.
    pub(crate) fn is_in_doubt(&self, device: usize) -> bool {
        self.counts(&self.devices[device]) == Counts::Maybe
    }

    /// When the last frame of this connection came to the service, or will.
    fn heard_last(&self, conn: ConnId) -> u64 {
        let Some(known) = self.conns.get(conn) else { return 0 };
        // Without a network nothing comes until it is back.
        let down = self.hosts[self.devices[known.device].host].uplink.down;
        if down { known.heard } else { known.heard.max(known.last.0) }
    }

    fn is_dead(&self, conn: ConnId) -> bool {
        self.conns.get(conn).is_none_or(|conn| conn.dead)
    }

    /// Notes what this person's devices and preference could be from now on.
    pub(crate) fn know(&mut self, person: usize) {
        let now = self.now;
        for index in 0..self.people[person].hosts.len() {
            let id = self.people[person].hosts[index];
            let host = &mut self.hosts[id];
            let is_active = host.is_active(now);
            if is_active != host.was_active {
                host.was_active = is_active;
                host.activity_since = now;
            }
        }
        for index in 0..self.people[person].devices.len() {
            let id = self.people[person].devices[index];
            let counts = self.counts(&self.devices[id]);
            self.delivers(id, matches!(counts, Counts::Surely { .. }));
            let device = &mut self.devices[id];
            let ghost = if device.ghost_until > now { GHOST } else { 0 };
            let counted = match counts {
                // It is not a device, but it watches.
                _ if device.is_window() => ABSENT,
                Counts::Surely { active: true } => ACTIVE,
                Counts::Surely { active: false } => IDLE,
                Counts::Maybe => ACTIVE | IDLE | ABSENT,
                Counts::Not => ABSENT,
            };
            device.counted.record(now, counted | ghost);
        }
        let each = &mut self.people[person];
        let prefers = match preference_at(each.preference, self.node.unix(now)) {
            Preference::Automatic => AUTOMATIC,
            Preference::Away { .. } => SET_AWAY,
        };
        let prefers = if each.is_unclear_how_long { AUTOMATIC | SET_AWAY } else { prefers };
        each.preferences.record(now, prefers);
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

    /// The device leaves: others may still see it for that long after its last frame. If its connection was cut just before, nobody
    /// learns that it has left.
    pub(crate) fn leaves(&mut self, device: usize, conn: ConnId) {
        if self.conns.get(conn).is_some_and(|conn| conn.cut) {
            return;
        }
        let lasts = if self.devices[device].is_page() { RELOAD_MS } else { LEAVING_MS };
        let arrives = self.conns.get(conn).map_or(self.now, |conn| conn.last.0);
        let each = &mut self.devices[device];
        if each.delivers_since.is_some() {
            each.has_left = true;
            each.unclear_until = each.unclear_until.max(arrives + lasts);
        }
    }

    /// The device's computer loses its network: where it has just left, nobody may learn of it before the network is back.
    pub(crate) fn is_cut_off(&mut self, device: usize) {
        let now = self.now;
        let each = &mut self.devices[device];
        if each.has_left && each.unclear_until > now {
            each.unclear_until = now + GRACE_MS;
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
    pub(crate) fn is_lost(&mut self, device: usize, conn: ConnId) {
        let down = self.hosts[self.devices[device].host].uplink.down;
        let arrives = self.heard_last(conn).max(if down { 0 } else { self.now });
        let each = &mut self.devices[device];
        if !each.has_left {
            each.unclear_until = each.unclear_until.max(arrives + GRACE_MS);
        }
    }

    /// All that this person could be seen as from then until now. What changed of one device may have been told before what
    /// changed of another one or of the preference, and after it: any of what each could be may have met any of the others'.
    pub(crate) fn seen_since(&self, person: usize, from: u64) -> u8 {
        let each = &self.people[person];
        let (mut some, mut all) = (0, ACTIVE | IDLE | ABSENT | GHOST);
        let mut nobody_active = true;
        for id in &each.devices {
            let counted = self.devices[*id].counted.since(from);
            some |= counted;
            all &= counted;
            nobody_active &= counted & (IDLE | ABSENT) != 0;
        }
        let prefers = each.preferences.since(from);
        let mut mask = 0;
        if some & (ACTIVE | GHOST) != 0 {
            mask |= if prefers & AUTOMATIC != 0 { ONLINE } else { 0 };
            mask |= if prefers & SET_AWAY != 0 { AWAY } else { 0 };
        }
        if some & (IDLE | GHOST) != 0 && (nobody_active || prefers & SET_AWAY != 0) {
            mask |= AWAY;
        }
        if all & ABSENT != 0 {
            mask |= OFFLINE;
        }
        mask
    }

    /// The time from which on what others are shown must have been possible: the delay of a frame, and what a restart or a failing store adds.
    pub(crate) fn shown_from(&self) -> u64 {
        self.late_from(self.now)
    }

    /// Since when what was true before `at` may not have reached the store and the others.
    pub(crate) fn late_from(&self, at: u64) -> u64 {
        let mut from = at.saturating_sub(SHOWN_MS);
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

    /// Whether the store has carried out all requests for this long.
    pub(crate) fn store_is_calm(&self, for_ms: u64) -> bool {
        self.node.late_until + for_ms < self.now
    }
}
