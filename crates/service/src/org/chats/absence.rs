//! What happens to a chat while people in it are gone (C5, C9), or do not answer (C7).

use super::Chats;
use crate::org::context::Context;
use crate::org::people::People;
use crate::org::store_queue::Job;
use crate::org::timer::Timer;
use chat::{PersonId, Session, SessionId, Status};
use presence::Moment;
use std::time::Duration;

impl Chats {
    /// Since when this person is gone, as far as that counts for a chat: not before they joined it, since somebody whose app has
    /// long been gone may act in its window, which is not a device.
    fn gone_since(&self, people: &People, person: PersonId, session: SessionId) -> Option<Moment> {
        let absent = people.members.get(&person)?.absent_since?;
        let entered = self.times.get(&session).and_then(|times| times.entered(person));
        Some(entered.map_or(absent, |entered| absent.max(entered)))
    }

    fn is_gone_for(
        &self,
        cx: &Context,
        people: &People,
        person: PersonId,
        session: SessionId,
        time: Duration,
    ) -> bool {
        self.gone_since(people, person, session).is_some_and(|since| cx.now.since(since) >= time)
    }

    /// Sets the timers of a session that may have begun while somebody in it was gone (C5, C9).
    pub(crate) fn watch_session(&mut self, cx: &mut Context, people: &People, session: &Session) {
        let due: Vec<(PersonId, Duration)> = match session.status {
            Status::Invited => {
                self.watch_invitation(cx, session);
                Vec::new()
            }
            Status::Waiting => vec![(session.client, cx.config.abandon_after)],
            Status::Handled => session.present().map(|each| (each, cx.config.alone_after)).collect(),
            Status::Abandoned | Status::Callback | Status::Completed => Vec::new(),
        };
        if self.is_with_somebody_out(cx, people, session) || self.is_offered_to_nobody(cx, people, session) {
            cx.timers.set(cx.now, Timer::Absence(session.client));
        }
        for (person, gone_after) in due {
            if let Some(since) = self.gone_since(people, person, session.id) {
                cx.timers.set(since.plus(gone_after), Timer::Absence(person));
            }
        }
    }

    /// Sets the timer of an invitation (C7).
    fn watch_invitation(&self, cx: &mut Context, session: &Session) {
        if let Some(times) = self.times.get(&session.id) {
            cx.timers.set(times.waiting.plus(cx.config.invitation), Timer::Absence(session.client));
        }
    }

    /// Sets the timers of invitations that were stored before the service started.
    pub(crate) fn restore_invitations(&mut self, cx: &mut Context) {
        for session in self.sessions.values().filter(|session| session.status == Status::Invited) {
            self.watch_invitation(cx, session);
        }
    }

    /// Whether the client has not answered an invitation in time (C7).
    pub(crate) fn is_unanswered(&self, cx: &Context, session: &Session) -> bool {
        let invited = self.times.get(&session.id).map(|times| times.waiting);
        session.status == Status::Invited
            && invited.is_some_and(|invited| cx.now.since(invited) >= cx.config.invitation)
    }

    pub(crate) fn is_with_somebody_out(&self, cx: &Context, people: &People, session: &Session) -> bool {
        chat::without(session, |person| people.is_out(person), cx.wall).is_some()
    }

    /// Whether the client of a waiting session has been gone for too long (C5).
    pub(crate) fn is_abandoned(&self, cx: &Context, people: &People, session: &Session) -> bool {
        session.status == Status::Waiting
            && self.is_gone_for(cx, people, session.client, session.id, cx.config.abandon_after)
    }

    /// Whether all technicians of a chat in progress have been gone for too long (C9).
    pub(crate) fn is_alone(&self, cx: &Context, people: &People, session: &Session) -> bool {
        session.status == Status::Handled
            && session
                .present()
                .all(|each| self.is_gone_for(cx, people, each, session.id, cx.config.alone_after))
    }

    /// Whether a chat is offered, and nobody is left who could take it over (C9).
    fn is_offered_to_nobody(&self, cx: &Context, people: &People, session: &Session) -> bool {
        session.hand_over.as_ref().is_some_and(|offer| offer.declined.is_none())
            && chat::not_taken_over(session, &self.receiving(people), cx.wall).is_some()
    }

    /// A session after nobody was left who could take it over; `None` if somebody is.
    pub(crate) fn not_taken_over(
        &self,
        cx: &Context,
        people: &People,
        session: SessionId,
    ) -> Option<Session> {
        chat::not_taken_over(self.sessions.get(&session)?, &self.receiving(people), cx.wall)
    }

    /// A technician's state has changed: those to whom a chat is offered may all be gone now.
    pub(super) fn watch_offers(&self, cx: &mut Context, people: &People) {
        for session in self.sessions.values() {
            if self.is_offered_to_nobody(cx, people, session) {
                cx.timers.set(cx.now, Timer::Absence(session.client));
            }
        }
    }

    pub(crate) fn absence_due(&mut self, cx: &mut Context, people: &People, person: PersonId) {
        let theirs = self
            .sessions
            .values()
            .filter(|session| session.has(person) || session.invited_by == Some(person));
        let due: Vec<Job> = theirs
            .filter_map(|session| {
                if self.is_with_somebody_out(cx, people, session) {
                    Some(Job::HandOn(session.id))
                } else if self.is_unanswered(cx, session) {
                    Some(Job::Unanswered(session.id))
                } else if self.is_abandoned(cx, people, session) {
                    Some(Job::Abandon(session.id))
                } else if self.is_offered_to_nobody(cx, people, session) {
                    Some(Job::NotTakenOver(session.id))
                } else {
                    self.is_alone(cx, people, session).then_some(Job::WaitAgain(session.id))
                }
            })
            .collect();
        for job in due {
            cx.enqueue(job);
        }
    }
}
