//! Chat sessions as the service tells them.
//!
//! State only: each frame replaces what was known. The first frames of a connection are a snapshot. At its end, sessions that it did
//! not name are gone, and only later changes are news.

mod intents;

use super::context::Context;
use super::news::News;
use chat::{Message, PersonId, SessionId, Status};
use presence::{Moment, UnixMillis};
use protocol::{SessionView, Up};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How many sessions are kept at most: more than a service desk has open at once, and few enough for a view of them to fit on the
/// local socket. The portal shows the rest.
const SESSIONS: usize = 400;
/// How long, after a new connection, messages of chats that were in front of the user wait for the page to say whether they still are: it
/// connects by itself, usually within a few seconds.
const PAGE_BACK_WITHIN: Duration = Duration::from_secs(10);

/// All sessions that this user may see.
#[derive(Debug, Default)]
pub(super) struct Chats {
    me: Option<PersonId>,
    known: BTreeMap<SessionId, Known>,
    mine: BTreeMap<SessionId, Mine>,
    /// While a snapshot comes in: the sessions that it has named so far.
    syncing: Option<BTreeSet<SessionId>>,
    /// Dismissed here, and not confirmed by the service yet.
    dismissing: BTreeSet<SessionId>,
    /// Chats that were in front of the user when the connection was lost, until their page has said that they are again.
    in_front_before: BTreeSet<SessionId>,
    /// When to stop waiting for that; `None` while the connection is lost.
    page_back_until: Option<Moment>,
}

#[derive(Debug)]
struct Known {
    session: SessionView,
    last: Option<Message>,
    /// Messages up to this one are not news: they were there before the app asked or the user joined, or the user has put their toast away.
    told: u64,
    /// Its messages were asked for on this connection.
    is_opened: bool,
}

/// What is personal about a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mine {
    pub(super) dismissed: bool,
    pub(super) seen: u64,
    pub(super) visible: bool,
    pub(super) ring: bool,
}

impl Chats {
    /// The service has said who the user is.
    pub(super) fn set_me(&mut self, me: PersonId) {
        self.me = Some(me);
    }

    pub(super) fn begin_sync(&mut self) {
        self.syncing = Some(BTreeSet::new());
        self.in_front_before.extend(self.mine.iter().filter(|(_, mine)| mine.visible).map(|(id, _)| *id));
        self.page_back_until = None;
        self.mine.clear();
        self.dismissing.clear();
        for known in self.known.values_mut() {
            known.is_opened = false;
        }
    }

    pub(super) fn end_sync(&mut self, now: Moment) {
        self.page_back_until = (!self.in_front_before.is_empty()).then(|| now.plus(PAGE_BACK_WITHIN));
        if let Some(told) = self.syncing.take() {
            self.known.retain(|id, _| told.contains(id));
        }
    }

    /// A page that is not back by now shows nothing any more.
    pub(super) fn on_timeout(&mut self, now: Moment) {
        if self.page_back_until.is_some_and(|until| until <= now) {
            self.page_back_until = None;
            self.in_front_before.clear();
        }
    }

    /// When a page has to be back.
    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.page_back_until
    }

    pub(super) fn is_syncing(&self) -> bool {
        self.syncing.is_some()
    }

    pub(super) fn get(&self, id: SessionId) -> Option<&SessionView> {
        self.known.get(&id).map(|known| &known.session)
    }

    pub(super) fn mine(&self, id: SessionId) -> Mine {
        self.mine.get(&id).copied().unwrap_or_default()
    }

    /// Requests that wait, and chats that are offered to this technician: what waits again, then the longest first (C9).
    pub(super) fn waiting(&self) -> Vec<&SessionView> {
        let mut waiting: Vec<_> = self.sessions().filter(|session| self.is_offered(session.id)).collect();
        let is_new =
            |session: &SessionView| session.status != Status::Waiting || session.participants.is_empty();
        waiting.sort_by_key(|session| (is_new(session), session.rings_since(), session.id));
        waiting
    }

    /// Whether a technician can silence it now: it is offered to them, or they are reminded to answer.
    pub(super) fn can_be_silenced(&self, id: SessionId) -> bool {
        self.is_offered(id) || self.get(id).is_some_and(|session| self.is_to_be_answered(session))
    }

    /// Whether the client waits for the first answer of this technician, who has joined (C3).
    fn is_to_be_answered(&self, session: &SessionView) -> bool {
        session.status == Status::Handled
            && session.answer_due.is_some()
            && session.open_offer().is_none()
            && self.is_in(session)
    }

    /// Whether a technician may join it now: it waits, or is offered to them (C9).
    pub(super) fn is_offered(&self, id: SessionId) -> bool {
        self.get(id).is_some_and(|session| {
            session.status == Status::Waiting || self.me.is_some_and(|me| session.is_offered_to(me))
        })
    }

    /// When this user has joined a chat.
    pub(super) fn joined_at(&self, session: &SessionView) -> Option<UnixMillis> {
        let mine =
            session.participants.iter().find(|each| each.left.is_none() && Some(each.person) == self.me);
        mine.map(|each| each.joined)
    }

    /// Chats in progress that the user is in.
    pub(super) fn open(&self) -> impl Iterator<Item = &SessionView> {
        self.sessions().filter(|session| session.status == Status::Handled && self.is_in(session))
    }

    /// Invitations that the user has not answered, the oldest first (C7).
    pub(super) fn invitations(&self) -> impl Iterator<Item = &SessionView> {
        self.sessions().filter(|session| session.status == Status::Invited && Some(session.client) == self.me)
    }

    fn sessions(&self) -> impl Iterator<Item = &SessionView> {
        self.known.values().map(|known| &known.session)
    }

    fn has_invited(&self, session: &SessionView) -> bool {
        session.inviter.as_ref().is_some_and(|inviter| Some(inviter.person) == self.me)
    }

    /// Whether the user is in it.
    pub(super) fn is_in(&self, session: &SessionView) -> bool {
        let me = |person: PersonId| Some(person) == self.me;
        me(session.client) || session.participants.iter().any(|each| each.left.is_none() && me(each.person))
    }

    /// Whether the user has silenced it, on any device.
    pub(super) fn is_dismissed(&self, id: SessionId) -> bool {
        self.mine(id).dismissed || self.dismissing.contains(&id)
    }

    /// The chats for which the service has this device ring, the longest first.
    pub(super) fn ringing(&self) -> Vec<&SessionView> {
        let rings = |id| self.mine(id).ring && self.can_be_silenced(id) && !self.is_dismissed(id);
        let mut ringing: Vec<_> = self.sessions().filter(|session| rings(session.id)).collect();
        ringing.sort_by_key(|session| (session.rings_since(), session.id));
        ringing
    }

    /// Takes a session as it is now. Returns what is new about it for a technician, unless a snapshot is coming in.
    pub(super) fn take(&mut self, session: SessionView) -> Option<News<'_>> {
        let id = session.id;
        let is_live = self.syncing.is_none();
        if !self.known.contains_key(&id) && !self.has_room_for(&session) {
            return None;
        }
        let is_joining = self.get(id).is_some_and(|before| !self.is_in(before)) && self.is_in(&session);
        // A snapshot is believed even if its sessions are older: the service may have been restored from a backup.
        let is_first_in_snapshot = self.syncing.as_mut().is_some_and(|told| told.insert(id));
        let before = match self.known.get_mut(&id) {
            Some(known) => {
                if session.rev < known.session.rev && !is_first_in_snapshot {
                    return None;
                }
                if is_joining {
                    // The user has just opened it.
                    known.told = known.told.max(session.messages);
                }
                let before = std::mem::replace(&mut known.session, session);
                is_live.then_some(before)
            }
            None => {
                let told = if is_live { 0 } else { session.messages };
                self.known.insert(id, Known { session, last: None, told, is_opened: false });
                None
            }
        };
        if !self.can_be_silenced(id) {
            self.dismissing.remove(&id);
        }
        self.news(&before?)
    }

    /// What is new about a session that was like this before.
    fn news(&self, before: &SessionView) -> Option<News<'_>> {
        let session = self.get(before.id)?;
        match before.status {
            Status::Waiting => Some(News::Ended(session)),
            Status::Invited => self.has_invited(session).then_some(News::Answered(session)),
            Status::Handled => {
                let offer = before.hand_over.as_ref().filter(|offer| Some(offer.by) == self.me)?;
                let is_declined = session.hand_over.as_ref().is_some_and(|offer| offer.declined.is_some());
                if is_declined && offer.declined.is_none() {
                    Some(News::NotTakenOver(session))
                } else if session.status == Status::Handled
                    && !self.is_in(session)
                    && has_joined_since(session, offer.at)
                {
                    Some(News::TakenOver(session))
                } else {
                    None
                }
            }
            Status::Abandoned | Status::Callback if session.status == Status::Completed => {
                Some(News::FollowedUp(session))
            }
            // The client has changed the number or the wish.
            Status::Callback if session.callback != before.callback => Some(News::Ended(session)),
            Status::Abandoned | Status::Callback | Status::Completed => None,
        }
    }

    /// Makes room if there is none: drops sessions that are over, then chats of others, but never a waiting request or a chat that
    /// the user is in.
    fn has_room_for(&mut self, new: &SessionView) -> bool {
        if self.known.len() < SESSIONS {
            return true;
        }
        let least = self
            .sessions()
            .filter_map(|session| Some((self.rank(session)?, session.created, session.id)))
            .min();
        match least {
            Some((rank, _, id)) if self.rank(new).is_none_or(|new| new >= rank) => {
                self.forget(id);
                true
            }
            Some(_) | None => {
                tracing::debug!(limit = SESSIONS, "more sessions than are kept");
                false
            }
        }
    }

    /// How much a session is worth keeping; `None` if it is always kept.
    fn rank(&self, session: &SessionView) -> Option<u8> {
        match session.status {
            Status::Waiting => None,
            Status::Invited => (!self.has_invited(session) && !self.is_in(session)).then_some(1),
            Status::Handled => (!self.is_in(session)).then_some(1),
            Status::Abandoned | Status::Callback | Status::Completed => Some(0),
        }
    }

    fn forget(&mut self, id: SessionId) {
        self.known.remove(&id);
        self.mine.remove(&id);
        self.dismissing.remove(&id);
        self.in_front_before.remove(&id);
    }

    pub(super) fn set_mine(&mut self, id: SessionId, mine: Mine) {
        if mine.dismissed {
            self.dismissing.remove(&id);
        }
        if mine.visible {
            self.in_front_before.remove(&id);
        }
        // It may come before its session, but there is a limit to how many are kept.
        if self.mine.len() < 2 * SESSIONS || self.known.contains_key(&id) {
            self.mine.insert(id, mine);
        }
    }

    pub(super) fn take_messages(&mut self, id: SessionId, messages: Vec<Message>) {
        if let Some(known) = self.known.get_mut(&id) {
            let newest = messages.into_iter().max_by_key(|message| message.number);
            if newest.as_ref().map(|message| message.number) > known.last.as_ref().map(|last| last.number) {
                known.last = newest;
            }
        }
    }

    /// Of each open chat, the last message, if it is from somebody else, unseen, and not in front of the user (C8).
    pub(super) fn unread(&self) -> impl Iterator<Item = (&SessionView, &Message)> {
        self.open().filter_map(|session| {
            let known = self.known.get(&session.id)?;
            let last = known.last.as_ref()?;
            let mine = self.mine(session.id);
            let is_news = last.number > known.told.max(mine.seen);
            let is_in_front = mine.visible || self.in_front_before.contains(&session.id);
            (is_news && !is_in_front && Some(last.from) != self.me).then_some((session, last))
        })
    }

    /// The user has closed or followed the toast of this session's messages.
    pub(super) fn mark_announced(&mut self, id: SessionId) {
        if let Some(known) = self.known.get_mut(&id) {
            known.told = known.last.as_ref().map_or(known.told, |last| last.number);
        }
    }

    /// Open chats whose messages were not asked for yet, with the last number that is known.
    fn unopened(&mut self) -> Vec<(SessionId, u64)> {
        let due: Vec<SessionId> = self.open().map(|session| session.id).collect();
        due.into_iter()
            .filter_map(|id| {
                let known = self.known.get_mut(&id)?;
                (!std::mem::replace(&mut known.is_opened, true))
                    .then(|| (id, known.last.as_ref().map_or(0, |last| last.number)))
            })
            .collect()
    }

    /// Asks for the texts of the chats that the user is in, so that toasts can show them.
    pub(super) fn ask_for_messages(&mut self, cx: &mut Context) {
        for (session, after) in self.unopened() {
            let id = cx.ids.next();
            cx.send(Up::Open { id, session, after });
        }
    }
}

/// Whether a technician who is in it has joined after this time; otherwise the other one has just left.
fn has_joined_since(session: &SessionView, at: UnixMillis) -> bool {
    session.participants.iter().any(|each| each.left.is_none() && each.joined >= at)
}
