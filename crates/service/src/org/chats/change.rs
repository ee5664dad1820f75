//! What follows when a chat changes, or somebody in it.

use super::Chats;
use super::session_times::SessionTimes;
use crate::org::context::Context;
use crate::org::counts::Occurrence;
use crate::org::event::{ConnId, Effect};
use crate::org::people::People;
use crate::org::timer::Timer;
use chat::{PersonId, Session, SessionId, Status, limits};
use presence::UnixMillis;
use std::collections::BTreeSet;
use std::time::Duration;

/// For how long a completion can be undone.
const UNDO: Duration = Duration::from_millis(limits::UNDO_MS);

impl Chats {
    /// The session is stored like this: everybody who may see it is told.
    pub(crate) fn changed(&mut self, cx: &mut Context, people: &People, session: Session) {
        let id = session.id;
        let over = session.status == Status::Completed;
        self.note_change(cx, &session);
        self.note_times(cx, &session);
        self.watch_session(cx, people, &session);
        // A completed one is sent to those who knew it.
        if !over {
            self.note_follow_up(cx, &session);
        }
        self.frames.remove(&id);
        let before = self.sessions.insert(id, session);
        self.check_typing(cx, people, id);
        // What changes neither the queue nor what rings (a message, somebody who leaves others in the chat) costs only as much as
        // there are people who see the chat.
        if self.is_as_it_was(id, before.as_ref()) {
            self.send_session(cx, people, id);
            return;
        }
        // The code below tells its own client its place.
        self.places.remove(&id);
        self.note_queue(cx, people);
        self.send_session(cx, people, id);
        for person in people.technicians.people.clone() {
            self.refresh_ring(cx, people, id, person);
        }
        if over {
            self.frames.remove(&id);
            if let Some(session) = self.sessions.remove(&id) {
                self.note_follow_up(cx, &session);
            }
            self.times.remove(&id);
            self.forget_typing_in(id);
            self.forget_completed(cx, id);
        } else {
            self.refresh_personal_in(cx, people, id);
        }
    }

    /// The time by which it is decided whether a completion can still be undone (C9): what the clock would show if nobody had set it since
    /// then.
    pub(super) fn undo_time(&self, cx: &Context, session: &Session) -> UnixMillis {
        let Some(completed) = session.completed() else { return cx.wall };
        match self.completed.get(&session.id) {
            Some(at) => completed.plus(cx.now.since(*at)),
            // Before the start. A clock that was set back meanwhile adds no time.
            None if self.has_just_started(cx) => cx.wall.max(completed.plus(cx.now.since(self.started))),
            None => completed.plus(2 * UNDO),
        }
    }

    /// Whether what was completed before the start may still be undone.
    fn has_just_started(&self, cx: &Context) -> bool {
        cx.now.since(self.started) <= UNDO
    }

    /// A chat is over: what is personal about it is forgotten when that can no longer be undone.
    fn forget_completed(&mut self, cx: &Context, over: SessionId) {
        self.completed.retain(|_, at| cx.now.since(*at) <= UNDO);
        self.completed.insert(over, cx.now);
        if self.has_just_started(cx) {
            return;
        }
        let (sessions, completed) = (&self.sessions, &self.completed);
        let is_kept = |id: &SessionId| sessions.contains_key(id) || completed.contains_key(id);
        self.seen.retain(|(id, _), _| is_kept(id));
        for reader in self.readers.values_mut() {
            reader.told.retain(|id, _| is_kept(id));
        }
    }

    /// Counts changes of sessions.
    fn note_change(&mut self, cx: &mut Context, next: &Session) {
        let before = self.sessions.get(&next.id).map(|known| known.status);
        if before == Some(next.status) {
            return;
        }
        cx.effects.push(Effect::Occurrence(Occurrence::Became(next.status)));
        if let (Some(Status::Waiting), Status::Handled, Some(times)) =
            (before, next.status, self.times.get(&next.id))
        {
            cx.effects.push(Effect::Occurrence(Occurrence::Joined(cx.now.since(times.waiting))));
        }
    }

    fn note_times(&mut self, cx: &mut Context, next: &Session) {
        let times = self.times.entry(next.id).or_insert_with(|| SessionTimes::new(next, cx.now));
        if let Some(before) = self.sessions.get(&next.id) {
            times.changed(before, next, cx.now);
        }
    }

    /// Whether a session has kept its place in the queue, rings where it did, and is silenced by the same people.
    fn is_as_it_was(&self, session: SessionId, before: Option<&Session>) -> bool {
        let (Some(now), Some(before)) = (self.sessions.get(&session), before) else { return false };
        (now.status, now.waiting_since) == (before.status, before.waiting_since)
            && now.dismissed == before.dismissed
            && (&now.hand_over, now.unanswered) == (&before.hand_over, before.unanswered)
            && (now.unanswered.is_none() || now.present().eq(before.present()))
    }

    /// A technician's state has changed: this affects the queue, which devices ring, and what clients see of their technicians.
    pub(crate) fn technician_changed(&mut self, cx: &mut Context, people: &People, technician: PersonId) {
        self.note_queue(cx, people);
        self.watch_offers(cx, people);
        self.refresh_rings(cx, people, technician);
        let shown: Vec<SessionId> = self
            .sessions
            .values()
            .filter(|session| session.participants.iter().any(|each| each.person == technician))
            .map(|session| session.id)
            .collect();
        for session in shown {
            self.frames.remove(&session);
            self.send_session_to_client(cx, people, session);
        }
    }

    /// These people, or their company, have a new name: chats that show them are sent again.
    pub(crate) fn renamed(&mut self, cx: &mut Context, people: &People, renamed: &BTreeSet<PersonId>) {
        let shown: Vec<SessionId> = self
            .sessions
            .values()
            .filter(|session| {
                let offered_to = session.hand_over.as_ref().and_then(|offer| offer.to);
                let named = [Some(session.client), session.invited_by, offered_to];
                named.into_iter().flatten().any(|person| renamed.contains(&person))
                    || session.participants.iter().any(|each| renamed.contains(&each.person))
            })
            .map(|session| session.id)
            .collect();
        for session in shown {
            self.frames.remove(&session);
            self.send_session(cx, people, session);
        }
    }

    /// A connection is gone.
    pub(crate) fn forget_reader(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        person: PersonId,
    ) {
        let reader = self.readers.remove(&conn);
        self.forget_typing_on(cx, people, conn);
        if let Some(session) = reader.and_then(|reader| reader.visible) {
            // A page that is only reloaded is back by then (P10).
            cx.timers.set(cx.now.plus(cx.config.page_reload), Timer::Ring(session, person));
            self.refresh_personal(cx, people, person);
        }
    }
}
