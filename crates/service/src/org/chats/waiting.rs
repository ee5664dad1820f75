//! The queue of waiting requests: their order, and who is offered a callback (C6).

use super::Chats;
use crate::org::context::Context;
use crate::org::people::People;
use crate::org::view::QueuePlace;
use chat::{PersonId, SessionId, Status};
use presence::eligibility;

impl Chats {
    /// Recomputes each place in the queue and who is offered a callback; tells the clients for whom that has changed.
    pub(crate) fn note_queue(&mut self, cx: &mut Context, people: &People) {
        let waiting = |id: &SessionId| self.times.get(id).map(|times| times.waiting);
        cx.counts.sessions(self.sessions.values().map(|session| (session.status, waiting(&session.id))));
        let mut queue: Vec<_> = self
            .sessions
            .values()
            .filter(|session| session.status == Status::Waiting)
            // One that waits again goes before newcomers (C9).
            .map(|session| {
                let is_new = session.participants.is_empty();
                (is_new, waiting(&session.id), session.waiting_since, session.id)
            })
            .collect();
        queue.sort_unstable();
        let receiving = self.receiving(people);
        let before = std::mem::take(&mut self.places);
        for (ahead, (.., session)) in queue.into_iter().enumerate() {
            let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
            self.places.insert(
                session,
                QueuePlace { ahead, callback_offered: self.offers_callback(people, session, &receiving) },
            );
        }
        let moved: Vec<SessionId> = self
            .places
            .iter()
            .filter(|(session, place)| before.get(session).is_some_and(|known| known != *place))
            .map(|(session, _)| *session)
            .collect();
        for session in moved {
            self.send_session_to_client(cx, people, session);
        }
    }

    /// The technicians at whom waiting requests may ring.
    pub(super) fn receiving(&self, people: &People) -> Vec<PersonId> {
        let receives = |person: &&PersonId| {
            let member = people.members.get(person);
            member.is_some_and(|member| eligibility::receives(member.presence.state()))
        };
        people.technicians.people.iter().filter(receives).copied().collect()
    }

    /// Whether nobody is at their desk, or everybody who could join has silenced it (C6).
    fn offers_callback(&self, people: &People, session: SessionId, receiving: &[PersonId]) -> bool {
        let dismissed =
            self.sessions.get(&session).map(|session| session.dismissed.as_slice()).unwrap_or_default();
        !people.staffed || receiving.iter().all(|person| dismissed.contains(person))
    }
}
