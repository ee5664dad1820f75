//! Which toasts shall be on the screen: the waiting requests and when they sound (C3), what became of them (C5), new
//! messages (C8), and news.
//!
//! The set is a function of the sessions but for four memories: at which waiting time a toast was last renewed, so that it
//! changes with its sound and not each second; how long each request has waited, which a clock that is set does not change;
//! the number of the last ring; and the news, which stay until put away.

use super::{Agent, Asker, Effect};
use crate::toast::{Toast, ToastKey};
use crate::words;
use chat::{SessionId, Status};
use presence::{Moment, Role, UnixMillis};
use protocol::limits::GRACE;
use protocol::{SessionView, Up};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// From this many ringing requests on, one toast stands for all (C3).
const SEVERAL: usize = 3;
/// News and ends of requests that are kept at most: the oldest goes first.
const ANNOUNCEMENTS: usize = 8;

/// How long news waits for a desktop that cannot show it: later it would answer a click that nobody remembers.
const NEWS_FOR: Duration = Duration::from_secs(60);
/// How long the end of a request waits to be shown: later it is found in the lists.
const ENDS_FOR: Duration = Duration::from_secs(10 * 60);

/// What is on the screen.
#[derive(Debug, Default)]
pub(super) struct Rings {
    requests: BTreeMap<SessionId, Renewed>,
    several: Option<Several>,
    /// How long the ringing requests have waited.
    waits: BTreeMap<SessionId, Wait>,
    /// Toasts that stay until the user or the desktop puts them away.
    announcements: Vec<Announcement>,
    next_news: u64,
    /// All requests share it, so that under no key a later ring has a smaller number: the desktop would take it for an old one.
    last_ring: u64,
    shown: Vec<Toast>,
    /// Those of which the desktop has said that they are on the screen.
    pub(super) on_screen: BTreeSet<ToastKey>,
    /// Requests of which the service was told that they are on the screen.
    confirmed: BTreeSet<SessionId>,
    silent_until: Option<Moment>,
    /// The last message of each chat that came while nothing was to sound: it does not when the silence ends, either.
    silenced: BTreeMap<SessionId, u64>,
}

/// How long a request has waited. It never becomes less while the request waits: a service whose clock is set back would
/// otherwise silence it for as long.
#[derive(Clone, Copy, Debug)]
struct Wait {
    /// By the service's clock. A request that waits again has another one.
    since: UnixMillis,
    /// When it was looked at.
    at: Moment,
    /// How long it had waited then.
    waited: Duration,
}

/// A toast without a state behind it.
#[derive(Debug)]
struct Announcement {
    toast: Toast,
    /// When it came, by the service's clock.
    at: UnixMillis,
    /// Until when it is of interest if it cannot be shown.
    until: Moment,
}

/// A request's toast as it was last renewed.
#[derive(Debug)]
struct Renewed {
    count: u64,
    waited: Duration,
    ring: Option<u64>,
}

/// The toast for all.
#[derive(Debug)]
struct Several {
    sessions: BTreeSet<SessionId>,
    waited: Duration,
    ring: Option<u64>,
}

impl Rings {
    pub(super) fn silent_until(&self, now: Moment) -> Option<Moment> {
        self.silent_until.filter(|until| *until > now)
    }

    fn next_ring(&mut self) -> u64 {
        self.last_ring += 1;
        self.last_ring
    }

    /// What is due to sound does not, however late a desktop shows it.
    fn fall_silent(&mut self) {
        for renewed in self.requests.values_mut() {
            renewed.ring = None;
        }
        if let Some(several) = &mut self.several {
            several.ring = None;
        }
    }

    /// Another user may be next: what the last one was told is not for them.
    pub(super) fn forget(&mut self) {
        self.announcements.clear();
        self.silent_until = None;
        self.silenced.clear();
    }

    fn put(&mut self, announcement: Announcement) {
        self.announcements.retain(|known| known.toast.key != announcement.toast.key);
        if self.announcements.len() == ANNOUNCEMENTS {
            self.announcements.remove(0);
        }
        self.announcements.push(announcement);
    }

    /// Drops what could not be shown in time.
    fn drop_stale(&mut self, now: Moment) {
        let on_screen = &self.on_screen;
        self.announcements.retain(|known| known.until > now || on_screen.contains(&known.toast.key));
    }

    fn stale_timeout(&self) -> Option<Moment> {
        let unseen = self.announcements.iter().filter(|known| !self.on_screen.contains(&known.toast.key));
        unseen.map(|known| known.until).min()
    }

    /// Whether this stands among the news.
    pub(super) fn has_news(&self, title: &str) -> bool {
        self.announcements.iter().any(|known| known.toast.title == title)
    }

    /// The user has put it away.
    pub(super) fn put_away(&mut self, key: &ToastKey) {
        self.announcements.retain(|known| known.toast.key != *key);
        self.on_screen.remove(key);
    }
}

impl Agent {
    pub(super) fn settle_toasts(&mut self) {
        self.rings.drop_stale(self.now.moment);
        // A snapshot is no state: what it has not told yet is not gone.
        if self.chats.is_syncing() {
            return;
        }
        self.renew_requests();
        self.note_silenced();
        let toasts = self.toasts();
        if toasts != self.rings.shown {
            let keys: BTreeSet<_> = toasts.iter().map(|toast| toast.key.clone()).collect();
            self.rings.on_screen.retain(|key| keys.contains(key));
            self.rings.shown.clone_from(&toasts);
            self.out.push(Effect::Toasts(toasts));
        }
        self.confirm_shown();
    }

    /// The requests for which this device rings now, the longest first.
    pub(super) fn ringing(&self) -> Vec<SessionView> {
        // C2: requests are offered to technicians; one whom the others see Offline by now receives nothing.
        let is_gone = self.outage_end().is_some_and(|end| end <= self.now.moment);
        if self.role() != Some(Role::Technician) || is_gone {
            return Vec::new();
        }
        let rings = |session: &&SessionView| {
            let mine = self.chats.mine(session.id);
            mine.ring && !mine.dismissed && !self.chats.dismissing.contains(&session.id)
        };
        self.chats.waiting().into_iter().filter(rings).cloned().collect()
    }

    /// When an outage has lasted for as long as the grace.
    fn outage_end(&self) -> Option<Moment> {
        match &self.line.stage {
            super::line::Stage::Down { lost_at, .. } => Some(lost_at.plus(GRACE)),
            super::line::Stage::Off
            | super::line::Stage::Connecting
            | super::line::Stage::Syncing { .. }
            | super::line::Stage::Up { .. }
            | super::line::Stage::Replaced => None,
        }
    }

    /// How long the request has waited: as the service's clock says, or longer if that clock was set back meanwhile.
    fn waited(&self, session: &SessionView) -> Duration {
        let by_clock = self.service_now().since(session.waiting_since);
        let known = self.rings.waits.get(&session.id).filter(|wait| wait.since == session.waiting_since);
        known.map_or(by_clock, |wait| by_clock.max(wait.waited + self.now.moment.since(wait.at)))
    }

    /// Notes how long these have waited. One that waits again sounds again from the beginning.
    fn note_waits(&mut self, ringing: &[SessionView]) {
        let waits: BTreeMap<SessionId, Wait> = ringing
            .iter()
            .map(|session| {
                let waited = self.waited(session);
                (session.id, Wait { since: session.waiting_since, at: self.now.moment, waited })
            })
            .collect();
        for (id, before) in std::mem::replace(&mut self.rings.waits, waits) {
            if self.rings.waits.get(&id).is_some_and(|wait| wait.since != before.since) {
                self.rings.requests.remove(&id);
                if let Some(several) = &mut self.rings.several {
                    several.sessions.remove(&id);
                }
            }
        }
    }

    fn renew_requests(&mut self) {
        let ringing = self.ringing();
        self.note_waits(&ringing);
        let is_silent = self.rings.silent_until(self.now.moment).is_some();
        let counts: Vec<(SessionId, Duration, u64)> = ringing
            .iter()
            .map(|session| {
                let waited = self.waited(session);
                (session.id, waited, self.policy.ring.rings_at(waited))
            })
            .collect();
        let ids: BTreeSet<SessionId> = counts.iter().map(|(id, ..)| *id).collect();
        self.rings.requests.retain(|id, _| ids.contains(id));
        self.rings.confirmed.retain(|id| ids.contains(id));
        // While the connection is lost nobody knows whether they still wait: the toasts stay, the sound does not.
        let is_frozen = !self.line.is_synced();
        let was_several = self.rings.several.is_some();
        if counts.len() < SEVERAL {
            self.rings.several = None;
            for (id, waited, count) in counts {
                let known = self.rings.requests.get(&id).map(|renewed| renewed.count);
                let is_due = known.is_none_or(|known| count > known && !is_frozen);
                if is_due || was_several {
                    // Those that were in the toast for all have sounded in it.
                    let ring = (!is_silent && !was_several).then(|| self.rings.next_ring());
                    self.rings.requests.insert(id, Renewed { count, waited, ring });
                }
            }
            return;
        }
        let (longest, waited, longest_count) = counts[0];
        let known = self.rings.several.take();
        let is_new = known.as_ref().is_none_or(|several| ids.iter().any(|id| !several.sessions.contains(id)));
        // The longest may be another one than before, with a count of its own.
        let before = self.rings.requests.get(&longest).map_or(0, |renewed| renewed.count);
        let is_due = is_new || (longest_count > before && !is_frozen);
        self.rings.several = Some(match known {
            Some(known) if !is_due => Several { sessions: ids, ..known },
            Some(_) | None => {
                Several { sessions: ids, waited, ring: (!is_silent).then(|| self.rings.next_ring()) }
            }
        });
        for (id, waited, count) in counts {
            let renewed = self.rings.requests.entry(id).or_insert(Renewed { count, waited, ring: None });
            // What came due while the connection was lost sounds when it is back.
            let count = if is_frozen { renewed.count } else { count };
            *renewed = Renewed { count, waited, ring: None };
        }
    }

    fn note_silenced(&mut self) {
        if self.rings.silent_until(self.now.moment).is_some() {
            let unread = self.chats.unread().map(|(session, message)| (session.id, message.number));
            self.rings.silenced.extend(unread);
        }
        self.rings.silenced.retain(|id, _| self.chats.get(*id).is_some());
    }

    fn toasts(&self) -> Vec<Toast> {
        let mut toasts: Vec<(UnixMillis, Toast)> = Vec::new();
        let requests = self.rings.requests.iter();
        let requests = requests.filter_map(|(id, renewed)| Some((self.chats.get(*id)?, renewed)));
        if let Some(several) = &self.rings.several {
            let latest = requests.map(|(session, _)| session.waiting_since).max().unwrap_or_default();
            let toast = words::several_toast(several.sessions.len(), several.waited, several.ring);
            toasts.push((latest, toast));
        } else {
            toasts.extend(requests.map(|(session, renewed)| {
                (session.waiting_since, words::request_toast(session, renewed.waited, renewed.ring))
            }));
        }
        for (session, message) in self.chats.unread() {
            let is_silenced =
                self.rings.silenced.get(&session.id).is_some_and(|last| message.number <= *last);
            let ring = (!is_silenced).then_some(message.number);
            toasts.push((message.at, words::message_toast(session, message, ring)));
        }
        toasts.extend(
            self.rings.announcements.iter().map(|announcement| (announcement.at, announcement.toast.clone())),
        );
        // The latest last.
        toasts.sort_by_key(|(at, _)| *at);
        toasts.into_iter().map(|(_, toast)| toast).collect()
    }

    /// Tells the service which requests are on the screen (C3).
    fn confirm_shown(&mut self) {
        if !self.line.is_synced() {
            self.rings.confirmed.clear();
            return;
        }
        let covers_all = self.rings.several.is_some() && self.rings.on_screen.contains(&ToastKey::Several);
        let shown: Vec<SessionId> = self
            .rings
            .requests
            .keys()
            .filter(|id| covers_all || self.rings.on_screen.contains(&ToastKey::Request(**id)))
            .filter(|id| !self.rings.confirmed.contains(id))
            .copied()
            .collect();
        for session in shown {
            self.rings.confirmed.insert(session);
            self.send(Up::RingShown { session });
        }
    }

    pub(super) fn rings_timeout(&self) -> Option<Moment> {
        [self.requests_timeout(), self.rings.stale_timeout()].into_iter().flatten().min()
    }

    fn requests_timeout(&self) -> Option<Moment> {
        if !self.line.is_synced() {
            let outage = self.outage_end().filter(|end| *end > self.now.moment);
            return outage.filter(|_| !self.rings.requests.is_empty());
        }
        let ringing = self.ringing();
        let of_interest =
            if self.rings.several.is_some() { &ringing[..ringing.len().min(1)] } else { &ringing[..] };
        let next = of_interest.iter().map(|session| {
            let waited = self.waited(session);
            self.now.moment.plus(self.policy.ring.next_after(waited).saturating_sub(waited))
        });
        next.chain(self.rings.silent_until(self.now.moment)).min()
    }

    pub(super) fn ring_silently(&mut self, from: Option<Asker>, minutes: u32) {
        let until = self.now.moment.plus(Duration::from_secs(u64::from(minutes) * 60));
        self.rings.silent_until = (minutes > 0).then_some(until);
        let note = match minutes {
            0 => words::RINGS_AGAIN.to_owned(),
            _ => {
                self.rings.fall_silent();
                words::rings_silently(&self.times().when(self.line.service_time(until)))
            }
        };
        self.done(from, &note);
    }

    /// A request that waited has ended without a technician (C5).
    pub(super) fn announce_end(&mut self, id: SessionId, after: Status) {
        let Some(session) = self.chats.get(id) else { return };
        let (key, title) = match after {
            Status::Abandoned => (ToastKey::Abandoned(id), words::left(session)),
            Status::Callback => (ToastKey::Callback(id), words::asks_to_be_called(session)),
            Status::Waiting | Status::Handled | Status::Completed => return,
        };
        let body = words::about(session);
        self.put(key, title, body, ENDS_FOR);
    }

    fn put(&mut self, key: ToastKey, title: String, body: String, within: Duration) {
        let toast = Toast { key, title, body, buttons: Vec::new(), ring: None, stays: false };
        let until = self.now.moment.plus(within);
        self.rings.put(Announcement { toast, at: self.service_now(), until });
    }

    /// A toast without a place of its own.
    pub(super) fn news(&mut self, title: String, body: String) {
        self.rings.next_news += 1;
        let key = ToastKey::News(self.rings.next_news);
        self.put(key, title, body, NEWS_FOR);
    }
}
