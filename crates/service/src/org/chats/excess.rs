//! Limits of the chats that stay open: the service completes those that are too many or too old, the oldest first, one at a time so that
//! people's intents get their turn in between.

use super::Chats;
use crate::org::context::Context;
use crate::org::store_queue::{Excess, Job};
use crate::org::timer::Timer;
use crate::words;
use chat::{Session, SessionId};
use presence::UnixMillis;

impl Chats {
    /// Restores what was stored, in the order in which it ended. The wall clock `now` says how old each one is: stored times may come from a
    /// clock that was ahead, and no callback is completed for that. If the clock is behind, they are kept for longer.
    pub(crate) fn restore_follow_ups(&mut self, cx: &mut Context, now: UnixMillis) {
        let mut stored: Vec<&Session> =
            self.sessions.values().filter(|session| session.status.is_follow_up()).collect();
        stored.sort_by_key(|session| (session.ended, session.id));
        for session in stored {
            let ended = session.ended.map_or(cx.now, |ended| cx.now.minus(now.since(ended)));
            self.follow_ups.note(session, ended);
        }
        cx.timers.set(cx.now, Timer::FollowUps);
    }

    /// Completes the next one that is too many or too old, if there is one.
    pub(crate) fn follow_ups_due(&mut self, cx: &mut Context) {
        if self.follow_ups.completing {
            return;
        }
        let age = cx.complete_after();
        let (of_client, of_all) = (cx.config.follow_ups_of_client, cx.config.follow_ups);
        if let Some((session, why)) = self.follow_ups.excess(of_client, of_all, age, cx.now) {
            self.follow_ups.completing = true;
            cx.enqueue(Job::CompleteFollowUp(session, why));
        } else if let Some(oldest) = self.follow_ups.in_order.values().next() {
            cx.timers.set(oldest.ended.plus(age), Timer::FollowUps);
        }
    }

    /// The chat after the service has completed it; `None` if somebody else has.
    pub(crate) fn completed_follow_up(
        &mut self,
        cx: &mut Context,
        session: SessionId,
        why: Excess,
    ) -> Option<Session> {
        let note = match why {
            Excess::OfClient => words::too_many_of_client(cx.config.follow_ups_of_client),
            Excess::OfOrganisation => words::too_many_of_organisation(cx.config.follow_ups),
            Excess::Age(age) => words::too_old(age),
        };
        let stored = self.sessions.get(&session);
        let next = stored.and_then(|stored| chat::completed_by_service(stored, note, cx.wall));
        if next.is_none() {
            self.follow_up_done(cx);
        }
        next
    }

    /// One has been completed, or could not be.
    pub(crate) fn follow_up_done(&mut self, cx: &mut Context) {
        self.follow_ups.completing = false;
        self.follow_ups_due(cx);
    }

    /// The store refused it: try again a while later.
    pub(crate) fn follow_up_refused(&mut self, cx: &mut Context) {
        self.follow_ups.completing = false;
        cx.timers.set(cx.busy_over(), Timer::FollowUps);
    }

    /// Updates the order and the limits of open chats after a chat was stored like this.
    pub(crate) fn note_follow_up(&mut self, cx: &mut Context, session: &Session) {
        self.follow_ups.note(session, cx.now);
        if session.status.is_follow_up() {
            self.follow_ups_due(cx);
        }
    }
}
