//! When requests sound (C3), and when they ring silently (C11). Invitations (C7) and messages (C8) that come during a silence stay silent.
//!
//! What rings follows from the sessions and three things that are remembered: the waiting time at which a request's toast was last renewed,
//! so that it changes with its sound and not every second; how long each request has waited, which must not change when a clock is set; and
//! the number of the last ring.

use super::chats::Chats;
use super::context::Context;
use super::contract::Requester;
use crate::words;
use chat::SessionId;
use presence::{Moment, UnixMillis};
use protocol::SessionView;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// With this many ringing requests or more, one toast stands for all (C3). Offers of others count as requests; the user's own chats that
/// wait for an answer do not, and have toasts of their own.
const SEVERAL: usize = 3;

/// What rings.
#[derive(Debug, Default)]
pub(super) struct Rings {
    requests: BTreeMap<SessionId, Renewed>,
    several: Option<Several>,
    /// How long the ringing requests have waited.
    waits: BTreeMap<SessionId, Wait>,
    /// All requests share it, so that a later ring never has a smaller number under the same key: the desktop would take it for an old one.
    last_ring: u64,
    /// Until when the user wants silence.
    silent_until: Option<Moment>,
    /// The desktop is in do-not-disturb.
    is_do_not_disturb: bool,
    /// The last message of each chat that came during a silence. It does not sound when the silence ends, either.
    silenced: BTreeMap<SessionId, u64>,
    /// Invitations that came during a silence. They do not sound when it ends, either.
    silenced_invitations: BTreeSet<SessionId>,
}

/// How long a request has waited. It never decreases while the request waits: otherwise a service whose clock is set back would
/// silence the request for that long.
#[derive(Clone, Copy, Debug)]
struct Wait {
    /// Since when, by the service's clock. A request that waits again has a later one.
    since: UnixMillis,
    /// When this was worked out.
    at: Moment,
    /// How long it had waited at that time.
    waited: Duration,
}

/// A request's toast as it was last renewed.
#[derive(Debug)]
pub(super) struct Renewed {
    count: u64,
    pub(super) waited: Duration,
    pub(super) ring: Option<u64>,
}

/// The toast for all.
#[derive(Debug)]
pub(super) struct Several {
    sessions: BTreeSet<SessionId>,
    pub(super) waited: Duration,
    pub(super) ring: Option<u64>,
}

impl Several {
    /// Whether it stands for this one.
    pub(super) fn contains(&self, session: SessionId) -> bool {
        self.sessions.contains(&session)
    }

    pub(super) fn count(&self) -> usize {
        self.sessions.len()
    }
}

impl Rings {
    /// Until when requests ring without sound because the user wants it.
    pub(super) fn silent_until(&self, now: Moment) -> Option<Moment> {
        self.silent_until.filter(|until| *until > now)
    }

    /// Whether requests ring without sound because the desktop is in do-not-disturb.
    pub(super) fn is_do_not_disturb(&self) -> bool {
        self.is_do_not_disturb
    }

    fn is_silent(&self, now: Moment) -> bool {
        self.is_do_not_disturb || self.silent_until(now).is_some()
    }

    /// The requests that ring.
    pub(super) fn requests(&self) -> &BTreeMap<SessionId, Renewed> {
        &self.requests
    }

    /// The toast that stands for all of them, if there is one.
    pub(super) fn several(&self) -> Option<&Several> {
        self.several.as_ref()
    }

    /// The number of a message's ring; `None` if it came during a silence.
    pub(super) fn ring_of_message(&self, session: SessionId, number: u64) -> Option<u64> {
        let is_silenced = self.silenced.get(&session).is_some_and(|last| number <= *last);
        (!is_silenced).then_some(number)
    }

    /// The number of an invitation's only ring (C7); `None` if it came during a silence.
    pub(super) fn ring_of_invitation(&self, session: SessionId) -> Option<u64> {
        (!self.silenced_invitations.contains(&session)).then_some(1)
    }

    /// Forgets the silence that this user wanted: it does not apply to the next one.
    pub(super) fn forget(&mut self) {
        self.silent_until = None;
        self.silenced.clear();
        self.silenced_invitations.clear();
    }

    /// Rings without sound for some minutes, or (0) with sound again (C11).
    pub(super) fn ring_silently(&mut self, cx: &mut Context, from: Option<Requester>, minutes: u32) {
        let until = cx.now.moment.plus(Duration::from_secs(u64::from(minutes) * 60));
        self.silent_until = (minutes > 0).then_some(until);
        let note = match minutes {
            0 if self.is_do_not_disturb => words::do_not_disturb().to_owned(),
            0 => words::rings_again().to_owned(),
            _ => {
                self.fall_silent();
                words::rings_silently(&cx.times().when(cx.clock.time(until)))
            }
        };
        cx.done(from, &note);
    }

    /// The desktop enters do-not-disturb or leaves it (C11). Leaving it is no sound by itself.
    pub(super) fn set_do_not_disturb(&mut self, is_on: bool) {
        self.is_do_not_disturb = is_on;
        if is_on {
            self.fall_silent();
        }
    }

    /// Silences what is due to sound, however late a desktop shows it.
    fn fall_silent(&mut self) {
        for renewed in self.requests.values_mut() {
            renewed.ring = None;
        }
        if let Some(several) = &mut self.several {
            several.ring = None;
        }
    }

    /// Follows the requests for which this device rings, the longest first, and the messages that came during a silence.
    pub(super) fn renew(&mut self, cx: &Context, ringing: &[SessionView], chats: &Chats, is_synced: bool) {
        self.note_waits(cx, ringing);
        self.renew_requests(cx, ringing, is_synced);
        if self.is_silent(cx.now.moment) {
            let unread = chats.unread().map(|(session, message)| (session.id, message.number));
            self.silenced.extend(unread);
            self.silenced_invitations.extend(chats.invitations().map(|session| session.id));
        }
        self.silenced.retain(|id, _| chats.get(*id).is_some());
        let invitations: BTreeSet<SessionId> = chats.invitations().map(|session| session.id).collect();
        self.silenced_invitations.retain(|id| invitations.contains(id));
    }

    /// Updates how long these have waited. A request that waits again sounds again from the beginning.
    fn note_waits(&mut self, cx: &Context, ringing: &[SessionView]) {
        let waits: BTreeMap<SessionId, Wait> = ringing
            .iter()
            .map(|session| {
                let waited = self.waited(cx, session);
                (session.id, Wait { since: session.rings_since(), at: cx.now.moment, waited })
            })
            .collect();
        for (id, before) in std::mem::replace(&mut self.waits, waits) {
            if self.waits.get(&id).is_some_and(|wait| wait.since != before.since) {
                self.requests.remove(&id);
                if let Some(several) = &mut self.several {
                    several.sessions.remove(&id);
                }
            }
        }
    }

    /// How long the request has waited, by the service's clock, or longer if that clock was set back meanwhile.
    fn waited(&self, cx: &Context, session: &SessionView) -> Duration {
        let by_clock = cx.service_now().since(session.rings_since());
        let known = self.waits.get(&session.id).filter(|wait| wait.since == session.rings_since());
        known.map_or(by_clock, |wait| by_clock.max(wait.waited + cx.now.moment.since(wait.at)))
    }

    fn renew_requests(&mut self, cx: &Context, ringing: &[SessionView], is_synced: bool) {
        let is_silent = self.is_silent(cx.now.moment);
        let ids: BTreeSet<SessionId> = ringing.iter().map(|session| session.id).collect();
        self.requests.retain(|id, _| ids.contains(id));
        // While the connection is lost, it is not known whether they still wait: the toasts stay, but do not sound.
        let is_frozen = !is_synced;
        let (reminders, requests): (Vec<_>, Vec<_>) =
            ringing.iter().partition(|session| session.rings_for_answer());
        let requests = self.counts(cx, requests);
        let before = self.several.take();
        let each = if requests.len() < SEVERAL {
            requests
        } else {
            self.renew_several(&requests, before.as_ref(), is_silent, is_frozen);
            Vec::new()
        };
        let reminders = self.counts(cx, reminders);
        for (id, waited, count) in each.into_iter().chain(reminders) {
            let known = self.requests.get(&id).map(|renewed| renewed.count);
            let is_due = known.is_none_or(|known| count > known && !is_frozen);
            let was_of_several = before.as_ref().is_some_and(|several| several.contains(id));
            if is_due || was_of_several {
                // Requests that were part of the toast for all have sounded with it.
                let ring = (!is_silent && !was_of_several).then(|| self.next_ring());
                self.requests.insert(id, Renewed { count, waited, ring });
            }
        }
    }

    /// How long each has waited, and how often it has sounded.
    fn counts(&self, cx: &Context, sessions: Vec<&SessionView>) -> Vec<(SessionId, Duration, u64)> {
        let count = |session: &SessionView| {
            let waited = self.waited(cx, session);
            (session.id, waited, cx.policy.ring.rings_at(waited))
        };
        sessions.into_iter().map(count).collect()
    }

    /// Updates the toast that stands for all of these.
    fn renew_several(
        &mut self,
        requests: &[(SessionId, Duration, u64)],
        known: Option<&Several>,
        is_silent: bool,
        is_frozen: bool,
    ) {
        let Some(&(longest, waited, longest_count)) = requests.first() else { return };
        let sessions: BTreeSet<SessionId> = requests.iter().map(|(id, ..)| *id).collect();
        let is_new = known.is_none_or(|several| sessions.iter().any(|id| !several.contains(*id)));
        // Another request than before may be the longest, with a count of its own.
        let before = self.requests.get(&longest).map_or(0, |renewed| renewed.count);
        let is_due = is_new || (longest_count > before && !is_frozen);
        self.several = Some(match known {
            Some(known) if !is_due => Several { sessions, waited: known.waited, ring: known.ring },
            Some(_) | None => Several { sessions, waited, ring: (!is_silent).then(|| self.next_ring()) },
        });
        for &(id, waited, count) in requests {
            let renewed = self.requests.entry(id).or_insert(Renewed { count, waited, ring: None });
            // A sound that fell due while the connection was lost is made up for when it is back.
            let count = if is_frozen { renewed.count } else { count };
            *renewed = Renewed { count, waited, ring: None };
        }
    }

    fn next_ring(&mut self) -> u64 {
        self.last_ring += 1;
        self.last_ring
    }

    /// When something rings next, or when the end of a silence or an outage changes what rings.
    pub(super) fn next_timeout(
        &self,
        cx: &Context,
        ringing: &[SessionView],
        is_synced: bool,
        outage_end: Option<Moment>,
    ) -> Option<Moment> {
        if !is_synced {
            let outage = outage_end.filter(|end| *end > cx.now.moment);
            return outage.filter(|_| !self.requests.is_empty());
        }
        let longest = longest(ringing).map(|session| session.id);
        // The others of the toast for all are silent.
        let sounds = |session: &&SessionView| {
            self.several.is_none() || session.rings_for_answer() || Some(session.id) == longest
        };
        let next = ringing.iter().filter(sounds).map(|session| {
            let waited = self.waited(cx, session);
            cx.now.moment.plus(cx.policy.ring.next_after(waited).saturating_sub(waited))
        });
        next.chain(self.silent_until(cx.now.moment)).min()
    }
}

/// The request that has rung longest, of what rings.
pub(super) fn longest(ringing: &[SessionView]) -> Option<&SessionView> {
    ringing.iter().find(|session| !session.rings_for_answer())
}
